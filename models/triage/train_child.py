"""Train in a process of its own, so that its memory and its crash do not touch the bot.

The child has the lowest claim to the processor that is still fair (niceness 10), a time
limit, and dies with its parent. What it finds it writes to the database; through the
pipe it only says how it ended.
"""

import multiprocessing
import os
import signal
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection

from models.errors import InvalidError, LotsenError, UnavailableError

NICENESS = 10
LIMIT = timedelta(minutes=20)
_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Order:
    """What the child is to do."""

    database_url: str
    now: datetime
    seed: int


class TrainingChild:
    """A training under way in another process."""

    def __init__(self, order: Order) -> None:
        """Start it.

        Raises
        ------
        InvalidError
            For a database in memory, which no other process can see.
        """
        if order.database_url in ("sqlite://", "sqlite:///:memory:"):
            raise InvalidError("a database in memory cannot be trained on by another process")
        self._ear, mouth = _SPAWN.Pipe(duplex=False)
        self._process = _SPAWN.Process(
            target=_run, args=(order, mouth), name="lotsen training", daemon=True
        )
        self._process.start()
        mouth.close()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def wait(self, limit: timedelta = LIMIT) -> None:
        """Wait until it is done.

        Raises
        ------
        InvalidError
            When there is too little to learn from.
        UnavailableError
            When it crashed, was killed, or took too long; the champion serves on.
        """
        self._process.join(limit.total_seconds())
        if self._process.is_alive():
            self.kill()
            self._process.join()
            raise UnavailableError(f"the training took longer than {limit}")
        try:
            said = self._ear.recv() if self._ear.poll() else None
        except EOFError:
            said = None
        finally:
            self._ear.close()
        _raise_unless_done(said, self._process.exitcode)

    def kill(self) -> None:
        """End it; what it did not write is gone, and nothing else. `wait` then says so."""
        self._process.kill()


def _raise_unless_done(said: tuple[str, str] | None, exitcode: int | None) -> None:
    if said is None:
        raise UnavailableError(f"the training ended without a word (exit code {exitcode})")
    kind, text = said
    if kind == "invalid":
        raise InvalidError(text)
    if kind != "done":
        raise UnavailableError(text)


def _run(order: Order, mouth: Connection) -> None:
    """Be the child."""
    _be_modest()
    try:
        _train(order)
    except InvalidError as error:
        mouth.send(("invalid", str(error)))
    except LotsenError as error:
        mouth.send(("failed", str(error)))
    else:  # any other error is printed by the interpreter, and the parent hears no word
        mouth.send(("done", ""))


def _train(order: Order) -> None:
    from models.settings import Settings
    from models.store.transaction import Store
    from models.triage.training import setup_for, train

    store = Store(order.database_url)
    try:
        train(store, order.now, order.seed, setup=setup_for(Settings.load()))
    finally:
        store.close()


def _be_modest() -> None:
    # Ctrl-C at a terminal reaches the whole group: the parent decides what becomes of us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)

"""Inbox → core: take a command, let the core handle it, one after the other."""

from collections.abc import Callable
from datetime import datetime
from threading import Event

import structlog

from bot.clock import Clock
from bot.meters import Meters
from models import steps
from models.commands import Command
from models.errors import UnavailableError, describe_error
from models.lotsen import Lotsen
from models.mailbox import Lane, Taken

log = structlog.get_logger(__name__)

IDLE_S = 0.5


class Worker:
    """Handles the inbox.

    Parameters
    ----------
    prepare
        Completes a command with what the face can look up, outside any transaction.
    done
        Called after each handled command: there may be posts to deliver.
    show_home
        Draws somebody's App Home after what they clicked there is done.
    lane
        ``quick`` for what people do, ``slow`` for what waits for a language model.
    """

    def __init__(
        self,
        lotsen: Lotsen,
        clock: Clock,
        prepare: Callable[[Command, datetime], Command],
        done: Callable[[], None],
        lane: Lane = "quick",
        show_home: Callable[[str, datetime], None] = lambda user, now: None,
        meters: Meters | None = None,
    ) -> None:
        self._lotsen = lotsen
        self._clock = clock
        self._prepare = prepare
        self._done = done
        self._lane = lane
        self._show_home = show_home
        self._meters = meters or Meters()

    def run(self, stop: Event, wake: Event) -> None:
        """Handle commands until ``stop`` is set; ``wake`` ends an idle wait early."""
        while not stop.is_set():
            try:
                busy = self.step()
            except UnavailableError as error:
                log.warning("worker waits for the database", error=str(error))
                busy = False
            except Exception:  # a worker that dies in silence would stop the desk
                log.exception("a command could not be taken")
                busy = False
            if not busy:
                wake.wait(IDLE_S)
                wake.clear()

    def step(self) -> bool:
        """Handle one command; False when none waits."""
        taken = self._lotsen.mailbox.take(self._clock(), self._lane)
        if taken is None:
            return False
        with steps.handling(taken.command.id, taken.command.type):
            waited = (taken.at - taken.received_at).total_seconds()
            steps.taken(taken.command.type, attempt=taken.attempt, waited_s=waited)
            self._do(taken)
        self._done()
        return True

    def _do(self, taken: Taken) -> None:
        kind = taken.command.type
        # One of the four doors where errors are caught: a command that fails is kept.
        try:
            now = self._clock()
            with self._meters.handling.time():
                self._lotsen.handle(self._prepare(taken.command, now), now)
            self._meters.commands.labels(kind, "handled").inc()
            if getattr(taken.command, "from_home", False):
                self._show_home(getattr(taken.command, "user", ""), now)
        except Exception as error:  # noqa: BLE001  # whatever it is, the command must survive it
            self._keep(taken, error)

    def _keep(self, taken: Taken, error: Exception) -> None:
        dead = self._lotsen.mailbox.put_back(taken, error, self._clock())
        self._meters.commands.labels(taken.command.type, "dead" if dead else "failed").inc()
        log.error(
            "command not handled",
            command=taken.command.id,
            kind=taken.command.type,
            attempt=taken.attempt,
            dead=dead,
            error=describe_error(error),
            exc_info=error,
        )

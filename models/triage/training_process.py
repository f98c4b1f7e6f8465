"""Train in a process of its own, so that its memory and its crash do not touch the bot.

What the child learns it writes to the database.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from models import child_process
from models.child_process import ChildEndedError, ChildProcess
from models.errors import InvalidError, UnavailableError

NICENESS = 10
"""The lowest claim to the processor that is still fair."""
LIMIT = timedelta(minutes=20)


class TrainingProcess(ChildProcess):
    """A training under way in another process."""

    def __init__(
        self, database_url: str, now: datetime, seed: int, *, by_words: bool = False
    ) -> None:
        """Start it; it waits for `wait`. ``by_words`` leaves embeddings out: it takes seconds.

        Raises
        ------
        InvalidError
            For a database in memory, which no other process can see.
        """
        if database_url in ("sqlite://", "sqlite:///:memory:"):
            raise InvalidError("a database in memory cannot be trained on by another process")
        super().__init__("from models.triage.training_process import serve; serve()")
        self._request = {
            "database_url": database_url,
            "now": now.isoformat(),
            "seed": seed,
            "by_words": by_words,
        }

    def wait(self, limit: timedelta = LIMIT) -> None:
        """Let it train, and wait until it is done.

        Raises
        ------
        InvalidError
            When there is too little to learn from.
        UnavailableError
            When it crashed, was killed, or took too long; the champion serves on.
        """
        try:
            self.ask(self._request, deadline_s=limit.total_seconds())
        except ChildEndedError as error:
            if error.is_late:
                raise UnavailableError(f"the training took longer than {limit}") from error
            raise UnavailableError(
                f"the training ended without a word (exit code {error.exit_code})"
            ) from error
        finally:
            self.close()


def serve() -> None:
    """Be the child."""
    child_process.serve(_train, niceness=NICENESS)


def _train(request: dict[str, Any], _content: bytes) -> None:
    from models.settings import Settings
    from models.store.transaction import Store
    from models.triage.training import setup_for, train

    store = Store(request["database_url"])
    try:
        now = datetime.fromisoformat(request["now"])
        setup = setup_for(Settings.load(), store)
        if request["by_words"]:
            setup = replace(setup, embedder=None)
        train(store, now, request["seed"], setup=setup)
    finally:
        store.close()

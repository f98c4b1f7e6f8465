"""A call that is left behind when it takes too long, and the limits it works under.

Time-outs of a socket bound each wait, not their sum, and looking up a host has none. So
the call runs in a daemon thread of its own, and whoever wants its result waits for so long
and no longer. The number of threads is capped; each ends by itself soon after its deadline,
because `models.llm.transport` gives its sockets no more time.
"""

import queue
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from models.errors import UnavailableError

T = TypeVar("T")

MOST_CALLS = 8
"""Under way in one process, those that were left behind among them."""


MOST_BYTES = 64 * 1024
"""Of one whole answer, its headers included; a choice needs some hundred."""


class BusyError(UnavailableError):
    """As many calls as allowed are under way."""


class TooLargeError(Exception):
    """The answer is larger than any honest one."""


class Deadline:
    """The moment, on a clock that only goes forward, at which an exchange must be over.

    Attributes
    ----------
    sent
        Whether any byte of the request left: only then may the call cost something.
    """

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._read = 0
        self.sent = False

    def left(self) -> float:
        """Return the seconds that are left.

        Raises
        ------
        TimeoutError
            When there are none.
        """
        seconds = self._until - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the deadline of the call is over")
        return seconds

    def count(self, data: bytes) -> bytes:
        """Count what was read.

        Raises
        ------
        TooLargeError
            When it is too much.
        """
        self._read += len(data)
        if self._read > MOST_BYTES:
            raise TooLargeError
        return data


class DeadlineExecutor:
    """Runs calls with a deadline."""

    def __init__(self, most: int = MOST_CALLS) -> None:
        self._free = threading.BoundedSemaphore(most)

    def run(self, call: Callable[[], T], seconds: float) -> T:
        """Return what ``call`` returns, or raise what it raises.

        Raises
        ------
        BusyError
            When no call may begin before another one ends.
        TimeoutError
            When it takes longer than ``seconds``; it is left behind.
        """
        if not self._free.acquire(blocking=False):
            raise BusyError("as many calls as allowed are under way")
        outcome: queue.SimpleQueue[_Outcome[T]] = queue.SimpleQueue()
        thread = threading.Thread(
            target=self._work, args=(call, outcome), name="llm-call", daemon=True
        )
        try:
            thread.start()
        except RuntimeError as error:  # the system has no more threads
            self._free.release()
            raise BusyError("no thread for the call") from error
        try:
            return outcome.get(timeout=max(0.0, seconds)).get()
        except queue.Empty:
            raise TimeoutError from None

    def _work(self, call: Callable[[], T], outcome: "queue.SimpleQueue[_Outcome[T]]") -> None:
        try:
            outcome.put(_Outcome(call(), None))
        except Exception as error:  # noqa: BLE001  # handed to the thread that waits
            outcome.put(_Outcome(None, error))
        finally:
            self._free.release()


class _Outcome(Generic[T]):
    """What a call returned or raised."""

    def __init__(self, value: T | None, error: Exception | None) -> None:
        self._value, self._error = value, error

    def get(self) -> T:
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]  # T may itself be None

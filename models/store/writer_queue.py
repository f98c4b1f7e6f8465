"""Who may write to SQLite next, among the threads of this process.

SQLite lets one connection write and makes the others poll with growing pauses, so that
under load one of them may wait for seconds while others overtake it. Here they wait in
line, and an acknowledgement to Slack, which has three seconds, goes before the rest.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, get_ident


class WriterQueue:
    """A lock that is handed on in order of arrival, urgent ones first."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._urgent: deque[object] = deque()
        self._waiting: deque[object] = deque()
        self._owner = 0

    @contextmanager
    def turn(self, *, urgent: bool = False) -> Iterator[None]:
        """Wait for the turn to write, and pass it on at the end of the block.

        Raises
        ------
        RuntimeError
            When this thread has the turn already: it would wait for itself for ever.
        """
        if self._owner == get_ident():
            raise RuntimeError("a transaction was begun inside another one")
        ticket = object()
        line = self._urgent if urgent else self._waiting
        with self._changed:
            line.append(ticket)
            self._changed.wait_for(lambda: self._is_next(ticket))
            line.popleft()
            self._owner = get_ident()
        try:
            yield
        finally:
            with self._changed:
                self._owner = 0
                self._changed.notify_all()

    def _is_next(self, ticket: object) -> bool:
        if self._owner:
            return False
        line = self._urgent or self._waiting
        return line[0] is ticket

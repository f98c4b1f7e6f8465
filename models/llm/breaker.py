"""When to leave a service alone.

One for a process, not in the store: what fails is often this process's own way to the
service, and a call should not cost a write to learn that another one failed. With several
replicas each finds out for itself, within five calls.
"""

import threading
from datetime import datetime, timedelta

FAILURES = 5
REST = timedelta(seconds=30)
LONGEST_REST = timedelta(hours=24)


class Breaker:
    """Opens after failures in a row, and lets one call at a time try again after a rest."""

    def __init__(self, failures: int = FAILURES, rest: timedelta = REST) -> None:
        self._most, self._rest = failures, rest
        self._lock = threading.Lock()
        self._failed = 0
        self._until: datetime | None = None
        self._probe_until: datetime | None = None

    def permits(self, now: datetime, seconds: float) -> bool:
        """Return whether a call may begin that takes ``seconds`` at most.

        After a rest only one may: the others wait for what becomes of it.
        """
        with self._lock:
            if self._until is None:
                return True
            if timedelta() < self._until - now <= LONGEST_REST:
                return False
            if self._probe_until is not None and now < self._probe_until:
                return False
            self._probe_until = now + timedelta(seconds=seconds)
            return True

    def succeeded(self) -> None:
        """Note an answer: the service is well."""
        with self._lock:
            self._failed, self._until, self._probe_until = 0, None, None

    def failed(self, now: datetime, retry_after: timedelta | None = None) -> None:
        """Note a failure; ``retry_after`` is what the service asked for."""
        with self._lock:
            self._failed += 1
            self._probe_until = None
            if retry_after is not None:
                self._until = now + min(retry_after, LONGEST_REST)
            elif self._failed >= self._most or self._until is not None:
                self._until = now + self._rest

    def passed_over(self) -> None:
        """Note that a call that was permitted did not take place."""
        with self._lock:
            self._probe_until = None

    def rests_until(self, now: datetime) -> datetime | None:
        """Return the end of the rest, if there is one now."""
        with self._lock:
            return self._until if self._until is not None and self._until > now else None

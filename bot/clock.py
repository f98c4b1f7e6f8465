"""The one place that reads the clock; the demo's can be moved forward."""

from datetime import UTC, datetime, timedelta
from threading import Lock

from models.settings import Settings


class Clock:
    """What time it is, in aware UTC. Calling it gives the instant."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


class FixedClock(Clock):
    """A clock that stands still."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def __call__(self) -> datetime:
        return self._moment


class MovableClock(Clock):
    """A clock that runs on from ``start`` and can be moved forward, never back."""

    def __init__(self, start: datetime) -> None:
        self._ahead = start - datetime.now(UTC)
        self._lock = Lock()

    def __call__(self) -> datetime:
        with self._lock:
            return datetime.now(UTC) + self._ahead

    def forward(self, by: timedelta) -> datetime:
        """Move the clock forward and return the new instant.

        Raises
        ------
        ValueError
            When ``by`` is negative: what was posted cannot be taken back.
        """
        if by < timedelta():
            raise ValueError("the clock moves forward only")
        with self._lock:
            self._ahead += by
        return self()


def clock_for(settings: Settings, clock: Clock) -> Clock:
    """Return the clock of a command: ``clock``, unless LOTSEN_NOW names a moment."""
    return FixedClock(settings.lotsen_now) if settings.lotsen_now else clock

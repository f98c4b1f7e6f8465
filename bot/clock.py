"""The one place that reads the clock; the demo's can be moved forward."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from models.settings import Settings

MOST_SKEW = timedelta(seconds=60)
"""So much may the computer's clock differ from Slack's, or jump, before it is not trusted."""


class Clock:
    """What time it is, in aware UTC. Calling it gives the instant."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    @property
    def offset(self) -> timedelta:
        """How far the computer's clock is ahead of the time that counts here."""
        return timedelta(0)

    @property
    def is_in_doubt(self) -> bool:
        """Whether somebody else is to be asked for the time."""
        return False

    def confirm(self, elsewhere: datetime) -> None:
        """Take note of the time that somebody else names."""


def _since_boot() -> float:
    """Return the seconds since the computer started, those asleep among them where it counts them."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


_COMPUTER = Clock()


class SteadyClock(Clock):
    """A clock that does not jump when the computer's does, until somebody else confirms it.

    It follows the computer's clock as long as that agrees with the seconds since boot. After a
    jump it runs on as before; what Slack says (`confirm`) then counts. So no lease, pause or
    schedule is ever written by a clock that is wrong for a while.
    """

    def __init__(
        self,
        computer: Callable[[], datetime] = _COMPUTER,
        since_boot: Callable[[], float] = _since_boot,
    ) -> None:
        self._computer, self._since_boot = computer, since_boot
        self._moment, self._at = computer(), since_boot()
        self._lock = Lock()

    def __call__(self) -> datetime:
        with self._lock:
            return self._read()[0]

    @property
    def offset(self) -> timedelta:
        with self._lock:
            return self._read()[1]

    @property
    def is_in_doubt(self) -> bool:
        return abs(self.offset) > MOST_SKEW

    def confirm(self, elsewhere: datetime) -> None:
        """Take the computer's time where it agrees with ``elsewhere``, else that."""
        with self._lock:
            computer = self._computer()
            agrees = abs(computer - elsewhere) <= MOST_SKEW
            self._moment, self._at = computer if agrees else elsewhere, self._since_boot()

    def _read(self) -> tuple[datetime, timedelta]:
        """Return the time that counts, and how far the computer's is ahead of it."""
        computer, at = self._computer(), self._since_boot()
        steady = self._moment + timedelta(seconds=at - self._at)
        if abs(computer - steady) > MOST_SKEW:
            return steady, computer - steady
        self._moment, self._at = computer, at  # a time server corrects it little by little
        return computer, timedelta(0)


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

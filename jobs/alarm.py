"""The alarm clock: rings at start and every 30 seconds, and decides nothing.

APScheduler forgets what it missed while the process was down, may fire twice in two
processes, and shifts at summer time; so it only calls `Runner.tick`, which works out
from the database what is due.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

EVERY = timedelta(seconds=30)

logger = structlog.get_logger(__name__)


class Alarm:
    """Calls ``tick(clock())`` in a thread of its own until it is stopped.

    Parameters
    ----------
    tick
        What to call; an error in it is logged and the next call comes all the same.
    clock
        Where the time comes from; the playground's clock can be moved.
    """

    def __init__(
        self,
        tick: Callable[[datetime], object],
        clock: Callable[[], datetime],
        every: timedelta = EVERY,
    ) -> None:
        self._tick, self._clock = tick, clock
        self._quiet = Event()
        self._quiet.set()
        # One worker: a call never overlaps with the one before.
        executors = {"default": {"type": "threadpool", "max_workers": 1}}
        self._scheduler = BackgroundScheduler(timezone=UTC, executors=executors)
        options = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        self._scheduler.add_job(self._ring, "date", **options)  # at once
        self._scheduler.add_job(self._ring, "interval", seconds=every.total_seconds(), **options)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self, wait_s: float = 5.0) -> bool:
        """Ring no more; return whether a call under way ended within ``wait_s``."""
        self._scheduler.shutdown(wait=False)
        return self._quiet.wait(wait_s)

    def _ring(self) -> None:
        self._quiet.clear()
        try:
            self._tick(self._clock())
        except Exception:
            logger.exception("alarm_tick_failed")
        finally:
            self._quiet.set()

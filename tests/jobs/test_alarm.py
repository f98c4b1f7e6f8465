"""The alarm rings at once and again and again, whatever the tick does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event

from jobs.alarm import Alarm

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@contextmanager
def ringing(tick: Callable[[datetime], None]) -> Iterator[None]:
    """Let an alarm ring, and no longer than the test: else it goes on beside all that follow."""
    alarm = Alarm(tick, lambda: NOON, every=timedelta(milliseconds=50))
    alarm.start()
    try:
        yield
    finally:
        alarm.stop()


def test_it_rings_at_start_and_again_with_the_time_of_the_clock_it_was_given() -> None:
    heard: list[datetime] = []
    twice = Event()

    def tick(now: datetime) -> None:
        heard.append(now)
        if len(heard) >= 2:
            twice.set()

    with ringing(tick):
        assert twice.wait(30)
    assert set(heard) == {NOON}


def test_a_tick_that_fails_does_not_stop_it() -> None:
    calls: list[datetime] = []
    thrice = Event()

    def tick(now: datetime) -> None:
        calls.append(now)
        if len(calls) >= 3:
            thrice.set()
        raise RuntimeError("trouble")

    with ringing(tick):
        assert thrice.wait(30)

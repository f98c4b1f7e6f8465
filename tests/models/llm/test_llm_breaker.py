"""The breaker by itself: a small state machine, against a plain model of it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.llm.breaker import FAILURES, LONGEST_REST, REST, Breaker

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def opened() -> Breaker:
    breaker = Breaker()
    for _ in range(FAILURES):
        breaker.failed(NOW)
    return breaker


def test_it_opens_within_five_failures_and_tries_within_a_minute() -> None:
    assert FAILURES <= 5
    assert timedelta(seconds=60) >= REST
    assert not opened().permits(NOW + SECOND, 20)
    assert opened().permits(NOW + REST, 20)


def test_one_tries_while_the_others_wait() -> None:
    breaker = opened()

    permitted = [breaker.permits(NOW + REST, 20) for _ in range(4)]

    assert permitted == [True, False, False, False]


def test_a_failed_try_means_another_rest() -> None:
    breaker = opened()
    breaker.permits(NOW + REST, 20)
    breaker.failed(NOW + REST)

    assert not breaker.permits(NOW + REST + SECOND, 20)
    assert breaker.permits(NOW + 2 * REST, 20)


def test_a_try_that_vanished_does_not_close_the_door_for_ever() -> None:
    breaker = opened()
    breaker.permits(NOW + REST, 20)

    assert breaker.permits(NOW + REST + 21 * SECOND, 20)


def test_a_try_that_did_not_take_place_leaves_its_turn() -> None:
    breaker = opened()
    breaker.permits(NOW + REST, 20)
    breaker.passed_over()

    assert breaker.permits(NOW + REST, 20)


def test_a_success_forgets_all() -> None:
    breaker = opened()
    breaker.succeeded()

    assert all(breaker.permits(NOW, 20) for _ in range(3))
    assert breaker.rests_until(NOW) is None


def test_a_rest_is_never_longer_than_a_day_whatever_is_asked_or_the_clock_does() -> None:
    breaker = Breaker()
    breaker.failed(NOW, timedelta(days=400))

    assert breaker.rests_until(NOW) == NOW + LONGEST_REST
    assert breaker.permits(NOW - timedelta(days=30), 20)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 90)), max_size=60))
def test_a_service_that_fails_on_is_asked_at_most_five_times_and_then_once_a_rest(
    calls: list[tuple[bool, int]],
) -> None:
    breaker, now, in_a_row = Breaker(), NOW, 0
    last_failure = NOW
    for fine, seconds in calls:
        now += seconds * SECOND
        if not breaker.permits(now, 20):
            assert in_a_row >= FAILURES
            assert now - last_failure < REST
            continue
        assert in_a_row < FAILURES or now - last_failure >= REST
        if fine:
            breaker.succeeded()
            in_a_row = 0
        else:
            breaker.failed(now)
            in_a_row, last_failure = in_a_row + 1, now

"""Felt beside measured: both trends, and silence where fewer than five answered."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kpis.periods import Period
from models.kpis.ratings import published_ratings
from models.kpis.satisfaction import (
    FEWEST,
    Satisfaction,
    felt_line,
    pulse_line,
    pulse_of,
    satisfaction,
)
from models.language import words_for
from models.message import plain
from models.statistics.estimates import share
from models.store.surveys import RatedWeek

EN = words_for("en")
MONDAY = date(2026, 1, 5)


def felt(
    before: int, now: int, minutes_before: float | None, minutes_now: float | None
) -> Satisfaction:
    """Answers of ten people before and now, of whom so many were satisfied."""
    return Satisfaction(
        satisfaction(before, 10), satisfaction(now, 10), minutes_before, minutes_now
    )


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (felt(5, 8, 20, 12), "agree"),  # better, and faster
        (felt(8, 5, 12, 20), "agree"),  # worse, and slower
        (felt(5, 5, 20, 20), "agree"),  # neither
        (felt(5, 8, 12, 20), "differ"),  # felt better, was slower
        (felt(8, 5, 20, 12), "differ"),  # felt worse, was faster
        (felt(5, 5, 20, 12), "differ"),  # faster, and nobody felt it
    ],
)
def test_two_trends_agree_or_differ(facts: Satisfaction, said: str) -> None:
    line = felt_line(facts, EN)
    assert line is not None
    assert plain(line).startswith(f"Felt and measured {said}")
    assert "n = 10" in plain(line)


@pytest.mark.parametrize(
    "facts",
    [
        Satisfaction(satisfaction(3, 4), satisfaction(9, 10), 20, 12),
        Satisfaction(satisfaction(9, 10), satisfaction(3, 4), 20, 12),
        felt(5, 8, None, 12),
        felt(5, 8, 20, None),
        felt(5, 8, 0, 12),
    ],
)
def test_without_all_four_figures_nothing_is_said(facts: Satisfaction) -> None:
    assert felt_line(facts, EN) is None


def week(number: int, satisfied: int, n: int) -> RatedWeek:
    return RatedWeek(MONDAY + timedelta(weeks=number), satisfied, n)


def days(first: int, last: int) -> Period:
    return Period.between(MONDAY + timedelta(days=first), MONDAY + timedelta(days=last))


def test_nobody_gets_one_rating_by_subtracting_two_periods() -> None:
    rated = [week(number, 4, 5) for number in range(9)] + [week(9, 0, 1)]
    assert (
        published_ratings(rated, days(0, 9 * 7 + 6))
        == published_ratings(rated, days(0, 8 * 7 + 6))
        == (36, 45)
    )


def test_weeks_are_gathered_until_they_hold_five() -> None:
    rated = [week(0, 2, 2), week(1, 0, 1), week(4, 2, 3), week(5, 1, 4)]
    assert published_ratings(rated, days(0, 13)) == (0, 0)
    assert published_ratings(rated, days(28, 28)) == (4, 6)  # the Monday of the fifth week
    assert published_ratings(rated, days(0, 99)) == (
        4,
        6,
    )  # four more are not told, not even as a number


@given(
    st.lists(st.integers(0, 7), max_size=20),
    st.lists(st.tuples(st.integers(0, 140), st.integers(0, 140)).map(sorted), min_size=2),
)
def test_what_periods_tell_differs_by_nobody_or_by_five(
    counts: list[int], asked: list[list[int]]
) -> None:
    """Each week's ratings are a power of 16 a piece, so that a sum says whose it holds."""
    rated = [week(number, n * 16**number, n) for number, n in enumerate(counts) if n]
    sums = {published_ratings(rated, days(first, last))[0] for first, last in asked}
    for one in sums:
        for other in sums:
            both = zip(_of_weeks(one), _of_weeks(other), strict=True)
            apart = [mine - theirs for mine, theirs in both]
            for some in ([n for n in apart if n > 0], [-n for n in apart if n < 0]):
                assert sum(some) == 0 or sum(some) >= FEWEST


def _of_weeks(total: int) -> list[int]:
    return [total // 16**number % 16 for number in range(20)]


@given(st.integers(0, 40), st.integers(0, 40))
def test_below_five_answers_only_their_number_is_known(satisfied: int, more: int) -> None:
    n = satisfied + more
    made = satisfaction(satisfied, n)

    assert made.n == n
    assert made == share(satisfied, n) if n >= FEWEST else made.value is None


def test_a_pulse_counts_four_and_five_as_satisfied() -> None:
    assert pulse_of({1: 1, 3: 1, 4: 1, 5: 2}) == share(3, 5)
    assert pulse_of({5: 4}).value is None


def test_the_latest_month_is_shown_or_nothing() -> None:
    line = pulse_line({"2026-10": {5: 9}, "2026-11": {4: 6, 1: 4}}, EN)
    assert line is not None
    assert plain(line).startswith("Pulse 2026-11: 60% satisfied (31% to 83%, n = 10)")
    assert pulse_line({"2026-10": {5: 9}, "2026-11": {4: 4}}, EN) is None
    assert pulse_line({}, EN) is None

"""Half-days that chance draws: blocks of a week, and how sure a mean of half-days is."""

from datetime import UTC, datetime

import numpy as np
import pytest

from models.statistics.half_days import (
    evenness_p,
    half_day_at,
    half_days_beside,
    variance_of_sums,
)

WEEK = half_days_beside("2026-11-04 pm")


def test_a_block_is_the_week_from_monday_to_friday_or_its_weekend() -> None:
    assert WEEK[0] == "2026-11-02 am"
    assert WEEK[-1] == "2026-11-06 pm"
    assert len(WEEK) == 10
    assert half_days_beside("2026-11-08 am") == [
        *("2026-11-07 am", "2026-11-07 pm"),
        *("2026-11-08 am", "2026-11-08 pm"),
    ]


@pytest.mark.parametrize(("hour", "half"), [(0, "am"), (11, "am"), (12, "pm"), (23, "pm")])
def test_noon_divides_the_day(hour: int, half: str) -> None:
    assert half_day_at(datetime(2026, 11, 2, hour, 59, tzinfo=UTC)) == f"2026-11-02 {half}"


def test_a_hand_worked_variance() -> None:
    # Sums of half-days: 3, 1 in one week, 0, −4 in the next: 2 · 2 + 2 · 8, one degree each.
    parts = np.array([1.0, 2.0, 1.0, 0.0, -4.0])
    half_day = np.array([WEEK[0], WEEK[0], WEEK[3], "2026-11-09 am", "2026-11-10 am"])

    assert variance_of_sums(parts, half_day) == [(4.0, 1.0), (16.0, 1.0)]


def test_blocks_of_one_half_day_are_one() -> None:
    half_day = np.array([WEEK[0], "2026-11-09 am", "2026-11-16 am"])

    assert variance_of_sums(np.array([1.0, 0.0, -1.0]), half_day) == [(3.0, 2.0)]


def test_a_last_block_of_one_joins_the_one_before_it() -> None:
    half_day = np.array([WEEK[0], WEEK[1], "2026-11-09 am"])

    assert variance_of_sums(np.array([1.0, 0.0, -1.0]), half_day) == [(3.0, 2.0)]


def test_questions_of_a_half_day_that_are_alike_make_it_less_sure() -> None:
    chance = np.random.default_rng(0)
    shared = np.repeat(chance.standard_normal(10), 20)
    half_day = np.repeat(WEEK, 20)

    together = sum(one for one, _ in variance_of_sums(shared, half_day))
    singly = sum(one for one, _ in variance_of_sums(shared, np.full(200, "")))

    assert together > 10 * singly


def test_askers_who_wait_for_the_answers_are_seen() -> None:
    def asked(held: int, helped: int) -> list[tuple[str, bool, float]]:
        found = list[tuple[str, bool, float]]()
        for week in range(12):
            day = f"2026-{1 + week // 4:02}-{5 + 7 * (week % 4):02} am"
            # A few more or fewer from week to week.
            found += [(day, True, 0.5)] * (held + week % 3) + [(day, False, 0.5)] * (helped + 1)
        return found

    assert evenness_p(asked(20, 20)) > 0.05
    assert evenness_p(asked(10, 30)) < 0.001
    assert evenness_p([]) == evenness_p(asked(9, 9)[:3]) == 1.0

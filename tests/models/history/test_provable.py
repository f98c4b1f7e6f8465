"""By which day a pilot could show its goal: by volume, spread and share held out."""

from datetime import date, timedelta

import numpy as np
import pytest

from models.history.provable import Floats, Spread, moments, provable, spread_of
from models.value.effect.forecast import planned_cases

START = date(2027, 1, 4)
MINUTES = np.random.default_rng(1).lognormal(3, 0.9, 4_000)
NONE = np.zeros(0)


def test_half_held_out_shows_it_sooner_than_a_fifth() -> None:
    half, fifth = provable(MINUTES, Spread.HANDLING, 100, START).days

    assert (half.hold_out, fifth.hold_out) == (0.5, 0.2)
    assert half.on is not None
    assert fifth.on is not None
    assert START < half.on < fifth.on


def test_the_day_is_the_first_look_s_and_a_week_of_ripening() -> None:
    half, _ = provable(MINUTES, Spread.HANDLING, 100, START).days

    planned = planned_cases(moments(MINUTES), moments(MINUTES, 0.4), 0.5)
    assert half.planned == planned
    assert half.first_look == pytest.approx(0.5 * planned, abs=1)
    assert half.second_look == 2 * half.first_look
    weeks = half.first_look / (100 * 7 / (365 / 12))
    assert half.on is not None
    assert half.on - START == pytest.approx(timedelta(weeks=weeks + 1), abs=timedelta(days=1))


def test_a_tiny_desk_cannot_show_it_in_three_years() -> None:
    assert [one.on for one in provable(MINUTES, Spread.HANDLING, 2, START).days] == [None, None]


def test_without_handling_times_the_time_to_the_solution_tells_the_spread() -> None:
    assert spread_of(MINUTES, NONE)[0] is Spread.HANDLING
    assert spread_of(NONE, MINUTES)[0] is Spread.TO_SOLUTION
    assert spread_of(MINUTES[:29], MINUTES[:29])[0] is None


def test_no_day_is_named_without_volume_or_spread() -> None:
    assert provable(MINUTES, Spread.HANDLING, None, START).days == ()
    assert provable(NONE, None, 100, START).days == ()


def test_a_look_finds_the_goal_as_often_as_is_said() -> None:
    """Six times in ten at the first look, nearly nine times in one of the two."""
    rng = np.random.default_rng(7)
    (half, _) = provable(MINUTES, Spread.HANDLING, 100, START).days
    cap = np.quantile(MINUTES, 0.95)
    first = both = 0
    for _ in range(400):
        as_is = np.minimum(rng.lognormal(3, 0.9, half.first_look), cap)
        helped = np.minimum(0.6 * rng.lognormal(3, 0.9, half.first_look), cap)
        n = half.first_look // 2
        at_first = _is_shown(as_is[:n], helped[:n], 2.2414)  # two-sided 2.5 %
        first += at_first
        both += at_first or _is_shown(as_is, helped, 2.4977)  # 1.25 %
    assert 0.5 < first / 400 < 0.72
    assert 0.82 < both / 400 < 0.95


def _is_shown(as_is: Floats, helped: Floats, z: float) -> bool:
    logs = np.log(as_is.mean() / helped.mean())
    error = sum(one.var(ddof=1) / len(one) / one.mean() ** 2 for one in (as_is, helped)) ** 0.5
    return bool(logs > z * error)

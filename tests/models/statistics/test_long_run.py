"""The error of a mean of weeks: right for weeks that have nothing to do with each other, and wider
for weeks that go together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.statistics.long_run import long_run, resemblance


def parts_of(weeks: list[float]) -> list[float]:
    values = np.array(weeks)
    return [float(part) for part in (values - values.mean()) / len(values)]


def test_three_waves_worked_by_hand() -> None:
    # Two weeks have one wave: cos(π/4) and cos(3π/4) of −1/2 and 1/2, −0.7071 together.
    variance, freedom = long_run(parts_of([0.0, 2.0]))

    assert variance == pytest.approx(2 * 0.5)
    assert freedom == 1.0


def test_of_weeks_by_chance_it_is_right_on_average() -> None:
    chance = np.random.default_rng(3)
    found = [long_run(parts_of(chance.normal(size=12).tolist()))[0] for _ in range(4000)]

    assert np.mean(found) == pytest.approx(1 / 12, rel=0.05)


def test_weeks_that_go_together_make_it_less_sure() -> None:
    together = [1.0] * 6 + [-1.0] * 6
    by_turns = [1.0, -1.0] * 6

    assert long_run(parts_of(together))[0] > 10 * long_run(parts_of(by_turns))[0]
    assert resemblance(parts_of(together)) == pytest.approx(9 / 12)
    assert resemblance(parts_of(by_turns)) == pytest.approx(-11 / 12)


def test_stretches_apart_from_each_other_are_not_neighbours() -> None:
    low, high = parts_of([1.0, -1.0] * 4), parts_of([-1.0, 1.0] * 4)

    assert resemblance(low, high) == pytest.approx(-7 / 8)
    assert resemblance([]) == 0.0


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=60))
def test_it_is_never_below_nothing_and_the_resemblance_is_one_at_most(weeks: list[float]) -> None:
    parts = parts_of(weeks)
    variance, freedom = long_run(parts)

    assert variance >= 0
    assert 1 <= freedom <= 3
    assert -1 <= resemblance(parts) <= 1

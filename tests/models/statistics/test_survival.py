"""Half are over within …: what still goes on counts too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from models.statistics.estimates import Estimate
from models.statistics.survival import kaplan_meier, median_with_open, pseudo_minutes


def of(minutes: list[float], is_open: list[int]) -> Estimate:
    return median_with_open(np.array(minutes, dtype=float), np.array(is_open, dtype=bool))


def test_open_ones_make_the_figure_longer_instead_of_vanishing() -> None:
    ended = [1.0, 2.0, 3.0, 4.0, 5.0]

    assert of(ended, [0] * 5).value == 3.0
    assert of([*ended, 6.0, 6.0, 6.0], [0] * 5 + [1] * 3).value == 4.0


def test_a_published_example() -> None:
    # Freireich et al. 1963, weeks in remission under 6-MP: the median is 23 weeks.
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    goes_on = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]

    found = of([*ended, *goes_on], [0] * 9 + [1] * 12)

    assert (found.n, found.value) == (21, 23.0)
    assert (found.low, found.high) == (None, None)  # its curve has no upper end


def test_all_open_is_no_median_and_nothing_is_nothing() -> None:
    assert of([1, 2, 3], [1, 1, 1]) == Estimate(3, None)
    assert of([], []) == Estimate(0, None)


def test_fewer_than_half_over_is_no_median() -> None:
    assert of([1, 2, 9, 9, 9], [0, 0, 1, 1, 1]).value is None


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=40))
def test_the_curve_is_that_of_scipy(told: list[tuple[int, bool]]) -> None:
    minutes = np.array([at for at, _ in told], dtype=float)
    is_open = np.array([goes_on for _, goes_on in told])
    if is_open.all():
        return

    times, curve, low, high = kaplan_meier(minutes, is_open)

    theirs = ecdf(CensoredData(minutes[~is_open], right=minutes[is_open])).sf
    assert curve.tolist() == pytest.approx(
        [float(share) for share in theirs.evaluate(times)], abs=1e-12
    )
    assert (low <= curve + 1e-12).all()
    assert (curve <= high + 1e-12).all()


def test_one_half_is_one_half_though_the_product_rounds() -> None:
    # Thirty values without an open one: after the fifteenth exactly half are left, 15/30. As a
    # product of floats, 29/30 · 28/29 · …, that is a hair more.
    minutes = np.arange(1.0, 31.0)

    assert median_with_open(minutes, np.zeros(30, dtype=bool)).value == 15.0


SOME = st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=60)


def columns(told: list[tuple[int, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([at for at, _ in told], dtype=float), np.array([goes_on for _, goes_on in told])


def area_under_the_curve(minutes: np.ndarray, is_open: np.ndarray, cap: float) -> float:
    times, curve, _, _ = kaplan_meier(minutes, is_open)
    upto = times < cap
    edges = np.concatenate([[0.0], times[upto], [cap]])
    return float((np.concatenate([[1.0], curve[upto]]) * np.diff(edges)).sum())


@given(SOME, st.integers(5, 40))
def test_pseudo_minutes_have_the_mean_of_the_curve(told: list[tuple[int, bool]], cap: int) -> None:
    minutes, is_open = columns(told)

    parts = pseudo_minutes(minutes, is_open, cap)

    assert parts.mean() == pytest.approx(area_under_the_curve(minutes, is_open, cap))


@given(SOME, st.integers(5, 40))
def test_where_nothing_goes_on_they_are_the_minutes(told: list[tuple[int, bool]], cap: int) -> None:
    minutes, _ = columns(told)
    still = minutes >= cap  # whether that one goes on changes nothing

    assert pseudo_minutes(minutes, still, cap).tolist() == np.minimum(minutes, cap).tolist()
    none = np.zeros(len(minutes), dtype=bool)
    assert pseudo_minutes(minutes, none, cap).tolist() == np.minimum(minutes, cap).tolist()


@given(SOME)
def test_they_do_not_depend_on_the_order(told: list[tuple[int, bool]]) -> None:
    minutes, is_open = columns(told)

    parts = pseudo_minutes(minutes, is_open, 25.0)

    backwards = pseudo_minutes(minutes[::-1], is_open[::-1], 25.0)
    assert parts.tolist() == pytest.approx(backwards[::-1].tolist())


def test_they_are_what_is_missed_when_one_is_left_out() -> None:
    chance = np.random.default_rng(5)
    minutes = chance.exponential(100.0, 400)
    until = np.where(chance.random(400) < 0.3, 60.0, 1e9)
    seen, is_open = np.minimum(minutes, until), minutes > until
    whole = area_under_the_curve(seen, is_open, 250.0)

    parts = pseudo_minutes(seen, is_open, 250.0)

    for one in range(0, 400, 40):
        others = np.arange(400) != one
        without = area_under_the_curve(seen[others], is_open[others], 250.0)
        assert parts[one] == pytest.approx(400 * whole - 399 * without, abs=3.0)


def test_their_variance_is_nearly_greenwoods() -> None:
    chance = np.random.default_rng(6)
    minutes = chance.exponential(100.0, 2000)
    until = np.where(chance.random(2000) < 0.3, 60.0, 1e9)
    seen, is_open = np.minimum(minutes, until), minutes > until

    times, number = np.unique(seen[~is_open & (seen < 250)], return_counts=True)
    at_risk = 2000 - np.searchsorted(np.sort(seen), times, side="left")
    curve = np.cumprod(1 - number / at_risk)
    left = np.cumsum((curve * np.diff(np.append(times, 250.0)))[::-1])[::-1]
    greenwood = float((left**2 * number / (at_risk * (at_risk - number))).sum())

    parts = pseudo_minutes(seen, is_open, 250.0)

    assert parts.var(ddof=1) / 2000 == pytest.approx(greenwood, rel=0.02)


def test_nothing_has_none() -> None:
    assert pseudo_minutes(np.zeros(0), np.zeros(0, dtype=bool), 10.0).tolist() == []
    alone = pseudo_minutes(np.array([3.0]), np.array([True]), 10.0)
    assert alone.tolist() == [10.0]  # nobody was seen to be helped

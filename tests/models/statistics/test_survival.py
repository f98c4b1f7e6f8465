"""Half are over within …: what still goes on counts too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from models.statistics.estimates import Estimate
from models.statistics.survival import kaplan_meier, median_with_open


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

"""Intervals against published and hand-worked numbers."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.statistics.estimates import NOTHING, Estimate, count, median, median_rank, share

numbers = st.lists(st.floats(0, 1e6), max_size=60)


@pytest.mark.parametrize(
    ("n", "rank", "level"),
    # The table that statistics textbooks print as "confidence intervals for the population
    # median": narrowest rank pair that still has 95 %, with its exact level. At n = 5 even the
    # smallest and the largest value together reach 93.8 % only.
    [
        (6, 1, 0.969),
        (7, 1, 0.984),
        (8, 1, 0.992),
        (9, 2, 0.961),
        (10, 2, 0.979),
        (12, 3, 0.961),
        (15, 4, 0.965),
        (17, 5, 0.951),
        (20, 6, 0.959),
    ],
)
def test_ranks_of_the_median_are_the_published_ones(n: int, rank: int, level: float) -> None:
    assert median_rank(n) == rank
    assert 1 - 2 * sum(comb(n, k) for k in range(rank)) / 2**n == pytest.approx(level, abs=5e-4)


@pytest.mark.parametrize("n", range(6))
def test_below_six_values_there_is_no_interval(n: int) -> None:
    assert median_rank(n) == 0


@given(st.integers(6, 400))
def test_the_pair_covers_95_percent_and_the_next_inner_pair_does_not(n: int) -> None:
    def missed(rank: int) -> float:  # both tails of Binomial(n, ½), by exact counting
        return float(2 * sum(comb(n, k) for k in range(rank)) / 2**n)

    rank = median_rank(n)

    assert missed(rank) <= 0.05 < missed(rank + 1)


def test_a_million_tickets_have_ranks_near_the_normal_quantile() -> None:
    # n/2 - 0.98 · √n = 500 000 - 980
    assert median_rank(1_000_000) == pytest.approx(499_020, abs=2)


def test_a_median_by_hand() -> None:
    # Ten values: ranks 2 and 9 bound the median, (5 + 6) / 2.
    assert median(np.array([10.0, 1, 9, 2, 8, 3, 7, 4, 6, 5])) == Estimate(10, 5.5, 2.0, 9.0)


def test_what_has_not_happened_is_left_out() -> None:
    assert median(np.array([np.nan, 3.0, np.nan, 5.0])) == Estimate(2, 4.0)


def test_nothing_gives_nothing() -> None:
    assert median(np.array([])) == NOTHING
    assert median(np.array([np.nan])) == NOTHING
    assert share(0, 0) == NOTHING


def test_five_values_have_a_median_but_no_interval() -> None:
    assert median(np.arange(5.0)) == Estimate(5, 2.0, None, None)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3 (score, without
    # continuity correction).
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_are_the_published_ones(k: int, n: int, low: float, high: float) -> None:
    found = share(k, n)

    assert found.value == k / n
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_in_its_interval_and_mirrors_its_opposite(pair: tuple[int, int]) -> None:
    k, n = pair
    found, opposite = share(k, n), share(n - k, n)

    assert found.low is not None
    assert found.value is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert opposite.high == pytest.approx(1 - found.low)


@given(numbers)
def test_a_median_lies_in_its_interval_whatever_the_order(values: list[float]) -> None:
    found = median(np.array(values))

    assert found == median(np.array(values[::-1]))
    if found.low is not None and found.value is not None and found.high is not None:
        assert found.low <= found.value <= found.high


def test_the_interval_of_the_median_holds_its_promise_on_a_skewed_distribution() -> None:
    # Log-normal, true median 1: 2,000 samples of 25; the rank pair 8/18 promises 95.7 %.
    rng = np.random.default_rng(4)
    found = [median(rng.lognormal(0, 1.5, 25)) for _ in range(2000)]

    covered = sum((each.low or 0) <= 1 <= (each.high or 0) for each in found) / 2000

    assert covered == pytest.approx(0.957, abs=0.015)


def test_a_count_has_no_interval() -> None:
    assert count(7) == Estimate(7, 7.0, None, None)

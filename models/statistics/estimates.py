"""Estimates with 95 % intervals that hold for small samples."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_TAIL = 0.025
_Z = 1.959963984540054  # 97.5 % quantile of the standard normal distribution


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure from ``n`` observations.

    ``value`` is None without observations; ``low`` and ``high`` bound its 95 % interval,
    None where there are too few observations for one, or where the figure is a plain count.
    """

    n: int
    value: float | None
    low: float | None = None
    high: float | None = None


NOTHING = Estimate(n=0, value=None)


def median(values: npt.NDArray[Any]) -> Estimate:
    """Return the median with its distribution-free interval; NaN is left out.

    The interval reaches from one order statistic to another, whatever the distribution:
    with Binomial(n, ½) observations below the true median, the r-th smallest and r-th
    largest values enclose it with at least 95 % probability. Below six observations no
    such pair exists.

    Parameters
    ----------
    values : shape (n,)

    References
    ----------
    Campbell & Gardner, Calculating confidence intervals for some non-parametric analyses,
    BMJ 296 (1988) 1454–1456.
    """
    known = np.sort(values[~np.isnan(values)])
    n = len(known)
    if not n:
        return NOTHING
    rank = median_rank(n)
    middle = float(np.median(known))
    if rank == 0:
        return Estimate(n, middle)
    return Estimate(n, middle, float(known[rank - 1]), float(known[n - rank]))


def median_rank(n: int) -> int:
    """Return r so that the r-th smallest and r-th largest of ``n`` bound the median.

    The largest r with P(Binomial(n, ½) < r) ≤ 2.5 %; 0 when there is none (n < 6).
    """
    from scipy.special import bdtr

    # The normal quantile is off by one or two ranks at most: start there and step.
    rank = max(0, math.floor((n - _Z * math.sqrt(n)) / 2))
    while rank > 0 and bdtr(rank - 1, n, 0.5) > _TAIL:
        rank -= 1
    while bdtr(rank, n, 0.5) <= _TAIL:
        rank += 1
    return rank


def share(k: int, n: int) -> Estimate:
    """Return k/n with Wilson's score interval.

    References
    ----------
    Newcombe, Two-sided confidence intervals for the single proportion, Statistics in
    Medicine 17 (1998) 857–872, method 3.
    """
    if n == 0:
        return NOTHING
    p = k / n
    low, high = wilson_of(p, n, _Z)
    # Rounding must not push the interval off its own value at 0 and at 1.
    return Estimate(n, p, min(p, low), max(p, high))


def wilson(successes: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Interval of a share, honest for small ``n`` and for shares near 0 and 1.

    Returns
    -------
    (low, high), each in [0, 1]; (0, 1) when ``n`` is 0.

    References
    ----------
    Wilson, Probable inference, the law of succession, and statistical inference,
    Journal of the American Statistical Association 22 (1927).
    """
    return wilson_of(successes / n, n, z) if n else (0.0, 1.0)


def wilson_of(share: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """Return the same interval for a share of ``n``, which need not be a whole number of them."""
    middle = share + z * z / (2 * n)
    spread = z * math.sqrt(max(0.0, share * (1 - share)) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def count(n: int) -> Estimate:
    """Return a plain count: it is what it is, without an interval."""
    return Estimate(n, float(n))

"""How much smaller one mean is than another, as a share, with its interval. Pure.

Means, not medians or logarithms, because minutes add up to money and because a case that
needed nobody counts with 0 minutes.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from models.statistics.long_run import long_run
from models.statistics.looks import ERROR

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[Any]

FEWEST_IN_A_STRATUM = 5
# A ratio of millions says nothing more; larger ones are no numbers.
_MOST = 20.0
# Minutes below which a mean is nothing, and its square no number.
_LEAST = 1e-9


class Mean(NamedTuple):
    """A mean with the variance of that mean and its degrees of freedom."""

    value: float
    variance: float
    freedom: float


class MinutesSaved(NamedTuple):
    """Mean minutes saved on one question, with its standard error and interval."""

    value: float
    error: float
    freedom: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Reduction:
    """A mean's cut from another: 0.4 is 40 % less, −0.1 is 10 % more.

    ``error`` is the standard error of the logarithm of the ratio, in which the interval
    is symmetric; ``freedom`` are its degrees of freedom, ``interval_error`` the two-sided error
    of the interval: 0.05 is one of 95 %.
    """

    value: float
    low: float
    high: float
    error: float
    freedom: float = math.inf
    interval_error: float = ERROR


def mean_of(values: Floats) -> Mean | None:
    """Return the plain mean; None below two values.

    Parameters
    ----------
    values : shape (n,), such as minutes a ticket, or one mean a week
    """
    n = len(values)
    if n < 2:
        return None
    return Mean(float(values.mean()), float(values.var(ddof=1)) / n, n - 1.0)


def stratified_mean(values: Floats, strata: Labels, weights: Mapping[Any, float]) -> Mean | None:
    """Return the mean with each stratum at its weight; None where one has fewer than two.

    Parameters
    ----------
    values, strata : shape (n,)
    weights
        By stratum, adding up to 1.

    References
    ----------
    Cochran, Sampling Techniques, 3rd ed., 1977, sections 5.3–5.4 (mean, its variance and
    degrees of freedom).
    """
    means = [(weights[key], mean_of(values[strata == key])) for key in weights]
    known = [(weight, mean) for weight, mean in means if mean is not None]
    if not known or len(known) < len(means):
        return None
    parts = [(weight * weight * mean.variance, mean.freedom) for weight, mean in known]
    return Mean(
        sum(weight * mean.value for weight, mean in known),
        sum(variance for variance, _ in parts),
        freedom_of(parts),
    )


def influences_within(values: Floats, strata: Labels, weights: Mapping[str, float]) -> Floats:
    """Return what each value adds to the error of `stratified_mean`, shape (n,); sum 0."""
    parts = np.zeros(len(values))
    for key, weight in weights.items():
        inside = strata == key
        n = int(inside.sum())
        if n > 1:
            # As a variance of n − 1 degrees of freedom.
            parts[inside] = (values[inside] - values[inside].mean()) * weight / np.sqrt(n * (n - 1))
    return parts


def influences(values: Floats, weights: Floats, weeks: Labels) -> dict[Any, float]:
    """Return by week, in order, what each adds to the error of the weighted mean; sum 0."""
    names, codes = np.unique(weeks, return_inverse=True)
    centre = float(np.average(values, weights=weights))
    sums = np.bincount(codes, weights=weights * (values - centre), minlength=len(names))
    return dict(zip(names.tolist(), (sums / weights.sum()).tolist(), strict=True))


def clustered_mean(values: Floats, weights: Floats, weeks: Labels) -> Mean | None:
    """Return the mean of all values, its error taken from how whole weeks differ.

    Tickets of a week share its troubles, and a bad week follows a bad one, so weeks in their
    order are what was observed; None below two weeks.

    References
    ----------
    Cochran, Sampling Techniques, 3rd ed., 1977, section 9A (ratio to size).
    """
    parts = influences(values, weights, weeks) if weights.sum() > 0 else {}
    if len(parts) < 2:
        return None
    return Mean(float(np.average(values, weights=weights)), *long_run(list(parts.values())))


def pooled_strata(strata: Labels, is_held: npt.NDArray[np.bool_]) -> Labels:
    """Return the strata, names or numbers, with small ones put together as ``""`` or −1.

    A stratum stands alone with at least `FEWEST_IN_A_STRATUM` cases in each arm; where the
    rest is too small as well, all is one stratum.
    """
    names, codes = np.unique(strata, return_inverse=True)
    held = np.bincount(codes, weights=is_held, minlength=len(names))
    other = np.bincount(codes, weights=~is_held, minlength=len(names))
    small = np.minimum(held, other) < FEWEST_IN_A_STRATUM
    if small.any() and min(held[small].sum(), other[small].sum()) < FEWEST_IN_A_STRATUM:
        small[:] = True
    rest = -1 if strata.dtype.kind == "i" else ""
    return np.where(small[codes], rest, strata)


def shares_of(strata: Labels) -> dict[Any, float]:
    """Return how often each stratum occurs, as shares."""
    names, counts = np.unique(strata, return_counts=True)
    return {name: n / len(strata) for name, n in zip(names.tolist(), counts.tolist(), strict=True)}


def reduction(now: Mean, before: Mean, error: float = ERROR) -> Reduction | None:
    """Return by how much ``now`` is below ``before``; None where either is next to nothing.

    Welch's interval for the logarithm of the ratio, by the delta method.

    Parameters
    ----------
    error
        Two-sided error of the interval.
    """
    if min(now.value, before.value) < _LEAST:
        return None
    parts = [(mean.variance / mean.value**2, mean.freedom) for mean in (now, before)]
    return from_log(float(np.log(now.value / before.value)), parts, error)


def _interval(
    parts: Sequence[tuple[float, float]], error_of_interval: float
) -> tuple[float, float, float]:
    """Return a sum's standard error, its degrees of freedom, and half its interval.

    References
    ----------
    Welch, The generalization of "Student's" problem when several different population
    variances are involved, Biometrika 34 (1947) 28–35.
    """
    from scipy.special import stdtrit

    error, freedom = float(np.sqrt(sum(variance for variance, _ in parts))), freedom_of(parts)
    return (
        error,
        freedom,
        error * float(stdtrit(freedom, 1 - error_of_interval / 2)) if error else 0.0,
    )


def from_log(
    log_ratio: float, parts: Sequence[tuple[float, float]], error_of_interval: float = ERROR
) -> Reduction:
    """Return the reduction of a logarithm of a ratio.

    Parameters
    ----------
    parts
        (variance, degrees of freedom) of the independent terms that it is a sum of.
    error_of_interval
        Two-sided.
    """
    error, freedom, half = _interval(parts, error_of_interval)
    logs = np.clip((log_ratio, log_ratio + half, log_ratio - half), -_MOST, _MOST)
    cut = [float(share) for share in -np.expm1(logs)]
    return Reduction(cut[0], cut[1], cut[2], error, freedom, error_of_interval)


def times(cut: Reduction, mean: float) -> MinutesSaved:
    """Return what a cut means in minutes, where ``mean`` is what is left after it.

    What would have been is ``mean / (1 − cut)``; the error is the logarithm's, by the
    delta method, the interval that of the cut.
    """
    value, low, high = (mean * share / (1 - share) for share in (cut.value, cut.low, cut.high))
    return MinutesSaved(value, (mean + value) * cut.error, cut.freedom, low, high)


def freedom_of(parts: Sequence[tuple[float, float]]) -> float:
    """Return Welch's and Satterthwaite's degrees of freedom of a sum of variances."""
    total = sum(variance for variance, _ in parts)
    spread = sum(variance**2 / freedom for variance, freedom in parts)
    return total**2 / spread if spread else sum(freedom for _, freedom in parts)

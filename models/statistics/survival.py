"""How long things take when some of them still go on. Pure."""

from typing import Any

import numpy as np
import numpy.typing as npt

from models.statistics.estimates import NOTHING, Estimate

Floats = npt.NDArray[np.float64]
_Z = 1.959963984540054  # 97.5 % quantile of the standard normal distribution


def median_with_open(minutes: npt.NDArray[Any], is_open: npt.NDArray[np.bool_]) -> Estimate:
    """Return the Kaplan–Meier median with its interval; what is open counts, it is not dropped.

    Without the open ones the slowest tickets would be missing, and every figure too good.
    ``value`` is None while fewer than half are over, ``high`` while its curve stays above
    one half.

    Parameters
    ----------
    minutes : shape (n,)
        How long it took, or has taken so far where ``is_open``.

    References
    ----------
    Kaplan & Meier, Nonparametric estimation from incomplete observations, JASA 53 (1958)
    457–481; Brookmeyer & Crowley, A confidence interval for the median survival time,
    Biometrics 38 (1982) 29–41, with pointwise log-log limits.
    """
    n = len(minutes)
    if not n or is_open.all():
        return Estimate(n, None) if n else NOTHING
    times, curve, low_curve, high_curve = kaplan_meier(minutes, is_open)
    value, low, high = (_half(times, one) for one in (curve, low_curve, high_curve))
    # An interval with one end says less than it seems: none is shown.
    if value is None or low is None or high is None:
        return Estimate(n, value)
    return Estimate(n, value, low, high)


def kaplan_meier(
    minutes: npt.NDArray[Any], is_open: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the times at which something ended, and the share that still goes on then.

    Beside the share its 95 % limits (Greenwood's variance on the log-log scale), each of
    shape (n_times,). `scipy.stats.ecdf` gives the same curve, but warns of each limit that
    does not exist.
    """
    times, ended = np.unique(minutes[~is_open], return_counts=True)
    at_risk = len(minutes) - np.searchsorted(np.sort(minutes), times, side="left")
    curve = np.cumprod(1 - ended / at_risk)
    some = curve > 0  # where nothing is left there is nothing to bound
    variance = np.cumsum(ended[some] / (at_risk[some] * (at_risk[some] - ended[some])))
    half = _Z * np.sqrt(variance) / np.abs(np.log(curve[some]))
    low, high = np.zeros(len(times)), np.zeros(len(times))
    low[some], high[some] = curve[some] ** np.exp(half), curve[some] ** np.exp(-half)
    return times.astype(np.float64), curve.astype(np.float64), low, high


def _half(times: Floats, shares: Floats) -> float | None:
    # The curve is a product of fractions: one half may come out a hair above itself.
    at = np.flatnonzero(shares <= 0.5 + 1e-9)
    return float(times[at[0]]) if len(at) else None


def pseudo_minutes(minutes: Floats, is_open: npt.NDArray[np.bool_], cap: float) -> Floats:
    """Return the part of each in the mean up to a cap where some go on, shape (n,).

    Their mean is the area under the Kaplan–Meier curve up to ``cap`` (the restricted mean), and
    how they differ gives its error: what takes a mean of minutes takes these as well. Where
    nothing is open they are the minutes up to the cap. One may be above the cap: it stands for
    those, too, of whom nobody knows how long they took.

    Parameters
    ----------
    minutes : shape (n,)
        How long it took, or was followed where ``is_open``.

    References
    ----------
    Andersen, Hansen & Klein, Regression analysis of restricted mean survival time based on
    pseudo-observations, Lifetime Data Analysis 10 (2004) 335–350; here by the influence of each
    on the curve, of which theirs are the jackknife (Parner, Andersen & Overgaard 2020).
    """
    upto = np.minimum(minutes, cap)
    below = minutes < cap
    if not is_open[below].any():
        return upto
    n, ended = len(upto), ~is_open & below
    times, number = np.unique(upto[ended], return_counts=True)
    at_risk = n - np.searchsorted(np.sort(upto), times, side="left")
    hazard = number / at_risk
    curve = np.concatenate([[1.0], np.cumprod(1 - hazard)])
    widths = np.diff(np.concatenate([[0.0], times, [cap]]))
    area = np.cumsum((curve * widths)[::-1])[::-1]
    # What goes on after a time has that much to go; where nothing does there is nothing to share.
    to_go = np.divide(area[1:], 1 - hazard, out=np.zeros(len(times)), where=number < at_risk)
    each = to_go * n / at_risk
    so_far = np.concatenate([[0.0], np.cumsum(each * hazard)])
    at = np.searchsorted(times, upto, side="right")
    parts = so_far[at]
    parts[ended] -= each[at[ended] - 1]
    return np.asarray(area[0] + parts, dtype=np.float64)

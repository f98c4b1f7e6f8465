"""When an effect can be shown: how much more is needed, and by which day. Pure."""

import math
from datetime import date, timedelta

from models.kpis.handling import DAYS_A_MONTH, Handling, Moments
from models.statistics.looks import first_look
from models.value.effect.comparison import LEAST_CASES, Need

_FOUR_IN_FIVE = 0.8416212335729143
"""80 % quantile of the standard normal distribution."""
# The same of 85 %: guardrails stop some, and few tickets are not quite normal. Beside it the
# quantile of the second look's error, 1.25 % two-sided: it is at the planned number.
_PLANNED = 2.4977054744123723 + 1.0364333894937898
_HALF_DAYS = 1.2
"""How many times as many questions it takes where half-days are drawn: those of one are alike."""
# Thirty and two standard deviations.
_LEAST_ON_A_SIDE = 41
_LONGEST = timedelta(days=3 * 365)


def log_ratio(cut: float) -> float:
    """Return a cut of 0 ≤ cut < 1 as the length of its logarithm."""
    return -math.log1p(-cut)


def _quantiles(error: float, freedom: float) -> float:
    from scipy.special import ndtri, stdtrit

    above = 1 - error / 2
    beyond = ndtri(above) if math.isinf(freedom) else stdtrit(freedom, above)
    return float(beyond) + _FOUR_IN_FIVE


def cases_needed(variance_of_one: float, distance: float, error: float) -> int | None:
    """Return how many cases, in both arms together, show a difference four times in five.

    Parameters
    ----------
    variance_of_one
        Variance of the logarithm of the ratio, times the number of cases it came from.
    distance
        Between the true effect and what it must be told from, as logarithms of ratios.
    error
        Two-sided.
    """
    if distance <= 0:
        return None
    return math.ceil(variance_of_one * (_quantiles(error, math.inf) / distance) ** 2)


def planned_cases(
    as_is: Moments, with_cut: Moments, share: float, *, by_half_days: bool = False
) -> int:
    """Return at how many cases a hold-out of this share is judged second; fixed before it begins.

    Enough to show the cut at that look at least four times in five, and that chance hardly ever
    leaves fewer than thirty cases on a side.

    Parameters
    ----------
    as_is, with_cut
        Of the baseline's handling times, and of the same shortened by the target.
    """
    one = with_cut.relative_variance / (1 - share) + as_is.relative_variance / share
    distance = math.log(as_is.mean / with_cut.mean)
    n = math.ceil(one * (_PLANNED / distance) ** 2 * (_HALF_DAYS if by_half_days else 1.0))
    return max(n, math.ceil(_LEAST_ON_A_SIDE / min(share, 1 - share)))


def weeks_to_first_look(handling: Handling, share: float) -> int | None:
    """Return after how many weeks a hold-out of this share is judged first; None after years.

    At the baseline's rate of tickets, and a week more, in which the last cases mature.
    """
    cases = max(
        first_look(planned_cases(handling.as_is, handling.with_cut, share)),
        math.ceil(LEAST_CASES / min(share, 1 - share)),
    )
    a_week = handling.tickets_a_month * 7 / DAYS_A_MONTH
    weeks = math.ceil(cases / a_week) + 1 if a_week > 0 else math.inf
    return int(weeks) if weeks <= _LONGEST.days / 7 else None


def weeks_needed(
    variances: tuple[float, float], distance: float, freedom: float, error: float
) -> int | None:
    """Return how many weeks after the baseline show a difference four times in five.

    More weeks shrink only their own part of the error: the baseline's stays.

    Parameters
    ----------
    variances
        Of the baseline's mean, and of a single week since; relative to the squares of the means.
    freedom
        Degrees of freedom of the interval.
    """
    left = (distance / _quantiles(error, freedom)) ** 2 - variances[0]
    if distance <= 0 or left <= 0:
        return None
    return math.ceil(variances[1] / left)


def need(so_far: int, needed: int | None, *, a_week: float, today: date) -> Need:
    """Return the need with its day, at ``a_week`` more each week."""
    if needed is None:
        return Need(so_far, None, None)
    missing = max(0, needed - so_far)
    if missing and a_week <= 0:
        return Need(so_far, needed, None)
    days = math.ceil(7 * missing / a_week) if missing else 0
    return Need(so_far, needed, today + timedelta(days) if days <= _LONGEST.days else None)

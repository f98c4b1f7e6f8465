"""When an effect can be shown: how much more is needed, and by which day. Pure."""

import math
from datetime import date, timedelta

from models.kpis.handling import DAYS_A_MONTH, Handling, Moments
from models.statistics.looks import first_look
from models.value.effect.comparison import LEAST_CASES, Need

# 97.5 % and 80 % quantiles of the standard normal distribution: seen in four pilots of five.
_QUANTILES = 1.959963984540054 + 0.8416212335729143
_NINE_IN_TEN = 1.959963984540054 + 1.2815515655446004
# Thirty and two standard deviations.
_LEAST_ON_A_SIDE = 41
_LONGEST = timedelta(days=3 * 365)


def log_ratio(cut: float) -> float:
    """Return a cut of 0 ≤ cut < 1 as the length of its logarithm."""
    return -math.log1p(-cut)


def cases_needed(variance_of_one: float, distance: float) -> int | None:
    """Return how many cases, in both arms together, show a difference four times in five.

    Parameters
    ----------
    variance_of_one
        Variance of the logarithm of the ratio, times the number of cases it came from.
    distance
        Between the true effect and what it must be told from, as logarithms of ratios.
    """
    if distance <= 0:
        return None
    return math.ceil(variance_of_one * (_QUANTILES / distance) ** 2)


def planned_cases(as_is: Moments, with_cut: Moments, share: float) -> int:
    """Return how many cases a hold-out of this share is judged from; fixed before it begins.

    Enough to show the cut nine times in ten (guardrails stop some), and that chance hardly
    ever leaves fewer than thirty cases on a side.

    Parameters
    ----------
    as_is, with_cut
        Of the baseline's handling times, and of the same shortened by the target.
    """
    one = with_cut.relative_variance / (1 - share) + as_is.relative_variance / share
    distance = math.log(as_is.mean / with_cut.mean)
    n = math.ceil(one * (_NINE_IN_TEN / distance) ** 2)
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
    variance_before: float, variance_of_a_week: float, distance: float, least: int
) -> int | None:
    """Return how many weeks after the baseline show a difference four times in five.

    More weeks shrink only their own part of the error: the baseline's stays.
    """
    left = (distance / _QUANTILES) ** 2 - variance_before
    if distance <= 0 or left <= 0:
        return None
    return max(least, math.ceil(variance_of_a_week / left))


def need(so_far: int, needed: int | None, *, a_week: float, today: date) -> Need:
    """Return the need with its day, at ``a_week`` more each week."""
    if needed is None:
        return Need(so_far, None, None)
    missing = max(0, needed - so_far)
    if missing and a_week <= 0:
        return Need(so_far, needed, None)
    days = math.ceil(7 * missing / a_week) if missing else 0
    return Need(so_far, needed, today + timedelta(days) if days <= _LONGEST.days else None)

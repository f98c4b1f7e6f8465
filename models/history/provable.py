"""By which day a pilot of this volume and spread could show that handling got shorter."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil

import numpy as np
from numpy.typing import NDArray

from models.kpis.definitions import KPIS
from models.kpis.handling import CAP_QUANTILE, Moments
from models.statistics.looks import first_look
from models.value.effect.by_chance import MATURITY
from models.value.effect.comparison import LEAST_CASES
from models.value.effect.forecast import need, planned_cases

Floats = NDArray[np.float64]

HOLD_OUTS = (0.5, 0.2)
CUT = KPIS["handling_time"].cut or 0.4
"""The goal: so much less handling time."""
_FEWEST_TIMES = 30
_DAYS_A_WEEK_OF_A_MONTH = 7 / (365 / 12)


class Spread(StrEnum):
    """From which times the spread is taken."""

    HANDLING = "handling_minutes"
    TO_SOLUTION = "time to solution"


@dataclass(frozen=True, slots=True)
class ProvableOn:
    """When a hold-out of a share could show the goal.

    Attributes
    ----------
    hold_out
        Share of the questions that are held out.
    planned
        Questions in both arms together that are planned for.
    first_look, second_look
        Questions at which it is judged first, and then: twice as many. If the goal is the truth,
        the first one shows it six times in ten, one of the two nearly nine times.
    on, second_on
        The days on which these are there and mature; None when that is more than three years
        away.
    """

    hold_out: float
    planned: int
    first_look: int
    second_look: int
    on: date | None
    second_on: date | None


@dataclass(frozen=True, slots=True)
class Provable:
    """The days for each hold-out; empty where volume or spread is not known."""

    days: tuple[ProvableOn, ...] = ()
    spread: Spread | None = None


def spread_of(handling: Floats, to_solution: Floats) -> tuple[Spread | None, Floats]:
    """Return the times that a pilot would be judged by: handling, else to the solution."""
    for spread, minutes in ((Spread.HANDLING, handling), (Spread.TO_SOLUTION, to_solution)):
        if len(minutes) >= _FEWEST_TIMES and minutes.max() > 0:
            return spread, minutes
    return None, np.zeros(0)


def provable(
    minutes: Floats, spread: Spread | None, questions_a_month: float | None, start: date
) -> Provable:
    """Return by which day the goal could be shown, at so many questions a month."""
    if spread is None or not questions_a_month:
        return Provable(spread=spread)
    as_is, with_cut = moments(minutes), moments(minutes, CUT)
    a_week = questions_a_month * _DAYS_A_WEEK_OF_A_MONTH

    def day(questions: int) -> date | None:
        found = need(0, questions, a_week=a_week, today=start).on
        return found and found + MATURITY

    def of(share: float) -> ProvableOn:
        planned = planned_cases(as_is, with_cut, share)
        first = max(first_look(planned), ceil(LEAST_CASES / min(share, 1 - share)))
        return ProvableOn(share, planned, first, 2 * first, day(first), day(2 * first))

    return Provable(tuple(of(share) for share in HOLD_OUTS), spread)


def cap_of(minutes: Floats) -> float:
    """Return the 95th percentile, up to which minutes count: one odd ticket must not decide."""
    return float(np.quantile(minutes, CAP_QUANTILE)) or float(minutes.max())


def moments(minutes: Floats, cut: float = 0.0) -> Moments:
    """Return mean and variance of capped minutes, each shortened by ``cut`` before."""
    capped = np.minimum(minutes * (1 - cut), cap_of(minutes))
    return Moments(float(capped.mean()), float(capped.var()))

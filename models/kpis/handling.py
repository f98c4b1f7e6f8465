"""Handling times of a stretch of weeks in sums: what an effect is told from.

Frozen with the baseline, so that nobody can choose the cap after seeing the pilot, and
so that a report of a million tickets need not read them again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from models.kpis.periods import Period, office_weeks
from models.store.transaction import UnitOfWork
from models.tables import Source
from models.tickets.hours import Calendar

Floats = npt.NDArray[np.float64]

CAP_QUANTILE = 0.95
DAYS_A_MONTH = 365 / 12
_DIGITS = 6  # sums in another order must not change a hash


class Cell(NamedTuple):
    """Tickets of a category resolved in a week, with their capped mean minutes.

    ``unknown`` are those without a handling time; they are not in ``n``.
    """

    week: int
    category: str
    n: int
    minutes: float
    unknown: int = 0


class Moments(NamedTuple):
    """Mean and variance of capped minutes."""

    mean: float
    variance: float

    @property
    def relative_variance(self) -> float:
        return self.variance / self.mean**2 if self.mean else 0.0


@dataclass(frozen=True, slots=True)
class Handling:
    """Handling times of whole weeks; waits are frozen in the same way (`models.kpis.wait_weeks`).

    Attributes
    ----------
    cap
        The 95th percentile of the minutes: one odd ticket must not decide.
    as_is, with_cut
        Moments of the minutes, and of the minutes if all were shorter by the target.
    weeks
        How many weeks the cells come from.
    unknown
        Tickets without a handling time; they are in no cell.
    ways
        How many times come from which evidence (A, B, C); empty in earlier versions.
    """

    cap: float
    as_is: Moments
    with_cut: Moments
    weeks: int
    cells: tuple[Cell, ...]
    unknown: int
    ways: Mapping[str, int] = field(default_factory=dict)

    @property
    def tickets_a_month(self) -> float:
        """How many tickets were resolved in a month of 365 ÷ 12 days, timed or not."""
        n = sum(cell.n for cell in self.cells) + self.unknown
        return n / (7 * self.weeks) * DAYS_A_MONTH

    @staticmethod
    def from_json(told: Mapping[str, Any]) -> "Handling":
        """Return what `asdict` became when it was kept."""
        moments = {key: Moments(*told[key]) for key in ("as_is", "with_cut")}
        return Handling(**{**told, **moments, "cells": tuple(Cell(*one) for one in told["cells"])})


def handling_of(
    unit: UnitOfWork, period: Period, calendar: Calendar, sources: Sequence[Source], cut: float
) -> Handling | None:
    """Return the handling times of the whole weeks of a period; None without any.

    A week is whole where all its office days are in the period.

    Parameters
    ----------
    cut
        The target, for the number of cases that a hold-out will need.
    """
    weeks, zone = office_weeks(period, calendar.is_working_day), calendar.zone
    if not weeks:
        return None
    start, end = weeks[0].start(zone), weeks[-1].end(zone)
    minutes = unit.effects.handling_minutes(start, end, sources)
    if len(minutes) < 2 or not minutes[-1]:
        return None
    cap = rounded(float(np.quantile(minutes, CAP_QUANTILE)) or float(minutes[-1]))
    cells = cells_of(unit, weeks, zone, sources, cap)
    return Handling(
        cap=cap,
        as_is=_moments(np.minimum(minutes, cap)),
        with_cut=_moments(np.minimum(minutes * (1 - cut), cap)),
        weeks=len(weeks),
        cells=tuple(cells),
        unknown=sum(cell.unknown for cell in cells),
        ways=unit.effects.ways_timed(start, end, sources),
    )


def cells_of(
    unit: UnitOfWork, weeks: Iterable[Period], zone: ZoneInfo, sources: Sequence[Source], cap: float
) -> list[Cell]:
    """Return the cells of these weeks."""
    return [
        Cell(at, one.category, one.n, rounded(one.minutes), one.unknown)
        for at, week in enumerate(weeks)
        for one in unit.effects.handling_cells(week.start(zone), week.end(zone), sources, cap)
    ]


def rounded(minutes: float) -> float:
    """Return minutes as they are frozen."""
    return round(minutes, _DIGITS)


def _moments(minutes: Floats) -> Moments:
    return Moments(rounded(float(minutes.mean())), rounded(float(minutes.var())))

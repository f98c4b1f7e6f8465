"""Waits of a stretch of weeks in sums: what the effect on them is told from, week by week.

Frozen with the baseline as handling times are. A question belongs to the week in which it was
asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

import numpy as np
import numpy.typing as npt

from models.kpis.definitions import KPIS
from models.kpis.figure import OPEN
from models.kpis.handling import Cell, Floats, Handling, Moments, rounded
from models.kpis.periods import Period, office_weeks
from models.kpis.rows import FigureQuery, FigureReader, all_waits
from models.kpis.waits import cap_of
from models.statistics.survival import pseudo_minutes
from models.store.columns import moments_of, utc
from models.store.transaction import UnitOfWork
from models.tables import Source
from models.tickets.hours import Calendar

WAIT = KPIS["wait_time"]


@dataclass(frozen=True, slots=True)
class WeeklyWaits:
    """Questions of some weeks, as columns of shape (n,).

    Attributes
    ----------
    minutes
        Up to the cap; NaN for those that are left out.
    is_open
        Whether they were followed only so long.
    week
        Counted from 0.
    """

    minutes: Floats
    is_open: npt.NDArray[np.bool_]
    category: npt.NDArray[Any]
    week: npt.NDArray[np.int64]

    def only(self, kept: npt.NDArray[np.bool_]) -> "WeeklyWaits":
        return WeeklyWaits(
            self.minutes[kept], self.is_open[kept], self.category[kept], self.week[kept]
        )

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        return ~np.isnan(self.minutes)


def weekly_waits(
    unit: UnitOfWork,
    weeks: Sequence[Period],
    calendar: Calendar,
    sources: Sequence[Source],
    now: datetime,
) -> WeeklyWaits:
    """Return the waits of the questions asked in consecutive weeks, as they are known."""
    if not weeks:
        none = np.zeros(0)
        return WeeklyWaits(none, none > 0, none.astype(str), none.astype(np.int64))
    period = Period.between(weeks[0].first_day, weeks[-1].last_day)
    asked = FigureQuery(period, calendar, tuple(sources), now)
    found = all_waits(FigureReader(unit, asked, (WAIT,), detailed=True))
    starts = np.array([utc(week.start(calendar.zone)) for week in weeks])
    week = np.searchsorted(starts, moments_of(found["at"].tolist()), side="right") - 1
    return WeeklyWaits(found["value"], found["group"] == OPEN, found["category"].astype(str), week)


def ripe_weeks(weeks: Sequence[Period], calendar: Calendar, now: datetime) -> list[Period]:
    """Return the weeks whose waits are settled: no question of them can reach the cap any more."""
    cap = cap_of(calendar)
    return list(
        takewhile(
            lambda week: calendar.business_minutes(week.end(calendar.zone), now) >= cap, weeks
        )
    )


def cells_of_waits(waits: WeeklyWaits, cap: float) -> list[Cell]:
    """Return waits by week and category, each at its part in the mean of all of them."""
    known = waits.known
    minutes = np.zeros(len(known))
    minutes[known] = pseudo_minutes(waits.minutes[known], waits.is_open[known], cap)
    names, codes = np.unique(waits.category, return_inverse=True)
    places, at = np.unique(waits.week * max(1, len(names)) + codes, return_inverse=True)
    counts = np.bincount(at, weights=known, minlength=len(places)).astype(int)
    sums = np.bincount(at, weights=minutes, minlength=len(places))
    lost = np.bincount(at, weights=~known, minlength=len(places)).astype(int)
    return [
        Cell(
            place // len(names), str(names[place % len(names)]), n, rounded(total / max(n, 1)), left
        )
        for place, n, total, left in zip(
            *(column.tolist() for column in (places, counts, sums, lost)), strict=True
        )
    ]


def moments_of_waits(parts: Floats, cut: float) -> tuple[Moments, Moments]:
    """Return the moments of waits, and of them if a share as large as the target took nothing.

    That is how answers shorten waits. They differ more from question to question than if each
    were somewhat shorter, so it is this that a number is planned for.
    """
    mean, square = float(parts.mean()), float((parts**2).mean())
    left = 1 - cut
    return (
        Moments(rounded(mean), rounded(square - mean**2)),
        Moments(rounded(left * mean), rounded(left * square - (left * mean) ** 2)),
    )


def waits_to_freeze(
    unit: UnitOfWork, period: Period, calendar: Calendar, sources: Sequence[Source], now: datetime
) -> Handling | None:
    """Return the waits of the whole weeks of a period that are settled; None without any."""
    weeks = ripe_weeks(office_weeks(period, calendar.is_working_day), calendar, now)
    waits, cap = weekly_waits(unit, weeks, calendar, sources, now), cap_of(calendar)
    known = waits.only(waits.known)
    parts = pseudo_minutes(known.minutes, known.is_open, cap)
    if len(parts) < 2 or not parts.max():
        return None
    as_is, with_cut = moments_of_waits(parts, WAIT.cut or 0.0)
    cells = cells_of_waits(waits, cap)
    return Handling(
        cap=cap,
        as_is=as_is,
        with_cut=with_cut,
        weeks=len(weeks),
        cells=tuple(cells),
        unknown=sum(cell.unknown for cell in cells),
    )

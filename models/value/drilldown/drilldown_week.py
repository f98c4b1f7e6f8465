"""The rows behind those figures of a weekly digest that are no key figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from models.kpis.drilldown import OPEN, Drilldown, FigureRow, FigureRows, RowOrder, Sum, ordered
from models.kpis.periods import Period, week_of, weeks_before
from models.kpis.rows import FigureQuery, counted, for_readers, of_opened, of_resolved, ticket_row
from models.language import N_
from models.statistics.estimates import Estimate, count
from models.statistics.survival import median_with_open
from models.store.transaction import UnitOfWork
from models.value.digest.week import RESOLVED_WEEKS

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class WeekFigure:
    """A figure of the digest: title and formula (English), and how its rows are read."""

    title: str
    formula: str
    unit: str
    read: Callable[[UnitOfWork, FigureQuery], list[FigureRow]]
    sum: Sum
    order: RowOrder


def _half(unit: UnitOfWork, asked: FigureQuery) -> list[FigureRow]:
    """Return the tickets opened in the weeks: how long they took, or have gone on."""
    end = min(asked.end, asked.now)
    done = of_opened(lambda line: line.resolution_minutes)(unit, asked)
    waiting = unit.drilldown.open_at(asked.now, asked.sources)
    return done + [
        ticket_row(line, (asked.now - line.opened_at) / _MINUTE, by_resolution=False, group=OPEN)
        for line in waiting
        if asked.start <= line.opened_at < end and line.resolved_at is None
    ]


WEEK: Mapping[str, WeekFigure] = {
    "opened": WeekFigure(
        N_("New in the week"),
        N_("Tickets opened in the period."),
        "count",
        of_opened(lambda line: 1.0),
        Sum.COUNT,
        RowOrder.NEWEST,
    ),
    "resolved": WeekFigure(
        N_("Resolved in the week"),
        N_("Tickets last resolved in the period."),
        "count",
        of_resolved(lambda line: 1.0),
        Sum.COUNT,
        RowOrder.NEWEST,
    ),
    "half_resolved": WeekFigure(
        N_("Half resolved within, open ones counted"),
        N_(
            "Minutes by the clock within which half of the tickets opened in the last four weeks "
            "were resolved; those that still wait count as going on (Kaplan–Meier)."
        ),
        "minutes",
        _half,
        Sum.MEDIAN_WITH_OPEN,
        RowOrder.MOST,
    ),
}


def of_week(unit: UnitOfWork, key: str, asked: FigureQuery, *, listed: bool) -> Drilldown:
    """Return what stands behind a figure of the digest."""
    figure = WEEK[key]
    if key == "half_resolved":
        asked = replace(asked, period=_four_weeks(asked.period))
    rows = ordered(figure.read(unit, asked), figure.order, "")
    drilldown = Drilldown(
        found=FigureRows(rows, figure.sum, figure.order),
        key=key,
        title=figure.title,
        unit=figure.unit,
        better="",
        formula=figure.formula,
        estimate=_estimate(rows, figure.sum),
        period=asked.period,
        at=asked.now,
        counted=counted(asked),
        by_clock=True,
    )
    return for_readers(drilldown, asked, listed=listed)


def _four_weeks(period: Period) -> Period:
    week = week_of(period.last_day)
    first = weeks_before(week, RESOLVED_WEEKS - 1)[0]
    return Period.between(first.first_day, week.last_day)


def _estimate(rows: tuple[FigureRow, ...], how: Sum) -> Estimate:
    if how is Sum.COUNT:
        return count(len(rows))
    minutes = np.array([row.value for row in rows], dtype=np.float64)
    return median_with_open(minutes, np.array([row.group == OPEN for row in rows], dtype=np.bool_))

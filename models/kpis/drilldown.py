"""What stands behind a figure: its formula, how it was counted, and the rows. Pure."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from models.currency import EURO
from models.kpis.figure import (
    SETS,
    DailyCalls,
    FigureRow,
    Frame,
    KeyFigure,
    RowKind,
    RowOrder,
    mean_of,
)
from models.kpis.periods import Period, week_of
from models.kpis.rows import FigureQuery
from models.kpis.small_desks import FEWEST_ROWS
from models.statistics.estimates import Estimate

_OF_PEOPLES_WORK = (RowKind.TICKET, RowKind.QUESTION, RowKind.CASE)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Week:
    """The rows of a week, and of one set, in one line; ``value`` is None below five of them."""

    key: str
    n: int
    value: float | None
    group: str = ""


@dataclass(frozen=True, slots=True)
class CountingRules:
    """Which tickets counted, and when the office worked.

    ``calendar`` is a hash of the zone, the hours and the days off of the period: two figures
    with the same one were timed by the same calendar.
    """

    sources: tuple[str, ...]
    zone: str
    opens: str
    closes: str
    days_off: tuple[date, ...]
    calendar: str


@dataclass(frozen=True, slots=True)
class Drilldown:
    """A figure with everything that stands behind it.

    ``found`` are all its rows in their order; where ``withheld``, they are not to be shown and
    ``weeks`` stand in their place. ``inputs`` are assumptions (key, value, unit), ``taken`` other
    figures that it is computed with. ``design`` is by what an effect is told.
    """

    figure: KeyFigure[Any]
    period: Period
    at: datetime
    estimate: Estimate
    counted: CountingRules
    found: tuple[FigureRow, ...]
    sets: Mapping[str, tuple[int, float]]
    withheld: bool = False
    weeks: tuple[Week, ...] = ()
    evidence: Mapping[str, int] = field(default_factory=dict)
    calls: Sequence[DailyCalls] = ()
    baseline: float | None = None
    sha256: str = ""
    inputs: tuple[tuple[str, float, str], ...] = ()
    taken: tuple[tuple[str, float, str], ...] = ()
    design: str = ""
    currency: str = EURO.code

    @property
    def rows(self) -> tuple[FigureRow, ...]:
        """The rows that may be shown."""
        return () if self.withheld else self.found


def drilldown_of(
    figure: KeyFigure[Any], frame: Frame, estimate: Estimate, asked: FigureQuery, *, listed: bool
) -> Drilldown:
    """Return a figure with its rows, naming no member of a small desk: it gets sums of weeks.

    Parameters
    ----------
    listed
        Whether enough people work at the desk for a list of tickets.
    """
    withheld = not listed and any(kind in _OF_PEOPLES_WORK for kind in frame["kind"])
    return Drilldown(
        figure=figure,
        period=asked.period,
        at=asked.now,
        estimate=estimate,
        counted=counted(asked),
        found=ordered(frame.rows(), figure.order, figure.better),
        sets=sets_of(frame),
        withheld=withheld,
        weeks=tuple(by_week(figure, frame, asked)) if withheld else (),
        evidence=evidence_of(frame) if figure.with_evidence else {},
    )


def ordered(rows: Iterable[FigureRow], order: RowOrder, better: str) -> tuple[FigureRow, ...]:
    """Return rows in the order in which they are shown."""
    newest = sorted(rows, key=lambda row: (_instant(row), row.number), reverse=True)
    if order is RowOrder.MOST:
        return tuple(sorted(newest, key=lambda row: row.value, reverse=True))
    if order is RowOrder.AGAINST:
        return tuple(sorted(newest, key=lambda row: row.value, reverse=better == "lower"))
    return tuple(newest if order is RowOrder.NEWEST else reversed(newest))


def _instant(row: FigureRow) -> str:
    at = row.opened if row.opened is not None and row.kind is RowKind.TICKET else row.at
    return at.isoformat()


def evidence_of(frame: Frame) -> dict[str, int]:
    """Return how many handling times come from buttons (A), activity (B), statements (C)."""
    kinds, n = np.unique(frame["evidence"].astype(str), return_counts=True)
    found = dict(zip(kinds.tolist(), n.tolist(), strict=True))
    return dict.fromkeys("ABC", 0) | {key: number for key, number in found.items() if key}


def sets_of(frame: Frame) -> dict[str, tuple[int, float]]:
    """Return number and weighted mean of the sets that are compared; empty where not two are."""
    sets = {group: frame.only(frame["group"] == group) for group in SETS}
    means = {group: (some.n, mean_of(some)) for group, some in sets.items()}
    known = {group: (n, mean) for group, (n, mean) in means.items() if mean is not None}
    return known if len(known) > 1 else {}


def by_week(figure: KeyFigure[Any], frame: Frame, asked: FigureQuery) -> Iterator[Week]:
    """Yield rows in sums of weeks, the oldest first; of sets that are compared each apart."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, (at, group) in enumerate(zip(frame["at"], frame["group"], strict=True)):
        week = week_of(asked.local_day(at)).key
        places[week, group if group in SETS else ""].append(place)
    for (week, group), rows in sorted(places.items()):
        some = frame.only(np.array(rows))
        told = figure.aggregate.of_weeks and some.n >= FEWEST_ROWS
        value = figure.aggregate.of(some).value if told else None
        yield Week(week, some.n, value, group)


def counted(asked: FigureQuery) -> CountingRules:
    """Return which tickets count and when the office worked, with the calendar's hash."""
    calendar, period, sources = asked.calendar, asked.period, asked.sources
    span = (period.last_day - period.first_day).days
    days = [period.first_day + at * _DAY for at in range(span + 1)]
    off = tuple(day for day in days if day.weekday() < 5 and not calendar.is_working_day(day))
    half = [f"{day} {calendar.closes_on(day)}" for day in days if calendar.is_half_day(day)]
    said = [calendar.zone.key, str(calendar.opens), str(calendar.closes), *map(str, off), *half]
    return CountingRules(
        sources=tuple(sorted(source.value for source in sources)),
        zone=calendar.zone.key,
        opens=calendar.opens.strftime("%H:%M"),
        closes=calendar.closes.strftime("%H:%M"),
        days_off=off,
        calendar=hashlib.sha256("\n".join(said).encode()).hexdigest()[:12],
    )

"""The rows behind each key figure: one way to read them a figure.

They add up: a test computes every figure anew from its rows and gets the same.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from models.kpis.company import as_kpi
from models.kpis.definitions import KPIS, OF_TICKETS, TicketColumn
from models.kpis.drilldown import (
    OPEN,
    CountingRules,
    DailyCalls,
    Drilldown,
    FigureRow,
    FigureRows,
    FigureSpec,
    RowKind,
    RowOrder,
    Sum,
    about_people,
    by_week,
    estimate_of,
    evidence_of,
    ordered,
)
from models.kpis.helped import help_of, silent_share, value_of
from models.kpis.outcomes import WINDOW, AnswerOutcome, outcomes, searches
from models.kpis.periods import Period
from models.kpis.ratings import published_ratings
from models.kpis.waits import CAP_DAYS, WaitClock, waits_of
from models.statistics.estimates import Estimate
from models.statistics.survival import median_with_open
from models.store.drilldown import TicketLine, WaitLine
from models.store.transaction import UnitOfWork
from models.tables import CompanyKpi, CostEntry, CostKind, Source
from models.tickets.hours import Calendar

_DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
"""Right before this much later is at that very moment: nothing is told between."""


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """What rows are asked of: a period as days and as instants, which tickets count, and now."""

    period: Period
    calendar: Calendar
    sources: tuple[Source, ...]
    now: datetime

    @property
    def start(self) -> datetime:
        return self.period.start(self.calendar.zone)

    @property
    def end(self) -> datetime:
        return self.period.end(self.calendar.zone)

    def local_day(self, at: datetime | date) -> date:
        return at.astimezone(self.calendar.zone).date() if isinstance(at, datetime) else at


RowReader = Callable[[UnitOfWork, FigureQuery], Iterable[FigureRow]]


def ticket_row(
    line: TicketLine, value: float, *, by_resolution: bool, group: str = ""
) -> FigureRow:
    """Return a ticket as a row; it is in the period by its opening or its resolution."""
    return FigureRow(
        kind=RowKind.TICKET,
        value=value,
        at=line.resolved_at if by_resolution and line.resolved_at else line.opened_at,
        opened=line.opened_at,
        number=line.number,
        category=line.category,
        group=group,
        evidence=line.evidence,
    )


def of_opened(value: Callable[[TicketLine], float | None]) -> RowReader:
    """Return how to read the tickets opened in the period that have a value."""
    return lambda unit, asked: (
        ticket_row(line, known, by_resolution=False)
        for line in unit.drilldown.opened(asked.start, asked.end, asked.sources)
        if (known := value(line)) is not None
    )


def of_resolved(value: Callable[[TicketLine], float | None]) -> RowReader:
    """Return how to read the tickets resolved in the period that have a value."""
    return lambda unit, asked: (
        ticket_row(line, known, by_resolution=True)
        for line in unit.drilldown.resolved(asked.start, asked.end, asked.sources)
        if (known := value(line)) is not None
    )


def _open(unit: UnitOfWork, asked: FigureQuery) -> list[FigureRow]:
    lines = unit.drilldown.open_before(min(asked.now + INSTANT, asked.end), asked.sources)
    return [ticket_row(line, 1.0, by_resolution=False, group=OPEN) for line in lines]


def _found(unit: UnitOfWork, asked: FigureQuery) -> Iterator[FigureRow]:
    found = unit.figures.searches_ended(asked.start, asked.end)
    begun = unit.figures.asked_at({case for case, _ in found})
    for case, minutes in searches(begun, found).items():
        at = begun[case] + timedelta(minutes=minutes)
        yield FigureRow(RowKind.QUESTION, minutes, at, begun[case], case)


def _confirmed(unit: UnitOfWork, asked: FigureQuery) -> Iterator[FigureRow]:
    answered = unit.figures.answered_between(asked.start, asked.end)
    steps = unit.figures.case_steps(asked.start, asked.end + WINDOW) if answered else []
    for case, outcome in outcomes(steps, answered).items():
        at, value = answered[case], float(outcome is AnswerOutcome.CONFIRMED)
        yield FigureRow(RowKind.QUESTION, value, at, at, case, group=outcome.value)


def _helped(unit: UnitOfWork, asked: FigureQuery) -> Iterator[FigureRow]:
    steps = unit.figures.case_steps(asked.start, asked.end + WINDOW)
    found = help_of(steps, asked.start, asked.end)
    silent = silent_share([kind for _, kind in found.values()]).value or 0.0
    for case, (at, kind) in found.items():
        value = value_of(kind, silent)
        yield FigureRow(RowKind.QUESTION, value, at, at, case, group=kind.value)


def _waits(unit: UnitOfWork, asked: FigureQuery) -> Iterator[FigureRow]:
    lines = unit.drilldown.waits(asked.start, asked.end + WINDOW, asked.sources)
    return _waits_with(unit, asked, lines)


def _waits_with(
    unit: UnitOfWork, asked: FigureQuery, lines: Iterable[WaitLine]
) -> Iterator[FigureRow]:
    steps = unit.figures.case_steps(asked.start, asked.end + WINDOW)
    clock = WaitClock(asked.calendar, asked.now)
    return waits_of(steps, lines, (asked.start, asked.end), clock)


def _wait_time(unit: UnitOfWork, asked: FigureQuery) -> Estimate:
    """Return what `_waits` come to; a long history's tickets are no row each."""
    span = (asked.start, asked.end + WINDOW)
    lines = unit.drilldown.waits(*span, asked.sources, with_solved_alone=False)
    rows = list(_waits_with(unit, asked, lines))
    alone = unit.drilldown.solved_alone(asked.start, asked.end, asked.sources)
    capped = np.minimum(alone, CAP_DAYS * asked.calendar.minutes_a_day)
    is_open = [row.group == OPEN for row in rows]
    return median_with_open(
        np.concatenate([capped, np.array([row.value for row in rows], dtype=np.float64)]),
        np.concatenate([np.zeros(len(capped), dtype=bool), np.array(is_open, dtype=bool)]),
    )


def _blind(unit: UnitOfWork, asked: FigureQuery) -> Iterator[FigureRow]:
    for line in unit.drilldown.blind(asked.start, asked.end, asked.sources):
        about = (line.labelled_at, line.opened_at, line.number, line.category)
        yield FigureRow(RowKind.TICKET, float(line.right), *about)


def _ratings(unit: UnitOfWork, asked: FigureQuery) -> list[FigureRow]:
    weeks = unit.surveys.rated_weeks(asked.local_day(asked.now))
    satisfied, rated = published_ratings(weeks, asked.period)
    day = asked.period.last_day
    counts = ((1.0, satisfied), (0.0, rated - satisfied))
    return [FigureRow(RowKind.RATINGS, value, day, count=n) for value, n in counts if n]


def cost_row(entry: CostEntry) -> FigureRow:
    """Return an entry of the ledger without its words."""
    return FigureRow(
        RowKind.COST, entry.cents / 100, entry.booked_on, number=entry.id or 0, category=entry.kind
    )


def _cloud(unit: UnitOfWork, asked: FigureQuery) -> list[FigureRow]:
    period = asked.period
    entries = unit.drilldown.costs(period.first_day, period.last_day, CostKind.CLOUD)
    return [cost_row(entry) for entry in entries]


def _spec(
    key: str, read: RowReader, how: Sum, order: RowOrder, rows: str = "tickets"
) -> FigureSpec[RowReader]:
    kpi = KPIS[key]
    return FigureSpec(
        *(read, how, order, kpi.formula, kpi.unit, kpi.better, kpi.title, rows),
        of_work=key == "handling_time",
        measure=key,
    )


def _of_column(key: str, column: TicketColumn) -> FigureSpec[RowReader]:
    """Return a figure of tickets: minutes, or whether it happened."""
    is_share = KPIS[key].unit == "share"

    def value(line: TicketLine) -> float | None:
        known = getattr(line, column.name)
        return float(known > 0) if is_share else known

    read = of_opened(value) if column.side == "opened" else of_resolved(value)
    if is_share:
        return _spec(key, read, Sum.SHARE, RowOrder.AGAINST)
    return _spec(key, read, Sum.MEDIAN, RowOrder.MOST)


ENTRIES = "entries of the ledger, without their words"
_RATINGS = "two counts (4 or 5; 1 to 3), from five ratings on"
_OTHERS: Mapping[str, tuple[RowReader, Sum, RowOrder, str]] = {
    "search_time": (_found, Sum.MEDIAN, RowOrder.MOST, "questions"),
    "wait_time": (_waits, Sum.MEDIAN_WITH_OPEN, RowOrder.MOST, "questions, and imported tickets"),
    "triage_precision": (_blind, Sum.SHARE, RowOrder.AGAINST, "tickets"),
    "confirmed_answers": (_confirmed, Sum.SHARE, RowOrder.AGAINST, "questions"),
    "helped_share": (_helped, Sum.HELPED, RowOrder.AGAINST, "questions"),
    "csat": (_ratings, Sum.SHARE, RowOrder.AGAINST, _RATINGS),
    "open_tickets": (_open, Sum.COUNT, RowOrder.OLDEST, "tickets"),
    "llm_cost": (_cloud, Sum.TOTAL, RowOrder.MOST, ENTRIES),
}
READERS: Mapping[str, FigureSpec[RowReader]] = {
    key: _of_column(key, kpi.column) if kpi.column else _spec(key, *_OTHERS[key])
    for key, kpi in KPIS.items()
}


_QUICKLY: Mapping[str, Callable[[UnitOfWork, FigureQuery], Estimate]] = {"wait_time": _wait_time}


def estimate_in(unit: UnitOfWork, key: str, asked: FigureQuery) -> Estimate:
    """Return what a figure's rows come to; a test compares the quick ways with the rows."""
    if key in _QUICKLY:
        return _QUICKLY[key](unit, asked)
    spec = READERS[key]
    return estimate_of(tuple(spec.read(unit, asked)), spec.sum)


def company_spec(row: CompanyKpi) -> FigureSpec[RowReader]:
    """Return a figure that the company added: of tickets, or of what was read."""
    kpi = as_kpi(row)
    if not row.measure:
        return FigureSpec(
            *(_readings(row.key), Sum.MEDIAN, RowOrder.NEWEST),
            *(kpi.formula, kpi.unit, kpi.better, kpi.title),
        )
    spec = replace(READERS[row.measure], title=kpi.title, unit=kpi.unit, better=kpi.better)
    if not row.categories or row.measure not in OF_TICKETS:
        return spec
    return replace(spec, read=_of_categories(spec.read, row.categories))


def _readings(key: str) -> RowReader:
    def read(unit: UnitOfWork, asked: FigureQuery) -> Iterable[FigureRow]:
        period = asked.period
        readings = unit.drilldown.readings(key, period.first_day, period.last_day)
        return (FigureRow(RowKind.READING, one.value, one.on_day) for one in readings)

    return read


def _of_categories(read: RowReader, categories: Sequence[str]) -> RowReader:
    return lambda unit, asked: (row for row in read(unit, asked) if row.category in categories)


def figure_rows(unit: UnitOfWork, spec: FigureSpec[RowReader], asked: FigureQuery) -> FigureRows:
    """Return the rows of a figure in their order."""
    rows = ordered(spec.read(unit, asked), spec.order, spec.better)
    calls = _calls(unit, asked) if spec.measure == "llm_cost" else ()
    return FigureRows(rows, spec.sum, spec.order, calls)


def _calls(unit: UnitOfWork, asked: FigureQuery) -> tuple[DailyCalls, ...]:
    n: Counter[tuple[date, str]] = Counter()
    micros: Counter[tuple[date, str]] = Counter()
    for call in unit.drilldown.calls(asked.start, asked.end):
        of = asked.local_day(call.at), call.model
        n[of] += 1
        micros[of] += call.cost_micros
    return tuple(
        DailyCalls(day, model, n[day, model], micros[day, model] / 1e6) for day, model in sorted(n)
    )


# Together ----------------------------------------------------------------------------------


def drilldown_of(
    key: str,
    spec: FigureSpec[Any],
    found: FigureRows,
    estimate: Estimate,
    query: FigureQuery,
    *,
    listed: bool,
) -> Drilldown:
    """Return a figure with its rows, naming no member of a small desk: it gets sums of weeks.

    Parameters
    ----------
    listed
        Whether enough people work at the desk for a list of tickets.
    """
    withheld = not listed and about_people(found.rows)
    days = {row: query.local_day(row.at) for row in found.rows} if withheld else {}
    return Drilldown(
        key=key,
        title=spec.title,
        unit=spec.unit,
        better=spec.better,
        formula=spec.formula,
        interval=spec.interval,
        period=query.period,
        at=query.now,
        estimate=estimate,
        counted=counted(query),
        found=found,
        withheld=withheld,
        weeks=by_week(found.rows, found.sum, days) if withheld else (),
        evidence=evidence_of(found.rows) if spec.of_work else {},
    )


def counted(query: FigureQuery) -> CountingRules:
    """Return which tickets count and when the office worked, with the calendar's hash."""
    calendar, period, sources = query.calendar, query.period, query.sources
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

"""The rows behind each key figure: one way to read them a figure.

They add up: a test computes every figure anew from its rows and gets the same.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from models.errors import NotFoundError
from models.kpis.definitions import BY_CLOCK, KPIS, OF_TICKETS, TicketColumn, Unit
from models.kpis.drilldown import (
    OPEN,
    CountingRules,
    DailyCalls,
    Drilldown,
    FigureRow,
    FigureRows,
    RowKind,
    RowOrder,
    Sum,
    about_people,
    by_week,
    evidence_of,
    ordered,
)
from models.kpis.measurement import KpiValue, Measurement
from models.kpis.outcomes import WINDOW, AnswerOutcome, outcomes, searches
from models.kpis.periods import Period
from models.kpis.ratings import published_ratings
from models.statistics.estimates import Estimate
from models.store.drilldown import TicketLine
from models.store.transaction import UnitOfWork
from models.tables import CompanyKpi, CostEntry, CostKind, Source
from models.tickets.hours import Calendar

_DAY = timedelta(days=1)


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


RowReader = Callable[[UnitOfWork, FigureQuery], list[FigureRow]]


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """How a figure's rows are read, summed and ordered."""

    read: RowReader
    sum: Sum
    order: RowOrder


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

    def read(unit: UnitOfWork, asked: FigureQuery) -> list[FigureRow]:
        lines = unit.drilldown.opened(asked.start, asked.end, asked.sources)
        return _known(lines, value, by_resolution=False)

    return read


def of_resolved(value: Callable[[TicketLine], float | None]) -> RowReader:
    """Return how to read the tickets resolved in the period that have a value."""

    def read(unit: UnitOfWork, asked: FigureQuery) -> list[FigureRow]:
        lines = unit.drilldown.resolved(asked.start, asked.end, asked.sources)
        return _known(lines, value, by_resolution=True)

    return read


def _known(
    lines: Iterable[TicketLine],
    value: Callable[[TicketLine], float | None],
    *,
    by_resolution: bool,
) -> list[FigureRow]:
    valued = ((line, value(line)) for line in lines)
    return [
        ticket_row(line, found, by_resolution=by_resolution)
        for line, found in valued
        if found is not None
    ]


def _open(unit: UnitOfWork, asked: FigureQuery) -> list[FigureRow]:
    lines = unit.drilldown.open_at(min(asked.now, asked.end), asked.sources)
    return [ticket_row(line, 1.0, by_resolution=False, group=OPEN) for line in lines]


def _found(unit: UnitOfWork, asked: FigureQuery) -> list[FigureRow]:
    found = unit.figures.searches_ended(asked.start, asked.end)
    begun = unit.figures.asked_at({case for case, _ in found})
    return [
        FigureRow(
            RowKind.QUESTION,
            minutes,
            begun[case] + timedelta(minutes=minutes),
            begun[case],
            case,
        )
        for case, minutes in searches(begun, found).items()
    ]


def _confirmed(unit: UnitOfWork, asked: FigureQuery) -> list[FigureRow]:
    answered = unit.figures.answered_between(asked.start, asked.end)
    steps = unit.figures.case_steps(asked.start, asked.end + WINDOW) if answered else []
    return [
        FigureRow(
            RowKind.QUESTION,
            float(outcome is AnswerOutcome.CONFIRMED),
            answered[case],
            answered[case],
            case,
            group=outcome.value,
        )
        for case, outcome in outcomes(steps, answered).items()
    ]


def _blind(unit: UnitOfWork, asked: FigureQuery) -> list[FigureRow]:
    return [
        FigureRow(
            RowKind.TICKET,
            float(line.right),
            line.labelled_at,
            line.opened_at,
            line.number,
            line.category,
        )
        for line in unit.drilldown.blind(asked.start, asked.end, asked.sources)
    ]


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


def _of_column(column: TicketColumn, unit: Unit) -> FigureSpec:
    """Return how the rows of a figure of tickets are read: minutes, or whether it happened."""

    def value(line: TicketLine) -> float | None:
        known = getattr(line, column.name)
        return float(known > 0) if unit == "share" else known

    read = of_opened(value) if column.side == "opened" else of_resolved(value)
    if unit == "share":
        return FigureSpec(read, Sum.SHARE, RowOrder.AGAINST)
    return FigureSpec(read, Sum.MEDIAN, RowOrder.MOST)


READERS: Mapping[str, FigureSpec] = {
    **{key: _of_column(kpi.column, kpi.unit) for key, kpi in KPIS.items() if kpi.column},
    "search_time": FigureSpec(_found, Sum.MEDIAN, RowOrder.MOST),
    "triage_precision": FigureSpec(_blind, Sum.SHARE, RowOrder.AGAINST),
    "confirmed_answers": FigureSpec(_confirmed, Sum.SHARE, RowOrder.AGAINST),
    "csat": FigureSpec(_ratings, Sum.SHARE, RowOrder.AGAINST),
    "open_tickets": FigureSpec(_open, Sum.COUNT, RowOrder.OLDEST),
    "llm_cost": FigureSpec(_cloud, Sum.TOTAL, RowOrder.MOST),
}


def figure_rows(unit: UnitOfWork, key: str, asked: FigureQuery) -> FigureRows:
    """Return the rows of a key figure.

    Raises
    ------
    NotFoundError
        When there is none of that key.
    """
    kpi = KPIS.get(key)
    if kpi is None:
        raise NotFoundError(f"no key figure {key!r}")
    way = READERS[key]
    return FigureRows(
        ordered(way.read(unit, asked), way.order, kpi.better),
        way.sum,
        way.order,
        calls=_calls(unit, asked) if key == "llm_cost" else (),
        of_work=key == "handling_time",
    )


def company_figure_rows(unit: UnitOfWork, row: CompanyKpi, asked: FigureQuery) -> FigureRows:
    """Return the rows of a figure that the company added: tickets, or what was read."""
    if not row.measure:
        period = asked.period
        readings = unit.drilldown.readings(row.key, period.first_day, period.last_day)
        rows = [FigureRow(RowKind.READING, one.value, one.on_day) for one in readings]
        return FigureRows(ordered(rows, RowOrder.NEWEST, row.better), Sum.MEDIAN, RowOrder.NEWEST)
    found = figure_rows(unit, row.measure, asked)
    if not row.categories or row.measure not in OF_TICKETS:
        return found
    kept = tuple(one for one in found.rows if one.category in row.categories)
    return replace(found, rows=kept)


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
    found: FigureRows, kpi: KpiValue, formula: str, measured: Measurement, query: FigureQuery
) -> Drilldown:
    """Return a measured figure with the rows that it was computed from."""
    frozen = measured.baseline
    is_frozen = frozen is not None and frozen.estimate(kpi.key) is not None
    return Drilldown(
        key=kpi.key,
        title=kpi.title,
        unit=kpi.unit,
        better=kpi.better,
        formula=formula,
        period=query.period,
        at=query.now,
        estimate=Estimate(kpi.n, kpi.value, kpi.low, kpi.high),
        counted=counted(query),
        found=found,
        baseline=kpi.baseline,
        sha256=frozen.sha256 if frozen is not None and is_frozen else "",
        by_clock=kpi.key in BY_CLOCK,
    )


def for_readers(drilldown: Drilldown, query: FigureQuery, *, listed: bool) -> Drilldown:
    """Return a drill-down that names no member of a small desk: it gets sums of weeks.

    Parameters
    ----------
    listed
        Whether enough people work at the desk for a list of tickets.
    """
    found = drilldown.found
    withheld = not listed and about_people(found.rows)
    days = {row: query.local_day(row.at) for row in found.rows} if withheld else {}
    return replace(
        drilldown,
        withheld=withheld,
        weeks=by_week(found.rows, found.sum, days) if withheld else (),
        evidence=evidence_of(found.rows) if found.of_work else {},
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

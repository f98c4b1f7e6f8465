"""The rows behind the quarterly statement: what was compared, by which design, at which weight."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from models.kpis.baseline import FrozenBaseline
from models.kpis.drilldown import (
    BEFORE,
    HELD_OUT,
    HELPED,
    NOW,
    UNTOUCHED_BEFORE,
    UNTOUCHED_NOW,
    FigureRow,
    RowKind,
)
from models.kpis.periods import Period, month_of
from models.kpis.rows import FigureQuery, ticket_row
from models.store.transaction import UnitOfWork
from models.tables import Arm
from models.value.effect.design import Design
from models.value.effect.proof import JudgedCase
from models.value.statement.evidence import QuarterSources, after
from models.value.statement.quarter_statement import Month, Statement
from models.value.statement.roi import net_flows


@dataclass(frozen=True, slots=True)
class StatementWithSources:
    """A statement with what it was told from, read in one snapshot.

    ``judged`` are the cases by which a hold-out was judged, where rows were asked for.
    """

    statement: Statement
    quarter: QuarterSources
    judged: tuple[JudgedCase, ...] = ()

    @property
    def baseline(self) -> FrozenBaseline | None:
        return self.quarter.baseline


def compared(unit: UnitOfWork, told: StatementWithSources, asked: FigureQuery) -> list[FigureRow]:
    """Return the rows of all sets that the statement compares."""
    if told.statement.design is Design.HOLD_OUT:
        return [_judged(case, asked) for case in told.judged]
    return [*_tickets_before(unit, told, asked), *_tickets_now(unit, told, asked)]


def _tickets_before(
    unit: UnitOfWork, told: StatementWithSources, asked: FigureQuery
) -> Iterator[FigureRow]:
    if told.baseline is not None:
        of = replace(asked, period=told.baseline.period)
        yield from _weighed(unit, told, of, of.end, (BEFORE, UNTOUCHED_BEFORE))


def _tickets_now(
    unit: UnitOfWork, told: StatementWithSources, asked: FigureQuery
) -> Iterator[FigureRow]:
    days = after(told.baseline, asked.period)
    if days is not None:
        of = replace(asked, period=days)
        yield from _weighed(unit, told, of, min(of.end, of.now), (NOW, UNTOUCHED_NOW))


def _weighed(
    unit: UnitOfWork,
    told: StatementWithSources,
    asked: FigureQuery,
    end: datetime,
    groups: Sequence[str],
) -> Iterator[FigureRow]:
    """Yield the tickets with a known handling time whose categories are counted in a set."""
    weights = told.statement.saving.weights
    for line in unit.drilldown.resolved(asked.start, end, asked.sources):
        if line.handling_minutes is None:
            continue
        minutes = min(line.handling_minutes, told.quarter.cap)
        for group in groups:
            weight = weights.get(group, {}).get(line.category)
            if weight is not None:
                row = ticket_row(line, minutes, by_resolution=True, group=group)
                yield replace(row, weight=weight)


def _judged(one: JudgedCase, asked: FigureQuery) -> FigureRow:
    row = case_row(
        one.case.at,
        one.case.ticket_id,
        one.case.ticket_opened_at,
        one.case.detail.get("category") or "",
        asked,
    )
    group = HELD_OUT if one.is_held else HELPED
    evidence = (one.case.evidence or "") if row.number else ""
    return replace(row, value=one.minutes, group=group, weight=one.weight, evidence=evidence)


def case_row(
    at: datetime, number: int | None, opened_at: datetime | None, category: str, asked: FigureQuery
) -> FigureRow:
    """Return a case as a row: its ticket, or else no more than the week it came in.

    The moment of a question that became no ticket would lead to whoever asked it.
    """
    if number is not None and opened_at is not None:
        return FigureRow(RowKind.TICKET, 1.0, opened_at, opened_at, number, category)
    return FigureRow(RowKind.CASE, 1.0, _monday(asked.local_day(at)), category=category)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def resolved(
    unit: UnitOfWork, told: StatementWithSources, asked: FigureQuery
) -> Iterator[FigureRow]:
    """Yield all tickets resolved in the quarter, as far as they came after the baseline."""
    days = after(told.baseline, asked.period)
    if days is not None:
        of = replace(asked, period=days)
        for line in unit.drilldown.resolved(of.start, min(of.end, of.now), of.sources):
            yield ticket_row(line, 1.0, by_resolution=True)


def of_arm(unit: UnitOfWork, arm: Arm, asked: FigureQuery) -> Iterator[FigureRow]:
    """Yield the quarter's cases of an arm."""
    end = min(asked.end, asked.now)
    for line in unit.drilldown.arms(asked.start, end):
        if line.arm is arm:
            is_ticket = line.opened_at is not None and line.opened_at < end
            number = line.number if is_ticket else None
            yield case_row(line.at, number, line.opened_at, line.category, asked)


def months(statement: Statement) -> list[FigureRow]:
    """Return each month's benefit less its costs; costs alone where no benefit is shown."""
    flows = net_flows(statement.months, statement.saving, rates_of(statement))
    return [
        _month(month, flow if statement.shows_benefit else -month.cost_eur)
        for month, flow in zip(statement.months, flows, strict=True)
    ]


def totals(statement: Statement) -> list[FigureRow]:
    """Return the months from the first costs on, with benefit less costs up to their ends."""
    rows, spent, total = [], 0.0, 0.0
    for month, row in zip(statement.months, months(statement), strict=True):
        spent, total = spent + month.cost_eur, total + row.value
        if spent > 0:
            rows.append(replace(row, value=total))
    return rows


def _month(month: Month, value: float) -> FigureRow:
    return FigureRow(RowKind.MONTH, value, Period.parse(month.key).first_day, count=month.n)


def rates_of(statement: Statement) -> dict[str, float]:
    """Return the assumptions by their keys."""
    return {assumed.key: assumed.value for assumed in statement.assumptions}


def place_of(statement: Statement, rows: Sequence[FigureRow]) -> float | None:
    """Return the place of the month of payback among the months that are shown."""
    keys = [month_of(row.at).key for row in rows if not isinstance(row.at, datetime)]
    key = statement.payback_month
    return float(keys.index(key) + 1) if key in keys else None

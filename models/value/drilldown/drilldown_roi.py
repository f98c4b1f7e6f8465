"""What stands behind a figure of the quarterly statement, by the design that it is told by."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from models.kpis.drilldown import (
    BEFORE,
    HELD_OUT,
    HELPED,
    NOW,
    Drilldown,
    FigureRow,
    FigureRows,
    RowOrder,
    Sum,
    ordered,
)
from models.kpis.rows import FigureQuery, cost_row, counted, for_readers
from models.statistics.estimates import Estimate
from models.store.transaction import UnitOfWork
from models.tables import Arm
from models.value.drilldown.drilldown_formulas import ROI, Rows, RowsFormula
from models.value.drilldown.drilldown_sets import (
    StatementWithSources,
    compared,
    months,
    of_arm,
    place_of,
    resolved,
    totals,
)
from models.value.statement.evidence import NO_CAP
from models.value.statement.quarter_statement import Figure, Statement
from models.value.statement.statement_report import MONEY, title_in

_MONEY = ("roi", "p_positive", "p_covered", "npv_eur")
_OF_ALL_MONTHS = ("payback_month", "npv_eur", "p_covered")
_OF_SETS = (Rows.SETS, Rows.WITHOUT, Rows.WITH)
_OF_MONTHS = (Rows.MONTHS, Rows.TOTALS)
_ARMS = {Rows.HELPED: Arm.HELPED, Rows.EXEMPT: Arm.EXEMPT, Rows.HELD_OUT: Arm.HELD_OUT}
_GROUPS = {Rows.WITHOUT: (BEFORE, HELD_OUT), Rows.WITH: (NOW, HELPED)}


def shown_in(statement: Statement) -> tuple[str, ...]:
    """Return the keys of the figures that the statement shows, key figures aside."""
    hard = tuple(figure.key for figure in statement.hard if figure.key in ROI)
    if not statement.shows_benefit:
        return (*hard, "benefit")  # "not shown", which is worth asking about
    known = (key for key in _MONEY if _money(statement, key) is not None)
    return (*hard, "benefit", *known, "payback_month")


def of_statement(
    unit: UnitOfWork, key: str, told: StatementWithSources, asked: FigureQuery, *, listed: bool
) -> Drilldown:
    """Return what stands behind a figure of a quarter's statement."""
    figure, statement = ROI[key], told.statement
    way = figure.ways[statement.design]
    order = RowOrder.OLDEST if way.rows in _OF_MONTHS else RowOrder.MOST
    found = FigureRows(
        ordered(_rows(unit, way, told, asked), order, figure.better),
        way.sum,
        order,
        of_work=way.rows in _OF_SETS,
    )
    is_of_baseline = any(row.group == BEFORE for row in found.rows)
    drilldown = Drilldown(
        found=found,
        key=key,
        title=title_in(key, statement),
        unit=figure.unit,
        better=figure.better,
        formula=way.formula,
        estimate=_estimate(key, statement, found.rows),
        period=asked.period,
        at=asked.now,
        counted=counted(asked),
        by_clock=True,
        sha256=told.baseline.sha256 if told.baseline and is_of_baseline else "",
        inputs=tuple(_assumed(statement, figure.inputs)),
        taken=tuple(_taken(told, figure.taken)),
        design=statement.design.value if _rests_on_design(way) else "",
        interval=way.interval,
    )
    return for_readers(drilldown, asked, listed=listed)


def _rests_on_design(way: RowsFormula) -> bool:
    return way.rows in (*_OF_SETS, *_OF_MONTHS) or way.sum is Sum.DERIVED


def _rows(
    unit: UnitOfWork, way: RowsFormula, told: StatementWithSources, asked: FigureQuery
) -> Iterable[FigureRow]:
    if way.rows in _OF_SETS:
        return _of_sets(way, compared(unit, told, asked))
    if way.rows is Rows.RESOLVED:
        return resolved(unit, told, asked)
    if way.rows is Rows.COSTS:
        days = asked.period
        return map(cost_row, unit.drilldown.costs(days.first_day, days.last_day))
    if way.rows in _ARMS:
        return of_arm(unit, _ARMS[way.rows], asked)
    return months(told.statement) if way.rows is Rows.MONTHS else totals(told.statement)


def _of_sets(way: RowsFormula, rows: list[FigureRow]) -> list[FigureRow]:
    groups = _GROUPS.get(way.rows)
    kept = [row for row in rows if groups is None or row.group in groups]
    return [replace(row, weight=1.0) for row in kept] if way.plain else kept


def _estimate(key: str, statement: Statement, rows: tuple[FigureRow, ...]) -> Estimate:
    figure = _figure(statement, key)
    if figure is not None:
        n = len(rows) if figure.n is None else figure.n
        return Estimate(n, figure.value, figure.low, figure.high)
    if key not in MONEY:  # a count that this design does not show
        return Estimate(len(rows), float(len(rows)))
    n = statement.volume if key not in _OF_ALL_MONTHS else len(rows)
    benefit = statement.benefit
    if not statement.shows_benefit or benefit is None:
        return Estimate(n, None)
    if key == "benefit":
        return Estimate(n, benefit.mid, benefit.low, benefit.high)
    if key == "payback_month":
        return Estimate(n, place_of(statement, rows))
    return Estimate(n, _money(statement, key))


def _money(statement: Statement, key: str) -> float | None:
    values = {
        "roi": statement.roi,
        "p_positive": statement.p_positive,
        "p_covered": statement.p_covered,
        "npv_eur": statement.npv_eur,
    }
    return values[key]


def _assumed(statement: Statement, keys: tuple[str, ...]) -> Iterator[tuple[str, float, str]]:
    rates = {assumed.key: assumed for assumed in statement.assumptions}
    return ((key, rates[key].value, rates[key].unit) for key in keys if key in rates)


def _taken(told: StatementWithSources, keys: tuple[str, ...]) -> Iterator[tuple[str, float, str]]:
    """Yield the other figures that one is computed with; no benefit that is not shown."""
    said, found = told.statement, told.statement.difference
    known: Mapping[str, tuple[float | None, str]] = {
        "cap": (told.quarter.cap if told.quarter.cap < NO_CAP else None, "minutes"),
        "assisted": (float(said.volume), "count"),
        "benefit": (said.benefit.mid if said.shows_benefit and said.benefit else None, "EUR"),
        "cost": (said.cost_eur, "EUR"),
        "standard_error": (found.error if found else None, "minutes"),
        "degrees_of_freedom": (found.freedom if found else None, "count"),
    }
    for key in keys:
        value, unit = known[key]
        if value is not None:
            yield key, value, unit


def _figure(statement: Statement, key: str) -> Figure | None:
    return next((figure for figure in statement.hard if figure.key == key), None)

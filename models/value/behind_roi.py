"""The rows behind the quarterly statement: the two sets of tickets, the ledger, the months."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from models.kpis.baseline import FrozenBaseline
from models.kpis.behind import BEFORE, NOW, Behind, Found, Kind, Order, Row, Sum, ordered
from models.kpis.periods import Period, month_of
from models.kpis.rows import Asked, complete, cost_row, ticket_row
from models.kpis.statistics import Estimate
from models.language import noted
from models.store.transaction import Unit
from models.value.statement import Figure, Statement, Verdict

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RoiFigure:
    """A figure of the statement: title and formula (English), and which rows it rests on.

    ``inputs`` are keys of assumptions that it multiplies with.
    """

    title: str
    formula: str
    unit: str
    better: str
    sum: Sum
    sets: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()


_RECAPTURE = ("loaded_rate", "recapture_low", "recapture_mid", "recapture_high")
_BOTH = (BEFORE, NOW)
_ALL, _COSTS, _MONTHS = ("all",), ("costs",), ("months",)

ROI: Mapping[str, RoiFigure] = {
    "tickets_resolved": RoiFigure(
        noted("Tickets resolved"),
        noted(
            "Tickets resolved in the quarter, after the baseline's last day, whether their "
            "handling time is known or not."
        ),
        "count",
        "",
        Sum.COUNT,
        _ALL,
    ),
    "handling_time_mean_before": RoiFigure(
        noted("Mean handling time, baseline"),
        noted(
            "Mean handling minutes of the tickets resolved on the baseline's days; those without "
            "a handling time are left out."
        ),
        "minutes",
        "lower",
        Sum.MEAN,
        (BEFORE,),
    ),
    "handling_time_mean_now": RoiFigure(
        noted("Mean handling time, now"),
        noted(
            "Mean handling minutes of the tickets resolved in the quarter, after the baseline's "
            "last day; those without a handling time are left out."
        ),
        "minutes",
        "lower",
        Sum.MEAN,
        (NOW,),
    ),
    "minutes_saved_a_ticket": RoiFigure(
        noted("Saved a ticket"),
        noted(
            "Mean handling minutes of the baseline's tickets, less that of the quarter's. Before "
            "and after: an association."
        ),
        "minutes",
        "higher",
        Sum.DIFFERENCE,
        _BOTH,
    ),
    "hours_freed": RoiFigure(
        noted("Hours freed"),
        noted("Minutes saved a ticket × the quarter's tickets whose handling time is known, ÷ 60."),
        "hours",
        "higher",
        Sum.HOURS,
        _BOTH,
    ),
    "cost": RoiFigure(
        noted("Costs booked"),
        noted("All entries of the ledger that were booked in the quarter."),
        "EUR",
        "lower",
        Sum.TOTAL,
        _COSTS,
    ),
    "benefit": RoiFigure(
        noted("Benefit"),
        noted(
            "Hours freed × what an hour of work costs × the share of freed time that is put to "
            "use; with the low, the middle and the high share."
        ),
        "EUR",
        "higher",
        Sum.DERIVED,
        _BOTH,
        _RECAPTURE,
    ),
    "roi": RoiFigure(
        noted("Return (ROI)"),
        noted("The benefit (middle) less the quarter's costs, ÷ the quarter's costs."),
        "share",
        "higher",
        Sum.DERIVED,
        _COSTS,
        _RECAPTURE,
    ),
    "p_positive": RoiFigure(
        noted("Chance that it exceeds the costs"),
        noted(
            "The share of 10,000 draws over the uncertainty of the minutes saved and of the freed "
            "time put to use in which the benefit exceeds the quarter's costs."
        ),
        "share",
        "higher",
        Sum.DERIVED,
        _BOTH,
        _RECAPTURE,
    ),
    "npv_eur": RoiFigure(
        noted("Net present value so far"),
        noted(
            "Each month's benefit less its costs, discounted to the first month at the interest "
            "a year. A month's benefit is that of its own tickets."
        ),
        "EUR",
        "higher",
        Sum.DERIVED,
        _MONTHS,
        ("loaded_rate", "recapture_mid", "discount_rate"),
    ),
}


def of_statement(
    unit: Unit,
    key: str,
    statement: Statement,
    baseline: FrozenBaseline | None,
    asked: Asked,
    *,
    listed: bool,
) -> Behind:
    """Return what stands behind a figure of a quarter's statement."""
    figure = ROI[key]
    pilot = pilot_of(baseline, asked.period)
    rows = tuple(_rows(unit, figure, baseline, pilot, asked, statement))
    order = Order.OLDEST if figure.sets == _MONTHS else Order.MOST
    rates = {assumed.key: assumed for assumed in statement.assumptions}
    return complete(
        Found(
            ordered(rows, order, figure.better),
            figure.sum,
            order,
            of_work=figure.sum in (Sum.MEAN, Sum.DIFFERENCE, Sum.HOURS),
        ),
        key=key,
        title=figure.title,
        unit=figure.unit,
        better=figure.better,
        formula=figure.formula,
        estimate=_estimate(key, statement, rows),
        asked=asked,
        listed=listed,
        sha256=baseline.sha256 if baseline is not None and BEFORE in figure.sets else "",
        inputs=tuple(
            (name, rates[name].value, rates[name].unit) for name in figure.inputs if name in rates
        ),
    )


def pilot_of(baseline: FrozenBaseline | None, quarter: Period) -> Period | None:
    """Return the days of a quarter that the statement measures: those after the baseline's."""
    if baseline is None or baseline.period.last_day < quarter.first_day:
        return quarter
    if baseline.period.last_day >= quarter.last_day:
        return None
    return Period.between(baseline.period.last_day + _DAY, quarter.last_day)


def _rows(
    unit: Unit,
    figure: RoiFigure,
    baseline: FrozenBaseline | None,
    pilot: Period | None,
    asked: Asked,
    statement: Statement,
) -> Iterator[Row]:
    if BEFORE in figure.sets and baseline is not None:
        yield from _worked(unit, replace(asked, period=baseline.period), BEFORE)
    if NOW in figure.sets and pilot is not None:
        yield from _worked(unit, replace(asked, period=pilot), NOW)
    if figure.sets == _ALL and pilot is not None:
        of = replace(asked, period=pilot)
        end = min(of.end, of.now)
        for line in unit.behind.resolved(of.start, end, of.sources):
            yield ticket_row(line, 1.0, by_resolution=True)
    if figure.sets == _COSTS:
        for entry in unit.behind.costs(asked.period.first_day, asked.period.last_day):
            yield cost_row(entry)
    if figure.sets == _MONTHS:
        yield from _months(unit, baseline, asked, statement)


def _worked(unit: Unit, asked: Asked, group: str) -> Iterator[Row]:
    """Yield the tickets resolved in the period whose handling time is known."""
    # The baseline's days are over; of the quarter's only what has happened counts.
    end = min(asked.end, asked.now) if group == NOW else asked.end
    for line in unit.behind.resolved(asked.start, end, asked.sources):
        if line.handling_minutes is not None:
            yield ticket_row(line, line.handling_minutes, by_resolution=True, group=group)


def _months(
    unit: Unit, baseline: FrozenBaseline | None, asked: Asked, statement: Statement
) -> Iterator[Row]:
    """Yield each month's benefit less its costs, from the first ticket or cost on."""
    costs = unit.behind.costs(date.min, asked.period.last_day)
    begins = [asked.period.first_day, *(entry.booked_on for entry in costs)]
    if baseline is not None:
        begins.append(baseline.period.last_day + _DAY)
    whole = Period.between(min(begins), asked.period.last_day)
    pilot = pilot_of(baseline, whole)
    worked = list(_worked(unit, replace(asked, period=pilot), NOW)) if pilot else []
    rates = {assumed.key: assumed.value for assumed in statement.assumptions}
    before = _value(statement, "handling_time_mean_before") or 0.0
    an_hour = rates["loaded_rate"] * rates["recapture_mid"]
    seen = False
    for month in _months_in(whole):
        of_month = [row for row in worked if month_of(asked.local_day(row.at)) == month]
        spent = sum(entry.cents for entry in costs if month_of(entry.booked_on) == month) / 100
        seen = seen or bool(of_month) or bool(spent)
        if seen:
            saved = len(of_month) * before - sum(row.value for row in of_month)
            worth = saved / 60 * an_hour if _shows(statement) else 0.0
            yield Row(Kind.MONTH, worth - spent, month.first_day, count=len(of_month))


def _months_in(span: Period) -> Iterator[Period]:
    month = month_of(span.first_day)
    while month.first_day <= span.last_day:
        yield month
        month = month_of(month.last_day + _DAY)


def _estimate(key: str, statement: Statement, rows: tuple[Row, ...]) -> Estimate:
    figure = _figure(statement, key)
    if figure is not None:
        n = len(rows) if figure.n is None else figure.n
        return Estimate(n, figure.value, figure.low, figure.high)
    n, benefit = statement.n_now, statement.benefit
    if not _shows(statement) or benefit is None:
        return Estimate(n, None)
    if key == "benefit":
        return Estimate(n, benefit.mid, benefit.low, benefit.high)
    values = {
        "roi": statement.roi,
        "p_positive": statement.p_positive,
        "npv_eur": statement.npv_eur,
    }
    return Estimate(n, values[key])


def _shows(statement: Statement) -> bool:
    """Return whether the statement names an amount of benefit at all."""
    return statement.benefit is not None and statement.verdict is not Verdict.NOT_SHOWN


def _figure(statement: Statement, key: str) -> Figure | None:
    return next((figure for figure in statement.hard if figure.key == key), None)


def _value(statement: Statement, key: str) -> float | None:
    figure = _figure(statement, key)
    return figure.value if figure else None

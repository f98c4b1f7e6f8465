"""The figures of a quarterly statement: formula in words, and the rows, for each design."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from models.kpis.baseline import FrozenBaseline
from models.kpis.definitions import ENTRIES
from models.kpis.figure import (
    BEFORE,
    COUNT,
    DERIVED,
    HELD_OUT,
    HELPED,
    MEAN,
    NOW,
    TOTAL,
    UNTOUCHED_BEFORE,
    UNTOUCHED_NOW,
    Aggregate,
    FigureRow,
    Frame,
    KeyFigure,
    RowKind,
    RowOrder,
    as_frame,
)
from models.kpis.periods import Period, month_of, week_of
from models.kpis.rows import FigureQuery, FigureReader, cost_row
from models.language import N_
from models.store.transaction import UnitOfWork
from models.tables import Arm
from models.value.effect.comparison import Design
from models.value.effect.proof import JudgedCase, JudgedWeeks
from models.value.statement.evidence import QuarterSources, after
from models.value.statement.quarter_statement import Month, Statement
from models.value.statement.roi import net_flows


@dataclass(frozen=True, slots=True)
class StatementWithSources:
    """A statement with what it was told from, read in one snapshot.

    ``judged`` are the cases by which a hold-out was judged, ``weeks`` those of any other
    comparison, where rows were asked for.
    """

    statement: Statement
    quarter: QuarterSources
    judged: tuple[JudgedCase, ...] = ()
    weeks: tuple[JudgedWeeks, ...] = ()

    @property
    def baseline(self) -> FrozenBaseline | None:
        return self.quarter.baseline


# Rows --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StatementQuery:
    """What rows are asked of: a statement, and its quarter in one transaction."""

    unit: UnitOfWork
    told: StatementWithSources
    asked: FigureQuery

    @property
    def after_baseline(self) -> FigureQuery | None:
        """The same of the days after the baseline; None where there are none."""
        days = after(self.told.baseline, self.asked.period)
        return replace(self.asked, period=days) if days is not None else None


Read = Callable[[StatementQuery], Frame]


@as_frame
def _compared(of: StatementQuery) -> Iterator[FigureRow]:
    """Yield the rows of all sets that the statement compares."""
    if of.told.statement.design.is_by_chance:
        yield from (_judged(case, of.asked) for case in of.told.judged)
        return
    weights = of.told.statement.effect.weights
    for side, groups in zip(of.told.weeks, _GROUPS, strict=False):
        for group in groups:
            yield from _weeks(side, group, weights.get(group, {}))


def _weeks(side: JudgedWeeks, group: str, weights: Mapping[str, float]) -> Iterator[FigureRow]:
    """Yield the questions of a week and category as one row, at their weight in a set."""
    of = side.questions
    for minutes, n, category, week in zip(of.minutes, of.count, of.keys, of.week, strict=True):
        if category in weights and n:
            count = max(1, round(n))
            yield FigureRow(
                RowKind.WEEK,
                float(minutes),
                side.first_day + timedelta(weeks=int(week)),
                category=category,
                count=count,
                group=group,
                weight=weights[category] * float(n) / count,
            )


_GROUPS = ((BEFORE, UNTOUCHED_BEFORE), (NOW, UNTOUCHED_NOW))


def _judged(one: JudgedCase, asked: FigureQuery) -> FigureRow:
    row = _case_row(one.at, one.number, one.opened_at, one.category, asked)
    group = HELD_OUT if one.is_held else HELPED
    return replace(row, value=one.minutes, group=group, weight=one.weight, evidence=one.evidence)


def _case_row(
    at: datetime, number: int | None, opened_at: datetime | None, category: str, asked: FigureQuery
) -> FigureRow:
    """Return a case as a row: its ticket, or else no more than the week it came in.

    The moment of a question that became no ticket would lead to whoever asked it.
    """
    if number is not None and opened_at is not None:
        return FigureRow(RowKind.TICKET, 1.0, opened_at, opened_at, number, category)
    return FigureRow(RowKind.CASE, 1.0, week_of(asked.local_day(at)).first_day, category=category)


def _of_groups(*groups: str) -> Read:
    """Return how to read some of the sets that are compared."""

    def read(of: StatementQuery) -> Frame:
        frame = _compared(of)
        return frame.only(np.isin(frame["group"].astype(str), groups))

    return read


@as_frame
def _with_unweighed(of: StatementQuery) -> Iterator[FigureRow]:
    """Yield the questions since the baseline, each counting as often as it came."""
    for side in of.told.weeks[1:]:
        counted = of.told.statement.effect.weights.get(NOW, {})
        yield from _weeks(side, NOW, dict.fromkeys(counted, 1.0))


def _resolved(of: StatementQuery) -> Frame:
    """Return all tickets resolved in the quarter, as far as they came after the baseline."""
    days = of.after_baseline
    if days is None:
        return Frame.of(())
    frame = FigureReader(of.unit, days, (), detailed=True).tickets("resolved")
    return frame.only(frame["at"] < min(days.end, days.now))


def _of_arm(arm: Arm) -> Read:
    """Return how to read the quarter's cases of an arm."""

    @as_frame
    def read(of: StatementQuery) -> Iterator[FigureRow]:
        end = min(of.asked.end, of.asked.now)
        for line in of.unit.drilldown.arms(of.asked.start, end):
            if line.arm is arm:
                is_ticket = line.opened_at is not None and line.opened_at < end
                number = line.number if is_ticket else None
                yield _case_row(line.at, number, line.opened_at, line.category, of.asked)

    return read


@as_frame
def _costs(of: StatementQuery) -> Iterator[FigureRow]:
    days = of.asked.period
    return map(cost_row, of.unit.drilldown.costs(days.first_day, days.last_day))


def _flows(of: StatementQuery) -> list[FigureRow]:
    """Return each month's benefit less its costs; costs alone where no benefit is shown."""
    said = of.told.statement
    rates = {assumed.key: assumed.value for assumed in said.assumptions}
    flows = net_flows(said.months, said.difference, rates)
    return [
        _month(month, flow if said.shows_benefit else -month.cost_eur)
        for month, flow in zip(said.months, flows, strict=True)
    ]


_months = as_frame(_flows)


@as_frame
def _totals(of: StatementQuery) -> list[FigureRow]:
    """Return the months from the first costs on, with benefit less costs up to their ends."""
    rows, spent, total = [], 0.0, 0.0
    for month, row in zip(of.told.statement.months, _flows(of), strict=True):
        spent, total = spent + month.cost_eur, total + row.value
        if spent > 0:
            rows.append(replace(row, value=total))
    return rows


def _month(month: Month, value: float) -> FigureRow:
    return FigureRow(RowKind.MONTH, value, Period.parse(month.key).first_day, count=month.n)


def place_of(statement: Statement, frame: Frame) -> float | None:
    """Return the place of the month of payback among the months that are shown."""
    keys = [month_of(day).key for day in frame["at"]]
    key = statement.payback_month
    return float(keys.index(key) + 1) if key in keys else None


# Figures -----------------------------------------------------------------------------------

Spec = KeyFigure[StatementQuery]


_SETS: Spec = KeyFigure(
    *("", "", "higher", "", "", _compared, DERIVED),
    rows="cases of the two arms that were judged, or tickets of the sets, with their weights",
    n="rows of both sets; untouched ones are beside",
    with_evidence=True,
    by_clock=True,
)
_FIRST_OF_SETS = replace(_SETS, n="rows of the first set")
_WITHOUT = replace(_FIRST_OF_SETS, read=_of_groups(BEFORE, HELD_OUT), rows="those of the first set")
_WITH = replace(_SETS, read=_of_groups(NOW, HELPED), rows="those of the second set", n="rows")
_WITH_UNWEIGHED = replace(_WITH, read=_with_unweighed)
_ASSISTED = replace(_SETS, n="cases with Lotsen, or tickets counted, of the quarter")
_COUNTED: Spec = KeyFigure(*("", "count", "", "", "", _resolved, COUNT), n="rows", by_clock=True)
_CASES = replace(_COUNTED, rows="cases: the ticket, or the week where there is none")
_COSTS: Spec = KeyFigure(
    *("", "money", "lower", "", "", _costs, TOTAL), rows=ENTRIES, n="entries", by_clock=True
)

_RECAPTURE = ("loaded_rate", "recapture_low", "recapture_mid", "recapture_high")
_MIDDLE = ("loaded_rate", "recapture_mid")
_DRAWN = ("standard_error", "degrees_of_freedom")
_MONTHS = replace(
    _SETS, read=_months, order=RowOrder.OLDEST, rows="months", n="months", with_evidence=False
)


def _mean(spec: Spec, formula: str, how: Aggregate = MEAN) -> Spec:
    return replace(
        spec, formula=formula, aggregate=how, unit="minutes", better="lower", taken=("cap",)
    )


def _alike(spec: Spec, formula: str, **more: Any) -> Mapping[Design, Spec]:
    """Return a figure that every design tells alike."""
    return dict.fromkeys(Design, replace(spec, formula=formula, **more))


ROI_PREFIX = "roi."
_BY_CHANCE = tuple(design for design in Design if design.is_by_chance)

ROI: Mapping[str, Mapping[Design, Spec]] = {
    "tickets_resolved": _alike(
        _COUNTED,
        N_(
            "Tickets resolved in the quarter, after the baseline's last day, whether their "
            "handling time is known or not."
        ),
    ),
    "handling_time_mean_before": {
        **dict.fromkeys(
            _BY_CHANCE,
            _mean(
                _WITHOUT,
                N_(
                    "What a question would take without Lotsen: now ÷ R. R is the mean of the judged "
                    "cases with Lotsen ÷ that of those that chance left alone. Minutes up to the cap; "
                    "cases of one category (as was thought of in silence) and of one share held out "
                    "are as frequent as among all judged cases, rare ones as one."
                ),
                DERIVED,
            ),
        ),
        **dict.fromkeys(
            (Design.DIFFERENCE, Design.ASSOCIATION),
            _mean(
                _WITHOUT,
                N_(
                    "What a question would take without Lotsen: now ÷ R. R is the weighted mean "
                    "since the baseline ÷ that of the frozen baseline; of a difference in "
                    "differences ÷ the same of the untouched categories. Minutes up to the cap, in "
                    "the categories that both sides know; the weights make these as frequent as in "
                    "the baseline, rare ones as one."
                ),
                DERIVED,
            ),
        ),
    },
    "handling_time_mean_now": {
        **dict.fromkeys(
            _BY_CHANCE,
            _mean(
                _WITH,
                N_(
                    "Mean minutes of the judged cases with Lotsen, each up to the cap and at its "
                    "weight: cases of one category (as was thought of in silence) and of one share "
                    "held out are as frequent as among all judged cases, rare ones as one. Where an "
                    "answer spared the ticket, 0 minutes."
                ),
            ),
        ),
        **dict.fromkeys(
            (Design.DIFFERENCE, Design.ASSOCIATION),
            _mean(
                _WITH_UNWEIGHED,
                N_(
                    "Plain mean of the minutes, each up to the cap, of the questions since the "
                    "baseline in the categories that Lotsen helps with and that both sides know. A "
                    "question answered without a ticket counts with 0 minutes once its asker "
                    "called it solved; whoever was silent, by the share that said yes when asked; "
                    "what is left of it counts like a ticket of its category."
                ),
            ),
        ),
    },
    "minutes_saved_a_ticket": _alike(
        replace(_SETS, unit="minutes", taken=("cap",)),
        N_("What a question would take without Lotsen, less what it takes now."),
        interval=N_(
            "That of R, on its logarithm (Welch 1947). Its error is that of the look: 2.5 % at the "
            "first, half as much each time when what was observed has doubled."
        ),
    ),
    "hours_freed": _alike(
        replace(_ASSISTED, unit="hours", taken=("cap", "assisted")),
        N_("Minutes saved a question × the quarter's questions with Lotsen, ÷ 60."),
        interval=N_(
            "That of the minutes saved, times the questions. Their number is counted, not "
            "estimated."
        ),
    ),
    "cases_helped": _alike(
        _CASES,
        N_("Cases of the quarter that chance gave to Lotsen, whatever came of them."),
        read=_of_arm(Arm.HELPED),
    ),
    "cases_exempt": _alike(
        _CASES,
        N_(
            "Cases of the quarter that were not left to chance, because they were urgent or one "
            "of many. They are helped, and no benefit is counted for them."
        ),
        read=_of_arm(Arm.EXEMPT),
    ),
    "cases_held_out": _alike(
        _CASES,
        N_("Cases of the quarter that chance left alone, whatever came of them."),
        read=_of_arm(Arm.HELD_OUT),
    ),
    "cost": _alike(_COSTS, N_("All entries of the ledger that were booked in the quarter.")),
    "benefit": _alike(
        _ASSISTED,
        N_(
            "Hours freed × what an hour of work costs × the share of freed time that is put to "
            "use; with the low, the middle and the high share."
        ),
        unit="money",
        inputs=_RECAPTURE,
        taken=("cap", "assisted"),
        interval=N_(
            "From the low to the high share put to use, no confidence interval. The statement's "
            "P10 to P90 are of the draws over that share and the minutes saved."
        ),
    ),
    "roi": _alike(
        _COSTS,
        N_("The benefit (middle) less the quarter's costs, ÷ the quarter's costs."),
        aggregate=DERIVED,
        better="higher",
        n=_ASSISTED.n,
        unit="share",
        inputs=_MIDDLE,
        taken=("benefit",),
    ),
    "p_positive": _alike(
        _ASSISTED,
        N_(
            "The share of 10,000 draws over the uncertainty of the minutes saved and of the freed "
            "time put to use in which the benefit exceeds the quarter's costs."
        ),
        unit="share",
        inputs=_RECAPTURE,
        taken=("cap", "assisted", "cost", *_DRAWN),
    ),
    "p_covered": _alike(
        _MONTHS,
        N_(
            "The share of 10,000 draws over the uncertainty of the minutes saved and of the freed "
            "time put to use in which the benefit of all months is at least their costs. A draw "
            "moves the minutes saved by the same in every month. The rows are benefit less costs, "
            "with the middle values."
        ),
        unit="share",
        inputs=_RECAPTURE,
        taken=("cap", *_DRAWN),
    ),
    "payback_month": _alike(
        _MONTHS,
        N_(
            "The first month from whose end on all benefit so far is at least all costs so far. "
            "The rows are benefit less costs up to each month's end, from the first costs on; the "
            "value is the month's place among them."
        ),
        read=_totals,
        better="lower",
        unit="month",
        inputs=_MIDDLE,
    ),
    "npv_eur": _alike(
        _MONTHS,
        N_(
            "Each month's benefit less its costs, discounted to the first month at the interest a "
            "year. A month's benefit: its questions with Lotsen × the minutes saved a question."
        ),
        unit="money",
        inputs=(*_MIDDLE, "discount_rate"),
    ),
}

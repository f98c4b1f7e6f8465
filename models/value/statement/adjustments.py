"""What to adjust, by rules over the quarter's facts. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.value.effect.comparison import OPEN_VERDICTS, Design, Need, VerdictReason
from models.value.effect.guards import TIMED_OTHERWISE
from models.value.money.outlook import NEAR_CAP, Band, BudgetStatus, Outlook
from models.value.statement.quarter_statement import (
    DEFAULTS,
    Adjustment,
    Advice,
    Statement,
    StatementVerdict,
)
from models.value.statement.roi import CENT

OFTEN = 2
"""Changes of vendors in a year from which on they are often."""
_TOO_SOON = {
    VerdictReason.TOO_FEW,
    VerdictReason.TOO_FEW_HALF_DAYS,
    VerdictReason.TOO_SHORT,
    VerdictReason.NO_DIFFERENCE,
    VerdictReason.TOO_EARLY,
}
_RATE = DEFAULTS[0]


@dataclass(frozen=True, slots=True)
class StatementContext:
    """What stands around a statement.

    ``need`` is what it takes to show the target's effect, ``overdue`` how many lines of the
    registers of AI systems and of risks nobody looked at in time, ``timed_otherwise`` the
    share of handling times that come from another evidence than in the baseline.
    """

    outlook: Outlook
    need: Need | None = None
    overdue: int = 0
    timed_otherwise: float = 0.0


def adjustments(said: Statement, around: StatementContext) -> tuple[Adjustment, ...]:
    """Return what to adjust, the most urgent first."""
    return (*_about_proof(said, around), *_about_money(said, around))


def _about_proof(said: Statement, around: StatementContext) -> Iterator[Adjustment]:
    if said.verdict is StatementVerdict.STOP:
        yield Adjustment(Advice.STOP)
    if said.worse:
        yield Adjustment(Advice.GUARDRAILS, keys=said.worse)
    if said.reason is VerdictReason.NO_BASELINE:
        yield Adjustment(Advice.BASELINE)
        return
    if said.reason is VerdictReason.NO_TIMES:
        yield Adjustment(Advice.TIMES)
        return
    if said.reason in _TOO_SOON and around.need is not None:
        yield from _when(said, around.need, around.outlook.as_of)
    if said.design is Design.ASSOCIATION and around.timed_otherwise >= TIMED_OTHERWISE:
        yield Adjustment(Advice.TIMED_OTHERWISE, share=around.timed_otherwise)
    if said.design is Design.ASSOCIATION and said.pending is None:
        yield Adjustment(Advice.HOLD_OUT)


def _when(said: Statement, need: Need, as_of: date) -> Iterator[Adjustment]:
    """Say by when an effect of the target's size can be shown, if it can."""
    if said.effect.verdict not in OPEN_VERDICTS:
        yield Adjustment(Advice.NO_EFFECT)
    elif need.needed is None or need.on is None:
        yield Adjustment(Advice.WIDEN)
    elif need.on > as_of:
        yield Adjustment(Advice.WAIT, on=need.on)
    elif said.reason is VerdictReason.NO_DIFFERENCE:
        yield Adjustment(Advice.NO_EFFECT)


def _about_money(said: Statement, around: StatementContext) -> Iterator[Adjustment]:
    view = around.outlook
    if said.cost_eur < CENT:
        yield Adjustment(Advice.COSTS)
    yield from _about_budgets(view)
    yield from _beyond_usual(view)
    if around.overdue:
        yield Adjustment(Advice.REVIEWS, n=around.overdue)
    if view.switches.lately >= OFTEN:
        yield Adjustment(Advice.SWITCHES, n=view.switches.lately)
    if any(one.key == _RATE.key and one.source == _RATE.source for one in said.assumptions):
        yield Adjustment(Advice.RATE)
    if view.first_year and view.first_year.inside is None:
        yield Adjustment(Advice.RUNNING)


def _about_budgets(view: Outlook) -> Iterator[Adjustment]:
    model = view.metered
    if model and model.cap_eur and model.month_eur >= NEAR_CAP * model.cap_eur:
        yield Adjustment(
            Advice.MODEL_CAP, eur=model.month_eur, limit_eur=model.cap_eur, month=model.month
        )
    for course, advice in (
        (BudgetStatus.OVER, Advice.OVER_BUDGET),
        (BudgetStatus.HEADING_OVER, Advice.HEADING_OVER),
    ):
        if lines := view.of(course):
            yield Adjustment(advice, keys=tuple(line.kind.value for line in lines if line.kind))


def _beyond_usual(view: Outlook) -> Iterator[Adjustment]:
    if view.first_year and (band := view.first_year.band).eur > band.most:
        yield _beyond(Advice.FIRST_YEAR, band)
    if view.system_month and (band := view.system_month.band).eur > band.most:
        yield _beyond(Advice.SYSTEM_MONTH, band, view.system_month.month)


def _beyond(advice: Advice, band: Band, month: str = "") -> Adjustment:
    return Adjustment(advice, eur=band.eur, limit_eur=float(band.most), month=month)

"""The programme's three horizons: pilot effect, six months, return after 12–18 months. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from models.kpis.periods import months_after
from models.value.effect.comparison import EffectVerdict
from models.value.statement.quarter_statement import (
    GateState,
    HorizonGate,
    Statement,
    StatementVerdict,
)

PILOT_EFFECT, SIX_MONTHS, RETURN = "pilot_effect", "six_months", "return"
_DAY_77 = timedelta(days=76)


def gates(
    said: Statement, started: date | None, as_of: date, better: Iterable[str] = ()
) -> tuple[HorizonGate, ...]:
    """Return what a quarter's statement says at each horizon; nothing before a pilot began.

    A pilot's estimate never reaches the gate of the return, however good it looks: that is
    not judged before a year has passed.

    Parameters
    ----------
    started
        The first day of the 90-day plan, or of the pilot.
    better
        Key figures that are better than in the baseline.
    """
    if started is None:
        return ()
    found, figures = _finding(said), tuple(better)
    year, half_more = months_after(started, 12), months_after(started, 18)
    at_six = months_after(started, 6)
    # That key figures are better is an association, and weaker than a judgement that found nothing.
    is_open = said.effect.verdict is EffectVerdict.NOT_JUDGED
    is_seen = found is GateState.NOT_SHOWN and is_open and bool(figures) and not said.worse
    six = GateState.ASSOCIATED if is_seen else found
    return (
        HorizonGate(PILOT_EFFECT, started + _DAY_77, _due(found, started + _DAY_77, as_of)),
        HorizonGate(SIX_MONTHS, at_six, _due(six, at_six, as_of), better=figures),
        HorizonGate(
            RETURN, year, _due(_of_return(said, as_of > half_more), year, as_of), until=half_more
        ),
    )


def _due(state: GateState, due: date, as_of: date) -> GateState:
    return state if as_of >= due else GateState.WAITING


def _finding(said: Statement) -> GateState:
    """Return whether time is saved; with a guardrail that got worse nothing is claimed."""
    if said.verdict is StatementVerdict.STOP:
        return _slower(said)
    if said.worse or not said.effect.is_success:
        return GateState.NOT_SHOWN
    return _state_when_reached(said)


def _of_return(said: Statement, is_over: bool) -> GateState:
    if said.verdict is StatementVerdict.PAID:
        return _state_when_reached(said)
    if said.verdict is StatementVerdict.STOP:
        return _slower(said)
    return GateState.MISSED if is_over else GateState.NOT_SHOWN


def _slower(said: Statement) -> GateState:
    return GateState.WORSE if said.effect.claims_cause else GateState.WORSE_ASSOCIATED


def _state_when_reached(said: Statement) -> GateState:
    return GateState.REACHED if said.effect.claims_cause else GateState.ASSOCIATED

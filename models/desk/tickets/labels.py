"""Every category that a person gives is a label: written where the ticket is changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from models.desk.base.pilot_phase import is_active
from models.desk.base.turn import RequestTurn, Turn
from models.errors import NotFoundError
from models.store.transaction import UnitOfWork
from models.tables import (
    HIDDEN,
    Arm,
    DecidedBy,
    Decision,
    DecisionMode,
    Label,
    LabelKind,
    Ticket,
)
from models.triage.cascade import TriageVerdict
from models.triage.sampling import decision_mode
from models.value.money.untouched import named_untouched

_NOT_AUTOMATIC = (DecidedBy.PERSON, DecidedBy.IMPORTED, DecidedBy.NOBODY)


def mode_for(turn: Turn, ticket: Ticket, verdict: TriageVerdict) -> DecisionMode:
    """Return whether a verdict is acted on, stays hidden, or is only shown."""
    unit = turn.unit
    if not is_active(unit) or unit.effects.arm_of(ticket.case_id) is Arm.HELD_OUT:
        return DecisionMode.BLIND
    earlier = unit.tickets.decisions_of(_number(ticket))
    mode = decision_mode(
        verdict,
        _number(ticket),
        share=turn.desk.blind_share,
        unseen=_unseen(earlier),
        suggest_only=unit.oversight.suggest_only(),
    )
    # The blind sample stays one of all tickets: what it drew is no less a part of it.
    left = mode is not DecisionMode.BLIND and is_left(unit, ticket.case_id, verdict, earlier)
    return DecisionMode.LEFT if left else mode


def is_left(
    unit: UnitOfWork, case_id: int | None, verdict: TriageVerdict, earlier: Sequence[Decision] = ()
) -> bool:
    """Return whether a case is left to people, for the classifier puts it where they work alone.

    Else nothing could be compared with such a category. What chance has drawn stays as it was
    drawn, and what somebody has seen of ``earlier`` decisions is not taken back.
    """
    return (
        verdict.category in named_untouched(unit)
        and unit.effects.arm_of(case_id) is None
        and _unseen(earlier)
    )


def decision_of(
    ticket: Ticket, verdict: TriageVerdict, mode: DecisionMode, at: datetime
) -> Decision:
    """Return a verdict as it is stored, with all that it takes to explain and replay it."""
    return Decision(
        ticket_id=_number(ticket),
        at=at,
        decided_by=verdict.decided_by,
        model=verdict.model,
        category=verdict.category,
        confidence=verdict.confidence,
        reasons=list(verdict.reasons),
        alternatives=[[key, share] for key, share in verdict.alternatives],
        mode=mode,
        in_scope=verdict.in_scope,
        threshold=verdict.threshold,
        nearest=[[number, cosine] for number, cosine in verdict.nearest],
        hints={
            kind: [hint.value, hint.confidence]
            for kind, hint in (("priority", verdict.priority), ("team", verdict.team))
            if hint is not None
        },
        embedder=verdict.embedder,
        latency_ms=verdict.latency_ms,
    )


def record_manual_label(turn: RequestTurn[Any], ticket: Ticket, category: str) -> Decision:
    """Write the label of a category that a person chose; call before the ticket changes.

    Returns
    -------
    Decision
        The person's, to be stored. Where what the classifier thought is hidden, it carries
        no trace of it.
    """
    earlier = turn.unit.tickets.decisions_of(_number(ticket))
    automatic = _automatic(earlier)
    mode = DecisionMode.ACTED
    if automatic is not None and automatic.mode in HIDDEN:
        mode = automatic.mode
    kind = LabelKind.BLIND if mode is DecisionMode.BLIND else _kind(ticket, category)
    turn.unit.oversight.save(_label(turn, ticket, kind, category, automatic))
    return Decision(
        ticket_id=_number(ticket),
        at=turn.at,
        decided_by=DecidedBy.PERSON,
        category=category,
        alternatives=[] if mode in HIDDEN or not earlier else earlier[0].alternatives,
        mode=mode,
    )


def record_confirmed_label(turn: RequestTurn[Any], ticket: Ticket) -> None:
    """Write a weak label where a person resolves a ticket and leaves its automatic category."""
    if ticket.decided_by in _NOT_AUTOMATIC or not ticket.category:
        return
    automatic = _automatic(turn.unit.tickets.decisions_of(_number(ticket)))
    label = _label(turn, ticket, LabelKind.CONFIRMED, ticket.category, automatic)
    turn.unit.oversight.save(label)


def _automatic(decisions: Sequence[Decision]) -> Decision | None:
    return next((row for row in decisions if row.decided_by is not DecidedBy.PERSON), None)


def _unseen(earlier: Sequence[Decision]) -> bool:
    return all(_is_hidden(decision) for decision in earlier)


def _is_hidden(decision: Decision) -> bool:
    said_nothing = not decision.category and not decision.alternatives
    return decision.mode in HIDDEN or said_nothing


def _kind(ticket: Ticket, category: str) -> LabelKind:
    replaced = bool(ticket.category) and ticket.category != category
    return LabelKind.CORRECTED if replaced else LabelKind.CHOSEN


def _label(
    turn: RequestTurn[Any],
    ticket: Ticket,
    kind: LabelKind,
    category: str,
    automatic: Decision | None,
) -> Label:
    by_classifier = automatic is not None and automatic.decided_by is DecidedBy.CLASSIFIER
    return Label(
        ticket_id=_number(ticket),
        kind=kind,
        category=category,
        # By it the classifier is judged: what a rule or the language model said is not its own.
        suggested=automatic.category if automatic and by_classifier else "",
        model_version=automatic.model if automatic else "",
        by=turn.person.id,
        at=turn.at,
    )


def _number(ticket: Ticket) -> int:
    if ticket.id is None:
        raise NotFoundError("the ticket has no number before it is stored")
    return ticket.id

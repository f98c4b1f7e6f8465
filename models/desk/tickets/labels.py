"""Every category that a person gives is a label: written where the ticket is changed."""

from collections.abc import Sequence
from datetime import datetime

from models.desk.base.context import DeskContext
from models.desk.base.pilot_phase import assists
from models.errors import UnknownError
from models.store.transaction import Unit
from models.tables import (
    HIDDEN,
    Arm,
    DecidedBy,
    Decision,
    DecisionMode,
    Label,
    LabelKind,
    Person,
    Ticket,
)
from models.triage.cascade import TriageVerdict
from models.triage.sampling import decision_mode
from models.value.effect.control_categories import named_untouched

_NOT_AUTOMATIC = (DecidedBy.PERSON, DecidedBy.IMPORTED, DecidedBy.NOBODY)


def mode_for(desk: DeskContext, unit: Unit, ticket: Ticket, verdict: TriageVerdict) -> DecisionMode:
    """Return whether a verdict stands, stays hidden, or is only shown."""
    if not assists(unit) or unit.effects.arm_of(ticket.case_id) is Arm.HELD_OUT:
        return DecisionMode.BLIND
    earlier = unit.tickets.decisions_of(_number(ticket))
    mode = decision_mode(
        verdict,
        _number(ticket),
        share=desk.blind_share,
        unseen=_unseen(earlier),
        suggest_only=unit.oversight.suggest_only(),
    )
    # The blind sample stays one of all tickets: what it drew is no less a part of it.
    left = mode is not DecisionMode.BLIND and is_left(unit, ticket.case_id, verdict, earlier)
    return DecisionMode.LEFT if left else mode


def is_left(
    unit: Unit, case_id: int | None, verdict: TriageVerdict, earlier: Sequence[Decision] = ()
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


def given(unit: Unit, ticket: Ticket, person: Person, category: str, at: datetime) -> Decision:
    """Write the label of a category that a person chose; call before the ticket changes.

    Returns
    -------
    Decision
        The person's, to be stored. Where what the classifier thought is hidden, it carries
        no trace of it.
    """
    earlier = unit.tickets.decisions_of(_number(ticket))
    said = _automatic(earlier)
    mode = said.mode if said is not None and said.mode in HIDDEN else DecisionMode.ACTED
    kind = LabelKind.BLIND if mode is DecisionMode.BLIND else _kind(ticket, category)
    unit.oversight.add_label(_label(ticket, person, kind, category, said, at))
    return Decision(
        ticket_id=_number(ticket),
        at=at,
        decided_by=DecidedBy.PERSON,
        category=category,
        alternatives=[] if mode in HIDDEN or not earlier else earlier[0].alternatives,
        mode=mode,
    )


def confirmed(unit: Unit, ticket: Ticket, person: Person, at: datetime) -> None:
    """Write a weak label where a person resolves a ticket and leaves its automatic category."""
    if ticket.decided_by in _NOT_AUTOMATIC or not ticket.category:
        return
    said = _automatic(unit.tickets.decisions_of(_number(ticket)))
    kind, category = LabelKind.CONFIRMED, ticket.category
    unit.oversight.add_label(_label(ticket, person, kind, category, said, at))


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
    ticket: Ticket,
    person: Person,
    kind: LabelKind,
    category: str,
    said: Decision | None,
    at: datetime,
) -> Label:
    return Label(
        ticket_id=_number(ticket),
        kind=kind,
        category=category,
        # By it the classifier is judged: what a rule or the language model said is not its own.
        suggested=said.category if said and said.decided_by is DecidedBy.CLASSIFIER else "",
        model_version=said.model if said else "",
        by=person.id,
        at=at,
    )


def _number(ticket: Ticket) -> int:
    if ticket.id is None:
        raise UnknownError("the ticket has no number before it is stored")
    return ticket.id

"""The cascade: the company's rules → the classifier → the language model → a person.

Rules and the classifier answer at once. The language model may take many seconds, so it
is asked afterwards, in a lane of its own; until then the ticket is simply undecided.
"""

from dataclasses import replace

from models.commands import ConsultModel
from models.desk.base.context import DeskContext
from models.desk.base.deferred import defer_for
from models.desk.base.turn import Turn
from models.language import Language
from models.store.transaction import UnitOfWork
from models.tables import DecidedBy, DecisionMode, Status, Ticket
from models.triage.cascade import TrackRecord, TriageVerdict, model_goes_first
from models.triage.rules import first_match
from models.triage.ticket_text import TriageText

_OPEN = (Status.NEW, Status.CLAIMED, Status.PAUSED)


def verdict_for(
    desk: DeskContext, text: str, language: Language, slack_id: str, channel: str = ""
) -> TriageVerdict:
    """Return what a rule says of a text, or else the classifier; slow, so outside transactions.

    ``slack_id`` is who wrote it and ``channel`` where, empty where nobody knows: the
    classifier is asked as it was taught (`models.triage.ticket_text.text_of`).
    """
    with desk.store.snapshot() as unit:
        person = unit.people.find(slack_id) if slack_id else None
        sender, team = (person.id, person.team) if person else ("", "")
        match = first_match(unit.rules.active(), text, sender, team)
        category = unit.categories.successors().get(match.category) if match else None
        if match is not None and category:
            return TriageVerdict(
                category=category,
                confidence=None,
                decided_by=DecidedBy.RULE,
                reasons=(match.matched,) if match.matched != sender else (),  # no pseudonyms
                model=match.name,
            )
    verdict = desk.triage.classify(TriageText(text, team=team, channel=channel), language)
    return _left_to_model(desk, verdict) if verdict.category and desk.llm else verdict


def _left_to_model(desk: DeskContext, verdict: TriageVerdict) -> TriageVerdict:
    """Leave a category to the language model where that one is better at it."""
    with desk.store.snapshot() as unit:
        classifier = record_of(unit, DecidedBy.CLASSIFIER, verdict.category)
        model = record_of(unit, DecidedBy.LLM, verdict.category)
    if not model_goes_first(classifier, model, desk.target_precision):
        return verdict
    return replace(verdict, category="", decided_by=DecidedBy.NOBODY)


def record_of(unit: UnitOfWork, decided_by: DecidedBy, category: str) -> TrackRecord:
    """Return how often somebody was right who decided for a category."""
    return TrackRecord(*unit.oversight.judged(decided_by, category))


def ask_later(turn: Turn, ticket: Ticket) -> None:
    """Queue the question to the language model, where there is one and nobody has decided."""
    if turn.desk.llm is None or ticket.category or not undecided(turn.unit, ticket):
        return
    name = f"consult:{ticket.id}:{turn.name}"[:255]
    question = ConsultModel(id=name, ticket_id=ticket.id or 0, at=turn.now)
    asker = turn.unit.people.get(ticket.requester_id) if ticket.requester_id else None
    defer_for(turn.unit, (asker.slack_id if asker else "") or "", question, turn.now)


def undecided(unit: UnitOfWork, ticket: Ticket) -> bool:
    """Return whether nobody decided and nobody is meant to choose unseen (a blind sample)."""
    decisions = unit.tickets.decisions_of(ticket.id or 0)
    hidden = any(decision.mode is not DecisionMode.ACTED for decision in decisions)
    return not ticket.category and not hidden and ticket.status in _OPEN

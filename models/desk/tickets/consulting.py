"""The language model's turn: a second opinion on a ticket that nobody has decided."""

from dataclasses import dataclass
from datetime import datetime

from models.commands import ConsultModel
from models.desk.base.context import DeskContext
from models.desk.base.turn import CommandTurn, take_turn
from models.desk.tickets.recording import id_of, show
from models.desk.tickets.triage_decision import record_of, undecided
from models.language import in_language
from models.llm import NOBODY, Caller, ChoiceOption, LlmAnswer, LlmRefusal
from models.redaction import redact
from models.redaction.sensitivity import sensitivity
from models.store.transaction import UnitOfWork
from models.tables import DecidedBy, Decision, EventKind
from models.triage.cascade import may_decide


def consult_model(desk: DeskContext, command: ConsultModel, now: datetime) -> None:
    """Ask the language model for a category; whatever comes of it, the ticket is safe.

    The text is redacted before it leaves. The answer is one of the categories or none; a
    person who chose in the meantime is never overruled.
    """
    with desk.store.snapshot() as unit:
        ticket = unit.tickets.find(command.ticket_id)
        wanted = desk.llm is not None and ticket is not None and undecided(unit, ticket)
        stored = unit.oversight.text_of(command.ticket_id)
        # A title that was cut from the words would only cost twice.
        words = f"{stored.title}\n{stored.body}".strip() if stored else ""
        caller = Caller((ticket.requester_id or "") if ticket else "", unit.in_sandbox)
    about = Consultation(words, f"ticket:{command.ticket_id}", caller)
    answer = category_by_model(desk, about, now) if wanted else None
    take_turn(desk, command, now, lambda turn: _take(turn, answer))


@dataclass(frozen=True, slots=True)
class Consultation:
    """Words whose category is asked for, what they are about, and whose they are."""

    words: str
    subject: str
    caller: Caller = NOBODY


def category_by_model(
    desk: DeskContext, about: Consultation, now: datetime
) -> LlmAnswer | LlmRefusal | None:
    """Return the category that the language model chooses; None where it may not be asked."""
    if desk.llm is None or sensitivity(about.words):  # what is for few eyes is for no model
        return None
    with desk.store.snapshot() as unit:
        names, choices = unit.people.names(), _choices(desk, unit)
    return desk.llm.choose(
        redact(about.words, names).text,
        choices,
        purpose="category",
        now=now,
        subject=about.subject,
        caller=about.caller,
    )


def _choices(desk: DeskContext, unit: UnitOfWork) -> list[ChoiceOption]:
    return [
        ChoiceOption(
            category.key,
            in_language(category.titles, desk.language),
        )
        for category in unit.tickets.categories()
    ]


def _take(turn: CommandTurn[ConsultModel], answer: LlmAnswer | LlmRefusal | None) -> None:
    unit = turn.unit
    if not isinstance(answer, LlmAnswer):
        return
    ticket = unit.tickets.get(turn.command.ticket_id)
    if not undecided(unit, ticket):
        return
    record = record_of(unit, DecidedBy.LLM, answer.key)
    chosen = answer.key if may_decide(record, turn.desk.target_precision) else ""
    decided = DecidedBy.LLM if chosen else DecidedBy.NOBODY
    earlier = unit.tickets.decisions_of(id_of(ticket))
    unit.tickets.save(
        Decision(
            ticket_id=id_of(ticket),
            at=turn.now,
            decided_by=decided,
            category=chosen,
            model=f"{answer.model} · prompt {answer.prompt_version}",
            alternatives=earlier[0].alternatives if earlier else [],
            in_scope=earlier[0].in_scope if earlier else True,
            latency_ms=answer.latency_ms,
            llm_call_id=answer.call_id,
        )
    )
    if chosen:
        ticket.category, ticket.decided_by, ticket.confidence = chosen, decided, None
        unit.tickets.save(ticket)
        turn.record(EventKind.CATEGORISED, turn.now, ticket, category=chosen, by=decided.value)
        show(turn, ticket)

"""The language model's turn: a second opinion on a ticket that nobody has decided."""

from datetime import datetime

from models.commands import ConsultModel
from models.desk.deciding import undecided
from models.desk.setting import DeskSetting
from models.desk.tickets import event, id_of, show
from models.language import in_language
from models.llm import Choice, LlmAnswer, LlmRefusal
from models.redaction import redact
from models.store.transaction import Unit
from models.tables import DecidedBy, Decision, EventKind, Ticket


def consult_model(setting: DeskSetting, command: ConsultModel, now: datetime) -> None:
    """Ask the language model for a category; whatever comes of it, the ticket is safe.

    The text is redacted before it leaves. The answer is one of the categories or none; a
    person who chose in the meantime is never overruled.
    """
    with setting.store.snapshot() as unit:
        ticket = unit.tickets.find(command.ticket_id)
        wanted = setting.llm is not None and ticket is not None and undecided(unit, ticket)
        stored = unit.oversight.text_of(command.ticket_id)
        # A title that was cut from the words would only cost twice.
        words = f"{stored.title}\n{stored.body}".strip() if stored else ""
        names = unit.people.names()
        choices = _choices(setting, unit)
    answer: LlmAnswer | LlmRefusal | None = None
    if wanted and setting.llm is not None:
        answer = setting.llm.choose(
            redact(words, names).text,
            choices,
            purpose="category",
            now=now,
            subject=f"ticket:{command.ticket_id}",
        )
    with setting.store.begin() as unit:
        if not unit.inbox.finish(command.id, now) or not isinstance(answer, LlmAnswer):
            return
        ticket = unit.tickets.get(command.ticket_id)
        if undecided(unit, ticket):
            _take(setting, unit, ticket, answer, command, now)


def _choices(setting: DeskSetting, unit: Unit) -> list[Choice]:
    return [
        Choice(
            category.key,
            in_language(category.titles, setting.language),
        )
        for category in unit.tickets.categories()
    ]


def _take(
    setting: DeskSetting,
    unit: Unit,
    ticket: Ticket,
    answer: LlmAnswer,
    command: ConsultModel,
    now: datetime,
) -> None:
    decided = DecidedBy.LLM if answer.key else DecidedBy.NOBODY
    earlier = unit.tickets.decisions_of(id_of(ticket))
    unit.tickets.decide(
        Decision(
            ticket_id=id_of(ticket),
            at=now,
            decided_by=decided,
            category=answer.key,
            model=f"{answer.model} · prompt {answer.prompt_version}",
            alternatives=earlier[0].alternatives if earlier else [],
            in_scope=earlier[0].in_scope if earlier else True,
            latency_ms=answer.latency_ms,
            llm_call_id=answer.call_id,
        )
    )
    if not answer.key:
        return
    ticket.category, ticket.decided_by, ticket.confidence = answer.key, decided, None
    unit.tickets.save(ticket)
    unit.tickets.record(
        event(
            EventKind.CATEGORISED,
            now,
            command.id,
            ticket=ticket,
            category=answer.key,
            by=decided.value,
        )
    )
    show(setting, unit, ticket, now, command.id)

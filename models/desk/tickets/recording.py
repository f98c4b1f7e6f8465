"""What all use cases do with a ticket: record, project, show.

Every change of a ticket is an event; its projection and the two posts that show it (the
card, the progress in the employee's thread) are written in the same transaction.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from models.desk.base.answer_posts import progress_post
from models.desk.base.context import DeskContext
from models.desk.base.titles import cut_title
from models.desk.tickets import cards
from models.desk.tickets.escalation import hand_over
from models.desk.tickets.labels import decision_of, mode_for
from models.desk.tickets.suggestions import THE_TEAM, open_hints, similar_to
from models.desk.tickets.triage_decision import ask_later
from models.errors import UnknownError
from models.governance.authorization import Actor
from models.language import Person as Named
from models.language import Words, language_of, words_for
from models.language.detection import recognise
from models.mailbox import Envelope, post, update
from models.store.transaction import Unit
from models.tables import (
    HIDDEN,
    Case,
    CaseState,
    DecidedBy,
    DecisionMode,
    EventKind,
    Person,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketText,
)
from models.tickets.projection import project
from models.triage.cascade import TriageVerdict


def event(
    kind: EventKind,
    at: datetime,
    command_id: str,
    *,
    case: Case | None = None,
    ticket: Ticket | None = None,
    actor: str = "",
    **detail: Any,
) -> TicketEvent:
    """Return an event; ``detail`` holds keys and numbers only."""
    return TicketEvent(
        kind=kind,
        at=at,
        command_id=command_id,
        actor=actor,
        detail=detail,
        case_id=case.id if case else None,
        ticket_id=ticket.id if ticket else None,
    )


def text_of_case(unit: Unit, case: Case, instead: Mapping[str, str] | None = None) -> str:
    """Return everything the person wrote, in order, a message a line.

    ``instead`` has other words for some messages, by their time stamps.
    """
    messages = unit.tickets.messages_of(id_of(case))
    texts = [(instead or {}).get(message.ts, message.text) for message in messages]
    return "\n".join(text for text in texts if text.strip())


def open_ticket(
    desk: DeskContext,
    unit: Unit,
    case: Case,
    verdict: TriageVerdict,
    *,
    command_id: str,
    at: datetime,
    now: datetime,
    via: str,
) -> Ticket:
    """Make a ticket of a case, with its card and its progress post.

    ``at`` is when the employee asked for it (the clock of the figures starts there),
    ``now`` when the bot acknowledged it.
    """
    body = text_of_case(unit, case)
    ticket = Ticket(
        case_id=case.id,
        source=Source.SANDBOX if unit.in_sandbox else Source.SLACK,
        status=Status.NEW,
        language=recognise(body) or case.language,
        decided_by=DecidedBy.NOBODY,
        requester_id=case.person_id,
        opened_at=at,
    )
    text = TicketText(ticket_id=0, title=cut_title(body), body=body)
    unit.tickets.add_ticket(ticket, text)
    case.ticket_id, case.state = ticket.id, CaseState.TICKET
    unit.tickets.save(case)
    events = [
        event(
            EventKind.OPENED,
            at,
            command_id,
            case=case,
            ticket=ticket,
            actor=case.person_id,
            via=via,
        ),
        event(EventKind.ACKNOWLEDGED, max(now, at), command_id, case=case, ticket=ticket),
    ]
    unit.tickets.record(*events)
    take_verdict(desk, unit, ticket, verdict, command_id=command_id, now=max(now, at))
    ask_later(desk, unit, ticket, command_id, now)
    show(desk, unit, ticket, now, command_id)
    hand_over(desk, unit, ticket, case, now)
    return ticket


def take_verdict(
    desk: DeskContext,
    unit: Unit,
    ticket: Ticket,
    verdict: TriageVerdict,
    *,
    command_id: str,
    now: datetime,
) -> None:
    """Let the ticket take a verdict, unless it stays hidden or is only a suggestion.

    How it was decided is stored each time, so that the latest decision is on the latest words.
    """
    known = bool(verdict.category) and verdict.category == ticket.category
    mode = DecisionMode.ACTED if known else mode_for(desk, unit, ticket, verdict)
    stands = mode is DecisionMode.ACTED
    ticket.category = verdict.category if stands else ""
    ticket.confidence = verdict.confidence if stands else None
    ticket.decided_by = verdict.decided_by if stands else DecidedBy.NOBODY
    unit.tickets.save(ticket)
    unit.tickets.decide(decision_of(ticket, verdict, mode, now))
    if stands and verdict.category and not known:
        unit.tickets.record(
            event(
                EventKind.CATEGORISED,
                now,
                command_id,
                ticket=ticket,
                category=verdict.category,
                by=verdict.decided_by.value,
            )
        )


def retriage(
    desk: DeskContext,
    unit: Unit,
    ticket: Ticket,
    verdict: TriageVerdict,
    *,
    command_id: str,
    now: datetime,
) -> None:
    """Take over new words of the requester; a category that a person gave stays."""
    case = unit.tickets.case(ticket.case_id) if ticket.case_id else None
    if case is not None:
        text = unit.tickets.text(id_of(ticket))
        text.body = text_of_case(unit, case)
        text.title = cut_title(text.body)
        unit.tickets.save(text)
    if ticket.decided_by is not DecidedBy.PERSON and ticket.status is Status.NEW:
        if verdict.category or not _outlives_doubt(unit, ticket):
            take_verdict(desk, unit, ticket, verdict, command_id=command_id, now=now)
        ask_later(desk, unit, ticket, command_id, now)
    show(desk, unit, ticket, now, command_id)


def _outlives_doubt(unit: Unit, ticket: Ticket) -> bool:
    """Return whether what was decided stays where the classifier is not sure of new words."""
    decisions = unit.tickets.decisions_of(id_of(ticket))
    hidden = bool(decisions) and decisions[0].mode in HIDDEN
    return hidden or ticket.decided_by is DecidedBy.LLM


def show(desk: DeskContext, unit: Unit, ticket: Ticket, now: datetime, command_id: str) -> None:
    """Project the ticket's events, and bring its card and progress post up to date."""
    project(unit, id_of(ticket), desk.calendar)
    _show_card(desk, unit, ticket, now, command_id)
    _show_progress(desk, unit, ticket, now, command_id)


def _show_card(
    desk: DeskContext, unit: Unit, ticket: Ticket, now: datetime, command_id: str
) -> None:
    if not desk.support_channel:
        return
    card = cards.support_card(
        view_of(desk, unit, ticket, THE_TEAM),
        unit.tickets.categories(),
        desk.words,
        desk.calendar.zone,
    )
    key = f"ticket:{ticket.id}:card"
    if unit.outbox.find(key) is None:
        post(unit, key, Envelope(desk.support_channel), card, now)
    else:
        update(unit, f"{key}:{command_id}", key, desk.support_channel, card, now)


def _show_progress(
    desk: DeskContext, unit: Unit, ticket: Ticket, now: datetime, command_id: str
) -> None:
    case = unit.tickets.find_case(ticket.case_id) if ticket.case_id else None
    if case is None:
        return
    to = thread_of(unit, case)
    message = cards.progress(
        view_of(desk, unit, ticket), unit.tickets.categories(), words_of_case(desk, case)
    )
    key = progress_post(unit, case)
    if unit.outbox.find(key) is None:
        post(unit, key, to, message, now)
    else:
        update(unit, f"{key}:{command_id}", key, to.channel, message, now)


def view_of(
    desk: DeskContext, unit: Unit, ticket: Ticket, viewer: Actor | None = None
) -> cards.TicketView:
    """Read all that a drawing of the ticket needs; with a ``viewer``, what is like it for them."""
    decisions = unit.tickets.decisions_of(id_of(ticket))
    times = unit.tickets.times(id_of(ticket))
    case = unit.tickets.find_case(ticket.case_id) if ticket.case_id else None
    return cards.TicketView(
        ticket=ticket,
        text=unit.tickets.text(id_of(ticket)),
        decision=decisions[0] if decisions else None,
        requester=named(unit.people.get(ticket.requester_id or "")),
        assignee=named(unit.people.get(ticket.assignee_id or "")),
        handling_minutes=cards.handling_of(times),
        withdrawn=case is not None and case.state is CaseState.WITHDRAWN,
        similar=similar_to(unit, viewer, id_of(ticket), decisions) if viewer else (),
        hints=open_hints(ticket, decisions),
    )


def named(person: Person | None) -> Named | None:
    """Return how a person is named in a message."""
    return Named(person.slack_id or "", person.name) if person else None


def thread_of(unit: Unit, case: Case) -> Envelope:
    """Return where the employee reads about their case: its thread, or a direct message.

    It names them, for a thread where Slack does not let the bot in.
    """
    asker = asker_of(unit, case)
    if case.channel:
        return Envelope(case.channel, case.thread_ts, person=asker)
    return Envelope(asker)


def asker_of(unit: Unit, case: Case) -> str:
    """Return the Slack id of who asked; empty where they were erased."""
    person = unit.people.get(case.person_id)
    return (person.slack_id if person else "") or ""


def words_of_case(desk: DeskContext, case: Case) -> Words:
    return words_for(language_of(case.language, desk.language))


def id_of(row: Case | Ticket) -> int:
    """Return the number of a stored row."""
    if row.id is None:
        raise UnknownError("the row has no number before it is stored")
    return row.id


def clamp(at: datetime, now: datetime) -> datetime:
    """Return ``at``, or ``now`` where the sender's clock is ahead of ours by minutes."""
    return at if at <= now + timedelta(minutes=5) else now

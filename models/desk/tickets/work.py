"""Support staff work on a ticket: category, claim, pause, resume, resolve, why."""

from dataclasses import dataclass
from datetime import datetime

from models.commands import ExplainTicket, MoveTicket, SetCategory
from models.desk.base.context import DeskContext, reply_to
from models.desk.base.deferred import draft_later
from models.desk.surveys.survey_answers import with_question
from models.desk.tickets import cards, labels
from models.desk.tickets.reasons import why
from models.desk.tickets.recording import (
    clamp,
    event,
    id_of,
    show,
    thread_of,
    view_of,
    words_of_case,
)
from models.errors import LotsenError, NotAllowedError, UnknownError
from models.governance.authorization import Action, Subject, allowed, authorize
from models.language import Words, noted
from models.mailbox import Envelope, post
from models.message import Runs, text_message
from models.store.transaction import Unit
from models.tables import DONE, DecidedBy, EventKind, Person, Status, Ticket
from models.tickets.lifecycle import event_of, move

_STAFF_ONLY = noted(
    "Only the support team can do this. Ask the IT lead to add you in LOTSEN_AGENTS."
)


def set_category(desk: DeskContext, command: SetCategory, now: datetime) -> None:
    """Take a category that a person chose; it is a label to learn from."""
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        person = unit.people.by_slack_id(command.user, now)
        words = desk.words_of(person)
        to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
        try:
            ticket = ticket_for(desk, unit, person, command.ticket_id, Action.SET_CATEGORY)
        except LotsenError as error:
            reply_to(
                unit, command.id, to, text_message(refusal(error, command.ticket_id, words)), now
            )
            return
        category = unit.tickets.category(command.category)
        if category is None or not category.active:
            line = words.rich(
                "There is no category “{key}” any more. Please choose from the list.",
                key=command.category,
            )
            reply_to(unit, command.id, to, text_message(line), now)
            return
        _label(unit, ticket, person, command, clamp(command.at, now))
        show(desk, unit, ticket, now, command.id)


def _label(unit: Unit, ticket: Ticket, person: Person, command: SetCategory, at: datetime) -> None:
    unit.tickets.decide(labels.given(unit, ticket, person, command.category, at))
    ticket.category, ticket.decided_by = command.category, DecidedBy.PERSON
    unit.tickets.save(ticket)
    unit.tickets.record(
        event(
            EventKind.CATEGORISED,
            at,
            command.id,
            ticket=ticket,
            actor=person.id,
            category=command.category,
            by=DecidedBy.PERSON.value,
        )
    )


def move_ticket(desk: DeskContext, command: MoveTicket, now: datetime) -> None:
    """Claim, pause, resume or resolve; a move that the ticket cannot make is explained."""
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        person = unit.people.by_slack_id(command.user, now)
        words = desk.words_of(person)
        to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
        try:
            ticket = ticket_for(desk, unit, person, command.ticket_id, Action.MOVE_TICKET)
        except LotsenError as error:
            reply_to(
                unit, command.id, to, text_message(refusal(error, command.ticket_id, words)), now
            )
            return
        if command.move == "resolve" and not command.note.strip() and ticket.status not in DONE:
            line = words.rich("Press Resolve again and write a few words on what solved it.")
            reply_to(unit, command.id, to, text_message(line), now)
            return
        try:
            _move(desk, unit, ticket, person, command, now)
        except NotAllowedError:
            line = impossible(ticket, words)
            theirs = ticket.status is Status.CLAIMED and ticket.assignee_id == person.id
            if theirs and command.move == "claim":
                line = words.rich("*Ticket {number}* is yours already.", number=str(ticket.id))
            reply_to(unit, command.id, to, text_message(line), now)


def _move(
    desk: DeskContext,
    unit: Unit,
    ticket: Ticket,
    person: Person,
    command: MoveTicket,
    now: datetime,
) -> None:
    kind = event_of(ticket.status, command.move)
    if kind is EventKind.REASSIGNED and ticket.assignee_id == person.id:
        raise NotAllowedError("the ticket is theirs already")
    ticket.status = move(ticket.status, command.move)
    if command.move == "claim":
        ticket.assignee_id = person.id
    unit.tickets.save(ticket)
    at = clamp(command.at, now)
    if command.waiting and kind is EventKind.PAUSED:
        whom = command.waiting
        moved = event(kind, at, command.id, ticket=ticket, actor=person.id, waiting=whom)
    else:
        moved = event(kind, at, command.id, ticket=ticket, actor=person.id)
    unit.tickets.record(moved)
    if command.stated_minutes is not None:
        stated = event(
            EventKind.STATED,
            at,
            command.id,
            ticket=ticket,
            actor=person.id,
            minutes=command.stated_minutes,
        )
        unit.tickets.record(stated)
    if command.move == "resolve":
        labels.confirmed(unit, ticket, person, at)
        _note_resolution(desk, unit, ticket, command, now)
        draft_later(unit, ticket, command.id, now)
    show(desk, unit, ticket, now, command.id)


def _note_resolution(
    desk: DeskContext, unit: Unit, ticket: Ticket, command: MoveTicket, now: datetime
) -> None:
    text = unit.tickets.text(id_of(ticket))
    text.note = command.note.strip()
    unit.tickets.save(text)
    case = unit.tickets.find_case(ticket.case_id) if ticket.case_id else None
    if case is not None:
        words = words_of_case(desk, case)
        message = cards.resolved(view_of(desk, unit, ticket), words)
        message = with_question(message, id_of(ticket), words)
        post(unit, f"ticket:{ticket.id}:resolved:{command.id}", thread_of(unit, case), message, now)


def ticket_for(
    desk: DeskContext, unit: Unit, person: Person, ticket_id: int, action: Action
) -> Ticket:
    """Return the ticket, locked, if the person may do that to it.

    Raises
    ------
    UnknownError
        When there is none.
    NotAllowedError
        When they may not.
    """
    ticket = unit.tickets.get(ticket_id)
    subject = Subject("ticket", str(ticket_id), ticket.requester_id or "")
    authorize(desk.actor(unit, person), action, subject)
    return ticket


def refusal(error: LotsenError, ticket: int, words: Words) -> Runs:
    """Say why `ticket_for` gave no ticket."""
    if isinstance(error, UnknownError):
        return words.rich("There is no ticket {number}.", number=str(ticket))
    return words.rich(_STAFF_ONLY)


def impossible(ticket: Ticket, words: Words) -> Runs:
    """Say that something does not fit a ticket as it is now."""
    number = str(ticket.id)
    if ticket.status in DONE:
        return words.rich(
            "*Ticket {number}* is resolved already. It opens again when the employee writes in "
            "its thread.",
            number=number,
        )
    status = words.say(cards.STATUS_WORDS[ticket.status])
    return words.rich(
        "That does not fit *ticket {number}* as it is now ({status}).", number=number, status=status
    )


@dataclass(frozen=True, slots=True)
class Resolvable:
    """What the resolve form needs: its language, and whether the clock ever ran."""

    words: Words
    unclaimed: bool


def may_resolve(desk: DeskContext, unit: Unit, slack_id: str, ticket_id: int) -> Resolvable | None:
    """Return what the form needs when the person may resolve the ticket as it is, else None."""
    person = unit.people.find(slack_id) or Person(slack_id=slack_id)
    ticket = unit.tickets.find(ticket_id)
    if ticket is None or ticket.status in DONE:
        return None
    subject = Subject("ticket", str(ticket_id), ticket.requester_id or "")
    if not allowed(desk.actor(unit, person), Action.MOVE_TICKET, subject):
        return None
    return Resolvable(desk.words_of(person), unclaimed=ticket.assignee_id is None)


def explain_ticket(desk: DeskContext, command: ExplainTicket, now: datetime) -> None:
    """Tell why a ticket has its category, to whoever may see the ticket."""
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        person = unit.people.by_slack_id(command.user, now)
        words = desk.words_of(person)
        to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
        number = command.ticket.strip().lstrip("#").upper().removeprefix("T-")
        if not (number.isascii() and number.isdigit() and len(number) <= 9):
            line = words.rich("Write the ticket's number, such as: /lotsen why 12")
            reply_to(unit, command.id, to, text_message(line), now)
            return
        try:
            ticket = ticket_for(desk, unit, person, int(number), Action.EXPLAIN_TICKET)
        except (UnknownError, NotAllowedError):
            # The same words for both: whoever may not see a ticket learns nothing of it.
            line = words.rich("There is no ticket {number} that you can see.", number=number)
            reply_to(unit, command.id, to, text_message(line), now)
            return
        viewer = desk.actor(unit, person)
        message = why(view_of(desk, unit, ticket, viewer), unit.tickets.categories(), words)
        reply_to(unit, command.id, to, message, now)

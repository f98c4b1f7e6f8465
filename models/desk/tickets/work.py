"""Support staff work on a ticket: category, claim, pause, resume, resolve, why."""

from dataclasses import dataclass
from typing import Any

from models.commands import ExplainTicket, MoveTicket, RevealTicket, SetCategory
from models.desk.base.context import DeskContext
from models.desk.base.deferred import draft_later
from models.desk.base.turn import RefusedError, RequestTurn, use_case
from models.desk.surveys.survey_answers import with_question
from models.desk.tickets import cards, labels
from models.desk.tickets.reasons import why
from models.desk.tickets.recording import (
    id_of,
    show,
    thread_of,
    view_of,
    words_of_case,
)
from models.errors import NotAllowedError, NotFoundError
from models.governance.authorization import Action, Subject, authorize
from models.language import N_, Translator
from models.message import Message, Paragraph, Quote, Runs, plain
from models.store.transaction import UnitOfWork
from models.tables import DONE, DecidedBy, EventKind, Status, Ticket
from models.tickets.lifecycle import event_of, move

_STAFF_ONLY = N_("Only the support team can do this. Ask the IT lead to add you in LOTSEN_AGENTS.")


@use_case
def set_category(turn: RequestTurn[SetCategory]) -> None:
    """Take a category that a person chose; it is a label to learn from."""
    unit, chosen = turn.unit, turn.command.category
    ticket = ticket_for_staff(turn, turn.command.ticket_id, Action.SET_CATEGORY)
    category = unit.tickets.category(chosen)
    if category is None or not category.active:
        raise RefusedError(
            turn.words.rich(
                "There is no category “{key}” any more. Please choose from the list.", key=chosen
            )
        )
    unit.tickets.save(labels.record_manual_label(turn, ticket, chosen))
    ticket.category, ticket.decided_by = chosen, DecidedBy.PERSON
    unit.tickets.save(ticket)
    by = DecidedBy.PERSON.value
    turn.record(
        EventKind.CATEGORISED, turn.at, ticket, actor=turn.person.id, category=chosen, by=by
    )
    show(turn, ticket)


@use_case
def move_ticket(turn: RequestTurn[MoveTicket]) -> None:
    """Claim, pause, resume or resolve; a move that the ticket cannot make is explained."""
    command, words = turn.command, turn.words
    ticket = ticket_for_staff(turn, command.ticket_id, Action.MOVE_TICKET)
    if command.move == "resolve" and not command.note.strip() and ticket.status not in DONE:
        raise RefusedError(
            words.rich("Press Resolve again and write a few words on what solved it.")
        )
    is_theirs = ticket.status is Status.CLAIMED and ticket.assignee_id == turn.person.id
    if is_theirs and command.move == "claim":
        raise RefusedError(words.rich("*Ticket {number}* is yours already.", number=str(ticket.id)))
    try:
        kind, status = event_of(ticket.status, command.move), move(ticket.status, command.move)
    except NotAllowedError:
        raise RefusedError(impossible(ticket, words)) from None
    ticket.status = status
    if command.move == "claim":
        ticket.assignee_id = turn.person.id
    turn.unit.tickets.save(ticket)
    _record_move(turn, ticket, kind)
    if command.move == "resolve":
        labels.record_confirmed_label(turn, ticket)
        _note_resolution(turn, ticket)
        draft_later(turn.unit, ticket, turn.name, turn.now)
    show(turn, ticket)


def _record_move(turn: RequestTurn[MoveTicket], ticket: Ticket, kind: EventKind) -> None:
    command, by = turn.command, turn.person.id
    if command.waiting and kind is EventKind.PAUSED:
        turn.record(kind, turn.at, ticket, actor=by, waiting=command.waiting)
    else:
        turn.record(kind, turn.at, ticket, actor=by)
    if command.stated_minutes is not None:
        turn.record(EventKind.STATED, turn.at, ticket, actor=by, minutes=command.stated_minutes)


def _note_resolution(turn: RequestTurn[MoveTicket], ticket: Ticket) -> None:
    unit = turn.unit
    text = unit.tickets.text(id_of(ticket))
    text.note = turn.command.note.strip()
    unit.tickets.save(text)
    case = unit.tickets.find_case(ticket.case_id) if ticket.case_id else None
    if case is not None:
        words = words_of_case(turn.desk, case)
        message = cards.resolved(view_of(unit, ticket), words)
        message = with_question(message, id_of(ticket), words)
        turn.post(f"ticket:{ticket.id}:resolved:{turn.name}", thread_of(unit, case), message)


def ticket_for(turn: RequestTurn[Any], ticket_id: int, action: Action) -> Ticket:
    """Return the ticket, locked, if the person may do that to it.

    Raises
    ------
    NotFoundError
        When there is none.
    NotAllowedError
        When they may not.
    """
    ticket = turn.unit.tickets.get(ticket_id)
    subject = Subject("ticket", str(ticket_id), ticket.requester_id or "")
    authorize(turn.actor, action, subject)
    return ticket


def ticket_for_staff(turn: RequestTurn[Any], ticket_id: int, action: Action) -> Ticket:
    """Return the ticket, locked, for the staff to act on it.

    Raises
    ------
    RefusedError
        When there is none, or the person is not of the staff.
    """
    try:
        return ticket_for(turn, ticket_id, action)
    except NotFoundError:
        line = turn.words.rich("There is no ticket {number}.", number=str(ticket_id))
        raise RefusedError(line) from None
    except NotAllowedError:
        raise RefusedError(turn.words.rich(_STAFF_ONLY)) from None


def impossible(ticket: Ticket, words: Translator) -> Runs:
    """Say that something does not fit a ticket as it is now."""
    number = str(ticket.id)
    if ticket.status in DONE:
        return words.rich(
            "*Ticket {number}* is resolved already. It opens again when the employee writes in "
            "its thread.",
            number=number,
        )
    status = words.gettext(cards.STATUS_WORDS[ticket.status])
    return words.rich(
        "That does not fit *ticket {number}* as it is now ({status}).", number=number, status=status
    )


@dataclass(frozen=True, slots=True)
class Resolvable:
    """What the resolve form needs: its language, and whether the clock ever ran."""

    words: Translator
    unclaimed: bool


def may_resolve(
    desk: DeskContext, unit: UnitOfWork, slack_id: str, ticket_id: int
) -> Resolvable | None:
    """Return what the form needs when the person may resolve the ticket as it is, else None."""
    ticket = unit.tickets.find(ticket_id)
    if ticket is None or ticket.status in DONE:
        return None
    principal = desk.principal(unit, slack_id)
    subject = Subject("ticket", str(ticket_id), ticket.requester_id or "")
    if not principal.may(Action.MOVE_TICKET, subject):
        return None
    return Resolvable(principal.words, unclaimed=ticket.assignee_id is None)


@use_case
def reveal_ticket(turn: RequestTurn[RevealTicket]) -> None:
    """Show the words of a ticket unmasked, to one person of the staff; that is noted."""
    ticket = ticket_for_staff(turn, turn.command.ticket_id, Action.REVEAL_TICKET)
    text = turn.unit.tickets.text(id_of(ticket))
    turn.record(EventKind.REVEALED, turn.at, ticket, actor=turn.person.id)
    head = turn.words.rich("*Ticket {number}*, as it was written:", number=str(ticket.id))
    turn.reply(Message(plain(head), (Paragraph(head), Quote(text.body))))


@use_case
def explain_ticket(turn: RequestTurn[ExplainTicket]) -> None:
    """Tell why a ticket has its category, to whoever may see the ticket."""
    unit, words = turn.unit, turn.words
    number = turn.command.ticket.strip().lstrip("#").upper().removeprefix("T-")
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        raise RefusedError(words.rich("Write the ticket's number, such as: /lotsen why 12"))
    try:
        ticket = ticket_for(turn, int(number), Action.EXPLAIN_TICKET)
    except (NotFoundError, NotAllowedError):
        # The same words for both: whoever may not see a ticket learns nothing of it.
        line = words.rich("There is no ticket {number} that you can see.", number=number)
        raise RefusedError(line) from None
    view = view_of(unit, ticket, turn.actor)
    turn.reply(why(view, unit.tickets.categories(), words))

"""Support staff work on a ticket: category, hints, claim, pause, resume, resolve, why."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from models.commands import (
    AcceptHint,
    ExplainTicket,
    JoinTicket,
    MoveTicket,
    PartTicket,
    RevealTicket,
    SetCategory,
)
from models.desk.base.context import DeskContext
from models.desk.base.deferred import draft_later
from models.desk.base.turn import RefusedError, RequestTurn, use_case
from models.desk.tickets import cards, joining, labels
from models.desk.tickets.reasons import why
from models.desk.tickets.recording import (
    id_of,
    part,
    show,
    view_of,
)
from models.desk.tickets.suggestions import open_hints
from models.errors import NotAllowedError, NotFoundError
from models.governance.authorization import Action, Subject, authorize
from models.language import N_, Translator
from models.message import Message, Paragraph, Quote, Runs, plain
from models.store.transaction import UnitOfWork
from models.tables import DONE, DecidedBy, EventKind, Status, Ticket, TicketEvent
from models.tickets.effort import AS_TIMED, effort_of, nearest_choice
from models.tickets.lifecycle import event_of, move
from models.tickets.times import in_order

_STAFF_ONLY = N_("Only the support team can do this. Ask the IT lead to add you in LOTSEN_AGENTS.")

_JOINED = "joined tickets"
"""The lock of those who join tickets or take them apart."""
_HINTED = {"priority": EventKind.PRIORITISED, "team": EventKind.ROUTED}


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
def accept_hint(turn: RequestTurn[AcceptHint]) -> None:
    """Set what was suggested; the first tap counts, later ones are told what stands there."""
    command = turn.command
    ticket = ticket_for_staff(turn, command.ticket_id, Action.ACCEPT_HINT)
    objection = _objection(turn.unit, ticket, command, turn.words)
    if objection is not None:
        raise RefusedError(objection)
    if command.kind == "priority":
        ticket.priority = command.value
    else:
        ticket.team = command.value
    turn.unit.tickets.save(ticket)
    # What was chosen is kept in the ticket; an event keeps no words of another system.
    turn.record(_HINTED[command.kind], turn.at, ticket, actor=turn.person.id)
    show(turn, ticket)


def _objection(
    unit: UnitOfWork, ticket: Ticket, command: AcceptHint, words: Translator
) -> Runs | None:
    number = str(ticket.id)
    if command.kind == "priority" and ticket.priority:
        return words.rich(
            "*Ticket {number}* has the priority *{value}* already.",
            number=number,
            value=ticket.priority,
        )
    if command.kind == "team" and ticket.team:
        return words.rich(
            "*Ticket {number}* is with the team *{value}* already.",
            number=number,
            value=ticket.team,
        )
    if ticket.status in DONE:
        return impossible(ticket, words)
    hints = open_hints(ticket, unit.tickets.decisions_of(id_of(ticket)))
    if (command.kind, command.value) not in {(hint.kind, hint.value) for hint in hints}:
        return words.rich("I do not suggest that any more. Please look at the card again.")
    return None


@use_case
def move_ticket(turn: RequestTurn[MoveTicket]) -> None:
    """Claim, pause, resume or resolve; a move that the ticket cannot make is explained."""
    command, words = turn.command, turn.words
    ticket = ticket_for_staff(turn, command.ticket_id, Action.MOVE_TICKET)
    if command.move == "resolve" and not command.note.strip() and ticket.status not in DONE:
        raise RefusedError(
            words.rich("Press Resolve again and write a few words on what solved it.")
        )
    joining.refuse_joined(ticket, words)
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
        note = command.note.strip()
        joining.tell_resolution(turn, ticket, note)
        joining.resolve_followers(turn, ticket, lambda _: note)
        draft_later(turn.unit, ticket, turn.name, turn.now)
    show(turn, ticket)
    if command.move == "claim":
        joining.show_worker(turn, ticket)


def _record_move(turn: RequestTurn[MoveTicket], ticket: Ticket, kind: EventKind) -> None:
    command, by = turn.command, turn.person.id
    if command.waiting and kind is EventKind.PAUSED:
        turn.record(kind, turn.at, ticket, actor=by, waiting=command.waiting)
    else:
        turn.record(kind, turn.at, ticket, actor=by)
    if command.stated_minutes is not None:
        stated: dict[str, Any] = {"minutes": command.stated_minutes}
        if command.as_timed:
            stated["via"] = AS_TIMED
        turn.record(EventKind.STATED, turn.at, ticket, actor=by, **stated)


@use_case
def join_ticket(turn: RequestTurn[JoinTicket]) -> None:
    """Let a ticket follow another one about the same: it is resolved with that."""
    command, words = turn.command, turn.words
    # Two who join two tickets with each other would wait for one another.
    turn.unit.lock(_JOINED)
    chosen = ticket_for_staff(turn, command.main, Action.JOIN_TICKET)
    main = joining.main_of(turn.unit, chosen)
    ticket = ticket_for_staff(turn, command.ticket_id, Action.JOIN_TICKET)
    for one in (ticket, main):
        if one.status in DONE:
            raise RefusedError(impossible(one, words))
    objection = joining.objection_to(turn.unit, ticket, main, words)
    if objection is not None:
        raise RefusedError(objection)
    joining.join(turn, ticket, main)


@use_case
def part_ticket(turn: RequestTurn[PartTicket]) -> None:
    """Let a ticket go its own way again: it waits for the staff as it did."""
    words = turn.words
    turn.unit.lock(_JOINED)  # else one who joins what it follows would move it along
    ticket = ticket_for_staff(turn, turn.command.ticket_id, Action.JOIN_TICKET)
    if ticket.status in DONE:
        raise RefusedError(impossible(ticket, words))
    if ticket.joined_to is None:
        raise RefusedError(words.rich("*Ticket {number}* is not joined.", number=str(ticket.id)))
    part(turn, ticket, turn.at, actor=turn.person.id)
    show(turn, ticket)


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
    """What the resolve form needs: its language, the minutes by the buttons, what follows it.

    ``timed`` is the nearest of the minutes to choose from; None where the buttons say nothing.
    """

    words: Translator
    timed: int | None = None
    followers: int = 0


def may_resolve(
    desk: DeskContext, unit: UnitOfWork, slack_id: str, ticket_id: int, now: datetime
) -> Resolvable | None:
    """Return what the form needs when the person may resolve the ticket as it is, else None."""
    ticket = unit.tickets.find(ticket_id)
    if ticket is None or ticket.status in DONE or ticket.joined_to is not None:
        return None
    principal = desk.principal(unit, slack_id)
    subject = Subject("ticket", str(ticket_id), ticket.requester_id or "")
    if not principal.may(Action.MOVE_TICKET, subject):
        return None
    followers = [one for one in unit.tickets.joined_to(ticket_id) if one.status not in DONE]
    return Resolvable(principal.words, _timed(desk, unit, ticket_id, now), len(followers))


def _timed(desk: DeskContext, unit: UnitOfWork, ticket_id: int, now: datetime) -> int | None:
    """Return about how many minutes the buttons would say, were it resolved now."""
    _, events = unit.projection.histories([ticket_id])[ticket_id]
    end = TicketEvent(ticket_id=ticket_id, kind=EventKind.RESOLVED, at=now, command_id="")
    effort = effort_of(ticket_id, [*in_order(events), end], desk.calendar)
    minutes = effort.minutes() if effort.evidence == "A" else None
    return None if minutes is None else nearest_choice(minutes)


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
    """Tell how a ticket stands and why it has its category, to whoever may see the ticket."""
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
    reasons = why(view, unit.tickets.categories(), words)
    state = words.rich(
        "{status}. Asked {moment}.",
        status=words.gettext(cards.STATUS_WORDS[ticket.status]),
        moment=words.moment(ticket.opened_at, turn.desk.calendar.zone),
    )
    turn.reply(replace(reasons, parts=(*reasons.parts[:1], Paragraph(state), *reasons.parts[1:])))

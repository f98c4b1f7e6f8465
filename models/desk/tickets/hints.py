"""A person takes the priority or the team that was suggested, with one tap."""

from datetime import datetime

from models.commands import AcceptHint
from models.desk.base.context import DeskContext, reply_to
from models.desk.tickets.recording import clamp, event, id_of, show
from models.desk.tickets.suggestions import open_hints
from models.desk.tickets.work import impossible, refusal, ticket_for
from models.errors import LotsenError
from models.governance.authorization import Action
from models.language import Words
from models.mailbox import Envelope
from models.message import Runs, text_message
from models.store.transaction import Unit
from models.tables import DONE, EventKind, Person, Ticket

_EVENTS = {"priority": EventKind.PRIORITISED, "team": EventKind.ROUTED}


def accept_hint(desk: DeskContext, command: AcceptHint, now: datetime) -> None:
    """Set what was suggested; the first tap counts, later ones are told what stands there."""
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        person = unit.people.by_slack_id(command.user, now)
        words = desk.words_of(person)
        to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
        try:
            ticket = ticket_for(desk, unit, person, command.ticket_id, Action.ACCEPT_HINT)
        except LotsenError as error:
            line = refusal(error, command.ticket_id, words)
            reply_to(unit, command.id, to, text_message(line), now)
            return
        objection = _objection(unit, ticket, command, words)
        if objection is not None:
            reply_to(unit, command.id, to, text_message(objection), now)
            return
        _accept(unit, ticket, person, command, now)
        show(desk, unit, ticket, now, command.id)


def _objection(unit: Unit, ticket: Ticket, command: AcceptHint, words: Words) -> Runs | None:
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


def _accept(unit: Unit, ticket: Ticket, person: Person, command: AcceptHint, now: datetime) -> None:
    if command.kind == "priority":
        ticket.priority = command.value
    else:
        ticket.team = command.value
    unit.tickets.save(ticket)
    # What was chosen stands in the ticket; an event keeps no words of another system.
    unit.tickets.record(
        event(
            _EVENTS[command.kind],
            clamp(command.at, now),
            command.id,
            ticket=ticket,
            actor=person.id,
        )
    )

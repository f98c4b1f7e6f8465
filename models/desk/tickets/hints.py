"""A person takes the priority or the team that was suggested, with one tap."""

from models.commands import AcceptHint
from models.desk.base.turn import RefusedError, RequestTurn, use_case
from models.desk.tickets.recording import id_of, show
from models.desk.tickets.suggestions import open_hints
from models.desk.tickets.work import impossible, ticket_for_staff
from models.governance.authorization import Action
from models.language import Translator
from models.message import Runs
from models.store.transaction import UnitOfWork
from models.tables import DONE, EventKind, Ticket

_EVENTS = {"priority": EventKind.PRIORITISED, "team": EventKind.ROUTED}


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
    turn.record(_EVENTS[command.kind], turn.at, ticket, actor=turn.person.id)
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

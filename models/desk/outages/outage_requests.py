"""The staff decide on an outage, say how it stands, end it; everybody else has it too."""

from models.commands import MoveOutage
from models.desk.base.turn import RefusedError, RequestTurn, use_case
from models.desk.outages.outage_posts import (
    show_notice,
    show_to_staff,
    tell_everybody,
)
from models.desk.tickets.joining import resolve_followers
from models.desk.tickets.recording import resolve, show
from models.governance.authorization import Action, Subject
from models.language import Translator
from models.tables import DONE, Outage, OutageState, Ticket

_FROM = {
    "confirm": OutageState.PROPOSED,
    "dismiss": OutageState.PROPOSED,
    "update": OutageState.OPEN,
    "over": OutageState.OPEN,
    "me_too": OutageState.OPEN,
}


@use_case
def move_outage(turn: RequestTurn[MoveOutage]) -> None:
    """Move an outage on, once; what comes too late is told so."""
    command, words = turn.command, turn.words
    joins = command.move == "me_too"
    turn.authorize(
        Action.JOIN_OUTAGE if joins else Action.MOVE_OUTAGE,
        Subject("outage", str(command.outage_id)),
        words.rich("Only the support team can decide this."),
    )
    outage = turn.unit.outages.locked(command.outage_id)
    if outage is None or outage.state is not _FROM[command.move]:
        raise RefusedError(words.rich("This is decided already. Please look at the post again."))
    if joins:
        _join(turn, outage)
        return
    _decide(turn, outage)
    turn.unit.outages.save(outage)
    show_to_staff(turn, outage)
    if outage.state in (OutageState.OPEN, OutageState.OVER):
        show_notice(turn, outage)
    if outage.state is OutageState.OVER:
        _close_tickets(turn, outage)
        tell_everybody(turn, outage)


def _join(turn: RequestTurn[MoveOutage], outage: Outage) -> None:
    words = turn.words
    if not turn.unit.outages.join(outage.id or 0, turn.person.id, None, turn.now):
        raise RefusedError(words.rich("You are counted in already. I tell you when it is over."))
    show_notice(turn, outage)
    turn.reply(words.rich("You are counted in. I tell you when it is over."))


def _decide(turn: RequestTurn[MoveOutage], outage: Outage) -> None:
    command = turn.command
    outage.decided_by = turn.person.id
    if command.move == "confirm":
        outage.state = OutageState.OPEN
    elif command.move == "dismiss":
        outage.state, outage.closed_at = OutageState.DISMISSED, turn.now
    elif command.move == "over":
        outage.state, outage.closed_at = OutageState.OVER, turn.now
    elif not command.told.strip():
        raise RefusedError(turn.words.rich("Press the button again and write how it stands."))
    else:
        outage.told = command.told.strip()


def _close_tickets(turn: RequestTurn[MoveOutage], outage: Outage) -> None:
    """Resolve the tickets that are about it and that nobody resolved, and what is joined with them."""
    unit = turn.unit
    closed: list[Ticket] = []
    for row in unit.outages.reports(outage.id or 0):
        case = unit.tickets.find_case(row.case_id) if row.case_id else None
        ticket = unit.tickets.find(case.ticket_id) if case and case.ticket_id else None
        if ticket is not None and ticket.status not in DONE:
            resolve(turn, ticket, turn.at, actor=turn.person.id, **_with(ticket))
            closed.append(ticket)

    def note_in(words: Translator) -> str:
        return words.gettext("It works again: {title}", title=outage.title)

    for ticket in closed:
        resolve_followers(turn, ticket, note_in)
        show(turn, ticket)


def _with(ticket: Ticket) -> dict[str, int]:
    """Return what its event says of a ticket that follows another: that one has the work."""
    return {"main": ticket.joined_to} if ticket.joined_to else {}

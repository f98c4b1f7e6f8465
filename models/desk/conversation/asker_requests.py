"""What askers do with their own ticket by the buttons below its line: add words, or cancel it."""

from datetime import datetime

from models.commands import AddToTicket, CancelTicket
from models.desk.answers.answering import Inquiry, Lookup, keep_nearest, look_up
from models.desk.base.context import DeskContext
from models.desk.base.turn import RefusedError, RequestTurn, answer_request, use_case
from models.desk.tickets.recording import (
    asker_of,
    id_of,
    keep_words,
    resolve,
    resume_for_asker,
    retriage,
    show,
    text_of_case,
)
from models.governance.authorization import Action, Subject
from models.store.transaction import UnitOfWork
from models.tables import DONE, Case, CaseMessage, CaseState, EventKind, Status, Ticket
from models.tickets.kept_text import cut_text


def add_to_ticket(desk: DeskContext, command: AddToTicket, now: datetime) -> None:
    """Take more words of the asker into the ticket, and decide on all of them anew."""
    with desk.store.snapshot() as unit:
        inquiry = _inquiry(unit, command)
    lookup = look_up(desk, inquiry, now) if inquiry else None
    answer_request(desk, command, now, lambda turn: _add(turn, lookup))


def _inquiry(unit: UnitOfWork, command: AddToTicket) -> Inquiry | None:
    case = unit.tickets.find_case(command.case_id)
    if case is None:
        return None
    text = cut_text(f"{text_of_case(unit, case)}\n{command.text}")
    return Inquiry(text, case.language, asker_of(unit, case), channel=case.channel)


def _add(turn: RequestTurn[AddToTicket], lookup: Lookup | None) -> None:
    command, tickets = turn.command, turn.unit.tickets
    case, ticket = _own_open_ticket(turn)
    if not command.text.strip():
        raise RefusedError(turn.words.rich("There are no words in it. Nothing was added."))
    row = CaseMessage(
        case_id=case.id,
        channel=case.channel,
        ts=f"command:{turn.name}",
        text=command.text,
        posted_at=turn.at,
    )
    keep_words(turn, case, tickets.save(row))
    resume_for_asker(turn, ticket, turn.at)
    if lookup is not None:
        keep_nearest(case, lookup)
        tickets.save(case)
        retriage(turn, ticket, lookup.verdict)
    turn.reply(turn.words.rich("📎 Added to *ticket {number}*.", number=str(ticket.id)))


@use_case
def cancel_ticket(turn: RequestTurn[CancelTicket]) -> None:
    """Close a ticket that its asker does not need any more.

    One that nobody has begun is withdrawn and counts nowhere; work that was done counts.
    """
    case, ticket = _own_open_ticket(turn)
    if ticket.status is Status.NEW:
        ticket.status, case.state = Status.CLOSED, CaseState.WITHDRAWN
        turn.unit.tickets.save(case)
        turn.record(EventKind.WITHDRAWN, turn.at, case, ticket, actor=case.person_id)
    else:
        resolve(turn, ticket, turn.at, actor=case.person_id, by="asker")
    turn.unit.tickets.save(ticket)
    show(turn, ticket)


def _own_open_ticket(
    turn: RequestTurn[AddToTicket] | RequestTurn[CancelTicket],
) -> tuple[Case, Ticket]:
    """Return case and ticket, locked, where this person asked and it is still open."""
    words = turn.words
    case = turn.unit.tickets.locked_case(turn.command.case_id)
    if case is None or case.ticket_id is None:
        raise RefusedError(words.rich("This question is gone. Please ask it again."))
    turn.authorize(
        Action.JUDGE_ANSWER,
        Subject("case", str(id_of(case)), case.person_id),
        words.rich("Only the person who asked can do this."),
    )
    ticket = turn.unit.tickets.get(case.ticket_id)
    if ticket.status in DONE:
        raise RefusedError(
            words.rich(
                "*Ticket {number}* is closed already. Write in its thread and it opens again.",
                number=str(ticket.id),
            )
        )
    return case, ticket

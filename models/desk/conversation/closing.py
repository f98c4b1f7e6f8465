"""An asker says that it is solved: what holds is what they wrote last, whenever it came."""

from collections.abc import Sequence
from datetime import datetime

from models.commands import Place
from models.desk.answers.feedback import AskedQuestion
from models.desk.base.turn import Turn
from models.desk.conversation.judging import solve_by_words
from models.desk.conversation.matter import THANKED
from models.desk.conversation.surroundings import case_of_thread
from models.desk.tickets.recording import close_ticket, id_of, reopen_ticket, show
from models.store.transaction import UnitOfWork
from models.tables import DONE, Case, CaseMessage, CaseState, EventKind, Ticket, TicketEvent

_ASKED_ON = (EventKind.REOPENED, EventKind.HUMAN_WANTED, EventKind.ANSWER_NOT_SOLVED)
"""What somebody pressed since weighs as much as words."""


def closed_at(unit: UnitOfWork, case: Case) -> datetime | None:
    """Return when the asker wrote that it is solved; None where they wrote on since, or never."""
    rows = unit.tickets.messages_of(id_of(case))
    words = [at for row in rows if row.text for at in (row.posted_at, row.edited_at) if at]
    asked_on = [event.at for event in _events(unit, case) if event.kind in _ASKED_ON]
    since = max([*words, *asked_on], default=case.opened_at)
    said = unit.tickets.closings(case.person_id, case.channel, since)
    ours = (row for row in said if _is_of(unit, row, case))
    return next((row.posted_at for row in ours), None)


def case_meant(unit: UnitOfWork, closing: CaseMessage) -> Case | None:
    """Return the case of which somebody says that it is solved."""
    if closing.thread_ts:
        return case_of_thread(unit, Place(closing.channel, closing.ts, closing.thread_ts))
    if closing.posted_at is None:
        return None
    last = unit.tickets.last_case(closing.person_id, closing.channel, closing.posted_at)
    lately = last is not None and closing.posted_at - last.last_message_at <= THANKED
    return last if lately else None


def _is_of(unit: UnitOfWork, closing: CaseMessage, case: Case) -> bool:
    meant = case_meant(unit, closing)
    return meant is not None and meant.id == case.id


def _events(unit: UnitOfWork, case: Case) -> list[TicketEvent]:
    """Return what happened to a case and to its ticket, as it was written."""
    of_ticket = unit.tickets.events_of(case.ticket_id) if case.ticket_id else ()
    events = {one.id or 0: one for one in (*unit.tickets.events_of_case(id_of(case)), *of_ticket)}
    return [events[number] for number in sorted(events)]


def close_as_written(turn: Turn, case: Case, question: AskedQuestion | None = None) -> None:
    """Take it that something is solved: an answer helped, or a ticket is not needed any more."""
    at = closed_at(turn.unit, case)
    if at is None:
        return
    ticket = _ticket(turn.unit, case)
    if ticket is None and case.state is CaseState.ANSWERED:
        solve_by_words(turn, case, question, at)
    elif ticket is not None and ticket.status not in DONE:
        close_ticket(turn, ticket, at)


def open_as_written(turn: Turn, case: Case, at: datetime) -> None:
    """Take back that something is solved where the asker's words said it, and do no more."""
    unit = turn.unit
    if case.state is CaseState.WITHDRAWN or closed_at(unit, case) is not None:
        return
    ticket, events = _ticket(unit, case), _events(unit, case)
    if ticket is not None:
        if ticket.status in DONE and _source_of(events, EventKind.RESOLVED) == "asker":
            reopen_ticket(turn, ticket, at)
            show(turn, ticket)
        return
    by_words = _source_of(events, EventKind.ANSWER_SOLVED) == "words"
    if case.state is CaseState.SOLVED and by_words:
        case.state = CaseState.ANSWERED
        unit.tickets.save(case)


def _ticket(unit: UnitOfWork, case: Case) -> Ticket | None:
    return unit.tickets.get(case.ticket_id) if case.ticket_id else None


def _source_of(events: Sequence[TicketEvent], kind: EventKind) -> str:
    """Return by what the last event of a kind came about."""
    sources = [str(one.detail.get("by", "")) for one in events if one.kind is kind]
    return sources[-1] if sources else ""

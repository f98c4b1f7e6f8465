"""A person edits or deletes a message: its case follows, and so does the ticket."""

from datetime import datetime

from models.commands import DeleteMessage, EditMessage
from models.desk.answers.answering import Found, find
from models.desk.answers.document_reading import with_passages
from models.desk.base.context import DeskContext
from models.desk.base.titles import cut_title
from models.desk.conversation.intake import first_reply
from models.desk.curation.candidates import refresh_day
from models.desk.curation.drafts import forget_draft
from models.desk.tickets.escalation import draw_again
from models.desk.tickets.recording import asker_of, event, id_of, retriage, show, text_of_case
from models.store.transaction import Unit
from models.tables import Case, CaseMessage, CaseState, EventKind, Status


def edit_message(desk: DeskContext, command: EditMessage, now: datetime) -> None:
    """Follow an edit; one that comes before its message is kept for it."""
    with desk.store.snapshot() as unit:
        row = unit.tickets.message_at(command.place.channel, command.place.ts)
        case = unit.tickets.find_case(row.case_id) if row and row.case_id else None
        # The whole case is judged, not only the message that was edited.
        text = text_of_case(unit, case, {command.place.ts: command.text}) if case else ""
        asker = asker_of(unit, case) if case else ""
    found = _found_again(desk, case, text, asker, now) if case else None
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        unit.lock(f"message:{command.place.channel}:{command.place.ts}")
        row = unit.tickets.message_at(command.place.channel, command.place.ts)
        row = row or CaseMessage(channel=command.place.channel, ts=command.place.ts)
        if _ignores(row, command):
            return
        row.text, row.edited_at = command.text, command.at
        unit.tickets.save(row)
        case = unit.tickets.case(row.case_id) if row.case_id else None
        if case is not None and found is not None:
            _follow_edit(desk, unit, command, case, found, now)


def _found_again(desk: DeskContext, case: Case, text: str, asker: str, now: datetime) -> Found:
    """Return what is found for other words of a case, as if they had come so."""
    alone, channel = case.entrance == "direct", case.channel
    found = find(desk, text, case.language, asker, now=now, alone=alone, channel=channel)
    return with_passages(desk, found, text, asker, now, alone=alone)


def _ignores(row: CaseMessage, command: EditMessage) -> bool:
    """Return whether an edit is late, or of a message that is no business of ours."""
    passed_over = row.posted_at is not None and row.case_id is None
    late = row.edited_at is not None and row.edited_at >= command.at
    return passed_over or late or row.deleted_at is not None


def _follow_edit(
    desk: DeskContext, unit: Unit, command: EditMessage, case: Case, found: Found, now: datetime
) -> None:
    if case.ticket_id is not None:
        ticket = unit.tickets.get(case.ticket_id)
        retriage(desk, unit, ticket, found.verdict, command_id=command.id, now=now)
        draw_again(desk, unit, ticket, case, command.id, now)
    elif case.state is CaseState.OPEN and not found.greeting:
        first_reply(desk, unit, command, case, found, now)  # the greeting became a question


def delete_message(desk: DeskContext, command: DeleteMessage, now: datetime) -> None:
    """Follow a deletion: the words go; a question without words left is withdrawn."""
    with desk.store.snapshot() as unit:
        row = unit.tickets.message_at(command.place.channel, command.place.ts)
        case = unit.tickets.find_case(row.case_id) if row and row.case_id else None
        left = text_of_case(unit, case, {command.place.ts: ""}) if case else ""
        asker = asker_of(unit, case) if case else ""
    found = (
        find(desk, left, case.language, asker, now=now, channel=case.channel)
        if case and left
        else None
    )
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        unit.lock(f"message:{command.place.channel}:{command.place.ts}")
        row = unit.tickets.message_at(command.place.channel, command.place.ts)
        row = row or CaseMessage(channel=command.place.channel, ts=command.place.ts)
        row.text, row.deleted_at = "", command.at
        unit.tickets.save(row)
        if row.case_id is not None:
            for day in unit.feedback.forget_case(row.case_id):
                refresh_day(desk, unit, day, command.id, now)
            case = unit.tickets.case(row.case_id)
            _shrink(desk, unit, command, case, found, now)


def _shrink(
    desk: DeskContext,
    unit: Unit,
    command: DeleteMessage,
    case: Case,
    found: Found | None,
    now: datetime,
) -> None:
    ticket = unit.tickets.get(case.ticket_id) if case.ticket_id else None
    left = text_of_case(unit, case)
    if not left and case.state is not CaseState.WITHDRAWN:
        case.state = CaseState.WITHDRAWN
        unit.tickets.save(case)
        unit.tickets.record(
            event(
                EventKind.WITHDRAWN, max(now, case.opened_at), command.id, case=case, ticket=ticket
            )
        )
    if ticket is None:
        return
    text = unit.tickets.text(id_of(ticket))
    text.body, text.title = left, cut_title(left)
    unit.tickets.save(text)
    forget_draft(desk, unit, id_of(ticket), command.id, now)
    draw_again(desk, unit, ticket, case, command.id, now)
    for decision in unit.tickets.decisions_of(id_of(ticket)):
        decision.reasons, decision.nearest = [], []  # they tell of the text that is gone
        unit.tickets.decide(decision)
    if left and found is not None:
        retriage(desk, unit, ticket, found.verdict, command_id=command.id, now=now)
        return
    if not left and ticket.status is Status.NEW:
        ticket.status = Status.CLOSED
        unit.tickets.save(ticket)
    show(desk, unit, ticket, now, command.id)

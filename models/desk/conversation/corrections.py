"""A person edits or deletes a message: its case follows, and so does the ticket."""

from dataclasses import replace
from datetime import datetime

from models.commands import DeleteMessage, EditMessage, Place
from models.desk.answers.answering import Inquiry, Lookup, has_answer, keep_nearest, look_up
from models.desk.answers.document_reading import with_passages
from models.desk.base.context import DeskContext
from models.desk.base.turn import CommandTurn, take_turn
from models.desk.conversation.intake import answer_anew, first_reply, offer_anew
from models.desk.conversation.judging import close_as_written, open_as_written
from models.desk.conversation.marks import mark_key
from models.desk.conversation.regrouping import only_talk_is_left, regroup, repost, shrink, take_out
from models.desk.conversation.surroundings import case_meant
from models.desk.curation.candidates import refresh_day
from models.desk.tickets.escalation import update_escalation
from models.desk.tickets.recording import (
    asker_of,
    keep_words,
    reopen_ticket,
    retriage,
    text_of_case,
)
from models.tables import Case, CaseMessage, CaseState, Status


def edit_message(desk: DeskContext, command: EditMessage, now: datetime) -> None:
    """Follow an edit; one that comes before its message is kept for it."""
    # The whole case is judged, not only the message that was edited.
    inquiry = _inquiry(desk, command.place, instead=command.text)
    lookup, answered = None, False
    if inquiry is not None:
        lookup = with_passages(desk, look_up(desk, inquiry, now), inquiry, now)
        answered = has_answer(desk, command.text, inquiry.locale, now)
    take_turn(desk, command, now, lambda turn: _edit(turn, lookup, answered=answered))


def _inquiry(desk: DeskContext, place: Place, *, instead: str) -> Inquiry | None:
    """Return a message's case with other words for that message, None where it is in none."""
    with desk.store.snapshot() as unit:
        row = unit.tickets.message_at(place.channel, place.ts)
        case = unit.tickets.find_case(row.case_id) if row and row.case_id else None
        if case is None:
            return None
        return Inquiry(
            text=text_of_case(unit, case, {place.ts: instead}),
            locale=case.language,
            asker=asker_of(unit, case),
            alone=case.entrance == "direct",
            channel=case.channel,
        )


def _message_row(turn: CommandTurn[EditMessage] | CommandTurn[DeleteMessage]) -> CaseMessage:
    place = turn.command.place
    turn.unit.lock(f"message:{place.channel}:{place.ts}")
    row = turn.unit.tickets.message_at(place.channel, place.ts)
    return row or CaseMessage(channel=place.channel, ts=place.ts)


def _edit(turn: CommandTurn[EditMessage], lookup: Lookup | None, *, answered: bool = False) -> None:
    command, tickets = turn.command, turn.unit.tickets
    row = _message_row(turn)
    if _ignores(row, command):
        return
    passed_over = row.posted_at is not None and row.case_id is None
    if passed_over:
        if _was_ours(turn, row):
            row.text, row.edited_at = command.text, command.at
            _read_again(turn, row)
        return
    row.text, row.edited_at, row.answered = command.text, command.at, answered
    row.person_id = row.person_id or turn.unit.people.by_slack_id(command.user, turn.now).id
    tickets.save(row)
    if row.case_id is not None:
        keep_words(turn, tickets.case(row.case_id), row)
    taken_out = regroup(turn, row, itself=True)
    case = tickets.case(row.case_id) if row.case_id else None
    if case is not None and lookup is not None and taken_out is not row:
        _take_edit(turn, case, lookup)


def _take_edit(turn: CommandTurn[EditMessage], case: Case, lookup: Lookup) -> None:
    """Let a case follow the words that it has now."""
    open_as_written(turn, case, turn.at)
    if case.ticket_id is not None:
        ticket = turn.unit.tickets.get(case.ticket_id)
        withdrawn = ticket.status is Status.CLOSED and case.state is CaseState.TICKET
        if withdrawn and not only_talk_is_left(turn.unit, case):
            reopen_ticket(turn, ticket, turn.at)
        keep_nearest(case, lookup)
        turn.unit.tickets.save(case)
        retriage(turn, ticket, lookup.verdict)
        update_escalation(turn, ticket, case)
    elif case.state is CaseState.OPEN and not lookup.greeting:
        first_reply(turn, case, lookup)  # the greeting became a question
    elif case.state is CaseState.SUGGESTED and not lookup.greeting:
        offer_anew(turn, case, lookup)
    elif case.state in (CaseState.ANSWERED, CaseState.SOLVED):
        answer_anew(turn, case, lookup, turn.at)
    close_as_written(turn, case)


def _read_again(turn: CommandTurn[EditMessage], row: CaseMessage) -> None:
    """Let what was no question be handled as one, with what stands below it."""
    case = turn.unit.tickets.case_in_thread(row.channel, row.ts)
    repost(turn, row, turn.command.user)
    if case is not None and case.state is not CaseState.WITHDRAWN:
        take_out(turn, case, row)


def _ignores(row: CaseMessage, command: EditMessage) -> bool:
    """Return whether an edit is late, or of a message that is no business of ours."""
    late = row.edited_at is not None and row.edited_at >= command.at
    return late or row.deleted_at is not None


def _was_ours(turn: CommandTurn[EditMessage], row: CaseMessage) -> bool:
    """Return whether it was thanks or the like, which may have become a question."""
    return turn.unit.outbox.find(mark_key(row.channel, row.ts)) is not None


def delete_message(desk: DeskContext, command: DeleteMessage, now: datetime) -> None:
    """Follow a deletion: the words go; a question without words left is withdrawn."""
    inquiry = _inquiry(desk, command.place, instead="")
    lookup = None
    if inquiry is not None and inquiry.text:
        lookup = look_up(desk, replace(inquiry, alone=False), now)
    take_turn(desk, command, now, lambda turn: _delete(turn, lookup))


def _delete(turn: CommandTurn[DeleteMessage], lookup: Lookup | None) -> None:
    unit, row = turn.unit, _message_row(turn)
    row.text, row.files, row.deleted_at = "", [], turn.command.at
    unit.tickets.save(row)
    if row.case_id is not None:
        for day in unit.feedback.forget_case(row.case_id):
            refresh_day(turn, day)
        case = unit.tickets.case(row.case_id)
        shrink(turn, case, lookup)
        regroup(turn, row)
    elif row.closes:
        meant = case_meant(unit, row)
        if meant is not None:
            open_as_written(turn, meant, turn.at)

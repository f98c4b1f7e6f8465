"""A person judges an answer, or wants a ticket made of a message."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from models.commands import JudgeAnswer, MakeTicket
from models.desk.answers import answer_cards, choice_cards
from models.desk.answers.answer_cards import person_button
from models.desk.answers.answering import Inquiry, Lookup, keep_nearest, look_up
from models.desk.answers.feedback import AskedQuestion, asked_in, record_feedback
from models.desk.base.answer_posts import answer_post, interim_key
from models.desk.base.context import DeskContext
from models.desk.base.turn import RefusedError, RequestTurn, Turn, answer_request
from models.desk.conversation.surroundings import case_meant
from models.desk.curation import follow_up
from models.desk.tickets.recording import (
    close_ticket,
    id_of,
    keep_words,
    open_ticket,
    reopen_ticket,
    show,
    thread_of,
    words_of_case,
)
from models.governance.authorization import Action, Subject
from models.language import Translator
from models.message import Buttons
from models.store.transaction import UnitOfWork
from models.tables import (
    DONE,
    Case,
    CaseMessage,
    CaseState,
    EventKind,
    Person,
    Ticket,
    TicketEvent,
)

_KINDS = {
    "solved": EventKind.ANSWER_SOLVED,
    "not_solved": EventKind.ANSWER_NOT_SOLVED,
    "human": EventKind.HUMAN_WANTED,
}


def judge_answer(desk: DeskContext, command: JudgeAnswer, now: datetime) -> None:
    """Take the asker's verdict: solved ends the case, all else brings a person."""
    question = asked_in(desk, command.case_id)
    with desk.store.snapshot() as unit:
        case = unit.tickets.find_case(command.case_id)
    lookup = None
    if case is not None and command.verdict != "solved":
        inquiry = Inquiry(question.text, case.language, command.user, channel=case.channel)
        lookup = look_up(desk, inquiry, now)
    answer_request(desk, command, now, lambda turn: _judge(turn, question, lookup))


def _judge(turn: RequestTurn[JudgeAnswer], question: AskedQuestion, lookup: Lookup | None) -> None:
    unit, command = turn.unit, turn.command
    case = _case_to_judge(turn)
    if command.verdict != "human":
        current = question.now_in(unit, case)
        record_feedback(turn, case, current, solved=command.verdict == "solved", at=turn.at)
    turn.record(_KINDS[command.verdict], turn.at, case, actor=case.person_id)
    if command.verdict == "solved" or lookup is None:
        case.state = CaseState.SOLVED
        unit.tickets.save(case)
    elif case.ticket_id is not None:  # it was done
        reopen_ticket(turn, unit.tickets.get(case.ticket_id), turn.at)
        show(turn, unit.tickets.get(case.ticket_id))
    else:
        keep_nearest(case, lookup)
        open_ticket(turn, case, lookup.verdict, at=turn.at, via=command.verdict)
    is_solved = command.verdict == "solved"
    follow_up.close(turn, case, solved=is_solved)
    if not _close_answer(turn, case, is_solved=is_solved) and is_solved:
        # There is no post to change: only the asker sees an answer to `/lotsen ask`.
        turn.reply(turn.words.rich("✅ Solved. Glad it helped!"))


def _solve_by_words(turn: Turn, case: Case, question: AskedQuestion | None, at: datetime) -> None:
    """Take the asker's own words for it that the answer helped; one tap brings a person.

    Without the ``question`` nothing is learned from it.
    """
    if question is not None:
        record_feedback(turn, case, question.now_in(turn.unit, case), solved=True, at=at)
    turn.record(EventKind.ANSWER_SOLVED, at, case, actor=case.person_id, by="words")
    case.state = CaseState.SOLVED
    turn.unit.tickets.save(case)
    _close_answer(turn, case, is_solved=True, more=person_button)


def _end_titles(turn: Turn, case: Case) -> None:
    """Take away the titles, and with them the ticket to come; no article helped that could count."""
    case.state = CaseState.SOLVED
    turn.unit.tickets.save(case)
    message = choice_cards.not_needed(id_of(case), words_of_case(turn.desk, case))
    turn.show(interim_key(case), thread_of(turn.unit, case), message)


def _case_to_judge(turn: RequestTurn[JudgeAnswer]) -> Case:
    """Return the case where its answer is still to be judged, by this person."""
    words = turn.words
    # Locked from here on: of two clicks at once, the later one sees what the first one did.
    case = turn.unit.tickets.locked_case(turn.command.case_id)
    if case is None or case.state is CaseState.WITHDRAWN:
        raise RefusedError(words.rich("This question is gone. Please ask it again."))
    turn.authorize(
        Action.JUDGE_ANSWER,
        Subject("case", str(case.id), case.person_id),
        words.rich("Only the person who asked can say whether it is solved."),
    )
    if case.state is CaseState.SOLVED and turn.command.verdict == "solved":
        raise RefusedError(words.rich("✅ Solved. Glad it helped!"))
    if case.state is CaseState.TICKET and not _is_done(turn, case):
        number = str(case.ticket_id)
        raise RefusedError(
            words.rich("This is *ticket {number}* already; a person has it.", number=number)
        )
    return case


def _is_done(turn: RequestTurn[JudgeAnswer], case: Case) -> bool:
    """Return whether the case's ticket is done, and the person wants it open again."""
    ticket = turn.unit.tickets.find(case.ticket_id or 0)
    again = turn.command.verdict == "human"
    return again and ticket is not None and ticket.status in DONE


def _close_answer(
    turn: Turn,
    case: Case,
    *,
    is_solved: bool,
    more: Callable[[int, Translator], Buttons] | None = None,
) -> bool:
    """Take the buttons off the answer, so that nobody presses them twice.

    Returns
    -------
    bool
        False where there is no post of it.
    """
    unit = turn.unit
    words = words_of_case(turn.desk, case)
    key = answer_post(unit, case)
    posted = unit.outbox.newest(key)
    if key and posted.parts:
        message = answer_cards.answered(posted, "solved" if is_solved else "ticket", words)
        if more is not None:
            message = replace(message, parts=(*message.parts, more(id_of(case), words)))
        # Where it was posted, which is not the thread where the answer is for the asker alone.
        row = unit.outbox.find(key)
        turn.update(key, row.channel if row else thread_of(unit, case).channel, message)
    return bool(key and posted.parts)


# What an asker's own words say: the last ones hold, whenever they came ------------------------

_ASKED_ON = (EventKind.REOPENED, EventKind.HUMAN_WANTED, EventKind.ANSWER_NOT_SOLVED)
"""What somebody pressed since weighs as much as words."""
_ANSWERS = frozenset({EventKind.ANSWERED, EventKind.ANSWER_SOLVED, EventKind.FOUND})
"""What a question has that got more than titles to choose from."""


def closed_at(unit: UnitOfWork, case: Case) -> datetime | None:
    """Return when the asker wrote that it is solved; None where they wrote on since, or never."""
    said = unit.tickets.closings(case.person_id, case.channel, case.opened_at)
    ours = [row.posted_at for row in said if row.posted_at and _is_of(unit, row, case)]
    if not ours:
        return None
    rows = unit.tickets.messages_of(id_of(case))
    words = [at for row in rows if row.text for at in (row.posted_at, row.edited_at) if at]
    asked_on = [event.at for event in _events(unit, case) if event.kind in _ASKED_ON]
    since = max([*words, *asked_on], default=case.opened_at)
    return next((at for at in ours if at > since), None)


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
        _solve_by_words(turn, case, question, at)
    elif ticket is None and case.state is CaseState.SUGGESTED:
        _end_titles(turn, case)
    elif ticket is not None and ticket.status not in DONE:
        close_ticket(turn, ticket, at)
    _open_the_one_before(turn, case, at)


def _open_the_one_before(turn: Turn, case: Case, at: datetime) -> None:
    """Take back that the matter before is solved: it was meant only until this one came."""
    tickets, until = turn.unit.tickets, case.opened_at - timedelta(microseconds=1)
    before = tickets.last_case(case.person_id, case.channel, until)
    if before is not None:
        open_as_written(turn, tickets.case(id_of(before)), at)


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
    only_titles = _ANSWERS.isdisjoint(one.kind for one in events)
    if case.state is CaseState.SOLVED and (by_words or only_titles):
        case.state = CaseState.SUGGESTED if only_titles else CaseState.ANSWERED
        unit.tickets.save(case)


def is_closed_by_words(unit: UnitOfWork, case: Case) -> bool:
    """Return whether the asker's own words closed a ticket that nobody had taken."""
    ticket, events = _ticket(unit, case), _events(unit, case)
    taken = any(one.kind is EventKind.CLAIMED for one in events)
    closed = ticket is not None and ticket.status in DONE and not taken
    return closed and _source_of(events, EventKind.RESOLVED) == "asker"


def _ticket(unit: UnitOfWork, case: Case) -> Ticket | None:
    return unit.tickets.get(case.ticket_id) if case.ticket_id else None


def _source_of(events: Sequence[TicketEvent], kind: EventKind) -> str:
    """Return by what the last event of a kind came about."""
    sources = [str(one.detail.get("by", "")) for one in events if one.kind is kind]
    return sources[-1] if sources else ""


# A ticket of a message -----------------------------------------------------------------------


def make_ticket(desk: DeskContext, command: MakeTicket, now: datetime) -> None:
    """Make a ticket at once, of a message or of words; a message has at most one."""
    author = command.author or command.user
    channel = command.place.channel if command.place else ""
    inquiry = Inquiry(command.text, _locale(desk, author), author, channel=channel)
    lookup = look_up(desk, inquiry, now)
    answer_request(desk, command, now, lambda turn: _make_ticket(turn, author, lookup))


def _make_ticket(turn: RequestTurn[MakeTicket], wrote: str, lookup: Lookup) -> None:
    unit, command, words = turn.unit, turn.command, turn.words
    if command.place is not None:
        unit.lock(f"message:{command.place.channel}:{command.place.ts}")
    known = unit.people.find(wrote)
    turn.authorize(
        Action.MAKE_TICKET,
        Subject("message", "", known.id if known else ""),
        words.rich("Only the author or the support team can make a ticket of this."),
    )
    case = _case_of(unit, command)
    if case is not None and case.ticket_id is not None:
        number = str(case.ticket_id)
        raise RefusedError(words.rich("This is *ticket {number}* already.", number=number))
    if case is None and not command.text.strip():
        raise RefusedError(words.rich("There are no words in it. Write what the ticket is about."))
    # Nobody is stored for a ticket that is not made.
    author = known or unit.people.by_slack_id(wrote, turn.now)
    case = case or _new_case(turn, author, lookup)
    keep_nearest(case, lookup)
    ticket = open_ticket(turn, case, lookup.verdict, at=turn.at, via="asked")
    if command.place is None or command.reply_url:
        turn.reply(words.rich("🎫 *Ticket {number}* is made.", number=str(ticket.id)))
    # else an emoji: the post in the thread says it


def _case_of(unit: UnitOfWork, command: MakeTicket) -> Case | None:
    if command.place is None:
        return None
    row = unit.tickets.message_at(command.place.channel, command.place.ts)
    return unit.tickets.case(row.case_id) if row is not None and row.case_id else None


def _new_case(turn: RequestTurn[MakeTicket], author: Person, lookup: Lookup) -> Case:
    place = turn.command.place
    case = turn.unit.tickets.save(
        Case(
            person_id=author.id,
            channel=place.channel if place else "",
            thread_ts=(place.thread_ts or place.ts) if place else "",
            entrance="message" if place else "command",
            language=lookup.language,
            state=CaseState.OPEN,
            opened_at=turn.at,
            last_message_at=turn.at,
        )
    )
    _put_message(turn, case)
    turn.record(EventKind.ASKED, turn.at, case, actor=author.id, entrance=case.entrance)
    return case


def _put_message(turn: RequestTurn[MakeTicket], case: Case) -> None:
    """Put the message into its case; a row of it may be there, such as for an edit."""
    place, tickets = turn.command.place, turn.unit.tickets
    channel = place.channel if place else ""
    ts = place.ts if place else f"command:{turn.name}"
    row = tickets.message_at(channel, ts) or CaseMessage(channel=channel, ts=ts)
    row.case_id, row.posted_at, row.text = id_of(case), turn.at, turn.command.text or row.text
    keep_words(turn, case, tickets.save(row))


def _locale(desk: DeskContext, slack_id: str) -> str:
    with desk.store.snapshot() as unit:
        person = unit.people.find(slack_id)
    return (person.locale if person else "") or desk.language

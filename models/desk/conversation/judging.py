"""A person judges an answer, or wants a ticket made of a message."""

from datetime import datetime

from models.commands import JudgeAnswer, MakeTicket
from models.desk.answers import answer_cards
from models.desk.answers.answering import Found, find
from models.desk.answers.feedback import asked_in, take_verdict
from models.desk.base.answer_posts import answer_post
from models.desk.base.context import DeskContext, reply_to
from models.desk.tickets.recording import (
    clamp,
    event,
    id_of,
    open_ticket,
    thread_of,
    words_of_case,
)
from models.errors import NotAllowedError
from models.governance.authorization import Action, Subject, authorize
from models.mailbox import Envelope, update
from models.message import Message, text_message
from models.store.transaction import Unit
from models.tables import Case, CaseMessage, CaseState, EventKind, Person

_KINDS = {
    "solved": EventKind.ANSWER_SOLVED,
    "not_solved": EventKind.ANSWER_NOT_SOLVED,
    "human": EventKind.HUMAN_WANTED,
}


def judge_answer(desk: DeskContext, command: JudgeAnswer, now: datetime) -> None:
    """Take the asker's verdict: solved ends the case, all else brings a person."""
    asked = asked_in(desk, command.case_id)
    with desk.store.snapshot() as unit:
        case = unit.tickets.find_case(command.case_id)
    verdict = (
        find(desk, asked.text, case.language, command.user, now=now, channel=case.channel)
        if case and command.verdict != "solved"
        else None
    )
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        person = unit.people.by_slack_id(command.user, now)
        to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
        refusal = _refusal(desk, unit, command, person)
        if refusal is not None:
            reply_to(unit, command.id, to, refusal, now)
            return
        case = unit.tickets.case(command.case_id)
        if command.verdict != "human":
            solved, at = command.verdict == "solved", clamp(command.at, now)
            question = asked.now_in(unit, case)
            take_verdict(unit, case, question, solved=solved, at=at)
        _judge(desk, unit, command, case, verdict, now)


def _refusal(desk: DeskContext, unit: Unit, command: JudgeAnswer, person: Person) -> Message | None:
    words = desk.words_of(person)
    # Locked from here on: of two clicks at once, the later one sees what the first one did.
    case = unit.tickets.locked_case(command.case_id)
    if case is None or case.state is CaseState.WITHDRAWN:
        return text_message(words.rich("This question is gone. Please ask it again."))
    subject = Subject("case", str(case.id), case.person_id)
    try:
        authorize(desk.actor(unit, person), Action.JUDGE_ANSWER, subject)
    except NotAllowedError:
        return text_message(words.rich("Only the person who asked can say whether it is solved."))
    if case.state is CaseState.SOLVED and command.verdict == "solved":
        return text_message(words.rich("✅ Solved. Glad it helped!"))
    if case.state is CaseState.TICKET:
        return text_message(
            words.rich(
                "This is *ticket {number}* already; a person has it.", number=str(case.ticket_id)
            )
        )
    return None


def _judge(
    desk: DeskContext,
    unit: Unit,
    command: JudgeAnswer,
    case: Case,
    found: Found | None,
    now: datetime,
) -> None:
    at = clamp(command.at, now)
    unit.tickets.record(
        event(_KINDS[command.verdict], at, command.id, case=case, actor=case.person_id)
    )
    if command.verdict == "solved" or found is None:
        case.state = CaseState.SOLVED
        unit.tickets.save(case)
    else:
        open_ticket(
            desk,
            unit,
            case,
            found.verdict,
            command_id=command.id,
            at=at,
            now=now,
            via=command.verdict,
        )
    _close_answer(desk, unit, command, case, now)


def _close_answer(
    desk: DeskContext, unit: Unit, command: JudgeAnswer, case: Case, now: datetime
) -> None:
    """Take the buttons off the answer, so that nobody presses them twice."""
    key = answer_post(unit, case)
    shown = unit.outbox.newest(key)
    if not key or not shown.parts:
        _thank(desk, unit, command, case, now)
        return
    verdict = "solved" if command.verdict == "solved" else "ticket"
    message = answer_cards.answered(shown, verdict, words_of_case(desk, case))
    # Where it stands, which is not the thread where the answer is for the asker alone.
    row = unit.outbox.find(key)
    channel = row.channel if row else thread_of(unit, case).channel
    update(unit, f"{key}:{command.id}", key, channel, message, now)


def _thank(desk: DeskContext, unit: Unit, command: JudgeAnswer, case: Case, now: datetime) -> None:
    """Answer where there is no post to change: only the asker sees an answer to `/lotsen ask`."""
    if command.verdict == "solved":
        to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
        message = text_message(words_of_case(desk, case).rich("✅ Solved. Glad it helped!"))
        reply_to(unit, command.id, to, message, now)


def make_ticket(desk: DeskContext, command: MakeTicket, now: datetime) -> None:
    """Make a ticket at once, of a message or of words; a message has at most one."""
    found = find(
        desk,
        command.text,
        _locale(desk, command.author or command.user),
        command.author or command.user,
        now=now,
        channel=command.place.channel if command.place else "",
    )
    with desk.store.begin() as unit:
        if command.place is not None:
            unit.lock(f"message:{command.place.channel}:{command.place.ts}")
        if not unit.inbox.finish(command.id, now):
            return
        person = unit.people.by_slack_id(command.user, now)
        wrote = command.author or command.user
        known = unit.people.find(wrote)
        words = desk.words_of(person)
        to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
        subject = Subject("message", "", known.id if known else "")
        try:
            authorize(desk.actor(unit, person), Action.MAKE_TICKET, subject)
        except NotAllowedError:
            refusal = words.rich("Only the author or the support team can make a ticket of this.")
            reply_to(unit, command.id, to, text_message(refusal), now)
            return
        # Nobody is stored for a ticket that is not made.
        author = known or unit.people.by_slack_id(wrote, now)
        message = _make(desk, unit, command, author, found, now)
        if message is not None:
            reply_to(unit, command.id, to, message, now)


def _make(
    desk: DeskContext,
    unit: Unit,
    command: MakeTicket,
    author: Person,
    found: Found,
    now: datetime,
) -> Message | None:
    words = desk.words_of(unit.people.find(command.user))
    case = _case_of(unit, command)
    if case is not None and case.ticket_id is not None:
        return text_message(
            words.rich("This is *ticket {number}* already.", number=str(case.ticket_id))
        )
    if case is None and not command.text.strip():
        return text_message(words.rich("There are no words in it. Write what the ticket is about."))
    case = case or _new_case(unit, command, author, found, now)
    ticket = open_ticket(
        desk,
        unit,
        case,
        found.verdict,
        command_id=command.id,
        at=clamp(command.at, now),
        now=now,
        via="asked",
    )
    if command.place is not None and not command.reply_url:
        return None  # an emoji: the post in the thread says it
    return text_message(words.rich("🎫 *Ticket {number}* is made.", number=str(ticket.id)))


def _case_of(unit: Unit, command: MakeTicket) -> Case | None:
    if command.place is None:
        return None
    row = unit.tickets.message_at(command.place.channel, command.place.ts)
    return unit.tickets.case(row.case_id) if row is not None and row.case_id else None


def _new_case(unit: Unit, command: MakeTicket, author: Person, found: Found, now: datetime) -> Case:
    asked_at = clamp(command.at, now)
    place = command.place
    case = unit.tickets.add_case(
        Case(
            person_id=author.id,
            channel=place.channel if place else "",
            thread_ts=(place.thread_ts or place.ts) if place else "",
            entrance="message" if place else "command",
            language=found.language,
            state=CaseState.OPEN,
            opened_at=asked_at,
            last_message_at=asked_at,
        )
    )
    _take_in(unit, command, case, asked_at)
    unit.tickets.record(
        event(
            EventKind.ASKED,
            asked_at,
            command.id,
            case=case,
            actor=author.id,
            entrance=case.entrance,
        )
    )
    return case


def _take_in(unit: Unit, command: MakeTicket, case: Case, asked_at: datetime) -> None:
    """Put the message into its case; a row of it may be there, such as for an edit."""
    place = command.place
    channel = place.channel if place else ""
    ts = place.ts if place else f"command:{command.id}"
    row = unit.tickets.message_at(channel, ts) or CaseMessage(channel=channel, ts=ts)
    row.case_id, row.posted_at, row.text = id_of(case), asked_at, command.text or row.text
    unit.tickets.save(row)


def _locale(desk: DeskContext, slack_id: str) -> str:
    with desk.store.snapshot() as unit:
        person = unit.people.find(slack_id)
    return (person.locale if person else "") or desk.language

"""A person writes a message: a case begins or grows.

Read which case the message belongs to → find an answer and a category, outside any
transaction → write all of it at once. Should the case have changed in between (two
messages within a second, two replicas), it is read and decided again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.commands import EditMessage, Place, PostMessage
from models.desk.answers import answer_cards
from models.desk.answers.answering import Found, find, shown
from models.desk.answers.document_reading import begin_reading, with_passages
from models.desk.answers.language_notice import with_note
from models.desk.base.answer_posts import show_answer, was_shown
from models.desk.base.context import DeskContext
from models.desk.base.pilot_phase import assists
from models.desk.base.smalltalk import is_thanks
from models.desk.conversation.hold_out import leaves_alone
from models.desk.tickets import cards
from models.desk.tickets.recording import (
    asker_of,
    clamp,
    event,
    id_of,
    open_ticket,
    retriage,
    show,
    text_of_case,
    thread_of,
    words_of_case,
)
from models.errors import UnavailableError
from models.knowledge.knowledge_base import Answer
from models.mailbox import Envelope, post
from models.store.transaction import Unit
from models.tables import (
    DONE,
    Case,
    CaseMessage,
    CaseState,
    EventKind,
    Person,
    Ticket,
)
from models.tickets.lifecycle import move

BURST = timedelta(minutes=2)
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Belongs:
    """Where a message belongs: which case, and all the words of that case with it.

    ``case_id`` None begins a new case; ``ignored`` says that it is no business of ours.
    """

    case_id: int | None
    text: str
    language: str
    ignored: bool = False
    by_staff: bool = False


def post_message(desk: DeskContext, command: PostMessage, now: datetime) -> None:
    """Handle a message of a person; handled twice is written once."""
    for _ in range(_ROUNDS):
        with desk.store.snapshot() as unit:
            belongs = _belongs(desk, unit, command)
        found = None if belongs.ignored else _found(desk, command, belongs, now)
        with desk.store.begin() as unit:
            unit.lock(f"burst:{command.user}:{command.place.channel}")
            unit.lock(f"message:{command.place.channel}:{command.place.ts}")
            if _belongs(desk, unit, command) != belongs or _kept_out(unit, found):
                continue
            if unit.inbox.finish(command.id, now):
                _write(desk, unit, command, belongs, found, now)
            return
    raise UnavailableError("the case kept changing while it was decided")


def _found(desk: DeskContext, command: PostMessage, belongs: Belongs, now: datetime) -> Found:
    alone = command.where == "direct"
    found = find(
        desk,
        belongs.text,
        belongs.language,
        command.user,
        now=now,
        alone=alone,
        channel=command.place.channel,
    )
    return with_passages(desk, found, belongs.text, command.user, now, alone=alone)


def _kept_out(unit: Unit, found: Found | None) -> bool:
    """Return whether an incident took away meanwhile what was found."""
    answers = (found.answer, found.private) if found else ()
    return any(one and unit.knowledge.shown(one.article_id) is None for one in answers)


def _belongs(desk: DeskContext, unit: Unit, command: PostMessage) -> Belongs:
    known = unit.tickets.message_at(command.place.channel, command.place.ts)
    person = unit.people.find(command.user)
    locale = (person.locale if person else "") or desk.language
    if known is not None and (known.case_id or known.deleted_at or known.posted_at):
        return Belongs(known.case_id, "", locale, ignored=True)
    # An edit that overtook its message holds the newer words.
    words = known.text if known is not None and known.edited_at else command.text
    if command.place.thread_ts and command.place.thread_ts != command.place.ts:
        return _in_thread(desk, unit, command, person, words, locale)
    case = _burst(unit, command, person)
    if case is None:
        return Belongs(None, words, locale)
    return Belongs(case.id, f"{text_of_case(unit, case)}\n{words}".strip(), case.language)


def _in_thread(
    desk: DeskContext,
    unit: Unit,
    command: PostMessage,
    person: Person | None,
    words: str,
    locale: str,
) -> Belongs:
    case = _case_of_thread(unit, command.place)
    if case is None:
        # A mention deep in a thread is a question; other talk in threads is not ours.
        return Belongs(None, words, locale, ignored=command.where == "help")
    if person is not None and person.id == case.person_id:
        return Belongs(case.id, f"{text_of_case(unit, case)}\n{words}".strip(), case.language)
    staff = person is not None and desk.is_staff(unit, person)
    return Belongs(case.id, "", locale, ignored=True, by_staff=staff)


def _case_of_thread(unit: Unit, place: Place) -> Case | None:
    """Return the case whose thread it is; a burst has one below each of its messages."""
    case = unit.tickets.case_in_thread(place.channel, place.thread_ts)
    root = unit.tickets.message_at(place.channel, place.thread_ts)
    if case is None and root is not None and root.case_id is not None:
        return unit.tickets.find_case(root.case_id)
    return case


def _burst(unit: Unit, command: PostMessage, person: Person | None) -> Case | None:
    if person is None:
        return None
    case = unit.tickets.recent_case(person.id, command.place.channel, command.at - BURST)
    if case is None or case.opened_at - command.at > BURST:
        return None
    return case if case.state is not CaseState.SOLVED else None


def _write(
    desk: DeskContext,
    unit: Unit,
    command: PostMessage,
    belongs: Belongs,
    found: Found | None,
    now: datetime,
) -> None:
    person = unit.people.by_slack_id(command.user, now)
    if found is None:
        _pass_over(unit, command, now)
        _note_reply_of_staff(desk, unit, command, belongs, person, now)
        return
    sent_at = clamp(command.at, now)
    case = unit.tickets.case(belongs.case_id) if belongs.case_id else None
    fresh = case is None
    if case is None:
        case = _new_case(unit, command, person, found, sent_at)
    _remember(unit, command, case, now)
    case.last_message_at = max(case.last_message_at, sent_at)
    unit.tickets.save(case)
    if fresh or case.state is CaseState.OPEN:
        first_reply(desk, unit, command, case, found, now)
    else:
        _follow_up(desk, unit, command, case, found, now)


def _new_case(
    unit: Unit, command: PostMessage, person: Person, found: Found, sent_at: datetime
) -> Case:
    case = unit.tickets.add_case(
        Case(
            person_id=person.id,
            channel=command.place.channel,
            thread_ts=command.place.thread_ts or command.place.ts,
            entrance=command.where,
            language=found.language,
            state=CaseState.OPEN,
            opened_at=sent_at,
            last_message_at=sent_at,
        )
    )
    unit.tickets.record(
        event(
            EventKind.ASKED, sent_at, command.id, case=case, actor=person.id, entrance=command.where
        )
    )
    return case


def _remember(unit: Unit, command: PostMessage, case: Case, now: datetime) -> None:
    row = unit.tickets.message_at(command.place.channel, command.place.ts)
    if row is None:
        row = CaseMessage(channel=command.place.channel, ts=command.place.ts, text=command.text)
    row.case_id = case.id
    row.posted_at = clamp(command.at, now)
    if row.edited_at is None:
        row.text = command.text
    unit.tickets.save(row)


def _pass_over(unit: Unit, command: PostMessage, now: datetime) -> None:
    """Remember that a message is in no case, without its words: edits of it are not kept."""
    row = unit.tickets.message_at(command.place.channel, command.place.ts)
    row = row or CaseMessage(channel=command.place.channel, ts=command.place.ts)
    if row.case_id is None:
        row.text, row.posted_at = "", clamp(command.at, now)
        unit.tickets.save(row)


def first_reply(
    desk: DeskContext,
    unit: Unit,
    command: PostMessage | EditMessage,
    case: Case,
    found: Found,
    now: datetime,
) -> None:
    """Say the first thing in a case's thread: a greeting, an answer, or that it is a ticket."""
    case.language = found.language
    words = words_of_case(desk, case)
    if found.greeting:
        post(
            unit,
            f"case:{case.id}:greeting",
            thread_of(unit, case),
            answer_cards.greeting(words),
            now,
        )
    elif not assists(unit) or leaves_alone(
        desk, unit, case, found.verdict, command_id=command.id, now=now
    ):
        _hand_over(desk, unit, command, case, found, now)
    elif found.answer is not None:
        _show_answer(desk, unit, command, case, found.answer, now)
    elif found.private is not None:
        _answer_directly(desk, unit, command, case, found.private, now)
    elif not (found.readable and begin_reading(desk, unit, case, command.id, now)):
        _hand_over(desk, unit, command, case, found, now)
    unit.tickets.save(case)


def _answer_directly(
    desk: DeskContext,
    unit: Unit,
    command: PostMessage | EditMessage,
    case: Case,
    answer: Answer,
    now: datetime,
) -> None:
    """Answer in a direct message what not everybody may read; the thread only hears of it."""
    message = answer_cards.answered_directly(words_of_case(desk, case))
    post(unit, f"case:{case.id}:directly", thread_of(unit, case), message, now)
    to = Envelope(asker_of(unit, case))
    _show_answer(desk, unit, command, case, answer, now, to=to)


def _show_answer(
    desk: DeskContext,
    unit: Unit,
    command: PostMessage | EditMessage,
    case: Case,
    answer: Answer,
    now: datetime,
    *,
    to: Envelope | None = None,
) -> None:
    words = words_of_case(desk, case)
    message = answer_cards.answer(id_of(case), shown(answer), words)
    message = with_note(message, text_of_case(unit, case), words)
    show_answer(unit, case, answer.article_id, to or thread_of(unit, case), message, now)
    case.state, case.article_id = CaseState.ANSWERED, answer.article_id
    unit.tickets.record(
        event(
            EventKind.ANSWERED,
            max(now, case.opened_at),
            command.id,
            case=case,
            article=answer.article_id,
            confidence=round(answer.confidence, 3),
        )
    )


def _hand_over(
    desk: DeskContext,
    unit: Unit,
    command: PostMessage | EditMessage,
    case: Case,
    found: Found,
    now: datetime,
) -> None:
    open_ticket(
        desk,
        unit,
        case,
        found.verdict,
        command_id=command.id,
        at=case.opened_at,
        now=now,
        via="no_answer",
    )


def _follow_up(
    desk: DeskContext, unit: Unit, command: PostMessage, case: Case, found: Found, now: datetime
) -> None:
    """Take in more words of the same person: they may change the answer or the category."""
    if case.state is CaseState.TICKET and case.ticket_id is not None:
        _words_for_ticket(desk, unit, command, unit.tickets.get(case.ticket_id), found, now)
    elif is_thanks(command.text):
        return
    elif assists(unit) and found.answer and not was_shown(unit, case, found.answer.article_id):
        _show_answer(desk, unit, command, case, found.answer, now)
        unit.tickets.save(case)
    elif case.state is CaseState.ANSWERED and _same_moment(case, command):
        return  # the burst goes on, the answer fits the longer text too
    else:
        open_ticket(
            desk,
            unit,
            case,
            found.verdict,
            command_id=command.id,
            at=clamp(command.at, now),
            now=now,
            via="follow_up",
        )


def _same_moment(case: Case, command: PostMessage) -> bool:
    top_level = command.place.thread_ts in ("", command.place.ts)
    return top_level and abs(command.at - case.opened_at) <= BURST


def _words_for_ticket(
    desk: DeskContext,
    unit: Unit,
    command: PostMessage,
    ticket: Ticket,
    found: Found,
    now: datetime,
) -> None:
    at = clamp(command.at, now)
    if ticket.status in DONE and not is_thanks(command.text):
        ticket.status, ticket.assignee_id = move(ticket.status, "reopen"), None
        unit.tickets.save(ticket)
        unit.tickets.record(
            event(
                EventKind.REOPENED, at, command.id, ticket=ticket, actor=ticket.requester_id or ""
            )
        )
        case = unit.tickets.case(ticket.case_id or 0)
        message = cards.reopened(id_of(ticket), words_of_case(desk, case))
        post(unit, f"ticket:{ticket.id}:reopened:{command.id}", thread_of(unit, case), message, now)
    retriage(desk, unit, ticket, found.verdict, command_id=command.id, now=now)


def _note_reply_of_staff(
    desk: DeskContext,
    unit: Unit,
    command: PostMessage,
    belongs: Belongs,
    person: Person,
    now: datetime,
) -> None:
    """Count a colleague's words in the thread as the human response, once a message."""
    if not belongs.by_staff or belongs.case_id is None:
        return
    case = unit.tickets.case(belongs.case_id)
    if case.ticket_id is None:
        return
    ticket = unit.tickets.get(case.ticket_id)
    unit.tickets.record(
        event(
            EventKind.RESPONDED,
            clamp(command.at, now),
            command.id,
            case=case,
            ticket=ticket,
            actor=person.id,
        )
    )
    show(desk, unit, ticket, now, command.id)

"""A person writes a message: a case begins or grows.

Read which case the message belongs to → find an answer and a category, outside any
transaction → write all of it at once. Should the case have changed in between (two
messages within a second, two replicas), it is read and decided again.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from models.commands import Place, PostMessage
from models.desk.answers import answer_cards
from models.desk.answers.answering import Inquiry, Lookup, look_up, shown
from models.desk.answers.document_reading import begin_reading, show_in_case, with_passages
from models.desk.answers.judgements import remember_answer
from models.desk.base.answer_posts import is_answer_shown
from models.desk.base.context import DeskContext
from models.desk.base.pilot_phase import is_active
from models.desk.base.smalltalk import is_thanks
from models.desk.base.turn import CommandTurn, Turn, take_turn
from models.desk.conversation.hold_out import is_in_control_group
from models.desk.tickets import cards
from models.desk.tickets.recording import (
    asker_of,
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
from models.mailbox import Envelope
from models.store.transaction import UnitOfWork
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
class CaseMatch:
    """Which case a message belongs to, and all the words of that case with it.

    ``case_id`` None begins a new case; ``ignored`` says that it is no business of ours.
    """

    case_id: int | None
    text: str
    language: str
    ignored: bool = False
    by_staff: bool = False


class _ChangedError(Exception):
    """The case changed since it was read: read and decide again."""


def post_message(desk: DeskContext, command: PostMessage, now: datetime) -> None:
    """Handle a message of a person; handled twice is written once."""
    for _ in range(_ROUNDS):
        with desk.store.snapshot() as unit:
            match = _match(desk, unit, command)
        lookup = None if match.ignored else _look_up(desk, command, match, now)
        with suppress(_ChangedError):
            take_turn(desk, command, now, partial(_take_in, match=match, lookup=lookup))
            return
    raise UnavailableError("the case kept changing while it was decided")


def _take_in(turn: CommandTurn[PostMessage], match: CaseMatch, lookup: Lookup | None) -> None:
    unit, place = turn.unit, turn.command.place
    unit.lock(f"burst:{turn.command.user}:{place.channel}")
    unit.lock(f"message:{place.channel}:{place.ts}")
    if _match(turn.desk, unit, turn.command) != match or _is_kept_out(unit, lookup):
        raise _ChangedError
    person = unit.people.by_slack_id(turn.command.user, turn.now)
    if lookup is None:
        _pass_over(turn)
        _note_reply_of_staff(turn, match, person)
        return
    case = unit.tickets.case(match.case_id) if match.case_id else None
    is_new = case is None
    if case is None:
        case = _new_case(turn, person, lookup)
    _remember(turn, case)
    case.last_message_at = max(case.last_message_at, turn.at)
    unit.tickets.save(case)
    if is_new or case.state is CaseState.OPEN:
        first_reply(turn, case, lookup)
    else:
        _follow_up(turn, case, lookup)


def _look_up(desk: DeskContext, command: PostMessage, match: CaseMatch, now: datetime) -> Lookup:
    inquiry = Inquiry(
        text=match.text,
        locale=match.language,
        asker=command.user,
        alone=command.where == "direct",
        channel=command.place.channel,
    )
    return with_passages(desk, look_up(desk, inquiry, now), inquiry, now)


def _is_kept_out(unit: UnitOfWork, lookup: Lookup | None) -> bool:
    """Return whether an incident took away meanwhile what was looked up."""
    answers = (lookup.answer, lookup.private) if lookup else ()
    return any(one and unit.knowledge.shown(one.article_id) is None for one in answers)


def _match(desk: DeskContext, unit: UnitOfWork, command: PostMessage) -> CaseMatch:
    known = unit.tickets.message_at(command.place.channel, command.place.ts)
    person = unit.people.find(command.user)
    locale = (person.locale if person else "") or desk.language
    if known is not None and (known.case_id or known.deleted_at or known.posted_at):
        return CaseMatch(known.case_id, "", locale, ignored=True)
    # An edit that overtook its message holds the newer words.
    text = known.text if known is not None and known.edited_at else command.text
    if command.place.thread_ts and command.place.thread_ts != command.place.ts:
        case = _case_of_thread(unit, command.place)
        if case is None:
            # A mention deep in a thread is a question; other talk in threads is not ours.
            return CaseMatch(None, text, locale, ignored=command.where == "help")
        if person is None or person.id != case.person_id:
            by_staff = person is not None and desk.is_staff(unit, person)
            return CaseMatch(case.id, "", locale, ignored=True, by_staff=by_staff)
    else:
        case = _burst(unit, command, person)
        if case is None:
            return CaseMatch(None, text, locale)
    return CaseMatch(case.id, f"{text_of_case(unit, case)}\n{text}".strip(), case.language)


def _case_of_thread(unit: UnitOfWork, place: Place) -> Case | None:
    """Return the case whose thread it is; a burst has one below each of its messages."""
    case = unit.tickets.case_in_thread(place.channel, place.thread_ts)
    root = unit.tickets.message_at(place.channel, place.thread_ts)
    if case is None and root is not None and root.case_id is not None:
        return unit.tickets.find_case(root.case_id)
    return case


def _burst(unit: UnitOfWork, command: PostMessage, person: Person | None) -> Case | None:
    if person is None:
        return None
    case = unit.tickets.recent_case(person.id, command.place.channel, command.at - BURST)
    if case is None or case.opened_at - command.at > BURST:
        return None
    return case if case.state is not CaseState.SOLVED else None


def _new_case(turn: CommandTurn[PostMessage], person: Person, lookup: Lookup) -> Case:
    place, entrance = turn.command.place, turn.command.where
    case = turn.unit.tickets.save(
        Case(
            person_id=person.id,
            channel=place.channel,
            thread_ts=place.thread_ts or place.ts,
            entrance=entrance,
            language=lookup.language,
            state=CaseState.OPEN,
            opened_at=turn.at,
            last_message_at=turn.at,
        )
    )
    turn.record(EventKind.ASKED, turn.at, case, actor=person.id, entrance=entrance)
    return case


def _remember(turn: CommandTurn[PostMessage], case: Case) -> None:
    command, tickets = turn.command, turn.unit.tickets
    row = tickets.message_at(command.place.channel, command.place.ts)
    if row is None:
        row = CaseMessage(channel=command.place.channel, ts=command.place.ts, text=command.text)
    row.case_id, row.posted_at = case.id, turn.at
    if row.edited_at is None:
        row.text = command.text
    tickets.save(row)


def _pass_over(turn: CommandTurn[PostMessage]) -> None:
    """Remember that a message is in no case, without its words: edits of it are not kept."""
    place, tickets = turn.command.place, turn.unit.tickets
    row = tickets.message_at(place.channel, place.ts)
    row = row or CaseMessage(channel=place.channel, ts=place.ts)
    if row.case_id is None:
        row.text, row.posted_at = "", turn.at
        tickets.save(row)


def first_reply(turn: Turn, case: Case, lookup: Lookup) -> None:
    """Say the first thing in a case's thread: a greeting, an answer, or that it is a ticket."""
    case.language = lookup.language
    if lookup.greeting:
        message = answer_cards.greeting(words_of_case(turn.desk, case))
        turn.post(f"case:{case.id}:greeting", thread_of(turn.unit, case), message)
    elif not is_active(turn.unit) or is_in_control_group(turn, case, lookup.verdict):
        _hand_over(turn, case, lookup)
    elif lookup.answer is not None:
        _show_answer(turn, case, lookup.answer)
    elif lookup.private is not None:
        _answer_directly(turn, case, lookup.private)
    elif not (lookup.readable and begin_reading(turn, case)):
        _hand_over(turn, case, lookup)
    turn.unit.tickets.save(case)


def _answer_directly(turn: Turn, case: Case, answer: Answer) -> None:
    """Answer in a direct message what not everybody may read; the thread only hears of it."""
    message = answer_cards.answered_directly(words_of_case(turn.desk, case))
    turn.post(f"case:{case.id}:directly", thread_of(turn.unit, case), message)
    _show_answer(turn, case, answer, to=Envelope(asker_of(turn.unit, case)))


def _show_answer(turn: Turn, case: Case, answer: Answer, *, to: Envelope | None = None) -> None:
    show_in_case(turn, case, shown(answer), to=to)
    remember_answer(turn, case, answer.article_id, answer.mark)
    turn.record(
        EventKind.ANSWERED,
        max(turn.now, case.opened_at),
        case,
        article=answer.article_id,
        confidence=round(answer.confidence, 3),
    )


def _hand_over(turn: Turn, case: Case, lookup: Lookup) -> None:
    open_ticket(turn, case, lookup.verdict, at=case.opened_at, via="no_answer")


def _follow_up(turn: CommandTurn[PostMessage], case: Case, lookup: Lookup) -> None:
    """Take in more words of the same person: they may change the answer or the category."""
    unit, command = turn.unit, turn.command
    if case.state is CaseState.TICKET and case.ticket_id is not None:
        _words_for_ticket(turn, unit.tickets.get(case.ticket_id), lookup)
    elif is_thanks(command.text):
        return
    elif (
        is_active(unit)
        and lookup.answer
        and not is_answer_shown(unit, case, lookup.answer.article_id)
    ):
        _show_answer(turn, case, lookup.answer)
        unit.tickets.save(case)
    elif case.state is CaseState.ANSWERED and _same_moment(case, command):
        return  # the burst goes on, the answer fits the longer text too
    else:
        open_ticket(turn, case, lookup.verdict, at=turn.at, via="follow_up")


def _same_moment(case: Case, command: PostMessage) -> bool:
    top_level = command.place.thread_ts in ("", command.place.ts)
    return top_level and abs(command.at - case.opened_at) <= BURST


def _words_for_ticket(turn: CommandTurn[PostMessage], ticket: Ticket, lookup: Lookup) -> None:
    unit = turn.unit
    if ticket.status in DONE and not is_thanks(turn.command.text):
        ticket.status, ticket.assignee_id = move(ticket.status, "reopen"), None
        unit.tickets.save(ticket)
        turn.record(EventKind.REOPENED, turn.at, ticket, actor=ticket.requester_id or "")
        case = unit.tickets.case(ticket.case_id or 0)
        message = cards.reopened(id_of(ticket), words_of_case(turn.desk, case))
        turn.post(f"ticket:{ticket.id}:reopened:{turn.name}", thread_of(unit, case), message)
    retriage(turn, ticket, lookup.verdict)


def _note_reply_of_staff(turn: CommandTurn[PostMessage], match: CaseMatch, person: Person) -> None:
    """Count a colleague's words in the thread as the human response, once a message."""
    if not match.by_staff or match.case_id is None:
        return
    case = turn.unit.tickets.case(match.case_id)
    if case.ticket_id is not None:
        ticket = turn.unit.tickets.get(case.ticket_id)
        turn.record(EventKind.RESPONDED, turn.at, case, ticket, actor=person.id)
        show(turn, ticket)

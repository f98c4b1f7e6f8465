"""A person writes a message: a case begins or grows.

Read which case the message belongs to → find an answer and a category, outside any
transaction → write all of it at once. Should the case have changed in between (two
messages within a second, two replicas), it is read and decided again.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial

from models.commands import PostMessage
from models.desk.answers import answer_cards
from models.desk.answers.answering import (
    Inquiry,
    Lookup,
    has_answer,
    keep_nearest,
    look_up,
    shown,
    shown_article,
)
from models.desk.answers.document_reading import begin_reading, with_passages
from models.desk.answers.feedback import AskedQuestion, asked_in
from models.desk.answers.judgements import remember_answer
from models.desk.answers.showing import show_in_case
from models.desk.answers.title_choice import offer_titles
from models.desk.base.answer_posts import articles_shown, interim_key, is_answer_shown, is_interim
from models.desk.base.context import DeskContext
from models.desk.base.pilot_phase import is_active
from models.desk.base.smalltalk import Reads, read
from models.desk.base.turn import CommandTurn, Turn, take_turn
from models.desk.conversation import marks
from models.desk.conversation.follow_ups import next_candidate, step_meant
from models.desk.conversation.hold_out import is_in_control_group
from models.desk.conversation.judging import close_as_written, closed_at, open_as_written
from models.desk.conversation.matter import Matter
from models.desk.conversation.regrouping import regroup
from models.desk.conversation.surroundings import CaseMatch, match_of, newest
from models.desk.tickets.recording import (
    asker_of,
    id_of,
    keep_words,
    open_ticket,
    reopen_ticket,
    resume_for_asker,
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
from models.tickets.urgency import is_danger, is_urgent

_ROUNDS = 5


class _ChangedError(Exception):
    """The case changed since it was read: read and decide again."""


def post_message(desk: DeskContext, command: PostMessage, now: datetime) -> None:
    """Handle a message of a person; handled twice is written once."""
    for _ in range(_ROUNDS):
        command, match = _read(desk, command, now)
        if match.awaits:
            if _hold(desk, command, match, now):
                return
            continue
        found = _find(desk, command, match, now)
        with suppress(_ChangedError):
            take_turn(desk, command, now, partial(_take_in, match=match, found=found))
            return
    raise UnavailableError("the case kept changing while it was decided")


def _hold(desk: DeskContext, command: PostMessage, match: CaseMatch, now: datetime) -> bool:
    """Keep a reply that came before its question; False where that came meanwhile."""
    with desk.store.begin() as unit:
        unit.lock(f"message:{match.awaits}")
        if match_of(desk, unit, command) != match:
            return False
        unit.inbox.hold(command.id, match.awaits)
        return True


def _read(desk: DeskContext, command: PostMessage, now: datetime) -> tuple[PostMessage, CaseMatch]:
    """Return a message with its newest words, and what it is.

    Where that hangs on an answer of its own, one is looked for.
    """
    with desk.store.snapshot() as unit:
        command = newest(unit, command)
        match = match_of(desk, unit, command)
    if match.handled or _is_in_thread(command) or match.matter not in _UNLESS_ANSWERED:
        return command, match
    one_word = len(read(command.text).topic) < 2  # "urgent" is no question, whatever is stored
    if one_word or not has_answer(desk, command.text, match.language, now):
        return command, match
    with desk.store.snapshot() as unit:
        return command, match_of(desk, unit, command, answered=True)


def _find(
    desk: DeskContext, command: PostMessage, match: CaseMatch, now: datetime
) -> Lookup | AskedQuestion | None:
    """Return what a message leads to, or, of thanks, what had been asked; None of all else."""
    if match.handled:
        return None
    if match.matter in LOOKED_UP:
        return _look_up(desk, command, match, now)
    thanks = match.matter in (Matter.THANKS, Matter.CLOSING) and match.case_id is not None
    return asked_in(desk, match.case_id or 0) if thanks else None


LOOKED_UP = frozenset(
    {
        Matter.NEW,
        Matter.MORE,
        Matter.FOLLOW_UP,
        Matter.GREETING,
        Matter.SMALL_TALK,
        Matter.NOT_FOR_DESK,
    }
)
_UNLESS_ANSWERED = frozenset(
    {Matter.MORE, Matter.FOLLOW_UP, Matter.SMALL_TALK, Matter.NOT_FOR_DESK}
)


def _take_in(
    turn: CommandTurn[PostMessage], match: CaseMatch, found: Lookup | AskedQuestion | None
) -> None:
    unit, place = turn.unit, turn.command.place
    unit.lock(f"burst:{turn.command.user}:{place.channel}")
    unit.lock(f"message:{place.channel}:{place.ts}")
    again = match_of(turn.desk, unit, turn.command, answered=match.answered)
    if again != match or _is_kept_out(unit, found):
        raise _ChangedError
    unit.inbox.release(f"{place.channel}:{place.ts}", turn.now)
    person = unit.people.by_slack_id(turn.command.user, turn.now)
    if match.handled:
        _name_author(turn, person)
        return
    if match.matter is Matter.TALK:
        _pass_over(turn, person, match)
        _note_reply_of_staff(turn, match, person)
    elif isinstance(found, Lookup):
        _take_words(turn, match, person, found)
    else:
        _pass_over(turn, person, match)
        # Mere thanks is politeness and says nothing of the answer.
        if match.matter is Matter.CLOSING and match.case_id is not None:
            close_as_written(turn, turn.unit.tickets.case(match.case_id), found)
        marks.thank(turn)


def _take_words(
    turn: CommandTurn[PostMessage], match: CaseMatch, person: Person, lookup: Lookup
) -> None:
    """Let a case begin or grow, and leave a mark at the message."""
    case = turn.unit.tickets.case(match.case_id) if match.case_id else None
    if match.matter is Matter.GREETING and case is not None:
        _remember(turn, person, match, case)
        regroup(turn, row_of(turn, person))
        if case.ticket_id is not None:
            retriage(turn, turn.unit.tickets.get(case.ticket_id), lookup.verdict)
        marks.wave(turn)
        return
    if match.matter is Matter.SMALL_TALK and case is not None:
        _pass_over(turn, person, match)
        marks.small_talk(turn, case, match.matter)
        return
    is_new = case is None
    if case is None:
        case = _new_case(turn, person, lookup)
    answered = match.answered or (is_new and lookup.answer is not None)
    _remember(turn, person, replace(match, answered=answered), case)
    regroup(turn, row_of(turn, person))
    open_as_written(turn, case, turn.at)
    case.last_message_at = max(case.last_message_at, turn.at)
    turn.unit.tickets.save(case)
    if match.matter in (Matter.SMALL_TALK, Matter.NOT_FOR_DESK):
        case.language = lookup.language if is_new else case.language
        turn.unit.tickets.save(case)
        marks.small_talk(turn, case, match.matter)
    elif is_new or case.state is CaseState.OPEN:
        _reply_at_the_message(turn, case)
        first_reply(turn, case, lookup)
    else:
        _follow_up(turn, match, case, lookup)
    close_as_written(turn, case)


def _reply_at_the_message(turn: CommandTurn[PostMessage], case: Case) -> None:
    """Let the first reply stand at the message: after a greeting, at the question.

    What is looked up since an earlier message is answered there, so this one gets a mark.
    """
    place = turn.command.place
    if place.thread_ts:
        return
    if case.thread_ts != place.ts and is_interim(turn.unit, case):
        marks.seen(turn)
    case.thread_ts = place.ts


def _look_up(desk: DeskContext, command: PostMessage, match: CaseMatch, now: datetime) -> Lookup:
    inquiry = Inquiry(
        text=match.text,
        locale=match.language,
        asker=command.user,
        alone=command.where == "direct",
        channel=command.place.channel,
    )
    return with_passages(desk, look_up(desk, inquiry, now), inquiry, now)


def _is_kept_out(unit: UnitOfWork, found: Lookup | AskedQuestion | None) -> bool:
    """Return whether an incident took away meanwhile what was looked up."""
    answers = (found.answer, found.private) if isinstance(found, Lookup) else ()
    return any(one and unit.knowledge.shown(one.article_id) is None for one in answers)


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


def _remember(
    turn: CommandTurn[PostMessage], person: Person, match: CaseMatch, case: Case | None
) -> None:
    """Store a message with its words in a case; without one, only that it was there."""
    row = row_of(turn, person)
    row.case_id, row.answered = case.id if case else None, match.answered
    row.closes = False
    if case is None:
        row.text = ""
    elif row.edited_at is None:
        row.text = turn.command.text
    if case is not None:
        row.files = [[one.name, one.url] for one in turn.command.files]
    turn.unit.tickets.save(row)
    if case is not None:
        keep_words(turn, case, row)


def _pass_over(turn: CommandTurn[PostMessage], person: Person, match: CaseMatch) -> None:
    """Remember that a message is in no case, without its words: edits of it are not kept."""
    row = row_of(turn, person)
    if row.case_id is None:
        row.text = ""
        row.closes = (
            match.matter is not Matter.TALK and read(turn.command.text).kind is Reads.CLOSING
        )
        turn.unit.tickets.save(row)


def _name_author(turn: CommandTurn[PostMessage], person: Person) -> None:
    """Note whose message it is that was deleted before it came: replies to it may follow."""
    place, tickets = turn.command.place, turn.unit.tickets
    row = tickets.message_at(place.channel, place.ts)
    if row is not None and not row.person_id:
        row.person_id = person.id
        tickets.save(row)


def row_of(turn: CommandTurn[PostMessage], person: Person) -> CaseMessage:
    place = turn.command.place
    row = turn.unit.tickets.message_at(place.channel, place.ts)
    row = row or CaseMessage(channel=place.channel, ts=place.ts)
    thread = place.thread_ts if place.thread_ts != place.ts else ""
    row.person_id, row.thread_ts, row.posted_at = person.id, thread, turn.at
    return row


def first_reply(turn: Turn, case: Case, lookup: Lookup) -> None:
    """Say the first thing in a case's thread: a greeting, an answer, or that it is a ticket."""
    case.language = lookup.language
    keep_nearest(case, lookup)
    if lookup.greeting:
        message = answer_cards.greeting(words_of_case(turn.desk, case))
        turn.post(f"case:{case.id}:greeting", thread_of(turn.unit, case), message)
    elif (
        not is_active(turn.unit)
        or is_in_control_group(turn, case, lookup.verdict)
        or is_danger(text_of_case(turn.unit, case))
    ):
        _hand_over(turn, case, lookup)
    elif lookup.answer is not None:
        _show_answer(turn, case, lookup, lookup.answer)
    elif lookup.private is not None:
        _answer_directly(turn, case, lookup, lookup.private)
    elif not _read_or_offer(turn, case, lookup):
        _hand_over(turn, case, lookup)
    turn.unit.tickets.save(case)


def _read_or_offer(turn: Turn, case: Case, lookup: Lookup) -> bool:
    """Let the language model read, else offer titles; False where neither can help.

    What presses waits for neither: a person gets it at once.
    """
    if is_urgent(text_of_case(turn.unit, case)):
        return False
    if lookup.readable and begin_reading(turn, case):
        return True
    return bool(lookup.suggested) and offer_titles(turn, case, lookup)


def _answer_directly(turn: Turn, case: Case, lookup: Lookup, answer: Answer) -> None:
    """Answer in a direct message what not everybody may read; the thread only hears of it."""
    message = answer_cards.answered_directly(words_of_case(turn.desk, case))
    key = interim_key(case) if is_interim(turn.unit, case) else f"case:{case.id}:directly"
    turn.show(key, thread_of(turn.unit, case), message)
    _show_answer(turn, case, lookup, answer, to=Envelope(asker_of(turn.unit, case)))


def _show_answer(
    turn: Turn, case: Case, lookup: Lookup, answer: Answer, *, to: Envelope | None = None
) -> None:
    show_in_case(turn, case, shown(answer), to=to)
    remember_answer(turn, case, answer.article_id, answer.mark)
    turn.record(
        EventKind.ANSWERED,
        max(turn.now, case.opened_at),
        case,
        article=answer.article_id,
        confidence=round(answer.confidence, 3),
        category=lookup.verdict.category,
    )


def _hand_over(turn: Turn, case: Case, lookup: Lookup) -> None:
    via = "danger" if is_danger(text_of_case(turn.unit, case)) else "no_answer"
    open_ticket(turn, case, lookup.verdict, at=case.opened_at, via=via)


def offer_anew(turn: Turn, case: Case, lookup: Lookup) -> None:
    """Look for what the words say now; the titles that stand there were for other words."""
    turn.unit.judgements.forget_titles(id_of(case))
    case.state = CaseState.OPEN
    first_reply(turn, case, lookup)


def answer_anew(turn: Turn, case: Case, lookup: Lookup, at: datetime) -> None:
    """Show what answers the words as they are now; a person looks where nothing does.

    The answer that the case got stays where it is still the likeliest and nothing presses.
    """
    likeliest = [one.article_id for one in lookup.suggested[:1]]
    fits = lookup.answer is None and likeliest == [case.article_id]
    if fits and is_active(turn.unit) and not is_urgent(text_of_case(turn.unit, case)):
        return
    if lookup.answer is None or not is_active(turn.unit):
        open_ticket(turn, case, lookup.verdict, at=at, via="follow_up")
    elif not is_answer_shown(turn.unit, case, lookup.answer.article_id):
        _show_answer(turn, case, lookup, lookup.answer)
        turn.unit.tickets.save(case)


def _follow_up(
    turn: CommandTurn[PostMessage], match: CaseMatch, case: Case, lookup: Lookup
) -> None:
    """Take in more words of the same person: they may change the answer or the category."""
    unit = turn.unit
    keep_nearest(case, lookup)
    unit.tickets.save(case)
    if case.state is CaseState.TICKET and case.ticket_id is not None:
        _words_for_ticket(turn, case, unit.tickets.get(case.ticket_id), lookup)
        return
    presses = is_urgent(turn.command.text)  # no article is the answer to that
    if (
        not presses
        and is_active(unit)
        and lookup.answer
        and not is_answer_shown(unit, case, lookup.answer.article_id)
    ):
        _show_answer(turn, case, lookup, lookup.answer)
        unit.tickets.save(case)
    elif not presses and match.matter is Matter.FOLLOW_UP and _help_on(turn, case, lookup):
        if _is_in_thread(turn.command):
            return  # what is shown stands there
    elif presses or match.matter is not Matter.MORE or case.state not in _SHOWN:
        open_ticket(turn, case, lookup.verdict, at=turn.at, via="follow_up")
    elif case.state is CaseState.SUGGESTED:
        offer_anew(turn, case, lookup)
    _mark_taken_in(turn, case)


def _mark_taken_in(turn: CommandTurn[PostMessage], case: Case) -> None:
    if case.ticket_id is None:
        marks.seen(turn)  # what is shown fits the longer text too
    elif not _is_in_thread(turn.command):  # there the ticket's line says it
        marks.added(turn, case)


_SHOWN = (CaseState.ANSWERED, CaseState.SUGGESTED)


def _help_on(turn: CommandTurn[PostMessage], case: Case, lookup: Lookup) -> bool:
    """Show the step that was meant or the next article; False where a person should look."""
    unit, reading = turn.unit, read(turn.command.text)
    if not is_active(unit) or case.state is not CaseState.ANSWERED:
        return False
    numbers = articles_shown(unit, case)
    articles = [unit.knowledge.shown(one) for one in (case.article_id or 0, *sorted(numbers))]
    steps = [step_meant(one.answer, reading) for one in articles if one is not None]
    step = next(filter(None, steps), "")
    if step:
        marks.step(turn, case, step)
        return True
    number = next_candidate(lookup.nearest, numbers, reading)
    other = unit.knowledge.shown(number)
    if other is None:
        return False
    show_in_case(turn, case, shown_article(other))
    turn.record(EventKind.ANSWERED, turn.at, case, article=number, via="follow_up")
    return True


def _words_for_ticket(
    turn: CommandTurn[PostMessage], case: Case, ticket: Ticket, lookup: Lookup
) -> None:
    if ticket.status in DONE and closed_at(turn.unit, case) is None:
        reopen_ticket(turn, ticket, turn.at)
    resume_for_asker(turn, ticket, turn.at)
    retriage(turn, ticket, lookup.verdict)
    if _is_in_thread(turn.command):
        marks.seen(turn)
    else:
        marks.added(turn, case)


def _is_in_thread(command: PostMessage) -> bool:
    return command.place.thread_ts not in ("", command.place.ts)


def _note_reply_of_staff(turn: CommandTurn[PostMessage], match: CaseMatch, person: Person) -> None:
    """Count a colleague's words in the thread as the human response, once a message."""
    if not match.by_staff or match.case_id is None:
        return
    case = turn.unit.tickets.case(match.case_id)
    if case.ticket_id is not None:
        ticket = turn.unit.tickets.get(case.ticket_id)
        turn.record(EventKind.RESPONDED, turn.at, case, ticket, actor=person.id)
        show(turn, ticket)

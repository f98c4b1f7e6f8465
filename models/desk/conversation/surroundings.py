"""What stands around a new message, and so which case it belongs to. Nothing is written here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from models.commands import Place, PostMessage
from models.desk.base.context import DeskContext
from models.desk.base.smalltalk import IN_CONTEXT, Reads, read
from models.desk.conversation.matter import (
    REMEMBERED,
    THANKED,
    TOGETHER,
    Matter,
    MessageFacts,
    OpenMatter,
    Said,
    Where,
    decide,
    together,
)
from models.desk.tickets.recording import id_of, text_of_case
from models.language.phrases import words_of
from models.store.transaction import UnitOfWork
from models.tables import Case, CaseMessage, CaseState, Person
from models.tickets.kept_text import cut_text

_READ_BACK = timedelta(minutes=10)
"""How far back it is read which messages belong together: further than any matter grows."""
_LATE = timedelta(hours=1)
"""So much later than a reply its question may still come: as long as Slack tries again."""
_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last matter that the person began in the channel, and its case; None without one."""

    case: Case | None = None
    matter: OpenMatter | None = None

    @property
    def is_open(self) -> bool:
        """Whether a message could still belong to it."""
        return self.matter is not None and 0 <= self.matter.seconds <= TOGETHER.total_seconds()

    @property
    def is_remembered(self) -> bool:
        """Whether it is what somebody means who names nothing."""
        limit = REMEMBERED.total_seconds()
        return self.matter is not None and self.matter.idle_seconds <= limit


_NOTHING = Earlier()


def facts_of(
    command: PostMessage, where: Where, earlier: Earlier = _NOTHING, *, answered: bool = False
) -> MessageFacts:
    """Return what is known of a message before it is decided what it is."""
    return MessageFacts(
        reading=read(command.text),
        where=where,
        answered=answered,
        names_others=_MENTION.search(command.text) is not None,
        names_us=command.named or (where is Where.UNKNOWN_THREAD and command.where != "help"),
        files=len(command.files),
        matter=earlier.matter,
    )


def around(
    unit: UnitOfWork, person: Person | None, command: PostMessage
) -> tuple[Earlier, Case | None]:
    """Return the person's matter before a message, and the case that begins soon after it."""
    if person is None:
        return _NOTHING, None
    channel, at = command.place.channel, command.at
    rows = unit.tickets.written(person.id, channel, at - _READ_BACK, at + TOGETHER)
    before = [row for row in rows if row.ts < command.place.ts]
    after = [row for row in rows if row.ts > command.place.ts]
    group = _open_group(before)
    case = unit.tickets.find_case(group[0].case_id or 0) if group else None
    case = case or unit.tickets.last_case(person.id, channel, at)
    following = _case_of_greeting(unit, command, after)
    if case is None:
        return _NOTHING, following
    rows = group or [row for row in unit.tickets.messages_of(id_of(case)) if row.posted_at]
    return Earlier(case, _matter_of(unit, case, rows, command)), following


def _case_of_greeting(
    unit: UnitOfWork, command: PostMessage, after: Sequence[CaseMessage]
) -> Case | None:
    """Return the case that a message begins by which another one stands that came before it."""
    first = Said(command.place.ts, command.at, read(command.text), answered=False)
    heads = together([first, *said(after)])
    goes_on = (row for row in after if heads.get(row.ts) == first.ts)
    return unit.tickets.find_case(next((row.case_id or 0 for row in goes_on), 0))


def said(rows: Sequence[CaseMessage]) -> list[Said]:
    """Return stored messages as it is judged which of them belong together."""
    return [
        Said(row.ts, row.posted_at, read(row.text), row.answered) for row in rows if row.posted_at
    ]


def _open_group(before: list[CaseMessage]) -> list[CaseMessage]:
    """Return the last messages among those that belong together."""
    heads = together(said(before))
    last = max(heads.values(), default="")
    return [row for row in before if heads.get(row.ts) == last]


def _matter_of(
    unit: UnitOfWork, case: Case, rows: Sequence[CaseMessage], command: PostMessage
) -> OpenMatter:
    readings = [read(row.text) for row in rows if row.text]
    greeted = bool(readings) and all(one.kind is Reads.GREETING for one in readings)
    stamps = [row.posted_at for row in rows if row.posted_at]
    first, last = min(stamps, default=case.opened_at), max(stamps, default=case.last_message_at)
    return OpenMatter(
        seconds=(command.at - first).total_seconds(),
        messages=len(rows),
        idle_seconds=(command.at - last).total_seconds(),
        state=CaseState.OPEN if greeted else case.state,
        topic=frozenset[str]().union(*(one.topic for one in readings)),
        shown=_words_shown(unit, case),
    )


def _words_shown(unit: UnitOfWork, case: Case) -> frozenset[str]:
    article = unit.knowledge.get(case.article_id) if case.article_id else None
    return frozenset(words_of(f"{article.title} {article.answer}", 1_000) if article else ())


# Which case it belongs to ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseMatch:
    """What a message is, which case it belongs to, and all the words of that case with it.

    ``case_id`` None begins a new case, or is about none. ``handled`` says that the message was
    taken in before, ``answered`` that its words alone have an answer. ``awaits`` names the
    message below which it stands where that did not come yet.
    """

    matter: Matter
    case_id: int | None
    text: str
    language: str
    handled: bool = False
    answered: bool = False
    by_staff: bool = False
    awaits: str = ""


def newest(unit: UnitOfWork, command: PostMessage) -> PostMessage:
    """Return a message with its newest words: an edit that overtook it holds them.

    What was said to a colleague in a thread stays so: its edits are no business of ours.
    """
    if command.place.thread_ts and _MENTION.search(command.text) and not command.named:
        return command
    known = unit.tickets.message_at(command.place.channel, command.place.ts)
    overtaken = known is not None and known.edited_at and not known.deleted_at
    return replace(command, text=known.text) if known is not None and overtaken else command


def match_of(
    desk: DeskContext, unit: UnitOfWork, command: PostMessage, *, answered: bool = False
) -> CaseMatch:
    known = unit.tickets.message_at(command.place.channel, command.place.ts)
    person = unit.people.find(command.user)
    locale = (person.locale if person else "") or desk.language
    if known is not None and (known.case_id or known.deleted_at or known.posted_at):
        return CaseMatch(Matter.TALK, known.case_id, "", locale, handled=True)
    command = newest(unit, command)
    if command.place.thread_ts and command.place.thread_ts != command.place.ts:
        return _match_in_thread(desk, unit, command)
    return _match_at_the_top(desk, unit, command, answered=answered)


def _match_in_thread(desk: DeskContext, unit: UnitOfWork, command: PostMessage) -> CaseMatch:
    text, case = command.text, case_of_thread(unit, command.place)
    person = unit.people.find(command.user)
    locale = (person.locale if person else "") or desk.language
    where = Where.UNKNOWN_THREAD
    if case is not None:
        own = person is not None and person.id == case.person_id
        where = Where.OWN_THREAD if own else Where.THREAD_OF_ANOTHER
    matter = decide(facts_of(command, where))
    root = unit.tickets.message_at(command.place.channel, command.place.thread_ts)
    here = root is not None and (root.posted_at or root.deleted_at) is not None
    if case is None and here and root and person and root.person_id == person.id:
        return _match_below_thanks(command, locale)
    if case is None and matter is Matter.TALK and _may_still_come(unit, command):
        awaits = f"{command.place.channel}:{command.place.thread_ts}"
        return CaseMatch(matter, None, "", locale, awaits=awaits)
    if case is None:
        return CaseMatch(matter, None, text, locale)
    if matter is Matter.TALK:
        by_staff = where is Where.THREAD_OF_ANOTHER and _is_staff(desk, unit, person)
        return CaseMatch(matter, case.id, "", locale, by_staff=by_staff)
    return CaseMatch(matter, case.id, _with(unit, case, text), case.language)


def _match_below_thanks(command: PostMessage, locale: str) -> CaseMatch:
    """Take a reply below the person's own message that is in no case, such as thanks."""
    matter = decide(facts_of(command, Where.OWN_THREAD))
    begins = matter in (Matter.FOLLOW_UP, Matter.SMALL_TALK, Matter.GREETING)
    return CaseMatch(Matter.NEW if begins else matter, None, command.text, locale)


def _match_at_the_top(
    desk: DeskContext, unit: UnitOfWork, command: PostMessage, *, answered: bool
) -> CaseMatch:
    text, person = command.text, unit.people.find(command.user)
    locale = (person.locale if person else "") or desk.language
    earlier, later = around(unit, person, command)
    case, matter = earlier.case, decide(facts_of(command, Where.TOP, earlier, answered=answered))
    if matter is Matter.GREETING:
        case = case if earlier.is_open else None
        if case is None and later is not None:  # it comes late: the words after it are there
            return CaseMatch(matter, later.id, _with(unit, later, text), later.language)
        return CaseMatch(matter, case.id if case else None, text, locale)
    mine = matter in (Matter.MORE, Matter.FOLLOW_UP, Matter.CLOSING) or (
        matter is Matter.THANKS and earlier.is_remembered
    )
    if case is None or not mine:
        return CaseMatch(matter, None, text, locale, answered=answered)
    return CaseMatch(matter, case.id, _with(unit, case, text), case.language, answered=answered)


def _may_still_come(unit: UnitOfWork, command: PostMessage) -> bool:
    """Return whether the message above a reply was written lately and was not heard of."""
    place = command.place
    known = unit.tickets.message_at(place.channel, place.thread_ts)
    seconds = command.at.timestamp() - float(place.thread_ts)
    return (known is None or known.posted_at is None) and seconds <= _LATE.total_seconds()


def _with(unit: UnitOfWork, case: Case, text: str) -> str:
    """Return the words of a case to be looked up, with those of a new message.

    Without "does not work" and the like: an article about something else says so too.
    """
    reading = read(text)
    adds = reading.kind not in IN_CONTEXT or reading.topic
    return cut_text(f"{text_of_case(unit, case)}\n{text if adds else ''}".strip())


def _is_staff(desk: DeskContext, unit: UnitOfWork, person: Person | None) -> bool:
    return person is not None and desk.is_staff(unit, person)


def case_of_thread(unit: UnitOfWork, place: Place) -> Case | None:
    """Return the case whose thread it is; a burst has one below each of its messages."""
    root = unit.tickets.message_at(place.channel, place.thread_ts)
    if root is not None and root.case_id is not None:
        return unit.tickets.find_case(root.case_id)
    case = unit.tickets.case_in_thread(place.channel, place.thread_ts)
    read_again = root is not None and case is not None and case.state is CaseState.WITHDRAWN
    return None if read_again else case


def case_meant(unit: UnitOfWork, closing: CaseMessage) -> Case | None:
    """Return the case of which somebody says that it is solved."""
    if closing.thread_ts:
        return case_of_thread(unit, Place(closing.channel, closing.ts, closing.thread_ts))
    if closing.posted_at is None:
        return None
    last = unit.tickets.last_case(closing.person_id, closing.channel, closing.posted_at)
    lately = last is not None and closing.posted_at - last.last_message_at <= THANKED
    return last if lately else None

"""What a new message is: a matter of its own, more of one, a reply to what was shown, or talk.

Pure: facts in, a value out. Two messages of one person belong together only where the later one
reads on: soon after the first, a fragment, about nothing else. All else is a matter of its own,
for a question too many is a smaller mistake than one that is swallowed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.desk.base.smalltalk import IN_CONTEXT, Reading, Reads
from models.tables import CaseState

TOGETHER = timedelta(minutes=2)
"""So long after the first message a later one may belong to the same matter."""
MOST_TOGETHER = 3
REMEMBERED = timedelta(minutes=30)
"""So long a message without a topic, such as "still not", refers to the last matter."""
THANKED = timedelta(hours=8)
"""So long thanks outside a thread refer to the last matter."""
_FRAGMENT = 3  # own words
_SENTENCE = 8


class Matter(StrEnum):
    """What a message is for the desk."""

    NEW = "new"
    MORE = "more"
    FOLLOW_UP = "follow_up"
    NOTED = "noted"  # "ok": read, no more than that
    THANKS = "thanks"
    CLOSING = "closing"
    GREETING = "greeting"
    SMALL_TALK = "small_talk"
    NOT_FOR_DESK = "not_for_desk"
    TALK = "talk"


class Where(StrEnum):
    """Where it stands, as far as it matters."""

    TOP = "top"
    OWN_THREAD = "own_thread"  # below a question of the same person
    THREAD_OF_ANOTHER = "thread_of_another"
    UNKNOWN_THREAD = "unknown_thread"


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """The matter of the same person that the message may belong to.

    Attributes
    ----------
    seconds
        Since its first message.
    messages
        How many it has.
    idle_seconds
        Since its last message.
    topic
        Its own folded words.
    shown
        Folded words of the answer that it got.
    """

    seconds: float
    messages: int
    idle_seconds: float
    state: CaseState
    topic: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """What is known of a new message.

    Attributes
    ----------
    answered
        Its own words alone have a sure answer.
    names_others, names_us
        It mentions somebody else; it mentions Lotsen.
    files
        How many come with it.
    """

    reading: Reading
    where: Where = Where.TOP
    answered: bool = False
    names_others: bool = False
    names_us: bool = False
    files: int = 0
    matter: OpenMatter | None = None


_POLITE = {Reads.THANKS: Matter.THANKS, Reads.ACKNOWLEDGEMENT: Matter.NOTED}


def decide(facts: MessageFacts) -> Matter:
    """Return what a message is."""
    if facts.where is Where.TOP:
        return _at_the_top(facts)
    if facts.where is Where.OWN_THREAD:
        return _in_own_thread(facts)
    ours = facts.where is Where.UNKNOWN_THREAD and facts.names_us
    return Matter.NEW if ours else Matter.TALK


def _in_own_thread(facts: MessageFacts) -> Matter:
    kind = facts.reading.kind
    if facts.names_others and not facts.names_us:
        return Matter.TALK
    if kind is Reads.CLOSING:
        return Matter.CLOSING
    if kind in _POLITE:
        return _POLITE[kind]
    if kind in (Reads.GREETING, Reads.SMALL_TALK):
        return Matter(kind.value)
    return Matter.FOLLOW_UP


def _at_the_top(facts: MessageFacts) -> Matter:
    kind, matter = facts.reading.kind, facts.matter
    if kind is Reads.CLOSING:
        thanked = matter is not None and matter.idle_seconds <= THANKED.total_seconds()
        return Matter.CLOSING if thanked else Matter.THANKS
    if kind in _POLITE:
        return _POLITE[kind]
    if kind is Reads.GREETING:
        return Matter.GREETING
    if kind in (Reads.SMALL_TALK, Reads.NOT_FOR_DESK) and not facts.answered:
        return Matter(kind.value)
    if matter is None:
        return Matter.NEW
    if _reads_on(facts, matter):
        return Matter.MORE
    return Matter.FOLLOW_UP if _refers_back(facts, matter) else Matter.NEW


def _refers_back(facts: MessageFacts, matter: OpenMatter) -> bool:
    """Return whether a message without a topic means the last matter."""
    if matter.idle_seconds > REMEMBERED.total_seconds() or facts.answered:
        return False
    reading = facts.reading
    named = reading.kind is Reads.CANNOT_FIND and bool(reading.topic & matter.shown)
    return reading.kind in IN_CONTEXT or named


def _reads_on(facts: MessageFacts, matter: OpenMatter) -> bool:
    """Return whether a message is more of the same matter."""
    soon = 0 <= matter.seconds <= TOGETHER.total_seconds()
    if not soon or matter.messages >= MOST_TOGETHER:
        return False
    if matter.state is CaseState.OPEN:
        return True  # only a greeting so far
    return facts.reading.kind not in IN_CONTEXT and may_read_on(
        facts.reading, facts.answered, matter.topic
    )


def may_read_on(reading: Reading, answered: bool, topic: frozenset[str]) -> bool:
    """Return whether words are a fragment: no question, no answer of their own, no other topic."""
    if answered or reading.asks:
        return False
    own = reading.topic
    numbers = any(any(sign.isdigit() for sign in word) for word in own)
    same = not own or numbers or bool(own & topic)
    if reading.opens:
        # One new word is no other topic yet.
        anything = reading.with_pronoun and not same and len(own) > 1
        return len(own) <= _SENTENCE and not anything
    return len(own) <= _FRAGMENT and same


@dataclass(frozen=True, slots=True)
class Said:
    """A message outside of threads, as it is stored; ``ts`` is its name."""

    ts: str
    at: datetime
    reading: Reading
    answered: bool


def together(messages: Iterable[Said]) -> dict[str, str]:
    """Return for each message that belongs to a matter the first one of that matter.

    The same for any order in which they came: only their time counts.
    """
    places = _places(messages)
    return {ts: head for ts, (matter, head) in places.items() if matter is not Matter.FOLLOW_UP}


def referring(messages: Iterable[Said]) -> dict[str, str]:
    """Return for each message that tells nothing by itself the first one of what it refers to."""
    places = _places(messages)
    return {ts: head for ts, (matter, head) in places.items() if matter is Matter.FOLLOW_UP}


def _places(messages: Iterable[Said]) -> dict[str, tuple[Matter, str]]:
    places: dict[str, tuple[Matter, str]] = {}
    group: list[Said] = []
    for message in sorted(messages, key=lambda one: one.ts):
        facts = MessageFacts(
            message.reading, answered=message.answered, matter=_matter(group, message.at)
        )
        decided = decide(facts)
        if decided is Matter.MORE:
            group.append(message)
        elif decided is Matter.NEW or (decided is Matter.GREETING and not _is_open(facts)):
            group = [message]
        elif decided not in (Matter.GREETING, Matter.FOLLOW_UP):
            continue  # what is said besides neither begins a matter nor ends one
        # A greeting beside other words and what refers back go along and count for nothing.
        places[message.ts] = decided, group[0].ts
    return places


def _is_open(facts: MessageFacts) -> bool:
    soon = TOGETHER.total_seconds()
    return facts.matter is not None and facts.matter.seconds <= soon


def _matter(group: Sequence[Said], at: datetime) -> OpenMatter | None:
    if not group:
        return None
    first, last = group[0], group[-1]
    greeted = all(one.reading.kind is Reads.GREETING for one in group)
    return OpenMatter(
        seconds=(at - first.at).total_seconds(),
        messages=len(group),
        idle_seconds=(at - last.at).total_seconds(),
        state=CaseState.OPEN if greeted else CaseState.ANSWERED,
        topic=frozenset[str]().union(*(one.reading.topic for one in group)),
    )

"""Messages are watched: three people who tell of the same propose an outage.

While one is known, whoever tells of it is counted in and reads so for their eyes only; they get
no ticket of their own, and the channel is not filled. All other messages go their way.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from models.commands import PostMessage
from models.desk.base.context import DeskContext
from models.desk.base.turn import CommandTurn, Turn, take_turn
from models.desk.outages import outage_cards
from models.desk.outages.outage_posts import show_notice, show_to_staff, view_of
from models.language import language_of
from models.mailbox import Envelope, post_ephemeral
from models.store.outages import RecentWords
from models.store.transaction import UnitOfWork
from models.tables import (
    Case,
    CaseMessage,
    CaseState,
    EventKind,
    Outage,
    OutageState,
)
from models.tickets.kept_text import kept
from models.tickets.urgency import Topic, is_alike, topic_of

PEOPLE: Final = 3
WINDOW: Final = timedelta(minutes=30)
_LATER: Final = 6
"""Priority of what later askers read: the words of who needs a person go first."""
_COUNTS_SHOWN: Final = frozenset({3, 5, 10, 20, 50, 100, 200, 500, 1000})

UseCase = Callable[[DeskContext, Any, datetime], None]


def outage_watched(handle: UseCase) -> UseCase:
    """Return a use case before which known outages answer, and after which new ones are seen."""

    def watched(desk: DeskContext, command: PostMessage, now: datetime) -> None:
        topic = topic_of(command.text) if _begins(command) else frozenset()
        with desk.store.snapshot() as unit:
            known = None if unit.in_sandbox or not topic else _known(unit, command, topic)
        if known is not None:
            take_turn(desk, command, now, partial(_count_in, outage_id=known))
            return
        handle(desk, command, now)
        if topic:
            _watch(desk, command, topic, now)

    return watched


def _begins(command: PostMessage) -> bool:
    return command.place.thread_ts in ("", command.place.ts)


def _known(unit: UnitOfWork, command: PostMessage, topic: Topic) -> int | None:
    """Return the open outage that a new message tells of; None for one that was there before."""
    if unit.tickets.message_at(command.place.channel, command.place.ts) is not None:
        return None
    outage = _alike(unit.outages.begun(OutageState.OPEN), topic)
    return outage.id if outage is not None else None


def _alike(outages: Sequence[Outage], topic: Topic) -> Outage | None:
    return next((one for one in outages if is_alike(frozenset(one.topic), topic)), None)


def _count_in(turn: CommandTurn[PostMessage], *, outage_id: int) -> None:
    unit, command = turn.unit, turn.command
    place = command.place
    unit.lock(f"message:{place.channel}:{place.ts}")
    outage = unit.outages.locked(outage_id)
    if outage is None or unit.tickets.message_at(place.channel, place.ts) is not None:
        return
    person = unit.people.by_slack_id(command.user, turn.now)
    case = unit.tickets.save(
        Case(
            person_id=person.id,
            channel=place.channel,
            thread_ts=place.ts,
            entrance=command.where,
            language=language_of(person.locale, turn.desk.language),
            state=CaseState.OPEN,
            opened_at=turn.at,
            last_message_at=turn.at,
        )
    )
    unit.tickets.save(
        CaseMessage(
            case_id=case.id,
            channel=place.channel,
            ts=place.ts,
            text=kept(command.text),
            person_id=person.id,
            posted_at=turn.at,
        )
    )
    turn.record(EventKind.ASKED, turn.at, case, actor=person.id, entrance=case.entrance)
    is_new = unit.outages.join(outage_id, person.id, case.id, turn.at)
    message = outage_cards.for_later_askers(view_of(turn, outage), turn.desk.words_of(person))
    key = f"case:{case.id}:outage"
    to = Envelope(place.channel, place.ts, person=command.user)
    post_ephemeral(unit, key, to, message, turn.now)
    unit.outbox.slow_down(key, _LATER)
    if is_new and unit.outages.met(outage_id) in _COUNTS_SHOWN:
        show_notice(turn, outage)
        show_to_staff(turn, outage)


# Seeing a new one ----------------------------------------------------------------------------


def _watch(desk: DeskContext, command: PostMessage, topic: Topic, now: datetime) -> None:
    """Propose an outage where enough people told of the same; harmless to do twice."""
    with desk.store.snapshot() as unit:
        if unit.in_sandbox or _is_settled(unit, topic, now):
            return
        proposed = _alike(unit.outages.begun(OutageState.PROPOSED), topic)
        since = min(command.at, now) - WINDOW
        alike = [
            one for one in unit.outages.written_since(since) if is_alike(topic_of(one.text), topic)
        ]
    if proposed is None and len({one.person_id for one in alike}) < PEOPLE:
        return
    with desk.store.begin() as unit:
        unit.lock("outages")
        turn = Turn(unit, desk, f"outage:{command.id}"[:255], now)
        outage = _alike(unit.outages.begun(OutageState.PROPOSED), topic)
        if outage is None and not _is_settled(unit, topic, now):
            outage = _propose(turn, topic, alike)
        if outage is not None:
            _add(turn, outage, alike)


def _is_settled(unit: UnitOfWork, topic: Topic, now: datetime) -> bool:
    """Return whether somebody decided on the same already."""
    decided = (*unit.outages.begun(OutageState.OPEN), *unit.outages.dismissed_since(now - WINDOW))
    return _alike(decided, topic) is not None


def _propose(turn: Turn, topic: Topic, alike: Sequence[RecentWords]) -> Outage:
    topics = [topic_of(one.text) for one in alike]
    shared = {word for word in topic if sum(is_alike(frozenset({word}), one) for one in topics) > 1}
    words = sorted(shared or topic)
    return turn.unit.outages.save(
        Outage(
            topic=words,
            title=_title(words, alike[0].text),
            state=OutageState.PROPOSED,
            opened_at=min(one.at for one in alike),
        )
    )


def _title(topic: Sequence[str], text: str) -> str:
    """Return the words of a text by which an outage is recognised: several people share them."""
    words = (word.strip(".,;:!?\"'()*_~`") for word in text.split())
    fitting = [word for word in words if word.casefold().startswith(tuple(topic))]
    return ", ".join(dict.fromkeys(fitting)) or ", ".join(topic)


def _add(turn: Turn, outage: Outage, alike: Sequence[RecentWords]) -> None:
    unit, number = turn.unit, outage.id or 0
    before = unit.outages.met(number)
    for one in alike:
        unit.outages.join(number, one.person_id, one.case_id, turn.now)
    met = unit.outages.met(number)
    if before == 0 or any(before < count <= met for count in _COUNTS_SHOWN):
        show_to_staff(turn, outage)

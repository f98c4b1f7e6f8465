"""What only a few may read goes its own way, before anything else looks at it.

`private_first` stands before the use cases that take in words: what is sensitive, and what
belongs to it, becomes a private matter in one transaction. Nothing is looked up, classified
or sent anywhere for it. In the channel a mark says no more than that it was seen.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from models.commands import (
    AddToTicket,
    Ask,
    DeleteMessage,
    EditMessage,
    MakeTicket,
    Place,
    PostMessage,
    Request,
)
from models.desk.base.context import DeskContext
from models.desk.base.deferred import defer
from models.desk.base.smalltalk import read
from models.desk.base.turn import CommandTurn, RequestTurn, answer_request, take_turn
from models.desk.private import private_cards
from models.desk.private.readers import group_of, show_matter
from models.governance.authorization import Action, Subject
from models.language import language_of
from models.mailbox import Envelope
from models.redaction.sensitivity import SensitiveKind, sensitivity
from models.store.transaction import UnitOfWork
from models.tables import Person, PrivateMatter, PrivateMessage, PrivateState
from models.tickets.urgency import is_urgent

CONTINUES = timedelta(minutes=2)
"""So long what a person writes next in the same place belongs to it."""
MOST_TOGETHER = 3
"""Messages of it outside of threads; who writes on by then writes about something else too."""

UseCase = Callable[[DeskContext, Any, datetime], None]
Step = Callable[[Any], None]
"""What is done in the turn of the command, whichever it is."""


def private_first(handle: UseCase) -> UseCase:
    """Return a use case that leaves alone what only a few may read: that is taken in here."""

    def first(desk: DeskContext, command: Any, now: datetime) -> None:
        step = _STEPS[type(command)](desk, command)
        if step is None:
            handle(desk, command, now)
        elif isinstance(command, Request):
            answer_request(desk, command, now, step)
        else:
            take_turn(desk, command, now, step)

    return first


def belongs_to_private(unit: UnitOfWork, place: Place) -> bool:
    """Return whether a place is of a private matter that nobody called ordinary."""
    row = unit.private.message_at(place.channel, place.ts)
    matter = unit.private.get(row.matter_id) if row is not None else None
    return row is not None and not _is_ordinary(matter)


def _is_ordinary(matter: PrivateMatter | None) -> bool:
    return matter is not None and matter.state is PrivateState.ORDINARY


# Messages ------------------------------------------------------------------------------------


def _posted(desk: DeskContext, command: PostMessage) -> Step | None:
    with desk.store.snapshot() as unit:
        row = unit.private.message_at(command.place.channel, command.place.ts)
        known = unit.private.get(row.matter_id) if row is not None else None
        if known is not None:
            return None if _is_ordinary(known) else _nothing
        person = unit.people.find(command.user)
        matter = _matter_of(unit, command, person) if person is not None else None
        if _is_ordinary(matter):
            return None
        text = _newest(unit, command, row)
    if text is None:
        return None
    kind = sensitivity(text)
    if kind is None and row is None and (matter is None or _is_of_its_own(command, text)):
        return None
    return partial(_take_in, text=text, kind=kind, matter_id=matter.id if matter else None)


def _is_of_its_own(command: PostMessage, text: str) -> bool:
    """Return whether a message outside of threads asks or presses.

    It is then no part of what the same person told before, and the desk must hear it.
    """
    at_the_top = command.place.thread_ts in ("", command.place.ts)
    return at_the_top and (read(text).asks or is_urgent(text))


def _newest(unit: UnitOfWork, command: PostMessage, row: PrivateMessage | None) -> str | None:
    """Return the newest words of a message; None where it was deleted, or handled, before."""
    if row is not None:
        return row.text if row.deleted_at is None else None
    ordinary = unit.tickets.message_at(command.place.channel, command.place.ts)
    if ordinary is None:
        return command.text
    if ordinary.case_id or ordinary.deleted_at or ordinary.posted_at:
        return None
    return ordinary.text if ordinary.edited_at else command.text


def _matter_of(unit: UnitOfWork, command: PostMessage, person: Person) -> PrivateMatter | None:
    """Return the matter that a message of the person goes on with."""
    place = command.place
    if not place.thread_ts or place.thread_ts == place.ts:
        recent = unit.private.recent(person.id, place.channel, command.at - CONTINUES)
        is_full = recent is not None and _at_the_top(unit, recent) >= MOST_TOGETHER
        return None if is_full else recent
    matter = unit.private.in_thread(place.channel, place.thread_ts)
    if matter is None:
        matter = _below_our_post(unit, place, person)
    return matter if matter is not None and matter.person_id == person.id else None


def _at_the_top(unit: UnitOfWork, matter: PrivateMatter) -> int:
    """Return how many messages of a matter stand outside of threads."""
    return sum(one.thread_ts in ("", one.ts) for one in unit.private.messages_of(matter.id or 0))


def _below_our_post(unit: UnitOfWork, place: Place, person: Person) -> PrivateMatter | None:
    for matter in unit.private.of(person.id):
        post = unit.outbox.find(f"private:{matter.id}:person")
        if post is not None and (post.posted_channel, post.ts) == (place.channel, place.thread_ts):
            return matter
    return None


def _nothing(_turn: CommandTurn[Any]) -> None:
    """Do nothing: it was taken in before."""


def _take_in(
    turn: CommandTurn[PostMessage], *, text: str, kind: SensitiveKind | None, matter_id: int | None
) -> None:
    unit, place = turn.unit, turn.command.place
    unit.lock(f"private:{turn.command.user}")
    row = unit.private.message_at(place.channel, place.ts)
    if row is not None and row.matter_id is not None:
        return
    if unit.in_sandbox:
        _show_in_sandbox(turn)
        return
    person = unit.people.by_slack_id(turn.command.user, turn.now)
    matter = unit.private.locked(matter_id) if matter_id is not None else None
    if matter is None:
        matter = _new_matter(turn, person)
    row = row or PrivateMessage(channel=place.channel, ts=place.ts, text=text)
    row.matter_id, row.thread_ts, row.posted_at = matter.id, place.thread_ts, turn.at
    unit.private.save(row)
    _reopen(matter, turn.at)
    unit.private.save(matter)
    direct = turn.command.where == "direct"
    if not direct:
        key = f"private:{matter.id}:seen:{place.ts}"
        turn.react(
            key, Envelope(place.channel, place.ts), turn.desk.words.rich("👀 I have seen it.")
        )
    to = Envelope(place.channel, place.thread_ts or place.ts) if direct else None
    show_matter(turn, matter, to=to, kind=kind)


def _new_matter(turn: CommandTurn[Any], person: Person) -> PrivateMatter:
    # Which language it is would have to be looked at: the person's own is enough.
    language = language_of(person.locale, turn.desk.language)
    return turn.unit.private.save(
        PrivateMatter(
            person_id=person.id,
            language=language,
            state=PrivateState.WAITING,
            opened_at=turn.at,
            last_message_at=turn.at,
        )
    )


def _begin(
    turn: CommandTurn[Any], person: Person, place: Place, *, edited_at: datetime | None = None
) -> PrivateMatter:
    """Begin a matter with the words of the command."""
    matter = _new_matter(turn, person)
    turn.unit.private.save(
        PrivateMessage(
            matter_id=matter.id,
            channel=place.channel,
            ts=place.ts,
            thread_ts=place.thread_ts,
            text=turn.command.text,
            posted_at=turn.at,
            edited_at=edited_at,
        )
    )
    return matter


def _reopen(matter: PrivateMatter, at: datetime) -> None:
    matter.last_message_at = max(matter.last_message_at, at)
    if matter.state in (PrivateState.DONE, PrivateState.WITHDRAWN):
        matter.state, matter.taken_by, matter.closed_at = PrivateState.WAITING, "", None


def _show_in_sandbox(turn: CommandTurn[PostMessage]) -> None:
    """Tell what would happen: nobody is alarmed by an experiment, and nothing is kept."""
    words = turn.desk.words_of(turn.unit.people.find(turn.command.user))
    message = private_cards.in_a_search(
        turn.desk.private_contact, words, has_group=bool(group_of(turn.desk, turn.unit))
    )
    turn.post(f"private:tried:{turn.name}", Envelope(turn.command.user), message)


# Edits and deletions -------------------------------------------------------------------------


def _edited(desk: DeskContext, command: EditMessage) -> Step | None:
    with desk.store.snapshot() as unit:
        place = command.place
        row = unit.private.message_at(place.channel, place.ts)
        if row is not None:
            ordinary = _is_ordinary(unit.private.get(row.matter_id))
            return None if ordinary else _change
        known = unit.tickets.message_at(place.channel, place.ts)
        passed_over = known is not None and known.posted_at is not None and not known.case_id
        if passed_over or unit.in_sandbox or not command.user:
            return None
        overtook = known is None or known.posted_at is None
    kind = sensitivity(command.text)
    if kind is None:
        return None
    return _keep_for_its_message if overtook else partial(_move, kind=kind)


def _change(turn: CommandTurn[EditMessage]) -> None:
    command, unit = turn.command, turn.unit
    row = unit.private.message_at(command.place.channel, command.place.ts)
    late = row is None or (row.edited_at is not None and row.edited_at >= command.at)
    if row is None or late or row.deleted_at is not None:
        return
    row.text, row.edited_at = command.text, command.at
    unit.private.save(row)
    matter = unit.private.locked(row.matter_id) if row.matter_id else None
    if matter is not None:
        show_matter(turn, matter, kind=sensitivity(command.text))


def _keep_for_its_message(turn: CommandTurn[EditMessage]) -> None:
    """Keep an edit that came before its message; nobody is told before that comes."""
    command = turn.command
    place = command.place
    row = PrivateMessage(
        channel=place.channel, ts=place.ts, text=command.text, edited_at=command.at
    )
    turn.unit.private.save(row)


def _move(turn: CommandTurn[EditMessage], *, kind: SensitiveKind) -> None:
    """Make a private matter of an ordinary message that became one; its case loses the words."""
    command, unit = turn.command, turn.unit
    place = command.place
    unit.lock(f"private:{command.user}")
    person = unit.people.by_slack_id(command.user, turn.now)
    matter = _begin(turn, person, place, edited_at=command.at)
    name = f"moved:{matter.id}:{command.id}"[:255]
    defer(unit, DeleteMessage(id=name, at=command.at, place=place, moved=True), turn.now)
    show_matter(turn, matter, kind=kind)


def _deleted(desk: DeskContext, command: DeleteMessage) -> Step | None:
    if command.moved:
        return None
    with desk.store.snapshot() as unit:
        return _take_back if belongs_to_private(unit, command.place) else None


def _take_back(turn: CommandTurn[DeleteMessage]) -> None:
    command, unit = turn.command, turn.unit
    row = unit.private.message_at(command.place.channel, command.place.ts)
    if row is None:
        return
    row.text, row.deleted_at = "", command.at
    unit.private.save(row)
    matter = unit.private.locked(row.matter_id) if row.matter_id else None
    if matter is None:
        return
    if all(one.deleted_at for one in unit.private.messages_of(matter.id or 0)):
        matter.state, matter.closed_at = PrivateState.WITHDRAWN, turn.now
        unit.private.save(matter)
    show_matter(turn, matter, kind=None)


# Tickets and searches that somebody asks for -------------------------------------------------


def _asked_for(desk: DeskContext, command: MakeTicket) -> Step | None:
    place = command.place
    with desk.store.snapshot() as unit:
        if place is not None:
            row = unit.private.message_at(place.channel, place.ts)
            if row is not None:
                ordinary = _is_ordinary(unit.private.get(row.matter_id))
                return None if ordinary else _already
            known = unit.tickets.message_at(place.channel, place.ts)
            if known is not None and known.case_id is not None:
                return None
    kind = sensitivity(command.text)
    return partial(_open, kind=kind) if kind is not None else None


def _already(turn: RequestTurn[MakeTicket]) -> None:
    turn.reply(turn.words.rich("Somebody has this already. You need do nothing."))


def _open(turn: RequestTurn[MakeTicket], *, kind: SensitiveKind) -> None:
    command, unit, words = turn.command, turn.unit, turn.words
    wrote = command.author or command.user
    known = unit.people.find(wrote)
    turn.authorize(
        Action.MAKE_TICKET,
        Subject("message", "", known.id if known else ""),
        words.rich("Only the author or the support team can make a ticket of this."),
    )
    if unit.in_sandbox:
        _point_the_way(turn)
        return
    unit.lock(f"private:{wrote}")
    place = command.place or Place("", f"command:{turn.name}")
    if unit.private.message_at(place.channel, place.ts) is not None:
        return
    author = known or unit.people.by_slack_id(wrote, turn.now)
    show_matter(turn, _begin(turn, author, place), kind=kind)
    turn.reply(words.rich("👀 I have seen it. Whoever wrote it gets a direct message."))


def _added(_desk: DeskContext, command: AddToTicket) -> Step | None:
    kind = sensitivity(command.text)
    return partial(_keep_apart, kind=kind) if kind is not None else None


def _keep_apart(turn: RequestTurn[AddToTicket], *, kind: SensitiveKind) -> None:
    """Keep what somebody would add to an ordinary ticket away from those who read it."""
    if turn.unit.in_sandbox:
        _point_the_way(turn)
        return
    turn.unit.lock(f"private:{turn.command.user}")
    matter = _begin(turn, turn.person, Place("", f"command:{turn.name}"))
    show_matter(turn, matter, kind=kind)
    turn.reply(turn.words.rich("👀 I have seen it. Whoever wrote it gets a direct message."))


def _searched(desk: DeskContext, command: Ask) -> Step | None:
    if command.topic != "ask" or sensitivity(command.text) is None:
        return None
    return _point_the_way


def _point_the_way(turn: RequestTurn[Any]) -> None:
    group = bool(group_of(turn.desk, turn.unit))
    turn.reply(private_cards.in_a_search(turn.desk.private_contact, turn.words, has_group=group))


_STEPS: dict[type, Callable[[DeskContext, Any], Step | None]] = {
    PostMessage: _posted,
    EditMessage: _edited,
    DeleteMessage: _deleted,
    MakeTicket: _asked_for,
    AddToTicket: _added,
    Ask: _searched,
}

TAKES_WORDS = tuple(_STEPS)
"""The commands that bring words, or change them."""

"""Whoever writes faster than a person reads is asked to slow down; nothing is made of the rest."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from models.commands import PostMessage
from models.desk.base.context import DeskContext
from models.desk.base.turn import CommandTurn, take_turn
from models.desk.conversation.intake import LOOKED_UP, row_of
from models.desk.conversation.surroundings import match_of
from models.language import Translator
from models.mailbox import Envelope, post_ephemeral
from models.message import Message, text_message
from models.tables import Person

UseCase = Callable[[DeskContext, Any, datetime], None]

_WINDOW: Final = timedelta(minutes=1)
_QUIET: Final = timedelta(minutes=10)
"""So long nobody is told again."""


def paced(handle: UseCase) -> UseCase:
    """Return a use case that takes in so many messages a minute of each person."""

    def take_in(desk: DeskContext, command: PostMessage, now: datetime) -> None:
        if _is_too_fast(desk, command):
            take_turn(desk, command, now, _leave)
        else:
            handle(desk, command, now)

    return take_in


def _is_too_fast(desk: DeskContext, command: PostMessage) -> bool:
    """Return whether a message would begin a case beyond what one person may write in a minute.

    More words for a case that is there are taken in: they have a length of their own. Slack's
    time counts, so what waited with us for minutes is not too fast.
    """
    if not desk.messages_per_minute:
        return False
    with desk.store.snapshot() as unit:
        person = unit.people.find(command.user)
        if person is None or not desk.is_limited(unit, person):
            return False
        taken = unit.tickets.taken_in(person.id, command.at - _WINDOW, command.at)
        if taken < desk.messages_per_minute:
            return False
        match = match_of(desk, unit, command)
    is_new = match.case_id is None and not match.handled and not match.awaits
    return is_new and match.matter in LOOKED_UP


def _leave(turn: CommandTurn[PostMessage]) -> None:
    """Remember that the message was there, without its words, and say so once in a while."""
    unit, place = turn.unit, turn.command.place
    unit.lock(f"message:{place.channel}:{place.ts}")
    unit.inbox.release(f"{place.channel}:{place.ts}", turn.now)
    person = unit.people.by_slack_id(turn.command.user, turn.now)
    row = row_of(turn, person)
    if row.case_id is None:
        row.text = ""
        unit.tickets.save(row)
    if not _was_told(turn, person):
        _tell(turn, person)


def _key(person: Person, at: datetime) -> str:
    return f"pace:{person.id}:{int(at.timestamp() // _QUIET.total_seconds())}"


def _was_told(turn: CommandTurn[PostMessage], person: Person) -> bool:
    posts = (turn.unit.outbox.find(_key(person, at)) for at in (turn.now, turn.now - _QUIET))
    return any(post is not None and turn.now - post.created_at < _QUIET for post in posts)


def _tell(turn: CommandTurn[PostMessage], person: Person) -> None:
    place, key = turn.command.place, _key(person, turn.now)
    message = _word(turn.desk.words_of(person))
    to = Envelope(place.channel, place.thread_ts, person=turn.command.user)
    if turn.command.where == "direct":
        turn.post(key, to, message)
    else:
        post_ephemeral(turn.unit, key, to, message, turn.now)


def _word(words: Translator) -> Message:
    return text_message(
        words.rich(
            "That went a little fast for me 🙂 All that you wrote before is safe, but I did not "
            "get your last message. Wait a minute and write it again, best all in one message. "
            "Is it urgent? Turn straight to a colleague in the support team."
        )
    )

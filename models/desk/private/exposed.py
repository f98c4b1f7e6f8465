"""Whoever writes a personal number or a password where others read it is told so at once."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from models.commands import PostMessage
from models.desk.base.context import DeskContext
from models.language import N_, Translator
from models.mailbox import Envelope, post_ephemeral
from models.message import Message, Note, Paragraph
from models.redaction import mask_exposed
from models.redaction.spans import PersonalDataKind

_NAMES: Final = {
    PersonalDataKind.PERSONNUMMER: N_("a personal number"),
    PersonalDataKind.CARD: N_("a card number"),
    PersonalDataKind.IBAN: N_("an account number"),
    PersonalDataKind.ACCOUNT: N_("an account number"),
    PersonalDataKind.PASSWORD: N_("a password"),
    PersonalDataKind.TOKEN: N_("a key to a system"),
}

UseCase = Callable[[DeskContext, Any, datetime], None]


def warned_of_exposed(handle: UseCase) -> UseCase:
    """Return a use case before which the writer is warned, once a message."""

    def warned(desk: DeskContext, command: PostMessage, now: datetime) -> None:
        found = mask_exposed(command.text).found if command.where != "direct" else {}
        if found:
            _warn(desk, command, found, now)
        handle(desk, command, now)

    return warned


def _warn(desk: DeskContext, command: PostMessage, found: Iterable[str], now: datetime) -> None:
    place = command.place
    with desk.store.begin() as unit:
        words = desk.words_of(unit.people.find(command.user))
        to = Envelope(place.channel, place.thread_ts, person=command.user)
        key = f"message:{place.channel}:{place.ts}:exposed"
        post_ephemeral(unit, key, to, warning(found, words), now)


def warning(found: Iterable[str], words: Translator) -> Message:
    """Return what the writer alone reads. Pure."""
    named = dict.fromkeys(words.gettext(_NAMES[PersonalDataKind(kind)]) for kind in found)
    what = words.listing(named)
    first = words.rich(
        "⚠️ Your message shows *{what}*, and everybody in the channel can read it.", what=what
    )
    second = words.rich(
        "Take it away: point at the message and choose *⋯* → *Delete message*. On the ticket's card I have masked it. If it was a password, change it."
    )
    title = words.gettext("Your message shows {what}", what=what)
    return Message(title, (Paragraph(first), Note(second)))

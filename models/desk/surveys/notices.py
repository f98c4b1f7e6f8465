"""Tell everybody what changes before it does, and count who read it.

The count is all that is kept: a keyed hash of who read which notice keeps anybody from being
counted twice, and after a year its key is thrown away (`models.upkeep.nightly`).
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.commands import ReadNotice
from models.desk.base.turn import RequestTurn, use_case
from models.errors import InvalidError
from models.governance.authorization import Action, Subject, authorize
from models.language import Translator, language_of, words_for
from models.mailbox import Envelope, post
from models.message import Button, Buttons, Message, Note, Runs
from models.reports.documents.writing import FilledDocument
from models.store.surveys import NOTICE
from models.store.transaction import Store
from models.tables import ChangeNotice

READ = "notice_read"


@dataclass(frozen=True, slots=True)
class NoticeCount:
    """A notice that was posted, and how many said that they read it."""

    id: int
    document: str
    posted_on: date
    read: int


def publish(store: Store, written: FilledDocument, notice: ChangeNotice, channel: str) -> int:
    """Post a document to everybody with a button to say that one read it; return its number.

    Raises
    ------
    InvalidError
        When there is no help channel, or the document has gaps: nobody gets half a notice.
    """
    if not channel:
        raise InvalidError("nobody would read it: set LOTSEN_HELP_CHANNEL")
    if written.missing:
        gaps = "; ".join(f"{one.told} ({one.where})" for one in written.missing)
        raise InvalidError(f"{notice.document} is not complete, fill in first: {gaps}")
    with store.begin() as unit:
        number = unit.notices.add(notice)
        unit.surveys.key(_key_of(notice))
        words = words_for(language_of(notice.language, "en"))
        message = with_button(Message(written.title, written.body), number, words)
        post(unit, f"notice:{number}", Envelope(channel), message, notice.at)
    return number


def with_button(message: Message, number: int, words: Translator) -> Message:
    """Return a notice with the way to say that one read it. Pure."""
    button = Button(READ, words.gettext("I have read this"), str(number), "primary")
    said = Note(words.rich("Only how many have read it is kept, not who."))
    return Message(message.text, (*message.parts, Buttons(f"notice:{number}", (button,)), said))


@use_case
def read_notice(turn: RequestTurn[ReadNotice]) -> None:
    """Count somebody who read a notice, once."""
    authorize(turn.actor, Action.READ_NOTICE, Subject("notice"))
    turn.reply(_count(turn))


def notice_counts(store: Store) -> Sequence[NoticeCount]:
    """Return what was posted and how many read it, the newest first."""
    with store.snapshot() as unit:
        return [
            NoticeCount(notice.id or 0, notice.document, notice.posted_on, n)
            for notice, n in unit.notices.counted()
        ]


def _count(turn: RequestTurn[ReadNotice]) -> Runs:
    unit, words, notice_id = turn.unit, turn.words, turn.command.notice_id
    notice = unit.notices.get(notice_id)
    if notice is None or not unit.surveys.has_key(_key_of(notice)):
        return words.rich("This notice is closed.")
    secret = bytes.fromhex(unit.surveys.key(_key_of(notice)))
    who = f"notice {notice_id} person {turn.person.id}".encode()
    if not unit.notices.receive(notice_id, hmac.new(secret, who, hashlib.sha256).hexdigest()):
        return words.rich("You were counted already. Thank you!")
    return words.rich("Thank you! You are counted, without your name.")


def _key_of(notice: ChangeNotice) -> str:
    return f"{NOTICE}:{notice.posted_on:%Y-%m}"

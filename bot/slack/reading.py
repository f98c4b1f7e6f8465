"""What Slack's payloads say: times, places, numbers, words, and which user is the bot."""

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from models.commands import MAX_TEXT, Place, SentFile

Body = dict[str, Any]
MAX_FILES = 10
MAX_ADDRESS = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LABELLED = re.compile(r"<(?:mailto:|tel:)?([^<>|@#!][^<>|]*)\|([^<>]*)>")
_BARE = re.compile(r"<((?:https?|mailto|tel):[^<>|]*)>")


def instant(ts: object) -> datetime:
    """Return Slack's ``ts`` (seconds since 1970, as text) as aware UTC."""
    return _EPOCH + timedelta(seconds=float(str(ts)))


def place_of(event: Body) -> Place:
    return Place(str(event["channel"]), str(event["ts"]), str(event.get("thread_ts") or ""))


def files_of(event: Body) -> tuple[SentFile, ...]:
    """Return the files of a message; what Slack does not tell of one is left out."""
    return tuple(
        SentFile(str(one.get("name") or one.get("title") or "")[:255], address(one))
        for one in (event.get("files") or ())[:MAX_FILES]
    )


def address(file: Body) -> str:
    """Return where Slack shows a file; empty for anything but a web address."""
    found = str(file.get("permalink") or "")
    return found if found.startswith("https://") and len(found) <= MAX_ADDRESS else ""


def number(value: object) -> int:
    """Return a row's number from a click; 0, which no row has, for anything else."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


def digest(*parts: str) -> str:
    """Return a name for what ``parts`` say together that does not tell what they are."""
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def bot_of(body: Body) -> str:
    """Return the user id under which Slack sends us an event; empty where it does not say."""
    for authorization in body.get("authorizations") or ():
        if authorization.get("is_bot"):
            return str(authorization.get("user_id") or "")
    return ""


def is_foreign(event: Body, body: Body) -> bool:
    """Return whether a message is by somebody of another company, through Slack Connect."""
    ours = {str(one.get("team_id") or "") for one in body.get("authorizations") or ()} - {""}
    named = {str(event.get(name) or "") for name in ("user_team", "source_team")} - {""}
    return bool(ours and named) and not named & ours


def mentions(event: Body, user: str) -> bool:
    """Return whether a message that was changed or deleted mentions ``user``."""
    versions = (event.get("message") or {}, event.get("previous_message") or {})
    return bool(user) and any(f"<@{user}>" in str(one.get("text")) for one in versions)


def spoken(text: object, bot: str) -> str:
    """Return what a person wrote to the bot, without the mention that called it."""
    words = str(text or "")
    return readable(words.replace(f"<@{bot}>", " ") if bot else words)


def readable(text: str) -> str:
    """Return what the person typed: Slack sends & < > escaped and links in angle brackets."""
    text = _LABELLED.sub(r"\2", text)
    text = _BARE.sub(r"\1", text)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    # Signs that PostgreSQL or UTF-8 cannot store must not make a message undeliverable.
    text = text.replace("\0", "").encode("utf-8", "replace").decode()
    return text.strip()[:MAX_TEXT]

"""Which messages Lotsen hears, and what each is as a command.

One rule for what Slack delivers (`bot.slack.listeners`) and for what only its history shows
(`bot.slack.history_sweep`), which is told here as the event that should have come.
"""

from typing import Final

from bot.slack.reading import (
    Body,
    bot_of,
    files_of,
    instant,
    is_foreign,
    mentions,
    place_of,
    spoken,
)
from models.commands import Command, DeleteMessage, EditMessage, Place, PostMessage, Where
from models.lotsen import Lotsen

SLACKBOT: Final = "USLACKBOT"
TOMBSTONE: Final = "tombstone"
"""What stands in the place of a deleted message that had replies."""
# How a payload shows that it is none of Slack's: a field is missing or of another kind.
JUNK: Final = (LookupError, ValueError, TypeError, AttributeError, OverflowError)
# What people do; joins, topics and bots' posts are no questions.
_WRITTEN = {None, "file_share", "thread_broadcast", "me_message"}


class Hearing:
    """Tells the messages that are for Lotsen from all others."""

    def __init__(self, lotsen: Lotsen) -> None:
        self._lotsen = lotsen

    def command_of(self, event: Body, body: Body) -> Command | None:
        """Return what somebody wrote, edited or deleted; None where it is not for us."""
        if _by_a_machine(event):
            return None
        where, subtype = self._where(event) or self._in_our_thread(event), event.get("subtype")
        if where is None and not mentions(event, bot_of(body)):
            return None
        if subtype == "message_changed":
            return _edited(event, body)
        if subtype == "message_deleted":
            return _deleted(event, body)
        written = subtype in _WRITTEN and event.get("user") not in (None, "", bot_of(body))
        return _written(event, body, where) if where and written else None

    def mention_of(self, event: Body, body: Body) -> Command | None:
        """Return a mention; None where its message is heard anyway, or a machine wrote it."""
        if _by_a_machine(event) or not event.get("user") or self._where(event) is not None:
            return None
        return _written(event, body, "mention")

    def _where(self, event: Body) -> Where | None:
        if event.get("channel_type") == "im" or str(event.get("channel", "")).startswith("D"):
            return "direct"
        channels = self._lotsen.settings.question_channels
        return "help" if event.get("channel") in channels else None

    def _in_our_thread(self, event: Body) -> Where | None:
        """Hear what is written below a question that began with a mention somewhere else."""
        message = event.get("message") or event.get("previous_message") or event
        channel, thread = str(event.get("channel")), str(message.get("thread_ts") or "")
        ours = bool(thread) and self._lotsen.has_thread(channel, thread)
        return "mention" if ours else None


def _written(event: Body, body: Body, where: Where) -> PostMessage:
    return PostMessage(
        id=str(body["event_id"]),
        user=str(event["user"]),
        place=place_of(event),
        text=spoken(event.get("text"), bot_of(body)),
        where=where,
        foreign=is_foreign(event, body),
        at=instant(event["ts"]),
        files=files_of(event),
        named=mentions({"message": event}, bot_of(body)),
    )


def _edited(event: Body, body: Body) -> EditMessage | DeleteMessage | None:
    new = event.get("message") or {}
    if new.get("subtype") == TOMBSTONE:
        return _deleted({**event, "deleted_ts": new.get("ts")}, body)
    if _by_a_machine(new) or not new.get("user"):
        return None
    if new.get("text") == (event.get("previous_message") or {}).get("text"):
        return None  # a link was unfurled, the words are the same
    edited = (new.get("edited") or {}).get("ts") or event.get("event_ts") or event["ts"]
    return EditMessage(
        id=str(body["event_id"]),
        user=str(new["user"]),
        place=place_of({**new, "channel": event["channel"]}),
        text=spoken(new.get("text"), bot_of(body)),
        at=instant(edited),
    )


def _deleted(event: Body, body: Body) -> DeleteMessage | None:
    previous = event.get("previous_message") or {}
    ts = str(event.get("deleted_ts") or previous.get("ts") or "")
    if _by_a_machine(previous) or not ts:
        return None
    return DeleteMessage(
        id=str(body["event_id"]),
        place=Place(str(event["channel"]), ts, str(previous.get("thread_ts") or "")),
        at=instant(event.get("event_ts") or event["ts"]),
    )


def _by_a_machine(message: Body) -> bool:
    """Return whether an app or Slack itself wrote it."""
    return bool(message.get("bot_id") or message.get("app_id")) or message.get("user") == SLACKBOT

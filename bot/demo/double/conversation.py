"""One conversation: its members and its messages, found by ``ts`` without a search."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.demo.double.people import Channel, Json, StoredMessage

MICROSECONDS = 1_000_000
STEP = 100


def microseconds(ts: str) -> int:
    """Read a Slack time stamp; ``"0"`` and whole seconds are allowed, anything else is an error."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * MICROSECONDS + int((fraction + "000000")[:6])


def time_stamp(moment: int) -> str:
    """Write microseconds since 1970 the way Slack does: ``1790000000.000100``."""
    return f"{moment // MICROSECONDS}.{moment % MICROSECONDS:06d}"


def moment_of(now: datetime) -> int:
    """Give the whole microseconds since 1970 of an aware time."""
    return int(now.timestamp()) * MICROSECONDS + now.microsecond


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A part of a listing and the first item of the next part."""

    messages: Sequence[StoredMessage]
    has_more: bool = False


class Conversation:
    """A channel, a private channel or a direct message with the bot."""

    def __init__(self, channel: Channel, *, im_with: str = "", created: int = 0) -> None:
        self.channel = channel
        self.im_with = im_with
        self.created = created
        self.archived = channel.archived
        self.members: dict[str, None] = dict.fromkeys(channel.members)
        self._messages: dict[int, StoredMessage] = {}
        self._roots: list[int] = []
        self._threads: dict[int, list[int]] = {}
        self._last = 0

    @property
    def id(self) -> str:
        return self.channel.id

    @property
    def kind(self) -> str:
        """The word of Slack's events: ``channel``, ``group`` or ``im``."""
        if self.im_with:
            return "im"
        return "group" if self.channel.private else "channel"

    def next_ts(self, now: datetime) -> str:
        moment = moment_of(now)
        if moment % MICROSECONDS == 0:  # a moved clock stands on whole seconds; Slack never does
            moment += STEP
        self._last = max(moment, self._last + STEP)
        return time_stamp(self._last)

    def add(self, message: StoredMessage, *, broadcast: bool = False) -> None:
        key = microseconds(message.ts)
        self._messages[key] = message
        if message.is_reply:
            insort(self._threads.setdefault(microseconds(message.thread_ts), []), key)
        if broadcast or not message.is_reply:
            insort(self._roots, key)

    def get(self, ts: str) -> StoredMessage | None:
        try:
            return self._messages.get(microseconds(ts))
        except ValueError:
            return None

    def put(self, message: StoredMessage) -> None:
        self._messages[microseconds(message.ts)] = message

    def remove(self, message: StoredMessage) -> None:
        """Take a message away; one that was answered leaves a tombstone, as in Slack."""
        key = microseconds(message.ts)
        if self._threads.get(key):
            self._messages[key] = StoredMessage(
                channel=message.channel,
                ts=message.ts,
                text="This message was deleted.",
                user="USLACKBOT",
                subtype="tombstone",
            )
            return
        del self._messages[key]
        for keys in (self._roots, self._threads.get(microseconds(message.thread_ts or "0"), [])):
            at = bisect_left(keys, key)
            if at < len(keys) and keys[at] == key:
                del keys[at]

    def everything(self) -> list[StoredMessage]:
        return [self._messages[key] for key in sorted(self._messages)]

    def thread(self, ts: str) -> list[StoredMessage]:
        """Give the parent, when it stands, and its replies in order."""
        key = microseconds(ts)
        keys = [key, *self._threads.get(key, ())]
        return [self._messages[one] for one in keys if one in self._messages]

    def history(self, oldest: int, latest: int, limit: int) -> MessagePage:
        """Give the newest top-level messages with oldest <= ts <= latest, newest first."""
        low, high = bisect_left(self._roots, oldest), bisect_right(self._roots, latest)
        start = max(low, high - limit)
        found = [self._messages[key] for key in reversed(self._roots[start:high])]
        return MessagePage(found, start > low)

    def replies(self, ts: str, oldest: int, latest: int, limit: int) -> MessagePage:
        """Give the parent and the oldest replies with oldest <= ts <= latest, oldest first."""
        parent = self.get(ts)
        keys = self._threads.get(microseconds(ts), [])
        low, high = bisect_left(keys, oldest), bisect_right(keys, latest)
        chosen = keys[low : min(high, low + limit)]
        found = [self._messages[key] for key in chosen]
        more = low + limit < high
        return MessagePage([parent, *found] if parent else found, more)

    def as_slack(self, message: StoredMessage, *, with_metadata: bool = False) -> Json:
        """Give the message with what Slack adds to the parent of a thread."""
        shown = message.as_slack(with_metadata=with_metadata)
        replies = self._threads.get(microseconds(message.ts))
        if not replies:
            return shown
        writers = list(dict.fromkeys(self._messages[key].user for key in replies))
        return shown | {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": writers[:5],
            "reply_users_count": len(writers),
            "latest_reply": time_stamp(replies[-1]),
        }

    def change(self, message: StoredMessage, **fields: object) -> StoredMessage:
        changed = replace(message, **fields)  # type: ignore[arg-type]
        self.put(changed)
        return changed

    def join(self, users: Iterable[str]) -> None:
        self.members.update(dict.fromkeys(users))

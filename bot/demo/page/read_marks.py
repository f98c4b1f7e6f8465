"""What each person has read and put away, as a Slack client would remember it."""

from threading import Lock

from bot.demo.double import SlackDouble, StoredMessage
from bot.demo.double.conversation import microseconds


class ReadMarks:
    """Read marks and put-away whispers, in memory; safe for several threads."""

    def __init__(self, double: SlackDouble) -> None:
        self._double = double
        self._read: dict[tuple[str, str], int] = {}
        self._put_away: set[tuple[str, str]] = set()
        self._lock = Lock()

    def visible(self, person: str, channel: str) -> list[StoredMessage]:
        """Return what the person sees in a channel, whispers to them included, in order."""
        own = [
            one
            for one in self._double.ephemerals(person)
            if one.channel == channel and (person, one.ts) not in self._put_away
        ]
        return sorted([*self._double.messages(channel), *own], key=lambda one: microseconds(one.ts))

    def mark(self, person: str, channel: str) -> int:
        """Note that the person read everything; return up to where they had read before."""
        messages = self.visible(person, channel)
        with self._lock:
            before = self._read.get((person, channel), 0)
            if messages:
                self._read[person, channel] = microseconds(messages[-1].ts)
        return before

    def unread(self, person: str, channel: str) -> int:
        """Count what others wrote since the person looked."""
        with self._lock:
            before = self._read.get((person, channel), 0)
        return sum(
            1
            for one in self.visible(person, channel)
            if one.user != person and microseconds(one.ts) > before
        )

    def put_away(self, person: str, ts: str) -> None:
        with self._lock:
            self._put_away.add((person, ts))

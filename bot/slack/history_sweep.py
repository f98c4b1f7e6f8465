"""Finds in Slack's history what Slack did not deliver.

While we are down Slack tries three times within five minutes; after its outage of February 2025
it delivered nothing of what had waited. So what Slack shows is compared with what was stored::

    conversation → what stands there, page by page        (network)
                 → the events that should have come        pure
                 → those that did not → inbox, oldest first (a row each, once by its key)

What is found goes the way of a delivered event (`bot.slack.hearing`), with Slack's own times. The
inbox stores what happened to a message once, whoever told it: an event that comes late after all
changes nothing, and a sweep that dies in the middle is simply made again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.slack.answers import TOKEN_REFUSED, code_of
from bot.slack.hearing import JUNK, TOMBSTONE, Hearing
from bot.slack.history_reading import HistoryListing, HistoryReader, Message
from bot.slack.reading import Body, digest
from models import steps
from models.commands import DeleteMessage, EditMessage, Place, PostMessage
from models.errors import InvalidError
from models.lotsen import Lotsen
from models.upkeep.inbound import ComparingTurn, Inbound, ShownPart, Told

log = structlog.get_logger(__name__)

WINDOW: Final = timedelta(days=14)
"""So far back conversations and threads are looked at."""
GRACE: Final = timedelta(minutes=1)
"""What is younger than this may be on its way to us."""
OVERLAP: Final = timedelta(minutes=10)
_Look = tuple[int, str]


@dataclass(slots=True, kw_only=True)
class SweepFindings:
    """What a sweep did.

    Attributes
    ----------
    conversations, threads, calls
        How many were read, and how often Slack was asked.
    messages, edits, deletions
        What Slack had not delivered, and is in the inbox now.
    newest
        When the newest of the messages was written.
    unreadable
        Channels that Slack does not let us read, and its word for it.
    """

    since: datetime
    until: datetime
    conversations: int = 0
    threads: int = 0
    calls: int = 0
    messages: int = 0
    edits: int = 0
    deletions: int = 0
    newest: datetime | None = None
    unreadable: dict[str, str] = field(default_factory=dict)

    @property
    def found(self) -> int:
        return self.messages + self.edits + self.deletions

    def refuse(self, channel: str, error: SlackApiError) -> None:
        """Note that a channel cannot be read; of a token that is refused, nothing can.

        Raises
        ------
        SlackApiError
            For such a token.
        """
        code = code_of(error)
        if code in TOKEN_REFUSED:
            raise error
        self.unreadable[channel] = code

    def count(self, command: Told) -> None:
        if isinstance(command, PostMessage):
            self.messages += 1
            self.newest = max(self.newest or command.at, command.at)
        elif isinstance(command, EditMessage):
            self.edits += 1
        else:
            self.deletions += 1


class _LostTurnError(Exception):
    """Another process took over: it took us for dead."""


class HistorySweep:
    """Compares Slack's history with the inbox, one process at a time.

    Parameters
    ----------
    wake
        Called when something was found, so that the worker need not wait.
    """

    def __init__(
        self,
        lotsen: Lotsen,
        reader: HistoryReader,
        clock: Clock,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._lotsen, self._inbound = lotsen, lotsen.inbound
        self._reader, self._clock, self._wake = reader, clock, wake
        self._hearing = Hearing(lotsen)
        # Threads that were read, by how they looked from above: unchanged ones are left alone.
        self._read: dict[tuple[str, str], _Look] = {}

    def run(self, *, thorough: bool, since: datetime | None = None) -> SweepFindings | None:
        """Find what was not delivered, and put it into the inbox.

        Parameters
        ----------
        thorough
            Read also the threads in which nobody wrote since the last time, for edits and
            deletions, and direct messages that we never had.
        since
            Look back to this moment, perhaps further than usual.

        Returns
        -------
        SweepFindings or None
            None where another process is at it.

        Raises
        ------
        UnavailableError
            When Slack or the database does not answer: the next sweep begins where this one did.
        InvalidError
            When Slack refuses the token.
        StoppedError
            When the process ends.
        """
        now = self._clock()
        turn = self._inbound.begin(now)
        if turn is None:
            return None
        swept = SweepFindings(since=since or now - WINDOW, until=now - GRACE)
        behind = turn.complete_until - OVERLAP if turn.complete_until else swept.since
        error, whole = "interrupted", False
        try:
            self._reader.asked = _Keeper(self._inbound, turn, self._clock, now)
            self._sweep(swept, since or behind, thorough=thorough)
            error = ", ".join(sorted(set(swept.unreadable.values())))
            whole = since is None or since <= behind
        except _LostTurnError:
            return None
        except SlackApiError as refused:
            error = code_of(refused)
            raise InvalidError(f"Slack does not let us read its history: {error}") from refused
        finally:
            until = swept.until if whole else None
            self._inbound.end(turn, self._clock(), until, error)
        return swept

    def _sweep(self, swept: SweepFindings, replies_since: datetime, *, thorough: bool) -> None:
        calls = self._reader.calls
        identity = self._reader.who_we_are()
        channels = self._lotsen.settings.question_channels
        listened = self._inbound.listened(channels, swept.since, self._clock())
        directs = [*listened.directs, *(self._reader.directs() if thorough else ())]
        places = listened.channels | dict.fromkeys(directs, listened.since)
        last = _stamp(swept.until)
        read = set[tuple[str, str]]()
        for channel, begun in places.items():
            first = _stamp(max(begun, swept.since))
            if first < last:
                place = _Place(channel, first, last, identity)
                read |= self._read_place(place, swept, _stamp(replies_since))
        first = _stamp(max(listened.since, swept.since))
        for channel, thread in listened.threads:
            seen_from_above = channel in places and thread >= first
            if (channel, thread) not in read and (thorough or not seen_from_above):
                self._read_thread(_Place(channel, first, last, identity), thread, swept)
        swept.calls = self._reader.calls - calls

    def _read_place(
        self, place: "_Place", swept: SweepFindings, replies_since: str
    ) -> set[tuple[str, str]]:
        """Compare a conversation and the threads in it that have new replies; return those."""
        seen = dict[tuple[str, str], _Look]()
        try:
            top = self._reader.conversation(place.channel, place.first, place.last)
            parts = [("", top)]
            for message in top.messages:
                thread, look = str(message["ts"]), _look(message)
                known = self._read.get((place.channel, thread))
                if look[1] >= replies_since and look != known:
                    listing = self._reader.thread(place.channel, thread, place.first, place.last)
                    parts += [(thread, listing)] if listing else []
                    seen[place.channel, thread] = look
        except SlackApiError as error:
            swept.refuse(place.channel, error)
            return set()
        swept.conversations += 1
        swept.threads += len(seen)
        self._take_in(place, parts, swept)
        # A reply that was too new to be taken in is looked at again.
        self._read |= {at: look for at, look in seen.items() if look[1] <= place.last}
        return set(seen)

    def _read_thread(self, place: "_Place", thread: str, swept: SweepFindings) -> None:
        try:
            listing = self._reader.thread(place.channel, thread, place.first, place.last)
        except SlackApiError as error:
            swept.refuse(place.channel, error)
            return
        swept.threads += 1
        self._take_in(
            place, [(thread, listing or HistoryListing((), place.first, place.last))], swept
        )

    def _take_in(
        self, place: "_Place", parts: Sequence[tuple[str, HistoryListing]], swept: SweepFindings
    ) -> None:
        """Put into the inbox what these parts of a conversation show and nobody told us."""
        told = [one for _, listing in parts for one in self._told_by(place, listing)]
        shown = [_shown(thread, listing) for thread, listing in parts]
        compared = self._inbound.compare(place.channel, told, shown)
        missing = [*compared.missing, *self._deletions(place, compared.not_shown)]
        now = self._clock()
        found = [one for one in missing if self._lotsen.mailbox.accept(one, now)]
        for one in found:
            steps.received(one.id, one.type, "history", stored=True)
        for one in found:
            swept.count(one)
        if found:
            self._inbound.count_found(len(found), now)
            self._wake()

    def _told_by(self, place: "_Place", listing: HistoryListing) -> Iterator[Told]:
        """Yield what should have been delivered about the messages that stand there."""
        for message in listing.messages:
            ts = str(message["ts"])
            if message.get("subtype") == TOMBSTONE or not place.first <= ts <= place.last:
                continue
            try:
                told = list(self._told_of(place, ts, message))
            except JUNK as error:  # as a delivered event it would not be understood either
                log.warning("message not understood", error=type(error).__name__)
                continue
            yield from told

    def _told_of(self, place: "_Place", ts: str, message: Message) -> Iterator[Told]:
        """Yield what should have been delivered about a message, if it is for us."""
        shown = dict(message)
        if shown.get("thread_ts") == ts:  # it had no replies yet
            del shown["thread_ts"]
        posted = {**shown, "channel": place.channel, "event_ts": ts}
        command = self._hearing.command_of(posted, place.body(ts))
        if not isinstance(command, PostMessage):
            return
        edited = str((message.get("edited") or {}).get("ts") or "")
        if edited and edited <= place.last:
            changed = place.event("message_changed", edited) | {"message": shown}
            edit = self._hearing.command_of(changed, place.body(ts, edited))
            yield from (edit,) if isinstance(edit, EditMessage) else ()
        yield command

    def _deletions(self, place: "_Place", gone: Iterable[Place]) -> Iterator[Told]:
        """Yield the deletions among what was not shown, the newest first.

        Slack is asked for each by itself: our clock may be ahead of Slack's. Where nothing older
        stands there either, the history does not reach so far back, and nobody deleted anything.
        """
        now = _stamp(self._clock())
        for message in sorted(gone, key=lambda one: one.ts, reverse=True):
            older = self._nearest(place.channel, message)
            if older is None:
                return
            if str(older["ts"]) == message.ts and older.get("subtype") != TOMBSTONE:
                continue
            before = {"ts": message.ts, "thread_ts": message.thread_ts}
            event = place.event("message_deleted", now)
            event |= {"deleted_ts": message.ts, "previous_message": before}
            command = self._hearing.command_of(event, place.body(message.ts, "deleted"))
            yield from (command,) if isinstance(command, DeleteMessage) else ()

    def _nearest(self, channel: str, message: Place) -> Message | None:
        """Return a message, or what stands before it where it is not there."""
        if message.thread_ts:
            thread = self._reader.thread(channel, message.thread_ts, message.ts, message.ts)
            shown = thread.messages if thread else ()
            upto = [one for one in shown if str(one["ts"]) <= message.ts]
            if upto:
                return max(upto, key=lambda one: str(one["ts"]))
        return self._reader.newest_until(channel, message.ts)


@dataclass(frozen=True, slots=True)
class _Place:
    """A conversation, from when to when it is read, and who reads: our user and workspace."""

    channel: str
    first: str
    last: str
    identity: tuple[str, str]

    def event(self, subtype: str, ts: str) -> Body:
        """Return the beginning of an event that should have come."""
        return {"subtype": subtype, "channel": self.channel, "ts": ts, "event_ts": ts}

    def body(self, *names: str) -> Body:
        """Return what goes round an event, with an id of its own."""
        user, team = self.identity
        ours = {"user_id": user, "team_id": team, "is_bot": True}
        return {"event_id": f"sweep:{digest(self.channel, *names)}", "authorizations": [ours]}


class _Keeper:
    """Says now and then that this process is still at it."""

    def __init__(self, inbound: Inbound, turn: ComparingTurn, clock: Clock, now: datetime) -> None:
        self._inbound, self._turn, self._clock, self._said = inbound, turn, clock, now

    def __call__(self) -> None:
        now = self._clock()
        if now - self._said < self._inbound.lease / 3:
            return
        if not self._inbound.keep(self._turn, now):
            raise _LostTurnError
        self._said = now


def _shown(thread: str, listing: HistoryListing) -> ShownPart:
    there = (one for one in listing.messages if one.get("subtype") != TOMBSTONE)
    first = min(listing.first, thread) if thread else listing.first
    return ShownPart(thread, first, listing.last, frozenset(str(one["ts"]) for one in there))


def _look(message: Message) -> _Look:
    """Return how a thread looks from above: how many replies it has, and when the last came."""
    return int(message.get("reply_count") or 0), str(message.get("latest_reply") or "")


def _stamp(moment: datetime) -> str:
    """Return a moment as Slack writes it."""
    return f"{moment.timestamp():.6f}"

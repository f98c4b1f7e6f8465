"""What was heard of Slack's conversations, to be compared with what Slack shows of them."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import product
from typing import Any, Final

from sqlmodel import col, func, or_, select

from models.commands import Place
from models.store.repository import Repository
from models.tables import (
    Case,
    CaseMessage,
    HistoryWatch,
    InboxRow,
    Person,
    PrivateMatter,
    PrivateMessage,
)

EVERYWHERE: Final = ""
"""The row of the whole workspace."""
_AT_ONCE: Final = 500  # keys in one condition
_MESSAGES: Final[tuple[type[Any], ...]] = (CaseMessage, PrivateMessage)


class HeardRepository(Repository):
    """The table history_watch, and where the messages stand that were heard."""

    def watch(self, channel: str = EVERYWHERE) -> HistoryWatch | None:
        return self._session.get(HistoryWatch, channel)

    def listens_since(self, channel: str, now: datetime) -> datetime:
        """Return since when we listen in a channel: its first message that is stored, else now.

        Said once and kept: messages may be forgotten later.
        """
        known = self.watch(channel)
        if known is not None:
            return known.since
        first = self.first_message(channel) if channel else self.first_event()
        since = min(first or now, now)
        self._insert_once(HistoryWatch, channel=channel, since=since, turn=0, found=0, error="")
        return since

    def take_turn(self, now: datetime, lease: timedelta) -> int:
        """Take the right to compare for a lease; 0 while another process has it."""
        self.listens_since(EVERYWHERE, now)
        row = self._locked(HistoryWatch, EVERYWHERE)
        if row is None or (row.lease_until is not None and row.lease_until > now):
            return 0
        row.turn, row.lease_until = row.turn + 1, now + lease
        self.save(row)
        return row.turn

    def keep_turn(self, turn: int, now: datetime, lease: timedelta) -> bool:
        """Keep the right for another lease; False where another process took it over."""
        row = self._locked(HistoryWatch, EVERYWHERE)
        if row is None or row.turn != turn:
            return False
        row.lease_until = now + lease
        self.save(row)
        return True

    def count_found(self, number: int, now: datetime) -> None:
        """Add to what Slack had not delivered."""
        row = self._locked(HistoryWatch, EVERYWHERE)
        if row is not None and number:
            row.found, row.found_at = row.found + number, now
            self.save(row)

    def note_deaf(self, now: datetime) -> None:
        """Note that a socket is open and hears nothing."""
        row = self._locked(HistoryWatch, EVERYWHERE)
        if row is not None:
            row.deaf_at = now
            self.save(row)

    def end_turn(
        self, turn: int, now: datetime, *, complete_until: datetime | None, error: str
    ) -> None:
        """Give the right back, with how far nothing is missing."""
        row = self._locked(HistoryWatch, EVERYWHERE)
        if row is None or row.turn != turn:
            return
        row.lease_until, row.checked_at, row.error = None, now, error[:255]
        if complete_until is not None:
            row.complete_until = max(row.complete_until or complete_until, complete_until)
        self.save(row)

    def known(self, keys: Collection[str]) -> frozenset[str]:
        """Return those of the messages' keys that stand in the inbox, handled or not."""
        asked, found = sorted(keys), set[str]()
        for at in range(0, len(asked), _AT_ONCE):
            here = col(InboxRow.message_key).in_(asked[at : at + _AT_ONCE])
            found.update(filter(None, self._session.exec(select(InboxRow.message_key).where(here))))
        return frozenset(found)

    def last_event(self) -> datetime | None:
        """Return when something about a message was stored last."""
        query = select(InboxRow.received_at).where(col(InboxRow.message_key).is_not(None))
        return self._session.exec(query.order_by(col(InboxRow.seq).desc()).limit(1)).first()

    def first_event(self) -> datetime | None:
        """Return when something about a message was stored first."""
        query = select(InboxRow.received_at).where(col(InboxRow.message_key).is_not(None))
        return self._session.exec(query.order_by(col(InboxRow.seq)).limit(1)).first()

    def first_message(self, channel: str) -> datetime | None:
        """Return when the first message was written that we heard in a channel."""
        first = [
            self._session.exec(
                select(func.min(kind.posted_at)).where(kind.channel == channel)
            ).one()
            for kind in _MESSAGES
        ]
        return min((at for at in first if at is not None), default=None)

    def last_erasure(self) -> datetime | None:
        return self._session.exec(select(func.max(Person.erased_at))).one()

    def wrote_before(self, slack_id: str, moment: datetime) -> bool:
        """Return whether somebody wrote to the desk before a moment, and is still known."""
        for rows in (
            select(CaseMessage.id)
            .join(Person, col(Person.id) == col(CaseMessage.person_id))
            .where(col(CaseMessage.posted_at) < moment),
            select(PrivateMatter.id)
            .join(Person, col(Person.id) == col(PrivateMatter.person_id))
            .where(col(PrivateMatter.opened_at) < moment),
        ):
            if self._session.exec(rows.where(Person.slack_id == slack_id).limit(1)).first():
                return True
        return False

    def directs(self, since: datetime) -> list[str]:
        """Return the direct messages in which something was written since a moment."""
        found = set[str]()
        for kind in _MESSAGES:
            # Ids of direct messages begin with D: a range of the index.
            query = select(kind.channel).where(
                kind.channel >= "D", kind.channel < "E", kind.ts >= _stamp(since)
            )
            found.update(self._session.exec(query.distinct()).all())
        return sorted(channel for channel in found if channel.startswith("D"))

    def threads(self, channels: Iterable[str], since: datetime) -> list[tuple[str, str]]:
        """Return channel and time stamp of the threads that lived since a moment.

        Those of cases, wherever they are, and in these channels all others too.
        """
        lately = select(Case.channel, Case.thread_ts).where(col(Case.last_message_at) >= since)
        found = set[tuple[str, str]](self._session.exec(lately).all())
        for kind, channel in product(_MESSAGES, channels):
            query = select(kind.thread_ts).where(
                kind.channel == channel, kind.ts >= _stamp(since), kind.thread_ts != ""
            )
            replies = self._session.exec(query.distinct()).all()
            found.update((channel, thread) for thread in replies)
        return sorted((channel, thread) for channel, thread in found if channel[:1] in "CDG")

    def standing(self, channel: str, first: str, last: str, thread: str = "") -> list[Place]:
        """Return what was heard in [first, last] outside of threads; or in one, and what began it.

        Nothing of anybody who was erased.
        """
        found = list[Place]()
        for kind, query in (
            (
                CaseMessage,
                select(CaseMessage.ts, CaseMessage.thread_ts).join(
                    Person, col(Person.id) == col(CaseMessage.person_id)
                ),
            ),
            (
                PrivateMessage,
                select(PrivateMessage.ts, PrivateMessage.thread_ts)
                .join(PrivateMatter, col(PrivateMatter.id) == col(PrivateMessage.matter_id))
                .join(Person, col(Person.id) == col(PrivateMatter.person_id)),
            ),
        ):
            within = or_(kind.thread_ts == thread, kind.ts == (thread or kind.thread_ts))
            query = query.where(
                kind.channel == channel,
                within,
                kind.ts >= first,
                kind.ts <= last,
                col(kind.posted_at).is_not(None),
                col(kind.deleted_at).is_(None),
                col(Person.erased_at).is_(None),
            )
            found += [Place(channel, ts, below) for ts, below in self._session.exec(query).all()]
        return sorted(found, key=lambda one: one.ts)


def _stamp(moment: datetime) -> str:
    """Return a moment as Slack writes it."""
    return f"{moment.timestamp():.6f}"

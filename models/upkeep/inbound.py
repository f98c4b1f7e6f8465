"""What was heard of Slack, beside what Slack shows: which messages, edits and deletions are missing.

The face reads the history and says what should have been delivered; here it is compared with what
was. One process at a time does so, for a lease.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models.commands import DeleteMessage, EditMessage, Place, PostMessage, message_key
from models.store.heard import EVERYWHERE
from models.store.transaction import Store, UnitOfWork

Told = PostMessage | EditMessage | DeleteMessage
"""What Slack tells of a message."""


@dataclass(frozen=True, slots=True)
class ComparingTurn:
    """The right to compare; nothing that was written until ``complete_until`` is missing."""

    number: int
    complete_until: datetime | None


@dataclass(frozen=True, slots=True)
class Listened:
    """Where we listen.

    Attributes
    ----------
    since
        When we began to listen at all.
    channels
        Help channel → when we began to listen there.
    directs, threads
        Direct messages, and threads by channel and time stamp, that lived lately.
    """

    since: datetime
    channels: dict[str, datetime]
    directs: list[str]
    threads: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ShownPart:
    """The time stamps that Slack shows in [first, last]: outside of threads, or in ``thread``."""

    thread: str
    first: str
    last: str
    shown: frozenset[str]


@dataclass(frozen=True, slots=True)
class MissingEvents:
    """What is missing, in the order to take it in, and what is not shown any more."""

    missing: list[Told]
    not_shown: list[Place]


@dataclass(frozen=True, slots=True)
class InboundState:
    """When Slack told us something last, and how its history was compared with that.

    Attributes
    ----------
    last_event
        When something about a message was stored last.
    checked_at, complete_until
        When the last comparison ended, and until when nothing is missing.
    found, found_at
        How much Slack had not delivered, ever, and when that was seen last.
    deaf_at
        When a socket was seen last that was open and heard nothing.
    error
        Why Slack did not let us look, in its own word.
    """

    last_event: datetime | None
    checked_at: datetime | None = None
    complete_until: datetime | None = None
    found: int = 0
    found_at: datetime | None = None
    deaf_at: datetime | None = None
    error: str = ""


class Inbound:
    """Compares what Slack shows with what is stored."""

    def __init__(self, store: Store, lease: timedelta) -> None:
        """Let nobody else compare within ``lease`` after the last sign of whoever does."""
        self._store, self.lease = store, lease

    def state(self) -> InboundState:
        """Return what can be said of what comes in."""
        with self._store.snapshot() as unit:
            last, row = unit.heard.last_event(), unit.heard.watch(EVERYWHERE)
        if row is None:
            return InboundState(last)
        return InboundState(
            last_event=last,
            checked_at=row.checked_at,
            complete_until=row.complete_until,
            found=row.found,
            found_at=row.found_at,
            deaf_at=row.deaf_at,
            error=row.error,
        )

    def begin(self, now: datetime) -> ComparingTurn | None:
        """Take the right to compare; None while another process has it."""
        with self._store.begin() as unit:
            number = unit.heard.take_turn(now, self.lease)
            row = unit.heard.watch(EVERYWHERE)
            return ComparingTurn(number, row.complete_until) if number and row else None

    def keep(self, turn: ComparingTurn, now: datetime) -> bool:
        """Keep the right for another lease; False where another process took it over."""
        with self._store.begin() as unit:
            return unit.heard.keep_turn(turn.number, now, self.lease)

    def end(
        self, turn: ComparingTurn, now: datetime, complete_until: datetime | None, error: str
    ) -> None:
        """Give the right back."""
        with self._store.begin() as unit:
            unit.heard.end_turn(turn.number, now, complete_until=complete_until, error=error)

    def listened(self, channels: Iterable[str], lately: datetime, now: datetime) -> Listened:
        """Return where we listen, and note it for channels that are new."""
        with self._store.begin() as unit:
            since = {
                channel: unit.heard.listens_since(channel, now) for channel in sorted(channels)
            }
            directs = unit.heard.directs(lately)
            threads = unit.heard.threads((*since, *directs), lately)
            return Listened(unit.heard.listens_since(EVERYWHERE, now), since, directs, threads)

    def compare(
        self, channel: str, told: Iterable[Told], parts: Sequence[ShownPart]
    ) -> MissingEvents:
        """Return what is missing of ``told``, and what was heard that these parts do not show."""
        with self._store.snapshot() as unit:
            missing = _unknown(unit, {_key(one): one for one in told})
            erased = unit.heard.last_erasure()
            wanted = [one for one in missing if not _is_forgotten(unit, one, erased)]
            gone = {
                _key(_deletion(place)): place
                for part in parts
                for place in unit.heard.standing(channel, part.first, part.last, part.thread)
                if place.ts not in part.shown
            }
            deleted = unit.heard.known(gone)
        # An edit before its message: that then has its newest words from the beginning.
        wanted.sort(key=lambda one: (one.place.ts, isinstance(one, PostMessage), one.at))
        return MissingEvents(wanted, [one for key, one in gone.items() if key not in deleted])

    def count_found(self, number: int, now: datetime) -> None:
        """Remember how much Slack had not delivered."""
        with self._store.begin() as unit:
            unit.heard.count_found(number, now)

    def note_deaf(self, now: datetime) -> None:
        """Let every process open another socket: one is open and hears nothing."""
        with self._store.begin() as unit:
            unit.heard.note_deaf(now)


def _unknown(unit: UnitOfWork, told: dict[str, Told]) -> list[Told]:
    known = unit.heard.known(told)
    return [one for key, one in told.items() if key not in known]


def _is_forgotten(unit: UnitOfWork, told: Told, erased: datetime | None) -> bool:
    """Return whether it may be by somebody who was erased.

    Of them nothing is left by which they could be told. So what was written before the last
    erasure is taken only from people who had written to us before it and are known still.
    """
    if erased is None or isinstance(told, DeleteMessage):
        return False
    before = datetime.fromtimestamp(float(told.place.ts), UTC) <= erased
    return before and not unit.heard.wrote_before(told.user, erased)


def _deletion(place: Place) -> DeleteMessage:
    return DeleteMessage(id="sweep", at=datetime.fromtimestamp(0, UTC), place=place)


def _key(told: Told) -> str:
    return message_key(told) or told.id

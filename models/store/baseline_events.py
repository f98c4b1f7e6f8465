"""The events that figures of some days rest on: hashed when they are frozen, counted later.

Which tickets these are follows from events alone, which nobody changes: a ticket that is opened
again later, and resolved on another day, stays one of those days.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, and_, or_, type_coerce
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import case, col, func

from models.store.repository import Repository
from models.tables import EventKind, Source, TicketEvent, TicketTimes

_BATCH = 50_000
_DATED_WRONGLY = 30
"""Events: those of some six tickets."""
_MARKS = (EventKind.OPENED, EventKind.RESOLVED)


@dataclass(frozen=True, slots=True)
class EventRange:
    """Events of [start, end) of tickets from some sources."""

    start: datetime
    end: datetime
    sources: tuple[Source, ...]


class BaselineEventRepository(Repository):
    """The table ticket_event, as a baseline rests on it."""

    def newest(self) -> int:
        """Return the highest number of an event; 0 without any."""
        return int(self._session.execute(select_columns(func.max(TicketEvent.id))).scalar() or 0)

    def latest(self) -> datetime | None:
        """Return up to when events are known; None where there are next to none.

        The latest few do not count: a ticket may be dated wrongly in the system it came from.
        """
        at = col(TicketEvent.at)
        query = select_columns(at).order_by(at.desc()).offset(_DATED_WRONGLY).limit(1)
        return self._session.execute(query).scalar()

    def lines(self, days: EventRange, last: int) -> Iterator[tuple[datetime, str, dict[str, Any]]]:
        """Yield (at, kind, detail) of the events up to number ``last`` that figures rest on.

        These are, up to the end, the events of the tickets opened or resolved in the range, and
        those of its cases. Ordered by time; no id, so a copy of the database yields the same.
        """
        kind = type_coerce(col(TicketEvent.kind), String())  # a word that was tampered with, too
        mark = aliased(TicketEvent)
        query = (
            _of_days(days, (col(TicketEvent.at), kind, col(TicketEvent.detail)))
            .where(col(TicketEvent.id) <= last)
            .where(_of_cases(days) | _has_mark(mark, days, col(mark.id) <= last))
            .order_by(col(TicketEvent.at), col(TicketEvent.id))
        )
        rows = self._session.execute(query, execution_options={"yield_per": _BATCH})
        yield from ((at, word, detail) for at, word, detail in rows)

    def added(self, days: EventRange, last: int) -> tuple[int, int]:
        """Return how many events, and how many tickets, came after number ``last``."""
        later = (col(TicketEvent.id) > last, col(TicketEvent.at) < days.end)
        # As a rule there is none, and an index says so.
        any_later = select_columns(col(TicketEvent.id)).where(*later).limit(1)
        if self._session.execute(any_later).first() is None:
            return 0, 0
        mark = aliased(TicketEvent)
        opened = case((col(TicketEvent.kind) == EventKind.OPENED, col(TicketEvent.ticket_id)))
        columns = (func.count(), func.count(func.distinct(opened)))
        query = _of_days(days, columns).where(*later).where(_of_cases(days) | _has_mark(mark, days))
        events, tickets = self._session.execute(query).one()
        return events, tickets


def _of_days(days: EventRange, columns: Sequence[Any]) -> Select[Any]:
    """Return the query of events up to the end of some days, of tickets from their sources."""
    of_case = col(TicketEvent.ticket_id).is_(None)
    return (
        select_columns(*columns)
        .select_from(TicketEvent)
        .join(TicketTimes, col(TicketTimes.ticket_id) == col(TicketEvent.ticket_id), isouter=True)
        .where(col(TicketEvent.at) < days.end)
        .where(or_(of_case, col(TicketTimes.source).in_(days.sources)))
    )


def _of_cases(days: EventRange) -> Any:
    """Return the condition that an event of the days is one of a question without a ticket."""
    return and_(col(TicketEvent.ticket_id).is_(None), col(TicketEvent.at) >= days.start)


def _has_mark(mark: Any, days: EventRange, *more: Any) -> Any:
    """Return the condition that an event is of a ticket that was opened or resolved on some days.

    One look into an index for each event. As a list of such tickets, PostgreSQL would search all
    of them for each event once they are too many for its memory: hours for half a million.
    """
    same = col(mark.ticket_id) == col(TicketEvent.ticket_id)
    return select_columns(col(mark.id)).where(*marks(mark, days), same, *more).exists()


def marks(mark: Any, days: EventRange) -> tuple[Any, ...]:
    """Return the conditions that a ticket was opened or resolved by ``mark`` on some days."""
    return mark.kind.in_(_MARKS), mark.at >= days.start, mark.at < days.end

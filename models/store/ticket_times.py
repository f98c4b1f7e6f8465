"""What ticket times are computed from: events, kept calendars, and what ran at once."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, literal_column
from sqlalchemy import select as select_columns
from sqlmodel import and_, col, select

from models.store.repository import Repository
from models.tables import (
    EventKind,
    OfficeCalendar,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketTimes,
)

_IN_ONE_QUERY = 500
_NEWEST = 200
WAITING = (Status.NEW, Status.CLAIMED, Status.PAUSED)
"""Of tickets that are not resolved."""


class TicketTimesRepository(Repository):
    """Events as they are projected, and the table office_calendar."""

    def usual_first_response(self, enough: int) -> float | None:
        """Return the median office minutes to the first response, of the newest that got one.

        None where fewer than ``enough`` did.
        """
        query = (
            select(TicketTimes.first_response_minutes)
            .where(col(TicketTimes.first_response_minutes).is_not(None))
            .order_by(col(TicketTimes.ticket_id).desc())
            .limit(_NEWEST)
        )
        minutes = [found for found in self._session.exec(query).all() if found is not None]
        return median(minutes) if len(minutes) >= enough else None

    def beside(
        self,
        acts: Iterable[tuple[str, datetime]],
        reach: timedelta,
        kinds: Collection[EventKind],
    ) -> set[int]:
        """Return the tickets on which the same people acted at most ``reach`` from their acts."""
        found: set[int] = set()
        for actor, first, last in _spans(acts, reach):
            query = (
                select_columns(col(TicketEvent.ticket_id))
                .where(
                    # The partial index is taken only where its condition is said in so many words.
                    literal_column("actor") != literal_column("''"),
                    col(TicketEvent.actor) == actor,
                    col(TicketEvent.at) >= first,
                    col(TicketEvent.at) <= last,
                    col(TicketEvent.kind).in_(kinds),
                    col(TicketEvent.ticket_id).is_not(None),
                )
                .distinct()
            )
            found.update(number for (number,) in self._session.execute(query))
        return found

    def histories(self, numbers: Iterable[int]) -> dict[int, tuple[Source, list[TicketEvent]]]:
        """Return where these tickets came from, and their events in the order of time."""
        found: dict[int, tuple[Source, list[TicketEvent]]] = {}
        for some in in_parts(numbers):
            sources: dict[int, Source] = {
                row.id: row.source
                for row in self._session.execute(
                    select_columns(col(Ticket.id), col(Ticket.source)).where(
                        col(Ticket.id).in_(some)
                    )
                )
            }
            events = self._session.exec(
                select(TicketEvent)
                .where(col(TicketEvent.ticket_id).in_(some))
                .order_by(col(TicketEvent.ticket_id), col(TicketEvent.at), col(TicketEvent.id))
            ).all()
            for number, rows in groupby(events, lambda row: row.ticket_id):
                if number in sources:
                    found[number] = sources[number], list(rows)
        return found

    def times_of(self, numbers: Iterable[int]) -> dict[int, TicketTimes]:
        """Return the projections of these tickets as they stand."""
        found: dict[int, TicketTimes] = {}
        for some in in_parts(numbers):
            query = select(TicketTimes).where(col(TicketTimes.ticket_id).in_(some))
            found.update((row.ticket_id, row) for row in self._session.exec(query))
        return found

    # Calendars -----------------------------------------------------------------------------

    def timed_twice(self, sources: Sequence[Source]) -> dict[int, tuple[float, dict[str, Any]]]:
        """Return the minutes by buttons and what was stated last, where both are there."""
        query = (
            select_columns(
                col(TicketTimes.ticket_id),
                col(TicketTimes.handling_minutes),
                col(TicketEvent.detail),
            )
            .join(TicketEvent, col(TicketEvent.ticket_id) == col(TicketTimes.ticket_id))
            .where(
                col(TicketTimes.evidence) == "A",
                col(TicketTimes.source).in_(sources),
                col(TicketEvent.kind) == EventKind.STATED,
            )
            .order_by(col(TicketEvent.at), col(TicketEvent.id))
        )
        return {ticket: (minutes, told) for ticket, minutes, told in self._session.execute(query)}

    def calendar(self, version: str) -> str | None:
        """Return the content of a calendar that was kept."""
        found = self._session.get(OfficeCalendar, version)
        return found.content if found else None

    def keep_calendar(self, version: str, content: str) -> None:
        """Keep a calendar, unless it is kept already; a snapshot keeps none."""
        if self._locks and self._session.get(OfficeCalendar, version) is None:
            self._insert_once(OfficeCalendar, version=version, content=content)


def _spans(
    acts: Iterable[tuple[str, datetime]], reach: timedelta
) -> Iterator[tuple[str, datetime, datetime]]:
    """Yield actor, first and last moment around the acts; spans that meet are one."""
    for actor, theirs in groupby(sorted(set(acts)), lambda act: act[0]):
        moments = [at for _, at in theirs]
        first = last = moments[0]
        for at in moments:
            if at - reach > last + reach:
                yield actor, first - reach, last + reach
                first = at
            last = at
        yield actor, first - reach, last + reach


def in_parts(numbers: Iterable[int]) -> Iterator[Sequence[int]]:
    """Yield the numbers in parts that one query can take."""
    wanted = sorted(set(numbers))
    return (wanted[at : at + _IN_ONE_QUERY] for at in range(0, len(wanted), _IN_ONE_QUERY))


def opened_in(start: datetime, end: datetime, sources: Sequence[Source] | None = None) -> Any:
    """Return the condition that a ticket was opened in [start, end)."""
    return _in(col(TicketTimes.opened_at), start, end, sources)


Moment = datetime | ColumnElement[datetime]


def resolved_in(start: Moment, end: Moment, sources: Sequence[Source] | None = None) -> Any:
    """Return the condition that a ticket was last resolved in [start, end)."""
    return _in(col(TicketTimes.resolved_at), start, end, sources)


def _in(at: Any, start: Moment, end: Moment, sources: Sequence[Source] | None) -> Any:
    inside = and_(at >= start, at < end)
    return inside if sources is None else and_(inside, col(TicketTimes.source).in_(sources))

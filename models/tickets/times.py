"""A ticket's times, computed from its events and nothing else."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime

from models.errors import InvalidError
from models.tables import DecidedBy, EventKind, Source, TicketEvent, TicketTimes
from models.tickets.hours import Calendar

# A person of the staff showed publicly that the question was seen.
_RESPONSES = (
    EventKind.RESPONDED,
    EventKind.CLAIMED,
    EventKind.REASSIGNED,
    EventKind.RESOLVED,
)
_AUTOMATIC = (DecidedBy.RULE, DecidedBy.CLASSIFIER, DecidedBy.LLM)
_STARTS = (EventKind.CLAIMED, EventKind.REASSIGNED, EventKind.RESUMED)
_STOPS = (
    EventKind.PAUSED,
    EventKind.RESOLVED,
    EventKind.REOPENED,
    EventKind.CLOSED,
    EventKind.WITHDRAWN,
)


def times_of(
    source: Source, ticket_id: int, events: Sequence[TicketEvent], calendar: Calendar
) -> TicketTimes:
    """Return a ticket's times; None where something has not happened or nobody recorded it.

    Business minutes from opening (the event OPENED, or else the earliest event):

    ack_minutes
        to the bot's first sign (ACKNOWLEDGED).
    first_response_minutes
        to the first public sign by a person of the staff: their words (RESPONDED), or a
        claim, which the asker's thread shows as "NN looks at it", or the resolution. A
        claim or a resolution without an actor was imported and says nothing about when
        somebody first answered, so it does not count.
    triage_minutes
        to the first category that this desk decided; an imported one does not say when.
    resolution_business_minutes
        to the last resolution.

    Clock minutes:

    resolution_minutes
        opening to the last resolution. Both are None while the ticket is open or reopened.
    handling_minutes
        evidence A: the sum of the intervals from a claim or resumption to the next pause,
        resolution or reopening, outside office hours too; an interval that still runs is
        not counted. Where nobody pressed a button, evidence C: the minutes last stated.

    Categories come from CATEGORISED with ``{"category": key, "by": decided_by}``. STATED
    may hold ``minutes``, and for imported tickets the counts ``reopened`` and ``reassigned``.
    A clock that ran backwards gives 0, never less.

    Parameters
    ----------
    events
        Those of this ticket, in any order.

    Raises
    ------
    InvalidError
        When there is no event at all.
    """
    if not events:
        raise InvalidError(f"ticket {ticket_id} has no events: its times cannot be computed")
    told = sorted(events, key=_order)
    opened = _first(told, EventKind.OPENED) or told[0].at
    resolved = _resolved(told)
    handling, evidence = _handling(told)

    def business(at: datetime | None) -> float | None:
        return None if at is None else calendar.business_minutes(opened, at)

    categorised = [event for event in told if _category(event)]
    return TicketTimes(
        ticket_id=ticket_id,
        source=source,
        opened_at=opened,
        resolved_at=resolved,
        category=_category(categorised[0]) if categorised else "",
        final_category=_category(categorised[-1]) if categorised else "",
        automatic=bool(categorised) and _decided_by(categorised[0]) in _AUTOMATIC,
        ack_minutes=business(_first(told, EventKind.ACKNOWLEDGED)),
        first_response_minutes=business(_first_response(told)),
        triage_minutes=business(_first_decided(categorised)),
        handling_minutes=handling,
        resolution_minutes=None if resolved is None else _minutes(opened, resolved),
        resolution_business_minutes=business(resolved),
        evidence=evidence,
        reopened=_count(told, EventKind.REOPENED, "reopened"),
        reassigned=_count(told, EventKind.REASSIGNED, "reassigned"),
    )


def _order(event: TicketEvent) -> tuple[datetime, float]:
    # An event without an id is not stored yet, so it is the latest of its instant.
    return event.at, math.inf if event.id is None else event.id


def _first(events: Iterable[TicketEvent], kind: EventKind) -> datetime | None:
    return next((event.at for event in events if event.kind is kind), None)


def _resolved(events: Sequence[TicketEvent]) -> datetime | None:
    turns = (EventKind.RESOLVED, EventKind.REOPENED)
    last = next((event for event in reversed(events) if event.kind in turns), None)
    return last.at if last and last.kind is EventKind.RESOLVED else None


def _first_response(events: Iterable[TicketEvent]) -> datetime | None:
    for event in events:
        by_person = bool(event.actor) or event.kind is EventKind.RESPONDED
        if event.kind in _RESPONSES and by_person:
            return event.at
    return None


def _category(event: TicketEvent) -> str:
    return str(event.detail.get("category") or "") if event.kind is EventKind.CATEGORISED else ""


def _decided_by(event: TicketEvent) -> str:
    return str(event.detail.get("by", ""))


def _first_decided(categorised: Iterable[TicketEvent]) -> datetime | None:
    imported = DecidedBy.IMPORTED
    return next((event.at for event in categorised if _decided_by(event) != imported), None)


def _handling(events: Sequence[TicketEvent]) -> tuple[float | None, str]:
    intervals = list(_intervals(events))
    if intervals:
        return math.fsum(intervals), "A"
    stated = [minutes for event in events for minutes in _stated(event, "minutes")]
    return (stated[-1], "C") if stated else (None, "")


def _intervals(events: Iterable[TicketEvent]) -> Iterable[float]:
    started: datetime | None = None
    for event in events:
        if event.kind in _STARTS:
            started = started or event.at
        elif event.kind in _STOPS and started:
            yield _minutes(started, event.at)
            started = None


def _stated(event: TicketEvent, key: str) -> Iterable[float]:
    value = event.detail.get(key) if event.kind is EventKind.STATED else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    if math.isfinite(value) and value >= 0:
        yield float(value)


def _count(events: Iterable[TicketEvent], kind: EventKind, stated: str) -> int:
    return sum(1 if event.kind is kind else int(sum(_stated(event, stated))) for event in events)


def _minutes(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds() / 60)

"""A ticket's times, computed from its events and nothing else."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime

from models.errors import InvalidError
from models.tables import DecidedBy, EventKind, Source, TicketEvent, TicketTimes
from models.tickets.effort import Stretch, effort_of, is_by_asker, stated_in
from models.tickets.hours import Calendar
from models.tickets.waiting import waits_of

# A person of the staff showed publicly that the question was seen.
_RESPONSES = (
    EventKind.RESPONDED,
    EventKind.CLAIMED,
    EventKind.REASSIGNED,
    EventKind.RESOLVED,
    EventKind.JOINED,
)
_AUTOMATIC = (DecidedBy.RULE, DecidedBy.CLASSIFIER, DecidedBy.LLM)


def times_of(
    source: Source,
    ticket_id: int,
    events: Sequence[TicketEvent],
    calendar: Calendar,
    others: Iterable[Stretch] = (),
) -> TicketTimes:
    """Return a ticket's times; None where something has not happened or nobody recorded it.

    Business minutes from opening (the event OPENED, or else the earliest event):

    ack_minutes
        to the bot's first sign (ACKNOWLEDGED).
    first_response_minutes
        to the first public sign by a person of the staff: their words (RESPONDED), or a
        claim, which the asker's thread shows as "NN looks at it", or that it joined another
        ticket, which the thread shows too, or the resolution. A claim or a resolution without an actor was imported and says nothing about when
        somebody first answered, so it does not count.
    triage_minutes
        to the first category that this desk decided; an imported one does not say when.
    resolution_business_minutes
        to the last resolution.
    requester_wait_minutes, waiting_on_requester_minutes, on_hold_minutes
        who waited for whom until then: `models.tickets.waiting`.

    Clock minutes:

    resolution_minutes
        opening to the last resolution. Both are None while the ticket is open or reopened.
    handling_minutes
        by `models.tickets.effort`: evidence A, the intervals from a claim or resumption to
        the next pause, resolution or reopening, outside office hours too; one that still
        runs is not counted. Where nobody pressed a button, evidence C: the minutes last
        stated; else evidence B: windows of activity. Minutes in which the same person had
        several tickets running are shared among them.

    Categories come from CATEGORISED with ``{"category": key, "by": decided_by}``. STATED
    may hold ``minutes``, and for imported tickets the counts ``reopened`` and ``reassigned``.
    A clock that ran backwards gives 0, never less.

    Parameters
    ----------
    events
        Those of this ticket, in any order.
    others
        Stretches of work on other tickets by the people who worked on this one.

    Raises
    ------
    InvalidError
        When there is no event at all.
    """
    if not events:
        raise InvalidError(f"ticket {ticket_id} has no events: its times cannot be computed")
    ordered = in_order(events)
    opened = _first(ordered, EventKind.OPENED) or ordered[0].at
    resolved = _resolved(ordered)
    effort = effort_of(ticket_id, ordered, calendar)
    handling = effort.minutes(others)

    def business(at: datetime | None) -> float | None:
        return None if at is None else calendar.business_minutes(opened, at)

    waits = waits_of(ordered, opened, resolved, calendar)
    categorised = [event for event in ordered if _category(event)]
    return TicketTimes(
        ticket_id=ticket_id,
        source=source,
        opened_at=opened,
        resolved_at=resolved,
        category=_category(categorised[0]) if categorised else "",
        final_category=_category(categorised[-1]) if categorised else "",
        automatic=bool(categorised) and _decided_by(categorised[0]) in _AUTOMATIC,
        ack_minutes=business(_first(ordered, EventKind.ACKNOWLEDGED)),
        first_response_minutes=business(_first_response(ordered)),
        triage_minutes=business(_first_decided(categorised)),
        handling_minutes=handling,
        resolution_minutes=None if resolved is None else _minutes(opened, resolved),
        resolution_business_minutes=business(resolved),
        evidence="" if handling is None else effort.evidence,
        reopened=_count(ordered, EventKind.REOPENED, "reopened"),
        reassigned=_count(ordered, EventKind.REASSIGNED, "reassigned"),
        requester_wait_minutes=waits.requester,
        waiting_on_requester_minutes=waits.on_requester,
        on_hold_minutes=waits.on_hold,
        calendar=calendar.version,
    )


def in_order(events: Iterable[TicketEvent]) -> list[TicketEvent]:
    """Return events in the order in which they happened."""
    return sorted(events, key=_order)


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
        if event.kind in _RESPONSES and by_person and not is_by_asker(event):
            return event.at
    return None


def _category(event: TicketEvent) -> str:
    return str(event.detail.get("category") or "") if event.kind is EventKind.CATEGORISED else ""


def _decided_by(event: TicketEvent) -> str:
    return str(event.detail.get("by", ""))


def _first_decided(categorised: Iterable[TicketEvent]) -> datetime | None:
    imported = DecidedBy.IMPORTED
    return next((event.at for event in categorised if _decided_by(event) != imported), None)


def _count(events: Iterable[TicketEvent], kind: EventKind, stated: str) -> int:
    return sum(1 if event.kind is kind else int(sum(stated_in(event, stated))) for event in events)


def _minutes(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds() / 60)

"""Who waited for whom while a ticket was open, in business minutes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from models.tables import EventKind, TicketEvent
from models.tickets.hours import Calendar


class Waiting(StrEnum):
    """Whom a paused ticket waits for."""

    REQUESTER = "requester"
    THIRD = "third"
    OTHER = "other"


class WaitingTimes(NamedTuple):
    """Business minutes from the opening to the last resolution; None while it is open.

    Attributes
    ----------
    requester
        In which the asker waited: the ticket was new, open, paused for the desk's own
        reasons, or on hold.
    on_requester
        In which the desk waited for the asker.
    on_hold
        In which both waited for somebody else; part of ``requester``.
    """

    requester: float | None = None
    on_requester: float | None = None
    on_hold: float | None = None


_OVER = (EventKind.RESOLVED, EventKind.CLOSED, EventKind.WITHDRAWN)
_ON = (
    *(EventKind.CLAIMED, EventKind.REASSIGNED, EventKind.RESUMED, EventKind.REOPENED),
    *(EventKind.JOINED, EventKind.PARTED),
)


def waits_of(
    events: Sequence[TicketEvent], opened: datetime, resolved: datetime | None, calendar: Calendar
) -> WaitingTimes:
    """Return who waited for whom.

    Between a resolution and a reopening nobody did. An imported ticket tells nothing of it:
    its resolution is nobody's.

    Parameters
    ----------
    events
        Those of the ticket, in the order of time.
    """
    ends = [event for event in events if event.kind is EventKind.RESOLVED]
    if resolved is None or not ends or not ends[-1].actor:
        return WaitingTimes()
    spent = dict.fromkeys(Waiting, 0.0)
    for state, start, end in _spans(events, opened):
        spent[state] += calendar.business_minutes(start, end)
    on_hold = spent[Waiting.THIRD]
    return WaitingTimes(spent[Waiting.OTHER] + on_hold, spent[Waiting.REQUESTER], on_hold)


def _spans(
    events: Sequence[TicketEvent], opened: datetime
) -> Iterator[tuple[Waiting, datetime, datetime]]:
    state: Waiting | None = Waiting.OTHER
    since = opened
    for event in events:
        turned = _turn(event, state)
        if turned is state:
            continue
        if state is not None:
            yield state, since, event.at
        state, since = turned, event.at


def _turn(event: TicketEvent, state: Waiting | None) -> Waiting | None:
    if event.kind in _OVER:
        return None
    if event.kind in _ON:
        return Waiting.OTHER
    return _reason(event) if event.kind is EventKind.PAUSED else state


def _reason(event: TicketEvent) -> Waiting:
    value = event.detail.get("waiting")
    return Waiting(value) if value in set(Waiting) else Waiting.OTHER

"""The cases of a hold-out read one by one, in plain Python: what the columns must come to."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from sqlmodel import col, select

from models.store.ticket_times import WAITING
from models.store.transaction import UnitOfWork
from models.tables import Arm, Case, EventKind, Status, Ticket, TicketEvent, TicketTimes
from models.tickets.hours import Calendar
from models.value.effect.by_chance import MATURITY


class Assigned(NamedTuple):
    """A case that chance assigned, and what came of it; None where it has no ticket."""

    case_id: int
    detail: dict[str, Any]
    at: datetime
    person_id: str
    ticket: Ticket | None
    times: TicketTimes | None

    @property
    def ticket_id(self) -> int | None:
        return self.ticket.id if self.ticket else None

    @property
    def minutes(self) -> float | None:
        return self.times.handling_minutes if self.times else None

    @property
    def status(self) -> Status | None:
        return self.ticket.status if self.ticket else None

    def as_of(self, moment: datetime) -> "Assigned":
        is_later = self.ticket is not None and self.ticket.opened_at >= moment
        return self._replace(ticket=None) if is_later else self


def assigned(unit: UnitOfWork, before: datetime) -> list[Assigned]:
    """Return the cases assigned before a moment, in the order of time."""
    query = (
        select(Case, TicketEvent)
        .join(TicketEvent, col(TicketEvent.case_id) == col(Case.id))
        .where(TicketEvent.kind == EventKind.RANDOMISED, TicketEvent.at < before)
        .order_by(col(TicketEvent.at), col(TicketEvent.id))
    )
    session, found = unit.effects._session, []
    for case, event in session.exec(query).all():
        ticket = session.get(Ticket, case.ticket_id) if case.ticket_id else None
        times = session.get(TicketTimes, case.ticket_id) if case.ticket_id else None
        found.append(Assigned(case.id or 0, event.detail, event.at, case.person_id, ticket, times))
    return found


def compared(unit: UnitOfWork, now: datetime, calendar: Calendar) -> list[dict[str, Any]]:
    """Return all that `Cases` has of each ripe case of both arms."""
    ripe = [
        one.as_of(now)
        for one in assigned(unit, now)
        if one.detail["mode"] != Arm.EXEMPT and one.at <= now - MATURITY
    ]
    query = select(Case.person_id, Case.opened_at).where(Case.opened_at < now)
    rows = unit.effects._session.exec(query.order_by(col(Case.opened_at))).all()
    begun: dict[str, list[datetime]] = {}
    for person, at in rows:
        begun.setdefault(person, []).append(at)
    kinds = sorted({_kind(one) for one in assigned(unit, now)})
    return [
        {
            "case": one.case_id,
            "is_held": one.detail["mode"] == Arm.HELD_OUT,
            "stratum": kinds.index(_kind(one)),
            "minutes": _minutes(one, now),
            "reopened": float(one.times.reopened > 0) if one.times else np.nan,
            "reassigned": float(one.times.reassigned > 0) if one.times else np.nan,
            "came_back": _came_back(one, begun[one.person_id]),
            "to_human": _to_human(one, calendar),
        }
        for one in ripe
    ]


def _kind(one: Assigned) -> tuple[str, str]:
    return str(one.detail.get("share")), one.detail.get("category") or ""


def _minutes(one: Assigned, now: datetime) -> float:
    if one.ticket is None:
        return 0.0
    resolved = one.times.resolved_at if one.times else None
    if one.status in WAITING or (resolved is not None and resolved >= now):
        return np.nan
    return np.nan if one.minutes is None else one.minutes


def _came_back(one: Assigned, moments: Sequence[datetime]) -> float:
    return float(bisect_right(moments, one.at + MATURITY) > bisect_right(moments, one.at))


def _to_human(one: Assigned, calendar: Calendar) -> float:
    if one.ticket is None or one.times is None or one.times.first_response_minutes is None:
        return np.nan
    before = calendar.business_minutes(one.at, one.ticket.opened_at)
    return one.times.first_response_minutes + before

"""App Home of the IT lead: the figures in short."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.store.transaction import Store
from models.tables import DecidedBy, Source, Status, Ticket, TicketText, TicketTimes

LENA = "ULENA"
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def add(store: Store, resolved_at: datetime, minutes: float) -> None:
    ticket = Ticket(
        source=Source.SLACK,
        status=Status.SOLVED,
        decided_by=DecidedBy.PERSON,
        opened_at=resolved_at,
    )
    with store.begin() as unit:
        unit.tickets.add_ticket(ticket, TicketText(ticket_id=0))
        unit.tickets.put_times(
            TicketTimes(
                ticket_id=ticket.id or 0,
                source=Source.SLACK,
                opened_at=resolved_at,
                resolved_at=resolved_at,
                handling_minutes=minutes,
            )
        )


def handling_time(desk: Any, now: datetime) -> str:
    status = desk.lotsen.plan_requests.status(LENA, now)
    shown = [
        part for part in desk.lotsen.lead_home.parts(LENA, status, now) if part.type == "fields"
    ]
    return "".join(run.text for run in shown[0].pairs[0][1])


@pytest.mark.parametrize(("tickets", "shown"), [(4, False), (5, True)])
def test_the_handling_time_is_of_five_tickets_or_more(desk: Any, tickets: int, shown: bool) -> None:
    for n in range(tickets):
        add(desk.lotsen.store, MONDAY - timedelta(days=3, hours=n), 20.0)

    assert ("20" in handling_time(desk, MONDAY)) is shown


@pytest.mark.slow
def test_two_looks_at_the_handling_time_a_day_apart_tell_nothing_of_that_day(desk: Any) -> None:
    for week in range(1, 6):
        add(desk.lotsen.store, MONDAY - timedelta(weeks=week, hours=-2), 10.0 * week)
        add(desk.lotsen.store, MONDAY - timedelta(weeks=week, hours=-3), 10.0 * week)

    first = handling_time(desk, MONDAY + timedelta(hours=1))
    add(desk.lotsen.store, MONDAY + timedelta(hours=3), 400.0)
    looks = {handling_time(desk, MONDAY + timedelta(days=day, hours=1)) for day in range(1, 6)}

    assert looks == {first}
    assert "25" in first

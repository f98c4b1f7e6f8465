"""A database with an office, and tickets that are put into it as they were resolved."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest

from models.kpis.measurement import Kpis
from models.store.transaction import Store
from models.tables import DecidedBy, Source, Status, Ticket, TicketText, TicketTimes
from models.tickets.hours import Calendar, calendar_for
from models.value.ledger import Value

AddTicket = Callable[..., int]


@pytest.fixture(scope="session")
def office() -> Calendar:
    return calendar_for("Europe/Stockholm", "SE", time(8), time(17))


@pytest.fixture
def store(memory: Store) -> Store:
    return memory


@pytest.fixture
def kpis(store: Store, office: Calendar) -> Kpis:
    return Kpis(store, office)


@pytest.fixture
def value(store: Store, office: Calendar, kpis: Kpis) -> Value:
    return Value(store, office, kpis)


@pytest.fixture
def add_ticket(store: Store) -> AddTicket:
    return adder_to(store)


def adder_to(store: Store) -> AddTicket:
    """Put in a ticket that was opened at a moment; with minutes, it was resolved an hour later."""

    def made(
        opened_at: datetime,
        minutes: float | None = None,
        *,
        source: Source = Source.SLACK,
        category: str = "vpn",
        automatic: bool = True,
        reopened: int = 0,
        known: bool = True,
    ) -> int:
        resolved = None if minutes is None else opened_at + timedelta(hours=1)
        ticket = Ticket(
            source=source,
            status=Status.NEW if resolved is None else Status.SOLVED,
            category=category,
            decided_by=DecidedBy.CLASSIFIER if automatic else DecidedBy.PERSON,
            opened_at=opened_at,
        )
        with store.begin() as unit:
            unit.tickets.add_ticket(ticket, TicketText(ticket_id=0))
            number = ticket.id or 0
            unit.tickets.put_times(
                TicketTimes(
                    ticket_id=number,
                    source=source,
                    opened_at=opened_at,
                    resolved_at=resolved,
                    category=category,
                    final_category=category,
                    automatic=automatic,
                    first_response_minutes=None if resolved is None else 12.0,
                    handling_minutes=minutes if known else None,
                    resolution_minutes=None if resolved is None else 60.0,
                    resolution_business_minutes=None if resolved is None else 60.0,
                    reopened=reopened,
                )
            )
        return number

    return made

"""A database with an office, and tickets that are put into it as they were resolved."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest

from models.headcount import Headcount
from models.kpis.measurement import Kpis
from models.kpis.periods import Period
from models.store.transaction import Store, UnitOfWork
from models.tables import DecidedBy, Source, Status, Ticket, TicketTimes
from models.tickets.hours import Calendar, calendar_for
from models.value.drilldown.drilldown import Drilldowns
from models.value.drilldown.statement_figures import StatementWithSources
from models.value.ledger import Value
from tests.rows import insert_ticket

AddTicket = Callable[..., int]
HUNDRED = Headcount(((date.min, 100),))
"""A company of a hundred people."""


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
    return Value(store, office, kpis, headcount=HUNDRED)


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
        times = TicketTimes(
            ticket_id=0,
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
        with store.engine.begin() as connection:
            return insert_ticket(connection, ticket, times)

    return made


def figures_of(
    store: Store, office: Calendar, kpis: Kpis, value: Value, staff: frozenset[str]
) -> Drilldowns:
    """Return what stands behind the figures of a store that stays as it is.

    A quarter's statement is computed once, and not for each of its figures again.
    """
    told: dict[tuple[Period, datetime], StatementWithSources] = {}

    def once(
        unit: UnitOfWork, quarter: Period, now: datetime, *, rows: bool
    ) -> StatementWithSources:
        assert rows
        if (quarter, now) not in told:
            told[quarter, now] = value.statement_in(unit, quarter, now, rows=rows)
        return told[quarter, now]

    return Drilldowns(store, office, kpis, once, staff)

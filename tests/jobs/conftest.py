"""An office in Stockholm, databases to run jobs on, and jobs that note what they did."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import time

import pytest

from jobs.timetable import JobContext
from models.kpis.measurement import Kpis
from models.programme.plan import Plan
from models.store.migration import upgrade
from models.store.transaction import Store
from models.tickets.hours import Calendar, calendar_for
from models.value.ledger import Value

OpenStore = Callable[[], Store]


@pytest.fixture(scope="session")
def office() -> Calendar:
    return calendar_for("Europe/Stockholm", "SE", time(8), time(17))


@pytest.fixture(scope="session")
def a_context(office: Calendar) -> Callable[..., JobContext]:
    """Make a context over a store; without a lead channel when told so."""

    def made(store: Store, *, lead: str = "C-LEAD", management: str = "") -> JobContext:
        kpis = Kpis(store, office)
        plan, value = Plan(store, office, kpis), Value(store, office, kpis)
        return JobContext(store, office, "sv", lead, management, kpis, plan, value)

    return made


@pytest.fixture(scope="session")
def empty() -> Iterator[Store]:
    """A database with tables and nothing in them: copying it is quicker than migrating."""
    opened = Store("sqlite://")
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def store(empty: Store) -> Iterator[Store]:
    opened = Store("sqlite://")
    template, copy = empty.engine.raw_connection(), opened.engine.raw_connection()
    assert isinstance(template.driver_connection, sqlite3.Connection)
    assert isinstance(copy.driver_connection, sqlite3.Connection)
    template.driver_connection.backup(copy.driver_connection)
    yield opened
    opened.close()


@pytest.fixture
def open_store(database_url: str) -> Iterator[OpenStore]:
    """Open one database as often as asked, as several processes would."""
    url = database_url.replace("postgresql://", "postgresql+psycopg://")
    opened: list[Store] = []

    def another() -> Store:
        opened.append(Store(url))
        return opened[-1]

    upgrade(another())
    yield another
    for each in opened:
        each.close()

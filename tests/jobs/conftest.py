"""An office in Stockholm, databases to run jobs on, and jobs that note what they did."""

from collections.abc import Callable, Iterator
from datetime import time

import pytest

from jobs.timetable import JobContext
from models.kpis.measurement import Kpis
from models.programme.plan import Plan
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


@pytest.fixture
def store(memory: Store) -> Store:
    return memory


@pytest.fixture
def open_store(database_url: str) -> Iterator[OpenStore]:
    """Open one database as often as asked, as several processes would."""
    opened: list[Store] = []

    def another() -> Store:
        opened.append(Store(database_url))
        return opened[-1]

    yield another
    for each in opened:
        each.close()

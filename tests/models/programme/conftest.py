"""A plan over a database with an office, and tickets that are put into it."""

import pytest

from models.kpis.measurement import Kpis
from models.programme.plan import PlanService
from models.store.transaction import Store
from models.tickets.hours import Calendar
from tests.models.value.conftest import add_ticket as add_ticket
from tests.models.value.conftest import kpis as kpis
from tests.models.value.conftest import office as office
from tests.models.value.conftest import store as store


@pytest.fixture
def plan(store: Store, office: Calendar, kpis: Kpis) -> PlanService:
    return PlanService(store, office, kpis)

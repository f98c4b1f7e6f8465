"""On Monday those who are on duty by the rota are told, once; without a rota nobody is."""

from datetime import UTC, date, datetime

import pytest

from jobs.duty import duty_week
from jobs.runner import Runner
from jobs.timetable import due_between
from models.lotsen import Lotsen
from models.store.transaction import Store
from models.tables import DutyAct
from models.tickets.hours import Calendar
from tests.jobs.conftest import OpenLotsen

FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # 07:30 in Stockholm


@pytest.fixture
def lotsen(store: Store, open_core: OpenLotsen) -> Lotsen:
    opened = open_core(store)
    object.__setattr__(opened.desk, "agents", frozenset({"UKIM", "ULENA"}))
    return opened


def with_order(lotsen: Lotsen, *users: str) -> None:
    with lotsen.store.begin() as unit:
        people = [[unit.people.by_slack_id(user, FRIDAY).id] for user in users]
        unit.duty.add(DutyAct.ORDER, date(2026, 11, 23), people, FRIDAY, "")


def told(lotsen: Lotsen) -> list[str]:
    with lotsen.store.snapshot() as unit:
        return [row.channel for row in unit.outbox.begun_with("duty:")]


def test_each_monday_tells_the_next_in_turn(lotsen: Lotsen) -> None:
    with_order(lotsen, "UKIM", "ULENA")
    runner = Runner(lotsen, [duty_week])
    runner.tick(FRIDAY)
    for day in (23, 24, 30):
        for _ in range(2):
            runner.tick(MONDAY.replace(day=day))
    assert told(lotsen) == ["UKIM", "ULENA"]


def test_without_a_rota_and_in_a_dry_run_nobody_is_told(lotsen: Lotsen) -> None:
    runner = Runner(lotsen, [duty_week])
    runner.run("duty_week", MONDAY)
    with_order(lotsen, "UKIM")
    runner.run("duty_week", MONDAY, dry_run=True)
    assert told(lotsen) == []


def test_a_holiday_moves_it_to_the_next_working_day(office: Calendar) -> None:
    easter = datetime(2027, 3, 28, tzinfo=UTC)
    (due,) = due_between(duty_week.schedule, office, easter, easter.replace(day=31))
    assert (due.period, due.at.date()) == ("2027-W13", date(2027, 3, 30))

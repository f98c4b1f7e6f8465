"""The week's reviews: one post on Monday at half past eight, none without anything due."""

from datetime import UTC, datetime

import pytest

from jobs.reports import register_reviews
from jobs.runner import Runner
from jobs.timetable import due_between
from models.desk.registers.register_service import RegisterService
from models.lotsen import Lotsen
from models.registers.deciding import LineChange
from models.store.transaction import Store
from models.tickets.hours import Calendar
from tests.jobs.conftest import OpenLotsen

MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # 08:30 in Stockholm
RISK = {"name": "Fire", "kind": "technical", "likelihood": "2", "impact": "5", "state": "open"}


@pytest.fixture
def lotsen(store: Store, open_core: OpenLotsen) -> Lotsen:
    return open_core(store)


@pytest.fixture
def registers(lotsen: Lotsen) -> RegisterService:
    return lotsen.registers


@pytest.fixture
def runner(lotsen: Lotsen) -> Runner:
    return Runner(lotsen, [register_reviews])


def test_it_is_due_on_monday_or_the_next_working_day(office: Calendar) -> None:
    (due,) = due_between(
        register_reviews.schedule, office, MONDAY.replace(hour=0), MONDAY.replace(hour=23)
    )
    assert (due.at, due.period) == (MONDAY, "2026-W48")


@pytest.mark.slow
def test_a_quiet_week_posts_nothing_and_a_due_line_is_posted_once(
    runner: Runner, registers: RegisterService
) -> None:
    assert runner.run("register_reviews", MONDAY).message is None
    # By Sunday of that week.
    registers.change("risks", LineChange(0, {**RISK, "review_on": "2026-12-06"}), MONDAY)
    registers.change("risks", LineChange(0, {**RISK, "review_on": "2026-12-07"}), MONDAY)
    week = MONDAY.replace(day=30)
    ran = runner.run("register_reviews", week)
    assert ran.post_key == "register_reviews:2026-W49:C-LEAD"
    assert ran.message is not None
    assert ran.message.text == "Register att se över den här veckan: 1 rad"
    assert not runner.run("register_reviews", week).ran


@pytest.mark.slow
def test_a_dry_run_writes_nothing(runner: Runner, registers: RegisterService) -> None:
    runner.run("register_reviews", MONDAY, dry_run=True)
    assert registers.listing("risks").lines == []
    runner.run("register_reviews", MONDAY)
    assert len(registers.listing("risks").lines) == 9

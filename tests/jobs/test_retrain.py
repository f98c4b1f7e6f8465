"""The night job: at 03:10 in every season, quiet when nothing changed, harmless when dry."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from threading import Event
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from jobs.alarm import Alarm
from jobs.nights import retrain
from jobs.runner import Runner
from jobs.timetable import Daily, Due, Job, due_between
from models.lotsen import Lotsen
from models.message import Message
from models.store.transaction import Store
from models.tables import (
    DecidedBy,
    Label,
    LabelKind,
    RunState,
    Source,
    Status,
    Ticket,
    TicketText,
)
from models.tickets.hours import Calendar
from models.triage.learning import Learning, Night
from models.triage.training_process import LIMIT
from tests.jobs.conftest import OpenLotsen

NIGHT = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)  # 03:10 in Stockholm


@pytest.fixture
def lotsen(store: Store, open_core: OpenLotsen) -> Lotsen:
    return open_core(store)


def wrong_blind_labels(store: Store) -> None:
    with store.begin() as unit:
        for number in range(1, 21):
            ticket = Ticket(
                source=Source.SLACK,
                status=Status.NEW,
                decided_by=DecidedBy.NOBODY,
                opened_at=NIGHT - timedelta(days=1),
            )
            unit.tickets.add_ticket(ticket, TicketText(ticket_id=0))
            unit.oversight.save(
                Label(ticket_id=number, kind=LabelKind.BLIND, category="a", suggested="b", at=NIGHT)
            )


def test_it_is_due_once_a_night_also_when_the_clock_jumps(office: Calendar) -> None:
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        start = datetime.combine(day, time(0), tzinfo=ZoneInfo("Europe/Stockholm"))
        (due,) = due_between(retrain.schedule, office, start, start + timedelta(hours=12))
        assert due.at.astimezone(office.zone).time() == time(3, 10)


def test_a_demotion_is_told_to_the_lead_channel_and_a_quiet_night_is_not(
    store: Store, lotsen: Lotsen
) -> None:
    runner = Runner(lotsen, [retrain])
    assert runner.run("retrain", NIGHT - timedelta(days=1)).message is None
    wrong_blind_labels(store)

    dry = runner.run("retrain", NIGHT, dry_run=True)
    assert dry.message is None
    with store.snapshot() as unit:
        assert not unit.oversight.suggest_only()

    # Twenty labels would train too, but a database in memory has no child.
    ran = runner.run("retrain", NIGHT)

    assert (ran.state, ran.post_key) == (RunState.DONE, "retrain:2026-11-23:C-LEAD")
    assert ran.message is not None
    assert "0 gånger av 20" in ran.message.text


class Training:
    """A training that lasts until somebody else has run."""

    def __init__(self) -> None:
        self.began, self.may_end = Event(), Event()

    def nightly(self, _since: datetime, _now: datetime) -> Night:
        self.began.set()
        assert self.may_end.wait(20)
        return Night()


def test_the_other_jobs_run_while_it_trains(
    open_store: Callable[[], Store], open_core: OpenLotsen
) -> None:
    store, training = open_store(), Training()

    def other(_lotsen: Lotsen, _due: Due, _now: datetime) -> Message | None:
        assert training.began.wait(20)
        training.may_end.set()
        return None

    diary = Job("diary", "", Daily(time(3, 10)), other, (), None, "latest", timedelta(minutes=10))
    lotsen = replace(open_core(store), learning=cast("Learning", training))
    runner = Runner(lotsen, [retrain, diary])
    runner.tick(NIGHT - timedelta(hours=1))
    alarms = [Alarm(partial(runner.tick, slow=slow), lambda: NIGHT) for slow in (True, False)]

    for alarm in alarms:
        alarm.start()
    assert training.may_end.wait(20)
    for alarm in alarms:
        alarm.stop()

    with store.snapshot() as unit:
        runs = [unit.job_runs.find(name, "2026-11-23") for name in ("retrain", "diary")]
    assert [run and run.state for run in runs] == [RunState.DONE, RunState.DONE]


def test_the_right_to_run_outlasts_the_training_and_what_comes_after() -> None:
    assert retrain.slow
    assert retrain.lease >= LIMIT + timedelta(minutes=5)

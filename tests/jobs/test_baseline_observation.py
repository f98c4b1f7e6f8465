"""The end of an observation comes by the clock: every day it is looked whether it is there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobs.baseline_observation import baseline_observation
from jobs.runner import Runner
from jobs.timetable import JobContext
from models.desk.base.context import DeskContext
from models.desk.programme.baselines import Baselines
from models.knowledge.knowledge_base import KnowledgeBase
from models.kpis.measurement import Kpis
from models.settings import Settings
from models.store.transaction import Store
from models.tables import BaselineChoice, BaselineStep
from models.tickets.hours import Calendar
from models.triage.triage import Triage

MORNING = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture
def runner(store: Store, office: Calendar, a_context: Callable[..., JobContext]) -> Runner:
    settings = Settings.load(_env_file=None)
    desk = DeskContext.of(settings, store, Triage(store), KnowledgeBase(store), office)
    baselines = Baselines(desk, Kpis(store, office), "C-LEAD")
    return Runner(replace(a_context(store), baselines=baselines), [baseline_observation])


def test_a_desk_that_does_not_observe_hears_nothing(runner: Runner) -> None:
    ran = runner.run("baseline_observation", MORNING)

    assert ran.ran
    assert ran.message is None


def test_too_early_is_told_once_a_week_and_in_the_leads_channel(
    runner: Runner, store: Store
) -> None:
    last = (MORNING - timedelta(days=1)).date()
    with store.begin() as unit:
        unit.surveys.add_choice(
            BaselineChoice(step=BaselineStep.OBSERVE, first_day=last, last_day=last, at=MORNING)
        )
    runner.tick(MORNING - timedelta(hours=2))

    told = []
    for day in range(15):
        told += runner.tick(MORNING + timedelta(days=day))

    posts = [ran.post_key for ran in told if ran.post_key]
    assert posts == [
        f"baseline_observation:2026-{day}:C-LEAD" for day in ("11-23", "11-30", "12-07")
    ]


def test_without_the_desk_it_does_nothing(
    store: Store, a_context: Callable[..., JobContext]
) -> None:
    runner = Runner(a_context(store), [baseline_observation])
    assert runner.run("baseline_observation", MORNING).message is None

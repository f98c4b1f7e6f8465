"""The end of an observation comes by the clock: every day it is looked whether it is there."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs.reports import baseline_observation
from jobs.runner import Runner
from models.store.transaction import Store
from models.tables import BaselineChoice, BaselineStep
from tests.jobs.conftest import OpenLotsen

MORNING = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture
def runner(store: Store, open_core: OpenLotsen) -> Runner:
    return Runner(open_core(store), [baseline_observation])


def test_a_desk_that_does_not_observe_hears_nothing(runner: Runner) -> None:
    ran = runner.run("baseline_observation", MORNING)

    assert ran.ran
    assert ran.message is None


@pytest.mark.slow
def test_too_early_is_told_once_a_week_and_in_the_leads_channel(
    runner: Runner, store: Store
) -> None:
    last = (MORNING - timedelta(days=1)).date()
    with store.begin() as unit:
        unit.surveys.save(
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

"""The jobs that look after answers: on working days, once, and harmless when only tried."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from jobs.knowledge import champion_tip, question_candidates, still_true
from jobs.nights import answer_returns
from jobs.runner import Runner
from models.desk.curation.candidates import JOB
from models.lotsen import Lotsen
from models.message import Message
from models.store.transaction import Store
from models.tables import RunState
from tests.jobs.conftest import OpenLotsen

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 10, tzinfo=UTC)
JOBS = (answer_returns, champion_tip, question_candidates, still_true)


@dataclass
class Care:
    """Notes what it is asked to do."""

    done: list[tuple[str, object]] = field(default_factory=list)

    def offer_questions(self, day: date, *, dry_run: bool = False) -> Message | None:
        self.done.append(("offered", dry_run))
        return Message("Questions")

    def ask_owners(self, day: date, now: datetime) -> int:
        self.done.append(("asked", day))
        return 1

    def note_returns(self, now: datetime) -> int:
        self.done.append(("noted", now))
        return 0

    def tip_champions(self, period: str, now: datetime) -> int:
        self.done.append(("tipped", period))
        return 2


@pytest.fixture
def care() -> Care:
    return Care()


@pytest.fixture
def lotsen(store: Store, open_core: OpenLotsen, care: Care) -> Lotsen:
    return replace(open_core(store, support="C-SUPPORT"), knowledge_maintenance=cast("Any", care))


def test_questions_are_offered_to_the_support_team_once_a_day(lotsen: Lotsen, store: Store) -> None:
    runner = Runner(lotsen, JOBS)

    first = runner.run("question_candidates", MONDAY)
    again = runner.run("question_candidates", MONDAY)

    # By this key the desk finds the post again when somebody decides.
    assert first.post_key == f"{JOB}:2026-11-23:C-SUPPORT"
    assert (first.ran, again.ran) == (True, False)


def test_owners_are_asked_and_returns_are_noted_without_a_post(lotsen: Lotsen, care: Care) -> None:
    runner = Runner(lotsen, JOBS)

    ran = [runner.run(name, MONDAY) for name in ("still_true", "answer_returns")]

    assert [(one.state, one.message) for one in ran] == [(RunState.DONE, None)] * 2
    assert care.done == [("asked", date(2026, 11, 23)), ("noted", MONDAY)]


def test_nobody_is_bothered_on_a_sunday(lotsen: Lotsen, care: Care) -> None:
    runner = Runner(lotsen, JOBS)

    for name in ("still_true", "question_candidates"):
        assert runner.run(name, SUNDAY).message is None
    assert care.done == []


def test_a_dry_run_changes_nothing(lotsen: Lotsen, care: Care) -> None:
    runner = Runner(lotsen, JOBS)

    for job in JOBS:
        runner.run(job.name, MONDAY, dry_run=True)

    assert care.done == [("offered", True)]


def test_without_a_support_channel_the_run_says_which_setting_is_missing(
    store: Store, open_core: OpenLotsen, care: Care
) -> None:
    lotsen = replace(open_core(store), knowledge_maintenance=cast("Any", care))
    ran = Runner(lotsen, JOBS).run("question_candidates", MONDAY)

    assert ran.state is RunState.SKIPPED
    assert "LOTSEN_SUPPORT_CHANNEL" in ran.error


def test_champions_get_their_tip_once_a_week_without_a_post_here(
    lotsen: Lotsen, store: Store, care: Care
) -> None:
    runner = Runner(lotsen, JOBS)
    tuesday = datetime(2026, 11, 24, 10, tzinfo=UTC)

    assert runner.run("champion_tip", tuesday, dry_run=True).message is None
    assert care.done == []
    runner.run("champion_tip", tuesday)
    runner.run("champion_tip", tuesday)

    assert care.done == [("tipped", "2026-W48")]

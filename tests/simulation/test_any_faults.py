"""Several replicas, restarts, wrong clocks, a full disk, a bad Slack and a bad model, by a seed.

A seed that fails is made shorter and printed; replay it with
``pytest tests/simulation/test_any_faults.py --seed 17``, or ``--seeds 1000`` for many.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

import pytest
import structlog
from sqlalchemy import text

from bot.clock import Clock
from models.store.transaction import Store
from tests.simulation.deeds import Deed, deeds, shortened
from tests.simulation.office import Office, Offices
from tests.simulation.verdicts import Findings, findings

_SHOWN = 60


@pytest.fixture(scope="module", autouse=True)
def _without_logs() -> Iterator[None]:
    """Write no log of what fails on purpose: to draw it takes longer than the rest."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


@pytest.fixture(scope="module")
def offices(empty: Store) -> Offices:
    return Offices.begin(empty)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" not in metafunc.fixturenames:
        return
    one, many = metafunc.config.getoption("--seed"), metafunc.config.getoption("--seeds")
    seeds = range(many) if one is None else [one]
    metafunc.parametrize("seed", seeds, ids=lambda seed: f"faults-{seed}")


def explained(offices: Offices, seed: int, run: Sequence[Deed]) -> str:
    """Say what the shortest run of a failing seed does."""
    shortest = shortened(run, lambda some: bool(findings(offices.run(seed, some))))
    office = offices.run(seed, shortest)
    return "\n".join(
        (
            f"seed {seed}: {findings(office)}",
            *(f"  {deed}" for deed in shortest),
            *office.weather.journal[-_SHOWN:],
        )
    )


def test_whatever_fails_nothing_is_lost_and_nothing_comes_twice(
    offices: Offices, seed: int
) -> None:
    run = deeds(seed)
    office = offices.run(seed, run)
    assert len(office.events) >= 20
    if findings(office):
        pytest.fail(explained(offices, seed, run), pytrace=False)


def test_a_seed_gives_the_same_journal_each_time(offices: Offices) -> None:
    first, second = (offices.run(5, deeds(5)).weather.journal for _ in range(2))
    assert "\n".join(first).encode() == "\n".join(second).encode()


def test_a_second_message_gets_a_mark_while_the_model_reads_the_first(offices: Offices) -> None:
    """Seeds 4 and 6: what says "looking" stood at the first one alone."""
    office = offices.run(4, ())
    office.say("first", "UASA", "skrivaren på plan 3 skriver bara streck", "")
    office.weather.wait(10)
    office.say("second", "UASA", "min skärm blinkar", "")
    office.settle()
    assert not findings(office)


def _eight_days_ahead_and_back(offices: Offices) -> Findings:
    office = offices.run(1, ())
    office.say("first", "UASA", "skrivaren på plan 3 skriver bara streck", "")
    assert office.replicas[0].accept(office.waiting[0])
    for replica in office.replicas:
        replica.ahead = timedelta(days=8)
        replica.tick()
    for _ in range(10):
        for replica in office.replicas:
            replica.work()
            replica.post()
        office.weather.wait(1)
    for replica in office.replicas:
        replica.ahead = timedelta(0)
    office.say("second", "UASA", "min skärm blinkar", "")
    office.settle()
    return findings(office)


def test_a_clock_eight_days_ahead_posts_nothing_early_and_holds_nothing_up(
    offices: Offices,
) -> None:
    assert not _eight_days_ahead_and_back(offices)


# The checks can fail --------------------------------------------------------------------------


class ComputersClock(Clock):
    """A clock that jumps whenever the computer's does."""

    def __init__(self, computer: Callable[[], datetime], _since_boot: object) -> None:
        self._computer = computer

    def __call__(self) -> datetime:
        return self._computer()


def test_a_clock_that_follows_a_jump_is_seen(
    offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.simulation.replica.SteadyClock", ComputersClock)
    seen = _eight_days_ahead_and_back(offices)
    assert "ticket 2 has no card" in seen.wrong
    assert "job weekly_digest 2026-W49 ran before it was due" in seen.wrong


def test_a_post_that_comes_twice_is_seen(offices: Offices) -> None:
    office = _with_one_question(offices)
    (first, *_) = office.double.calls_of("chat.postMessage")
    office.double._api.call("chat.postMessage", office.double.bot_token, first.args)
    assert findings(office).twice


def test_an_event_that_is_lost_is_seen(offices: Offices) -> None:
    office = _with_one_question(offices)
    office.say("event", "UASA", "min skärm blinkar", "")
    assert len(findings(office).lost) == 3


def test_a_card_that_lies_is_seen(offices: Offices) -> None:
    office = _with_one_question(offices)
    with office.store.begin() as unit:
        unit._session.execute(text("UPDATE ticket SET status = 'solved'"))
    assert findings(office) == Findings(wrong=("the card of ticket 1 does not say solved",))


def _with_one_question(offices: Offices) -> Office:
    office = offices.run(4, ())
    office.say("first", "UASA", "skrivaren på plan 3 skriver bara streck", "")
    office.settle()
    assert not findings(office)
    return office

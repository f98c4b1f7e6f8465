"""The worker: each command once, none lost, and nobody waits for a slow one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.clock import MovableClock
from bot.worker import Worker
from models.commands import Command, MoveTicket, Place, PostMessage
from models.lotsen import Lotsen, open_lotsen
from models.mailbox import TRIES
from models.settings import Settings
from models.tables import InboxRow, InboxState
from tests.conftest import NOW
from tests.waiting import wait_until


@pytest.fixture
def lotsen(tmp_path: Path) -> Iterator[Lotsen]:
    url = f"sqlite:///{tmp_path / 'worker.db'}"
    opened = open_lotsen(Settings.load(_env_file=None, lotsen_database_url=url))
    yield opened
    opened.close()


def said(number: int) -> PostMessage:
    at = datetime(2026, 11, 23, 9, number, tzinfo=UTC)
    place = Place("CHELP", f"{at.timestamp():.6f}")
    return PostMessage(
        id=f"Ev{number}",
        user=f"U{number}",
        place=place,
        text=f"Skärm {number} är svart",
        where="help",
        at=at,
    )


def as_it_is(command: Command, _now: datetime) -> Command:
    return command


def rows(lotsen: Lotsen) -> dict[str, InboxRow]:
    with lotsen.store.snapshot() as unit:
        return {row.id: row for row in unit._session.exec(select(InboxRow)).all()}


@contextmanager
def running(worker: Worker) -> Iterator[threading.Event]:
    stop, wake = threading.Event(), threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop, wake), daemon=True)
    thread.start()
    yield wake
    assert thread.is_alive()
    stop.set()
    wake.set()
    thread.join(10)


class StandingClock(MovableClock):
    """A clock that moves only when it is moved: a slow machine takes no time."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self._moment = start

    def __call__(self) -> datetime:
        return self._moment

    def forward(self, by: timedelta) -> datetime:
        self._moment += by
        return self._moment


class Asked(MovableClock):
    """A clock that counts how often it was asked: once for each try of an idle worker."""

    def __init__(self) -> None:
        super().__init__(NOW)
        self.times = 0

    def __call__(self) -> datetime:
        self.times += 1
        return super().__call__()


def test_a_slow_command_delays_no_acknowledgement(lotsen: Lotsen) -> None:
    clock = MovableClock(NOW)
    begun, may_end = threading.Event(), threading.Event()

    def slow(command: Command, _now: datetime) -> Command:
        begun.set()
        assert may_end.wait(60)  # as long as Slack takes to say who somebody is
        return command

    lotsen.mailbox.accept(said(0), clock())
    with running(Worker(lotsen, clock, slow, lambda: None)):
        assert begun.wait(60)
        for number in range(20):
            click = MoveTicket(
                id=f"click{number}", user="UKIM", ticket_id=1, move="claim", at=clock()
            )
            lotsen.mailbox.accept(click, clock())
        received = rows(lotsen)
        may_end.set()

    assert len(received) == 21
    assert received["Ev0"].state is InboxState.WAITING


@pytest.mark.slow
def test_a_command_that_fails_is_tried_again_later_and_is_then_left_to_a_person(
    lotsen: Lotsen,
) -> None:
    clock = StandingClock(NOW)

    def fails(command: Command, _now: datetime) -> Command:
        if command.id == "Ev1":
            raise KeyError("broken")
        return command

    worker = Worker(lotsen, clock, fails, lambda: None)
    lotsen.mailbox.accept(said(1), clock())
    lotsen.mailbox.accept(said(2), clock())
    assert worker.step()
    assert worker.step()
    assert not worker.step()  # the failed one waits, the other is done
    assert rows(lotsen)["Ev2"].state is InboxState.DONE
    for _ in range(TRIES - 1):
        clock.forward(timedelta(minutes=6))
        assert worker.step()
    clock.forward(timedelta(days=1))
    assert not worker.step()
    row = rows(lotsen)["Ev1"]
    assert (row.state, row.attempts) == (InboxState.DEAD, TRIES)
    assert "KeyError" in row.error
    assert lotsen.load(clock()).inbox_dead == 1


def test_a_command_that_kills_the_process_is_in_the_end_left_alone(lotsen: Lotsen) -> None:
    clock = MovableClock(NOW)
    lotsen.mailbox.accept(said(1), clock())
    taken = 0
    while lotsen.mailbox.take(clock()) is not None:  # and then the process dies
        taken += 1
        assert taken <= TRIES
        clock.forward(timedelta(hours=1))
    assert rows(lotsen)["Ev1"].state is InboxState.DEAD


@pytest.mark.slow
def test_a_process_that_is_killed_again_and_again_does_not_use_up_a_commands_tries(
    lotsen: Lotsen,
) -> None:
    clock = MovableClock(NOW)
    lotsen.mailbox.accept(said(1), clock())
    deaths = 0
    for _ in range(300):  # seconds, in each of which the process may die over it
        deaths += lotsen.mailbox.take(clock()) is not None
        clock.forward(timedelta(seconds=1))
    assert 1 < deaths < TRIES
    clock.forward(timedelta(hours=1))
    assert lotsen.mailbox.take(clock()) is not None


def test_a_command_of_another_version_is_kept_and_the_others_are_handled(lotsen: Lotsen) -> None:
    clock = MovableClock(NOW)
    with lotsen.store.begin() as unit:
        unit.inbox.accept(command_id="odd", kind="x", payload='{"type": "from_2031"}', now=clock())
    lotsen.mailbox.accept(said(1), clock())
    worker = Worker(lotsen, clock, as_it_is, lambda: None)
    assert worker.step()
    found = rows(lotsen)
    assert (found["odd"].state, found["Ev1"].state) == (InboxState.DEAD, InboxState.DONE)


def test_a_worker_lives_through_a_database_that_is_away(lotsen: Lotsen) -> None:
    clock = Asked()
    lotsen.mailbox.accept(said(1), clock())
    with lotsen.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO away")
    with running(Worker(lotsen, clock, as_it_is, lambda: None)) as wake:
        assert wait_until(lambda: clock.times > 1, 30)
        with lotsen.store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO inbox")
        wake.set()
        assert wait_until(lambda: rows(lotsen)["Ev1"].state is InboxState.DONE)


@pytest.mark.slow
def test_a_worker_lives_through_a_database_that_is_broken(lotsen: Lotsen) -> None:
    clock = Asked()
    with lotsen.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE inbox SET state = 'waiting'")
        connection.exec_driver_sql(
            "INSERT INTO inbox"
            " (id, kind, payload, awaits, received_at, state, attempts, not_before, error)"
            " VALUES"
            " ('odd', 'x', '{}', '', 'yesterday', 'waiting', 0, '2026-01-01 00:00:00', '')"
        )
    with running(Worker(lotsen, clock, as_it_is, lambda: None)):
        assert wait_until(lambda: clock.times > 1, 30)  # it has failed, and goes on


@pytest.mark.slow
def test_a_command_is_done_once_though_it_is_handed_out_twice(lotsen: Lotsen) -> None:
    clock = MovableClock(NOW)
    command = replace(said(1))
    lotsen.mailbox.accept(command, clock())
    assert not lotsen.mailbox.accept(command, clock())
    threads = [threading.Thread(target=lotsen.handle, args=(command, clock())) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert lotsen.load(clock()).tickets == 1

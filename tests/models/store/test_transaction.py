"""One block is one transaction: all of it or nothing, seen by others at its end."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from models.errors import UnavailableError, describe_error
from models.store.transaction import Store
from models.tables import Case, CaseMessage, CaseState, EventKind, TicketEvent
from tests.rows import events

AtOnce = Callable[..., list[Any]]


def accept(store: Store, command_id: str, now: datetime) -> bool:
    with store.begin() as unit:
        return unit.inbox.accept(command_id=command_id, kind="ask", payload="{}", now=now)


def test_an_error_takes_back_everything(store: Store, now: datetime) -> None:
    def fail() -> None:
        with store.begin() as unit:
            unit.people.by_slack_id("UASA", now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.snapshot() as unit:
        assert unit.people.find("UASA") is None


def test_a_snapshot_holds_back_no_writer_and_sees_one_moment(store: Store, now: datetime) -> None:
    accept(store, "a", now)
    with store.snapshot() as unit:
        assert unit.inbox.waiting() == 1
        started = time.monotonic()
        assert accept(store, "b", now)
        assert time.monotonic() - started < 1
        assert unit.inbox.waiting() == 1
    with store.snapshot() as unit:
        assert unit.inbox.waiting() == 2


def test_a_snapshot_locks_no_row(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        person = unit.people.by_slack_id("UASA", now)
        case = Case(
            person_id=person.id, channel="C", thread_ts="1", entrance="help", language="sv",
            state=CaseState.OPEN, opened_at=now, last_message_at=now,
        )  # fmt: skip
        unit.tickets.save(case)
        unit.tickets.save(CaseMessage(case_id=case.id, channel="C", ts="1", text="hej"))
    with store.snapshot() as reading:
        assert reading.tickets.message_at("C", "1") is not None
        assert reading.tickets.case(case.id or 0).channel == "C"
        done = threading.Event()

        def write() -> None:
            with store.begin() as unit:
                row = unit.tickets.message_at("C", "1")
                assert row is not None
                row.text = "hejsan"
                unit.tickets.save(row)
            done.set()

        threading.Thread(target=write, daemon=True).start()
        assert done.wait(5)
    with store.snapshot() as unit:
        row = unit.tickets.message_at("C", "1")
        assert row is not None
        assert row.text == "hejsan"


def test_readers_and_writers_in_many_threads_never_meet_a_locked_database(
    store: Store, now: datetime, at_once: AtOnce
) -> None:
    def work(number: int) -> bool:
        for n in range(5):
            with store.begin() as unit:  # reads before it writes
                unit.inbox.waiting()
                unit.inbox.accept(command_id=f"{number}-{n}", kind="a", payload="", now=now)
            with store.snapshot() as unit:
                unit.inbox.waiting()
        return True

    assert at_once(16, work) == [True] * 16
    with store.snapshot() as unit:
        assert unit.inbox.waiting() == 80


def test_events_are_never_changed_or_removed(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        unit.tickets.record(TicketEvent(kind=EventKind.ASKED, at=now, command_id="a"))
    for statement in ("UPDATE ticket_event SET actor = 'x'", "DELETE FROM ticket_event"):
        with pytest.raises(DBAPIError, match="append-only"), store.engine.begin() as connection:
            connection.execute(text(statement))
    with store.snapshot() as unit:
        assert len(events(unit)) == 1


def test_sqlite_keeps_what_it_promised(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'folder' / 'made' / 'lotsen.db'}")
    with store.engine.connect() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        found = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in pragmas]
    assert found == ["wal", 2, 1, 1]
    store.close()


def test_a_database_that_is_away_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(UnavailableError, match="folder"):
        Store(f"sqlite:///{tmp_path / 'file' / 'lotsen.db'}")
    away = Store("postgresql+psycopg://nobody@127.0.0.1:9/nothing?connect_timeout=1")
    for use in (away.begin, away.snapshot):
        with pytest.raises(UnavailableError), use() as unit:
            unit.inbox.waiting()
    with pytest.raises(UnavailableError):
        away.check()


def test_a_lock_lets_one_in_at_a_time(store: Store, now: datetime, at_once: AtOnce) -> None:
    inside: list[int] = []

    def work(number: int) -> int:
        with store.begin() as unit:
            unit.lock("burst:UASA:C1")
            unit.inbox.waiting()
            inside.append(number)
            time.sleep(0.02)
            return len(inside) - inside.index(number)

    assert at_once(6, work) == [1] * 6


def test_an_error_of_the_database_tells_which_rule_and_nobodys_words(
    store: Store, now: datetime
) -> None:
    def twice() -> None:
        with store.begin() as unit:
            for text_ in ("first", "my secret"):
                unit.tickets.save(CaseMessage(channel="CSECRET", ts="1.1", text=text_))

    with pytest.raises(IntegrityError) as caught:
        twice()

    said = describe_error(caught.value)
    assert said in (
        "IntegrityError: UNIQUE constraint failed: case_message.channel, case_message.ts",
        "IntegrityError: uq_case_message_place",
    )
    assert "my secret" not in str(caught.value)

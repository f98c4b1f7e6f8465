"""The tables come and go by steps, once, and never over a newer version's."""

import subprocess
import sys
from datetime import date, datetime

import pytest
from sqlalchemy import Date, bindparam, insert, inspect, text
from sqlmodel import col, select

from models.errors import InvalidError
from models.store import migration
from models.store.transaction import Store
from models.tables import InboxRow, InboxState, OutboxRow, PostKind, PostState


@pytest.fixture
def empty(empty_url: str) -> Store:
    return Store(empty_url.replace("postgresql://", "postgresql+psycopg://"))


def tables(store: Store) -> set[str]:
    return set(inspect(store.engine).get_table_names())


def test_up_down_and_up_again_ends_where_the_tables_are(empty: Store) -> None:
    assert migration.status(empty)[0] == ""
    migration.upgrade(empty)
    current, head = migration.status(empty)
    assert current == head
    migration.check(empty)
    made = tables(empty)
    assert {"ticket", "ticket_event", "inbox", "outbox", "job_run"} <= made
    migration.downgrade(empty, "base")
    assert tables(empty) <= {"alembic_version"}
    migration.upgrade(empty)
    migration.check(empty)
    assert tables(empty) == made
    empty.close()


def test_every_step_can_be_taken_back_alone(empty: Store) -> None:
    migration.upgrade(empty)
    made = tables(empty)
    while migration.status(empty)[0]:
        migration.downgrade(empty, "-1")
    assert tables(empty) <= {"alembic_version"}
    migration.upgrade(empty)
    migration.check(empty)
    assert tables(empty) == made
    empty.close()


def test_a_second_upgrade_changes_nothing(empty: Store) -> None:
    migration.upgrade(empty)
    before = migration.status(empty)
    migration.upgrade(empty)
    assert migration.status(empty) == before
    empty.close()


def test_a_newer_versions_database_is_left_alone(empty: Store) -> None:
    migration.upgrade(empty)
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(InvalidError, match="9999"):
        migration.upgrade(empty)
    assert migration.status(empty)[0] == "9999"
    empty.close()


def test_clicks_that_are_to_leave_no_trace_leave_none_of_before(
    empty: Store, now: datetime
) -> None:
    migration.upgrade(empty, "0020")
    with empty.engine.begin() as connection:
        for id_, kind, state in (
            ("click:a", "answer_pulse", InboxState.DONE),
            ("click:b", "rate_ticket", InboxState.WAITING),
            ("click:c", "move_ticket", InboxState.DONE),
        ):
            command = {"id": id_, "kind": kind, "payload": "", "state": state}
            connection.execute(insert(InboxRow), command | dict.fromkeys(WHEN, now))
            post = {"key": f"reply:{id_}", "kind": PostKind.POST, "channel": "UASA", "message": ""}
            sent = {"state": PostState.SENT, "not_before": now, "created_at": now}
            connection.execute(insert(OutboxRow), post | sent)

    migration.upgrade(empty)

    with empty.engine.connect() as connection:
        left = connection.execute(select(InboxRow.id).order_by(col(InboxRow.id))).scalars().all()
        posts = connection.execute(select(OutboxRow.key).order_by(col(OutboxRow.key))).scalars()
        assert left == ["click:b", "click:c"]
        assert posts.all() == ["reply:click:b", "reply:click:c"]
    empty.close()


WHEN = ("received_at", "not_before")

START = """
import sys
from models.store import migration
from models.store.transaction import Store
store = Store(sys.argv[1])
migration.upgrade(store)
migration.check(store)
store.close()
"""


@pytest.mark.slow
def test_three_replicas_that_start_at_once_migrate_once(empty: Store) -> None:
    replicas = [
        subprocess.Popen([sys.executable, "-c", START, empty.url], stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    failures = [replica.communicate(timeout=60)[1].decode() for replica in replicas]
    assert [replica.returncode for replica in replicas] == [0, 0, 0], failures
    current, head = migration.status(empty)
    assert current == head
    empty.close()


def test_a_comparison_says_nothing_on_standard_output(
    empty: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    migration.upgrade(empty)
    migration.check(empty)
    assert capsys.readouterr().out == ""
    empty.close()


def test_an_assumption_that_goes_back_to_one_value_keeps_the_one_in_force(empty: Store) -> None:
    migration.upgrade(empty)
    rows = (
        ("loaded_rate", 45, "2000-01-01"),
        ("loaded_rate", 60, "2021-10-01"),
        ("loaded_rate", 55, "2021-07-01"),  # decided later, for earlier quarters
        ("loaded_rate", 99, "2900-01-01"),
        ("recapture_mid", 0.6, "2901-01-01"),
        ("recapture_mid", 0.4, "2900-01-01"),  # nothing is in force yet: the first that will be
    )
    add = text(
        'INSERT INTO assumption ("key", value, unit, source, changed_at, holds_from) '
        "VALUES (:key, :value, '', '', '2026-11-01 09:00:00', :since)"
    )
    with empty.engine.begin() as connection:
        for key, value, since in rows:
            day = date.fromisoformat(since)
            connection.execute(
                add.bindparams(bindparam("since", type_=Date)),
                {"key": key, "value": value, "since": day},
            )

    migration.downgrade(empty, "0018")

    with empty.engine.connect() as connection:
        kept = connection.execute(text('SELECT "key", value FROM assumption ORDER BY "key"')).all()
    assert [tuple(row) for row in kept] == [("loaded_rate", 60), ("recapture_mid", 0.4)]
    empty.close()

"""Each person has one command in a round: whoever sends thousands delays nobody else."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import select

from models.commands import SLOW
from models.store.transaction import Store, UnitOfWork
from models.tables import InboxRow, InboxState
from tests.conftest import NOW
from tests.databases import migrated_in_memory

AtOnce = Callable[..., list[Any]]
LEASE = timedelta(seconds=30)
MANY = 10_000


def accept(
    unit: UnitOfWork, command_id: str, person: str, now: datetime, kind: str = "ask"
) -> None:
    assert unit.inbox.accept(
        command_id=command_id, kind=kind, payload="{}", now=now, person=person, slow=SLOW
    )


def flood(store: Store, now: datetime, many: int = MANY) -> None:
    """Let one person's commands wait: the first as anybody's, the others as those after it."""
    with store.begin() as unit:
        accept(unit, "UFLOOD:0", "UFLOOD", now)
        rows = [
            InboxRow(
                id=f"UFLOOD:{n}",
                kind="ask",
                payload="{}",
                received_at=now,
                not_before=now,
                state=InboxState.WAITING,
                person="UFLOOD",
                turn=n,
            )
            for n in range(1, many - 1)
        ]
        unit._session.add_all(rows)
        unit._session.flush()
        accept(unit, f"UFLOOD:{many - 1}", "UFLOOD", now)


def take(unit: UnitOfWork, now: datetime, **lane: Any) -> str:
    row = unit.inbox.claim(now, LEASE, SLOW, **lane)
    return row.id if row is not None else ""


def work(store: Store, now: datetime, times: int) -> list[str]:
    """Take and finish commands, one after the other."""
    done = []
    for _ in range(times):
        with store.begin() as unit:
            done.append(take(unit, now))
        with store.begin() as unit:
            unit.inbox.finish(done[-1], now)
    return done


def test_anothers_first_command_waits_for_one_of_ten_thousand(store: Store, now: datetime) -> None:
    flood(store, now)
    later = now + timedelta(minutes=3)
    with store.begin() as unit:
        accept(unit, "asa", "UASA", later)
    assert work(store, later, 3) == ["UFLOOD:0", "asa", "UFLOOD:1"]


def test_whoever_comes_while_the_thousands_are_handled_is_next_but_one(
    store: Store, now: datetime
) -> None:
    flood(store, now, 100)
    work(store, now, 40)
    with store.begin() as unit:
        assert take(unit, now) == "UFLOOD:40"  # in somebody's hands
        for name in ("UASA", "UBO", "UASA"):
            accept(unit, f"{name}:{unit.inbox.waiting()}", name, now)
    with store.begin() as unit:
        accept(unit, "nobody:1", "", now)
        accept(unit, "nobody:2", "", now)
    assert work(store, now, 8) == [
        *("UFLOOD:41", "UASA:60", "UBO:61", "nobody:1"),
        *("UFLOOD:42", "UASA:62", "nobody:2", "UFLOOD:43"),
    ]


def test_the_last_of_somebody_in_hands_is_no_reason_to_overtake_what_follows(
    store: Store, now: datetime
) -> None:
    flood(store, now, 3)
    work(store, now, 2)
    with store.begin() as unit:
        assert take(unit, now) == "UFLOOD:2"
        accept(unit, "asa", "UASA", now)
        accept(unit, "UFLOOD:3", "UFLOOD", now)
        accept(unit, "bo", "UBO", now)
    assert work(store, now, 3) == ["asa", "bo", "UFLOOD:3"]


def test_a_lane_has_rounds_of_its_own(store: Store, now: datetime) -> None:
    flood(store, now, 50)
    with store.begin() as unit:
        for n in range(3):
            accept(unit, f"read:{n}", "UASA", now, "read_passages")
        accept(unit, "read:bo", "UBO", now, "read_passages")
        taken = [take(unit, now, lane="slow") for _ in range(5)]
    assert taken == ["read:0", "read:bo", "read:1", "read:2", ""]


def test_what_is_for_later_is_no_reason_to_wait(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        for n in range(20):
            due = now + timedelta(minutes=10)
            unit.inbox.accept(command_id=f"end:{n}", kind="ask", payload="{}", now=now, due=due)
    flood(store, now, 20)
    with store.begin() as unit:
        accept(unit, "deleted", "", now)
    assert work(store, now, 3) == ["UFLOOD:0", "deleted", "UFLOOD:1"]


@given(st.lists(st.sampled_from(("UASA", "UBO", "UCIA", "", None)), max_size=40))
@settings(max_examples=60, deadline=None)
def test_each_persons_commands_come_in_their_order(steps: Sequence[str | None]) -> None:
    """None takes one; in between, each person may write at any moment."""
    with_tables = migrated_in_memory()
    written: dict[str, list[str]] = {}
    taken: list[str] = []
    with with_tables.begin() as unit:
        for number, person in enumerate([*steps, *[None] * len(steps)]):
            if person is not None:
                accept(unit, f"{person}:{number}", person, NOW)
                written.setdefault(person, []).append(f"{person}:{number}")
            elif command_id := take(unit, NOW):
                taken.append(command_id)
                if number % 2:
                    unit.inbox.finish(command_id, NOW)
    with_tables.close()
    for person, theirs in written.items():
        assert [one for one in taken if one.split(":")[0] == person] == theirs


def test_two_workers_never_take_the_same(store: Store, now: datetime, at_once: AtOnce) -> None:
    flood(store, now, 30)
    with store.begin() as unit:
        accept(unit, "asa", "UASA", now)

    def some(_: int) -> list[str]:
        mine = []
        for _n in range(6):
            with store.begin() as unit:
                mine.append(take(unit, now))
        return [one for one in mine if one]

    taken = [one for mine in at_once(4, some) for one in mine]
    assert len(taken) == len(set(taken))
    assert "asa" in taken


@pytest.mark.parametrize("ending", ["finish", "give_up_held"])
def test_whose_it_was_goes_with_its_words(store: Store, now: datetime, ending: str) -> None:
    with store.begin() as unit:
        accept(unit, "asa", "UASA", now)
        if ending == "finish":
            unit.inbox.finish("asa", now)
        else:
            unit.inbox.hold("asa", "C1:1")
            unit.inbox.give_up_held(now + timedelta(hours=2))
        row = unit._session.exec(select(InboxRow)).one()
        unit._session.refresh(row)
        assert (row.person, row.payload) == ("", "")


def test_whoever_is_erased_has_nothing_waiting(store: Store, now: datetime) -> None:
    """Not even what the desk asks itself about their words, which does not name them."""
    with store.begin() as unit:
        person = unit.people.by_slack_id("UASA", now)
        accept(unit, "read:1", "UASA", now, "read_passages")
        accept(unit, "bo", "UBO", now)
        unit.erasure.empty(unit.erasure.whose(person), now)
    with store.begin() as unit:
        rows = {row.id: row for row in unit._session.exec(select(InboxRow)).all()}
        assert (rows["read:1"].person, rows["read:1"].state) == ("", InboxState.DONE)
        assert (rows["bo"].person, rows["bo"].state) == ("UBO", InboxState.WAITING)


def test_a_version_that_knows_no_turns_goes_on(store: Store, now: datetime) -> None:
    """It names neither column when it stores a command, and takes them by their number."""
    old = text(
        "INSERT INTO inbox (id, kind, payload, received_at, state, awaits, attempts, not_before, "
        "error) VALUES (:id, 'ask', '{}', :now, 'waiting', '', 0, :now, '')"
    )
    with store.begin() as unit:
        accept(unit, "new", "UASA", now)
        stored = (
            unit._session.connection().exec_driver_sql("SELECT received_at FROM inbox").scalar()
        )
        unit._session.execute(old, {"id": "old", "now": stored})
    assert work(store, now, 2) == ["new", "old"]

"""What the proof rests on cannot be changed, removed or slipped in unseen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import Connection, Table, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from models.store import audit
from models.store.audit import AUDITED, METERED, START, AuditProblem, AuditRepository, Break
from models.store.scope import ScopedSession
from models.store.transaction import Store
from models.tables import (
    Assumption,
    AuditEntry,
    Baseline,
    BaselineChoice,
    BaselineStep,
    BudgetEntry,
    CostEntry,
    CostKind,
    FreedDeclaration,
    IssuedStatement,
    MoneyAct,
    MoneyDecision,
    Person,
    ValueChoice,
    VendorChange,
)
from tests.databases import unguarded

DAY = date(2026, 11, 2)
SECOND = timedelta(seconds=1)


def a_cost(now: datetime, cents: int = 900, description: str = "Licences") -> CostEntry:
    return CostEntry(
        kind=CostKind.LICENCE,
        description=description,
        cents=cents,
        booked_on=DAY,
        recorded_at=now,
    )


def one_of_each(now: datetime) -> list[SQLModel]:
    """Return rows for every audited table, those that others point at first."""
    return [
        a_cost(now),
        a_cost(now, 1200, METERED),
        Assumption(
            key="loaded_rate",
            value=50,
            unit="money/h",
            source="CFO",
            changed_at=now,
            holds_from=DAY,
        ),
        Baseline(frozen_at=now, first_day=DAY, last_day=DAY, sha256="ab" * 32, content="{}"),
        BaselineChoice(step=BaselineStep.ASKED, at=now),
        BudgetEntry(kind=CostKind.LICENCE, period="2027", cents=5, recorded_at=now),
        FreedDeclaration(quarter="2026Q4", uses="backlog=100", at=now),
        IssuedStatement(
            quarter="2026Q4",
            issued_at=now,
            sha256="ab" * 32,
            content="{}",
            message="{}",
            last_event=7,
        ),
        MoneyDecision(
            statement_id=1, quarter="2026Q4", sha256="ab" * 32, act=MoneyAct.CONFIRMED, at=now
        ),
        ValueChoice(key="running_costs", value="inside", recorded_at=now),
        VendorChange(
            purpose="chat", before="A", after="B", reason="price", changed_on=DAY, recorded_at=now
        ),
    ]


def written(store: Store, rows: list[Any]) -> None:
    for row in rows:
        with store.begin() as unit:
            unit.figures.save(row)


def problems(store: Store) -> list[AuditProblem]:
    with store.snapshot() as unit:
        return list(unit.audit.problems())


@contextmanager
def tampered(store: Store) -> Iterator[tuple[Connection, Callable[[], list[AuditProblem]]]]:
    """Let somebody with the database's own password change what they like; it is undone after."""
    with store.engine.connect() as connection:
        unguarded(connection)

        def found() -> list[AuditProblem]:
            return list(AuditRepository(ScopedSession(connection)).problems())

        yield connection, found
        connection.rollback()


def table_of(kind: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(kind.__tablename__)]


def other(value: Any, column: Any) -> Any:
    """Return another value that the column can hold."""
    if value is None:
        value = {"date": DAY, "datetime": None}.get(column.type.python_type.__name__, 0)
    if isinstance(value, StrEnum):
        return next(member for member in type(value) if member is not value)
    if isinstance(value, str):
        return f"{value[:-1]}{'y' if value.endswith('x') else 'x'}"
    if isinstance(value, datetime):
        return value + SECOND
    return value + (timedelta(days=1) if isinstance(value, date) else 1)


AUDIT_TABLES = [*AUDITED, AuditEntry]


def test_each_row_has_its_entry_after_the_one_before(store: Store, now: datetime) -> None:
    rows = one_of_each(now)
    assert {type(row) for row in rows} == set(AUDITED)
    written(store, rows)
    with store.snapshot() as unit:
        head = unit.audit.head()
        entries = unit.audit._session.execute(table_of(AuditEntry).select()).all()
    assert head.n == len(rows)
    assert head.chain == entries[-1].chain != START
    assert [entry.number for entry in entries] == list(range(1, len(rows) + 1))
    assert {entry.kind for entry in entries} == {row.__tablename__ for row in rows}
    assert problems(store) == []


def test_what_is_taken_back_leaves_no_entry(store: Store, now: datetime) -> None:
    def fail() -> None:
        with store.begin() as unit:
            unit.figures.save(a_cost(now))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.snapshot() as unit:
        assert unit.audit.head().n == 0


def test_a_row_written_twice_in_a_transaction_is_entered_once(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        row = unit.figures.save(a_cost(now))
        row.cents = 1000
        unit.figures.save(row)
    with store.snapshot() as unit:
        assert unit.audit.head().n == 1
    assert problems(store) == []


def test_the_metered_cost_may_grow_and_each_growth_is_entered(store: Store, now: datetime) -> None:
    metered, booked = a_cost(now, 1, METERED), a_cost(now)
    written(store, [metered, booked])
    for row in (metered, booked):
        row.cents += 1
        written(store, [row])
    with store.snapshot() as unit:
        assert unit.audit.head().n == 4
    assert problems(store) == [AuditProblem("cost_entry", str(booked.id), Break.REPEATED)]


def test_a_row_that_is_dated_back_is_found(store: Store, now: datetime) -> None:
    written(store, [a_cost(now), a_cost(now - timedelta(minutes=50))])
    assert problems(store) == []

    back = a_cost(now - timedelta(days=20))
    written(store, [back])

    assert problems(store) == [AuditProblem("cost_entry", str(back.id), Break.DATED_BACK)]


@pytest.mark.parametrize("kind", AUDIT_TABLES)
def test_the_database_refuses_to_change_or_remove(
    store: Store, now: datetime, kind: type[SQLModel]
) -> None:
    written(store, one_of_each(now))
    table = table_of(kind)
    column = "description" if kind is CostEntry else next(iter(table.primary_key)).name
    for verb in (table.update().values({column: table.c[column]}), table.delete()):
        with (
            store.engine.connect() as connection,
            pytest.raises(DBAPIError, match=r"append-only|frozen"),
        ):
            connection.execute(verb)


@pytest.mark.parametrize("kind", AUDIT_TABLES)
def test_any_value_that_was_changed_is_found(
    store: Store, now: datetime, kind: type[SQLModel]
) -> None:
    written(store, one_of_each(now))
    table = table_of(kind)
    key = next(iter(table.primary_key))
    with store.engine.connect() as connection:
        rows = connection.execute(table.select()).mappings().all()
    assert rows
    for row in rows:
        for column in table.columns:
            with tampered(store) as (connection, found):
                value = other(row[column.name], column)
                if column is key:
                    value = 1000 + row[column.name]
                change = update(table).where(key == row[key.name]).values({column.name: value})
                connection.execute(change)
                assert found(), f"{table.name}.{column.name} → {value!r}"


def test_a_word_that_no_version_knows_is_found_like_any_other(store: Store, now: datetime) -> None:
    written(store, [a_cost(now)])
    with tampered(store) as (connection, found):
        connection.execute(text("UPDATE cost_entry SET kind = 'bribe'"))
        assert found() == [AuditProblem("cost_entry", "1", Break.CHANGED)]


@pytest.mark.parametrize("kind", AUDIT_TABLES)
def test_any_row_that_was_removed_is_found(
    store: Store, now: datetime, kind: type[SQLModel]
) -> None:
    written(store, one_of_each(now))
    table = table_of(kind)
    key = next(iter(table.primary_key))
    with store.engine.connect() as connection:
        keys = connection.execute(select(key)).scalars().all()
    for one in keys:
        with tampered(store) as (connection, found):
            connection.execute(table.delete().where(key == one))
            assert found(), f"{table.name} {one}"


@pytest.mark.parametrize("kind", AUDIT_TABLES)
def test_any_row_that_was_slipped_in_is_found(
    store: Store, now: datetime, kind: type[SQLModel]
) -> None:
    written(store, one_of_each(now))
    table = table_of(kind)
    key = next(iter(table.primary_key))
    with tampered(store) as (connection, found):
        row = connection.execute(table.select()).mappings().first()
        assert row is not None
        other_key = {"quarter": "2027Q1"} if kind is IssuedStatement else {}
        connection.execute(insert(table).values({**row, **other_key, key.name: 1000}))
        assert found()


def test_entries_that_changed_places_are_found(store: Store, now: datetime) -> None:
    written(store, [a_cost(now, cents) for cents in (1, 2, 3)])
    number = table_of(AuditEntry).c.number
    with tampered(store) as (connection, found):
        for here, there in ((2, 1000), (3, 2), (1000, 3)):
            connection.execute(update(AuditEntry).where(number == here).values(number=there))
        assert {problem.why for problem in found()} == {Break.CHAIN}


def test_transactions_at_once_are_chained_one_after_the_other(
    store: Store, now: datetime, at_once: Callable[..., list[Any]]
) -> None:
    def book(cents: int) -> None:
        with store.begin() as unit:
            unit.figures.save(a_cost(now, cents + 1))

    assert at_once(8, book) == [None] * 8
    with store.snapshot() as unit:
        assert unit.audit.head().n == 8
    assert problems(store) == []


def test_erasing_a_name_breaks_nothing(now: datetime) -> None:
    """What is personal is in no hash, so that it may be emptied."""
    table = table_of(Person)
    row = Person(id="p", slack_id="UASA", name="Åsa", seen_at=now).model_dump()
    emptied = {**row, "slack_id": None, "name": ""}
    assert audit._sha256(table, row) == audit._sha256(table, emptied)
    assert audit._sha256(table, row) != audit._sha256(table, {**row, "seen_at": now + SECOND})

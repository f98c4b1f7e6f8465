"""Databases with tables and nothing in them: quicker copied or emptied than migrated each time."""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.util import LRUCache

from models import lotsen
from models.store import transaction
from models.store.migration import upgrade
from models.store.transaction import Store

POSTGRES = os.environ.get("LOTSEN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


@contextmanager
def compiled_once() -> Iterator[None]:
    """Let the databases of this process share the SQL that SQLAlchemy made of a statement.

    Each engine compiles for itself, as its dialect is part of the cache's key; a test that
    opens a database of its own would compile hundreds of statements anew.
    """
    opened, first = transaction._open, dict[str, Engine]()
    compiled: LRUCache[Any, Any] = LRUCache(5000)

    def sharing(url: str) -> Engine:
        engine = opened(url)
        engine.update_execution_options(compiled_cache=compiled)
        dialect = first.setdefault(engine.dialect.driver, engine).dialect
        if dialect.server_version_info:  # it was connected, and knows what it speaks to
            engine.dialect = dialect
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction, "_open", sharing)
        yield


@contextmanager
def migrated_once() -> Iterator[None]:
    """Give a new SQLite database, when it is opened with the core, the tables made before.

    To make them takes a third of a second, for most commands more than all they do. What
    calls `upgrade` by itself still takes every step, and so do the tests of migrations.
    """
    made: list[Store] = []

    def quickly(store: Store) -> None:
        if store.engine.dialect.name != "sqlite" or _has_tables(store):
            upgrade(store)
            return
        if not made:
            made.append(migrated_in_memory())
        copy_into(store, made[0])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lotsen, "migration", SimpleNamespace(upgrade=quickly))
        yield
    for store in made:
        store.close()


def _has_tables(store: Store) -> bool:
    with store.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT 1 FROM sqlite_master").first() is not None


def migrated_in_memory() -> Store:
    """Return a new SQLite database in memory with all tables."""
    opened = Store("sqlite://")
    migrate(opened)
    return opened


NEXT_SCHEMA = "LOTSEN_TEST_NEXT_SCHEMA"
"""With this in the environment the tests run on the tables of a version to come."""


def migrate(store: Store) -> None:
    """Bring a database to the tables of this version; where the tests ask for it, beyond them.

    A version to come may expand: here it adds a column, an index and a default to each table,
    and a table of its own. This version must not notice.
    """
    upgrade(store)
    if NEXT_SCHEMA not in os.environ:
        return
    tables = inspect(store.engine).get_table_names()
    with store.engine.begin() as connection:
        for name in {*tables} - {"alembic_version", "schema_support"}:
            connection.execute(text(f'ALTER TABLE "{name}" ADD COLUMN next_word VARCHAR'))
            add = f'ALTER TABLE "{name}" ADD COLUMN next_number INTEGER NOT NULL DEFAULT 0'
            connection.execute(text(add))
            connection.execute(text(f'CREATE INDEX "ix_{name}_next" ON "{name}" (next_word)'))
        connection.execute(text("CREATE TABLE next_table (id INTEGER PRIMARY KEY)"))
        connection.execute(text("UPDATE alembic_version SET version_num = 'next'"))


def copy_of(template: Store) -> Store:
    """Return a SQLite database in memory that holds what ``template`` holds."""
    opened = Store("sqlite://")
    copy_into(opened, template)
    return opened


def copy_into(opened: Store, template: Store) -> None:
    """Let a SQLite database in memory hold what ``template`` holds, and nothing else."""
    source, target = template.engine.raw_connection(), opened.engine.raw_connection()
    assert isinstance(source.driver_connection, sqlite3.Connection)
    assert isinstance(target.driver_connection, sqlite3.Connection)
    source.driver_connection.backup(target.driver_connection)
    target.close()
    source.close()


@contextmanager
def new_postgres() -> Iterator[str]:
    """Create a PostgreSQL database without tables; it is dropped afterwards."""
    name = f"lotsen_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
    finally:
        with psycopg.connect(POSTGRES, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT IN ('alembic_version', 'schema_support')
"""
_COUNT_FROM_ONE = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"


def make_empty(url: str) -> None:
    """Leave a migrated PostgreSQL database as it was after its migration.

    That takes a few milliseconds, to create and drop one several tenths of a second.
    """
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(_OTHERS)
        tables = [sql.Identifier(name) for (name,) in admin.execute(_TABLES)]
        holds = sql.SQL("SELECT {} WHERE EXISTS (SELECT 1 FROM {})")
        asked = [holds.format(sql.Literal(one.as_string()), one) for one in tables]
        filled = admin.execute(sql.SQL(" UNION ALL ").join(asked)).fetchall()
        # What may only be added to refuses to be deleted; here its triggers are asleep.
        admin.execute("SET session_replication_role = replica")
        for (name,) in filled:
            admin.execute(sql.SQL("DELETE FROM {}").format(sql.SQL(name)))
        admin.execute(_COUNT_FROM_ONE)


def unguarded(connection: Connection) -> None:
    """Let append-only tables be changed in this transaction, as whoever has the password can."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    for name in triggers.scalars().all():
        connection.execute(text(f"DROP TRIGGER {name}"))

"""What many tests stand on: an empty database, on SQLite and on PostgreSQL."""

import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from models.store.migration import upgrade
from models.store.transaction import Store
from tests.databases import copy_of, migrated_in_memory

# A busy machine is no bug: examples may take their time, the suite as a whole may not.
# In CI the examples are the same each time: there a failure must be of the change's making.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")

POSTGRES = os.environ.get("LOTSEN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _postgres_answers() -> bool:
    try:
        with psycopg.connect(POSTGRES, connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


@pytest.fixture(scope="session")
def postgres_answers() -> bool:
    return _postgres_answers()


@pytest.fixture
def postgres_url(postgres_answers: bool) -> Iterator[str]:
    """A fresh PostgreSQL database without tables."""
    _need(postgres_answers)
    name = f"lotsen_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    yield POSTGRES.rsplit("/", 1)[0] + "/" + name
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables; the test runs once on each kind."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'lotsen.db'}"


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, to be copied: quicker than to migrate for each test."""
    file = tmp_path_factory.mktemp("template") / "lotsen.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_template(postgres_answers: bool) -> Iterator[str]:
    """The name of a PostgreSQL database with all tables, to be copied."""
    name = f"lotsen_template_{uuid.uuid4().hex[:12]}"
    if postgres_answers:
        _admin(f'CREATE DATABASE "{name}"')
        _migrate(_driver(POSTGRES.rsplit("/", 1)[0] + "/" + name))
    yield name
    if postgres_answers:
        _admin(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgres"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with all tables; the test runs once on each kind."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "lotsen.db")
        yield f"sqlite:///{file}"
        return
    _need(request.getfixturevalue("postgres_answers"))
    name = f"lotsen_test_{uuid.uuid4().hex[:12]}"
    template = request.getfixturevalue("migrated_template")
    _admin(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield _driver(POSTGRES.rsplit("/", 1)[0] + "/" + name)
    _admin(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database_url(migrated_url: str) -> str:
    """The same, for whoever hands the address to another process."""
    return migrated_url


@pytest.fixture(scope="session")
def empty() -> Iterator[Store]:
    """A SQLite database in memory with all tables, to be copied."""
    opened = migrated_in_memory()
    yield opened
    opened.close()


@pytest.fixture
def memory(empty: Store) -> Iterator[Store]:
    """A SQLite database in memory with all tables and nothing in them."""
    opened = copy_of(empty)
    yield opened
    opened.close()


def _need(postgres_answers: bool) -> None:
    """Pass over a test where no PostgreSQL is; under CI it must be there."""
    if postgres_answers:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"PostgreSQL does not answer at {POSTGRES}")
    pytest.skip(f"PostgreSQL does not answer at {POSTGRES}")


def _admin(statement: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(statement.encode())


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


def _migrate(url: str) -> None:
    store = Store(url)
    upgrade(store)
    store.close()


@pytest.fixture
def now() -> datetime:
    return NOW

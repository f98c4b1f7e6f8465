"""What many tests stand on: an empty database, on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import structlog
from hypothesis import settings

from models.store.transaction import Store
from tests.databases import (
    POSTGRES,
    compiled_once,
    copy_of,
    make_empty,
    migrate,
    migrated_in_memory,
    migrated_once,
    new_postgres,
)
from tests.measurements import measured_once
from tests.slow_tests import SlowTests, mark_slow
from tests.workers import SharedFileScheduling

# A busy machine is no bug: examples may take their time, the suite as a whole may not.
# CI tries every example, and the same each time: there a failure must be of the change's making.
# At home a quarter of them, others each time; `--hypothesis-profile=all` tries every one.
settings.register_profile("all", deadline=None, derandomize="CI" in os.environ)
settings.register_profile("quick", settings.get_profile("all"), max_examples=25)
settings.load_profile("all" if "CI" in os.environ else "quick")

# A test that wants to know what texts mean says so; the engine would cost each one a second.
os.environ["LOTSEN_EMBEDDINGS"] = "none"

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


# Where files are in memory no test waits for a disk: each commit is written through.
_IN_MEMORY, _ENOUGH = Path("/dev/shm"), 2 << 30  # noqa: S108  # pytest makes its own folder there


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--measure-slow") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(SlowTests())
    if _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free >= _ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_IN_MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_slow(items)


@pytest.fixture(scope="session", autouse=True)
def _made_once() -> Iterator[None]:
    with compiled_once(), migrated_once(), measured_once():
        yield


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of this run share, and no other run."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent  # a worker's own is in that of the run


@pytest.fixture(scope="session", autouse=True)
def _short_tracebacks() -> Iterator[None]:
    """Log errors as they are raised: structlog draws each variable of each frame, for seconds."""
    told = structlog.get_config()
    drawn = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*told["processors"][:-1], drawn])
    yield
    structlog.configure(**told)


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
    with new_postgres() as url:
        yield url


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
def migrated_postgres() -> Iterator[str]:
    """A PostgreSQL database with all tables; each test leaves it empty for the next."""
    with new_postgres() as url:
        _migrate(_driver(url))
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with all tables; the test runs once on each kind."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "lotsen.db")
        yield f"sqlite:///{file}"
        return
    _need(request.getfixturevalue("postgres_answers"))
    url = request.getfixturevalue("migrated_postgres")
    yield _driver(url)
    make_empty(url)


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


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


def _migrate(url: str) -> None:
    store = Store(url)
    migrate(store)
    store.close()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> SharedFileScheduling:
    """Let one worker make what the tests of a file share."""
    return SharedFileScheduling(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    help_ = "Write what the commands say now into tests/bot/cli/recorded_calls.json."
    parser.addoption("--record", action="store_true", help=help_)
    help_ = "Write the names of the tests that are slow now into tests/slow_tests.txt."
    parser.addoption("--measure-slow", action="store_true", help=help_)
    help_ = "How many made-up conversations are delivered in any order."
    parser.addoption("--orders", type=int, default=130, help=help_)
    help_ = "How many seeds of faults are tried in the simulation."
    parser.addoption("--seeds", type=int, default=12, help=help_)
    help_ = "The one seed of faults that is tried in the simulation."
    parser.addoption("--seed", type=int, default=None, help=help_)

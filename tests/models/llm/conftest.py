"""A database, a service that fails on purpose, and a language model between them."""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from models.llm import ChoiceOption, Llm
from models.llm.endpoint import Endpoint, Price
from models.store.migration import upgrade
from models.store.transaction import Store
from tests.models.llm.fault_server import KEY, FaultServer
from tests.models.llm.registered import register_models

ZONE = ZoneInfo("Europe/Stockholm")
CHOICES = (
    ChoiceOption("vpn", "VPN", "Remote access to the network"),
    ChoiceOption("printer", "Printer", "Printing and scanning"),
    ChoiceOption("account", "Account", "Passwords and log-in"),
)

MakeLlm = Callable[..., Llm]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "llm: asks a real local language model, where there is one")


@pytest.fixture(scope="session", autouse=True)
def _imported() -> None:
    """Import the SDK before a deadline runs: it takes a second, once a process."""
    importlib.import_module("openai.resources.chat")
    importlib.import_module("models.llm.transport")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file; copying it is quicker than migrating."""
    file = tmp_path_factory.mktemp("template") / "lotsen.db"
    store = Store(f"sqlite:///{file}")
    upgrade(store)
    register_models(store, "fault-1", "smollm2")
    store.close()
    return file


@pytest.fixture
def store(template: Path, tmp_path: Path) -> Iterator[Store]:
    file = tmp_path / "lotsen.db"
    file.write_bytes(template.read_bytes())
    opened = Store(f"sqlite:///{file}")
    yield opened
    opened.close()


@pytest.fixture
def service() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


@pytest.fixture
def endpoint(service: FaultServer) -> Endpoint:
    return Endpoint(
        base_url=service.url,
        model="fault-1",
        price=Price(2.0, 8.0),
        cap_micros=20_000_000,
        deadline_s=20.0,  # far beyond what a busy machine takes
        api_key=SecretStr(KEY),
    )


@pytest.fixture
def make_llm(store: Store, endpoint: Endpoint) -> MakeLlm:
    def made(**changes: object) -> Llm:
        return Llm(store, replace(endpoint, **changes), ZONE)  # type: ignore[arg-type]  # by name

    return made


@pytest.fixture
def llm(make_llm: MakeLlm) -> Llm:
    return make_llm()


@pytest.fixture
def at() -> datetime:
    return datetime.fromisoformat("2026-11-23T09:00:00+00:00")

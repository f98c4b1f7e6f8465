"""An office in Stockholm, databases to run jobs on, and jobs that note what they did."""

from collections.abc import Callable, Iterator
from datetime import time
from pathlib import Path
from typing import Any, Protocol

import pytest

from models.lotsen import Lotsen, open_lotsen
from models.settings import Settings
from models.store.transaction import Store
from models.tickets.hours import Calendar, calendar_for

OpenStore = Callable[[], Store]


@pytest.fixture(scope="session")
def office() -> Calendar:
    return calendar_for("Europe/Stockholm", "SE", time(8), time(17))


class OpenLotsen(Protocol):
    """Open the core over a store, with the channels that are named."""

    def __call__(self, store: Store, **channels: Any) -> Lotsen: ...


@pytest.fixture
def open_core(tmp_path: Path) -> OpenLotsen:
    """Open the core over a store; jobs post to the lead's channel alone unless told otherwise."""

    def opened(store: Store, **channels: Any) -> Lotsen:
        settings = {"lead": "C-LEAD", "management": "", "support": "", "help": (), **channels}
        named = {f"lotsen_{audience}_channel": to for audience, to in settings.items()}
        return open_lotsen(
            Settings.load(
                _env_file=None, lotsen_database_url=store.url, lotsen_home=tmp_path, **named
            ),
            migrate=False,
            store=store,
        )

    return opened


@pytest.fixture
def store(memory: Store) -> Store:
    return memory


@pytest.fixture
def open_store(database_url: str) -> Iterator[OpenStore]:
    """Open one database as often as asked, as several processes would."""
    opened: list[Store] = []

    def another() -> Store:
        opened.append(Store(database_url))
        return opened[-1]

    yield another
    for each in opened:
        each.close()

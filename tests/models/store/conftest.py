"""An open store with all tables, on SQLite and on PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from models.store.migration import upgrade
from models.store.transaction import Store


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store(migrated_url)
    yield opened
    opened.close()


@pytest.fixture
def own_store(empty_url: str) -> Iterator[Store]:
    """A store whose tables a test may change: no other test sees them."""
    opened = Store(empty_url)
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Call something in many threads at the same moment and give what came of it."""

    def run(threads: int, call: Callable[[int], Any]) -> list[Any]:
        ready, found = threading.Barrier(threads), list[Any]([None] * threads)

        def work(number: int) -> None:
            ready.wait(10)
            try:
                found[number] = call(number)
            except Exception as error:  # noqa: BLE001  # what went wrong is what came of it
                found[number] = error

        workers = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        return found

    return run

"""Kill the process that makes the tables, at many points: the old tables or the new, nothing between."""

import multiprocessing
import os
import signal
import time
from contextlib import ExitStack
from typing import Any, Literal

from sqlalchemy import event

from benchmarks.databases import home_folder, postgres_database
from benchmarks.verdicts import Verdict
from models.store.migration import status, upgrade
from models.store.transaction import Store

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["benchmarks.migration_kills"])


def verdict(database: Literal["sqlite", "postgresql"], points: int) -> Verdict | None:
    """Kill an upgrade at ``points`` statements, spread over all; None without that database."""
    began = time.monotonic()
    total = _statements()
    between = wrong = 0
    for point in range(points):
        with ExitStack() as stack:
            home = stack.enter_context(home_folder())
            url: str | None = f"sqlite:///{home / 'lotsen.db'}"
            if database == "postgresql":
                url = stack.enter_context(postgres_database())
                url = url and url.replace("postgresql://", "postgresql+psycopg://")
            if url is None:
                return None
            at = 1 + point * (total - 1) // max(1, points - 1)
            child = _context.Process(target=_upgrade_and_die, args=(url, at))
            child.start()
            child.join(60)
            between += not _is_whole(url)
            wrong += not _comes_up(url)
    return Verdict(
        "P12",
        f"SIGKILL at {points} of {total} statements",
        f"{database}, upgrade",
        points,
        wrong,
        0,
        ok=not (between or wrong),
        seen=f"{between} between old and new",
        demanded="0",
        seconds=time.monotonic() - began,
    )


def _statements() -> int:
    """Return how many statements an upgrade from nothing takes."""
    store = Store("sqlite://")
    count = 0

    def counted(*_: Any) -> None:
        nonlocal count
        count += 1

    event.listen(store.engine, "before_cursor_execute", counted)
    upgrade(store)
    store.close()
    return count


def _upgrade_and_die(url: str, at: int) -> None:
    store = Store(url)
    left = at

    def step(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(store.engine, "before_cursor_execute", step)
    upgrade(store)


def _is_whole(url: str) -> bool:
    """Return whether there are no tables at all, or those of the newest step."""
    store = Store(url)
    current, newest = status(store)
    with store.engine.connect() as connection:
        kind = connection.dialect.name
        listing = {
            "sqlite": "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite%'",
            "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
        }
        tables = connection.exec_driver_sql(listing[kind]).fetchall()
    store.close()
    return current == newest or not tables


def _comes_up(url: str) -> bool:
    store = Store(url)
    upgrade(store)
    current, newest = status(store)
    store.close()
    return current == newest

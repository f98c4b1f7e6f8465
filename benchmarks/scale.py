"""Weekly digest and quarterly statement over very many tickets, on both databases.

Tickets are made up, spread over a year, the first half of it the frozen baseline. Told is
before and after, and again the same with a case below each ticket of the second half, one in
five of them held out by chance.
"""

import os
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from sqlalchemy import insert, text

from models.kpis.periods import Period
from models.lotsen import Lotsen, open_lotsen
from models.settings import Settings
from models.store.transaction import Store
from models.tables import (
    Arm,
    Case,
    CaseState,
    DecidedBy,
    EventKind,
    Person,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketTimes,
)

SIZES = (100_000, 1_000_000)
NOW = datetime(2026, 12, 28, 9, 0, tzinfo=UTC)
YEAR = timedelta(days=364)
POSTGRES = os.environ.get("LOTSEN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
PEOPLE = 250
SHARE = 0.2
_BATCH = 20_000


class Design(StrEnum):
    """How the pilot's effect is told."""

    BEFORE_AFTER = "before/after"
    HOLD_OUT = "hold-out"


@dataclass(frozen=True, slots=True)
class Scale:
    """What a report of so many tickets costs; ``peak_mb`` is that of the whole process."""

    database: str
    design: str
    tickets: int
    fill_s: float
    freeze_s: float
    digest_s: float
    roi_s: float
    peak_mb: float


def show(table: Callable[[Sequence[dict[str, Any]]], None], sizes: Sequence[int] = SIZES) -> None:
    """Print the table."""
    print("\nWeekly digest and quarterly statement over many tickets")
    table([asdict(row) for row in measure(sizes)])


def measure(sizes: Sequence[int] = SIZES) -> list[Scale]:
    """Measure each size in a process of its own, so that its memory is its own."""
    rows = []
    for database, design, size in product(("SQLite", "PostgreSQL"), Design, sizes):
        with get_context("spawn").Pool(1) as pool:
            rows.append(pool.apply(_measure, (database, design, size)))
    return rows


def _measure(database: str, design: Design, size: int) -> Scale:
    with tempfile.TemporaryDirectory() as home, _database(database) as url:
        settings = Settings.load(
            _env_file=None, lotsen_home=Path(home), lotsen_database_url=url, lotsen_language="sv"
        )
        lotsen = open_lotsen(settings)
        try:
            return _reported(lotsen, database, design, size)
        finally:
            lotsen.close()


def _reported(lotsen: Lotsen, database: str, design: Design, size: int) -> Scale:
    fill_s, _ = _timed(lambda: fill(lotsen.store, size, held_out=design is Design.HOLD_OUT))
    middle = (NOW - YEAR / 2).date()
    freeze_s, _ = _timed(
        lambda: lotsen.kpis.freeze(date(2026, 1, 5), middle - timedelta(days=1), NOW)
    )
    digest_s, _ = _timed(lambda: lotsen.value.digest(Period.parse("2026-W52"), (), NOW, "sv"))
    roi_s, _ = _timed(lambda: lotsen.value.report(Period.parse("2026Q4"), NOW, "sv"))
    return Scale(database, design, size, fill_s, freeze_s, digest_s, roi_s, peak_mb())


def fill(store: Store, size: int, seed: int = 1, *, held_out: bool = False) -> None:
    """Write tickets with their times, resolved a day or so after they were opened.

    Parameters
    ----------
    held_out
        Write a case, assigned by chance, for each ticket of the pilot, too.
    """
    rng = np.random.default_rng(seed)
    with store.engine.begin() as connection:
        people = [{"id": f"{number:032}", "name": "", "locale": ""} for number in range(PEOPLE)]
        connection.execute(insert(Person), people)
    for start in range(0, size, _BATCH):
        n = min(_BATCH, size - start)
        rows = [_ticket(start + at + 1, at_, rng) for at, at_ in enumerate(rng.random(n))]
        cases = [_case(ticket, rng) for ticket, _ in rows if held_out and _in_pilot(ticket)]
        with store.engine.begin() as connection:
            connection.execute(insert(Ticket), [row for row, _ in rows])
            connection.execute(insert(TicketTimes), [times for _, times in rows])
            if cases:
                connection.execute(insert(Case), [case for case, _ in cases])
                connection.execute(insert(TicketEvent), [drawn for _, drawn in cases])
    _settled(store)


def _settled(store: Store) -> None:
    """Leave the tables as a living database has them: PostgreSQL vacuums by itself, but later."""
    sqlite = store.engine.dialect.name == "sqlite"
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if sqlite else "VACUUM (ANALYZE)"))


def _ticket(
    number: int, place: float, rng: np.random.Generator
) -> tuple[dict[str, Any], dict[str, Any]]:
    opened = NOW - YEAR + place * YEAR
    minutes = float(rng.lognormal(3.2 if place < 0.5 else 3.0, 0.8))
    resolved = opened + timedelta(minutes=60 + 20 * minutes)
    done = resolved < NOW
    ticket = {
        "id": number,
        "source": Source.IMPORT,
        "external_id": str(number),
        "status": Status.SOLVED if done else Status.NEW,
        "category": f"c{number % 8}",
        "decided_by": DecidedBy.IMPORTED,
        "opened_at": opened,
    }
    times = {
        "ticket_id": number,
        "source": Source.IMPORT,
        "opened_at": opened,
        "resolved_at": resolved if done else None,
        "category": ticket["category"],
        "final_category": ticket["category"],
        "handling_minutes": minutes if done else None,
        "resolution_minutes": 60 + 20 * minutes if done else None,
        "resolution_business_minutes": 10 * minutes if done else None,
        "first_response_minutes": minutes / 2,
        "evidence": "C" if done else "",
    }
    return ticket, times


def _in_pilot(ticket: dict[str, Any]) -> bool:
    return bool(ticket["opened_at"] >= NOW - YEAR / 2)


def _case(
    ticket: dict[str, Any], rng: np.random.Generator
) -> tuple[dict[str, Any], dict[str, Any]]:
    number, at = ticket["id"], ticket["opened_at"]
    person = f"{int(rng.integers(PEOPLE)):032}"
    case = {
        "id": number,
        "person_id": person,
        "channel": "",
        "thread_ts": "",
        "entrance": "help",
        "language": "sv",
        "state": CaseState.TICKET,
        "opened_at": at,
        "last_message_at": at,
        "ticket_id": number,
        "nearest": [],
    }
    arm = Arm.HELD_OUT if rng.random() < SHARE else Arm.HELPED
    drawn = {
        "case_id": number,
        "kind": EventKind.RANDOMISED,
        "at": at,
        "actor": person,
        "command_id": f"randomised {number}",
        "detail": {"mode": arm.value, "share": SHARE, "category": ticket["category"]},
    }
    return case, drawn


@contextmanager
def _database(kind: str) -> Iterator[str]:
    if kind == "SQLite":
        yield ""
        return
    import psycopg

    name = f"lotsen_bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"'.encode())
    yield POSTGRES.rsplit("/", 1)[0] + "/" + name
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def peak_mb() -> float:
    """Return the most memory that this process has held.

    ``getrusage`` would tell the parent's peak too, from before this process was its own.
    """
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1000


def _timed(do: Callable[[], object]) -> tuple[float, object]:
    started = perf_counter()
    made = do()
    return perf_counter() - started, made

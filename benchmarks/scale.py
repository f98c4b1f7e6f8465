"""What the proof of value costs over very many tickets with a hold-out, on both databases.

Tickets are made up, spread over a year, the first half of it the frozen baseline. Each ticket
of the second half has a case below it that chance put into one of two arms. Half of the cases
with Lotsen are answered; three of four of these stay without a ticket, two of them solved. Digest,
effect and statement are made in a process each, whose start is not counted; beside them stands
the time that the database itself takes to add up the same cases in one query, in the same run,
and the effect on handling times alone.
"""

import os
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from sqlalchemy import func, insert, literal, select, text
from sqlmodel import col

from models.kpis.periods import Period
from models.language import words_for
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
from models.value.effect.effect_report import effect_message
from models.value.statement.statement_report import roi_message
from models.value.waiting.wait_words import judged_message

SIZES = (10_000, 100_000, 1_000_000)
NOW = datetime(2026, 12, 28, 9, 0, tzinfo=UTC)
YEAR = timedelta(days=364)
PILOT = NOW - YEAR / 2
POSTGRES = os.environ.get("LOTSEN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
PEOPLE = 250
SHARE = 0.5
ARTICLES = 200
# What askers say to an answer; the last one nothing at all.
_NOTHING, _SILENT = "", "silent"
_SAID = (
    *(_NOTHING,) * 4,
    *(EventKind.ANSWER_SOLVED.value,) * 2,
    *(EventKind.ANSWER_NOT_SOLVED.value, _SILENT),
)
_WITHOUT_TICKET = (EventKind.ANSWER_SOLVED, _SILENT)
_BATCH = 20_000
_EVENTS = TicketEvent.metadata.tables["ticket_event"].c


@dataclass(frozen=True, slots=True)
class Scale:
    """What is made of so many tickets, and what it costs without the start of the process.

    ``sums`` is how many times as long it takes as one query that counts and adds up the cases by
    category; ``cpu`` are the seconds that the process itself computed, without the database of
    PostgreSQL: on a busy machine they say more. ``peak_mb`` is that of the whole process.
    """

    database: str
    tickets: int
    made: str
    seconds: float
    cpu: float
    sums: float
    peak_mb: float


def show(table: Callable[[Sequence[dict[str, Any]]], None], sizes: Sequence[int] = SIZES) -> None:
    """Print the table."""
    print(f"\nDigest, effect and statement over many tickets, {SHARE:.0%} of the pilot held out")
    table([asdict(row) for row in measure(sizes)])


def measure(sizes: Sequence[int] = SIZES) -> Iterator[Scale]:
    """Measure each in a process of its own, so that its memory is its own."""
    for database, size in product(("SQLite", "PostgreSQL"), sizes):
        with tempfile.TemporaryDirectory() as home, _database(database) as url:
            _alone(_filled, home, url, size)
            sums, cpu, bare_mb = _alone(_made, home, url, "sums")
            yield Scale(database, size, "sums", sums, cpu, 1.0, bare_mb)
            for made in MADE:
                seconds, cpu, peak = _alone(_made, home, url, made)
                yield Scale(database, size, made, seconds, cpu, seconds / sums, peak)


def _alone(do: Callable[..., Any], *given: Any) -> Any:
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(do, given)


def _sums(lotsen: Lotsen) -> None:
    query = (
        select(
            col(TicketTimes.final_category),
            func.count(),
            func.sum(col(TicketTimes.handling_minutes)),
        )
        .select_from(TicketEvent)
        .join(Case, col(Case.id) == col(TicketEvent.case_id))
        .join(TicketTimes, col(TicketTimes.ticket_id) == col(Case.ticket_id))
        .where(col(TicketEvent.kind) == EventKind.RANDOMISED)
        .group_by(col(TicketTimes.final_category))
    )
    with lotsen.store.engine.connect() as connection:
        connection.execute(query).all()


def _digest(lotsen: Lotsen) -> None:
    lotsen.value.digest(Period.parse("2026-W52"), (), NOW, "sv")


def _handling(lotsen: Lotsen) -> None:
    effect_message(lotsen.value.proof.effect(NOW), words_for("sv"))


def _effect(lotsen: Lotsen) -> None:
    judged_message(lotsen.value.judgement.both(NOW), words_for("sv"))


def _statement(lotsen: Lotsen) -> None:
    roi_message(lotsen.value.statement(Period.parse("2026Q4"), NOW), words_for("sv"))


MADE: dict[str, Callable[[Lotsen], None]] = {
    "digest": _digest,
    "handling": _handling,
    "effect": _effect,
    "statement": _statement,
}


@contextmanager
def _opened(home: str, url: str) -> Iterator[Lotsen]:
    settings = Settings.load(
        _env_file=None, lotsen_home=Path(home), lotsen_database_url=url, lotsen_language="sv"
    )
    lotsen = open_lotsen(settings)
    try:
        yield lotsen
    finally:
        lotsen.close()


def _filled(home: str, url: str, size: int) -> None:
    with _opened(home, url) as lotsen:
        fill(lotsen.store, size)
        lotsen.kpis.freeze(date(2026, 1, 5), PILOT.date() - timedelta(days=1), NOW)


def _made(home: str, url: str, made: str) -> tuple[float, float, float]:
    with _opened(home, url) as lotsen:
        started, computed = perf_counter(), process_time()
        MADE.get(made, _sums)(lotsen)
        return perf_counter() - started, process_time() - computed, peak_mb()


def fill(store: Store, size: int, seed: int = 1) -> None:
    """Write tickets with their times and events, resolved a day or so after they were opened."""
    rng = np.random.default_rng(seed)
    with store.engine.begin() as connection:
        people = [{"id": f"{number:032}", "name": "", "locale": ""} for number in range(PEOPLE)]
        connection.execute(insert(Person), people)
    for start in range(0, size, _BATCH):
        n = min(_BATCH, size - start)
        rows = [_ticket(start + at + 1, at_, rng) for at, at_ in enumerate(rng.random(n))]
        cases = [_case(ticket, rng) for ticket, _ in rows if ticket["opened_at"] >= PILOT]
        events = [event for _, happened in cases for event in happened]
        with store.engine.begin() as connection:
            connection.execute(insert(Ticket), [row for row, _ in rows])
            connection.execute(insert(TicketTimes), [times for _, times in rows])
            if cases:
                connection.execute(insert(Case), [case for case, _ in cases])
                connection.execute(insert(TicketEvent), events)
    with store.engine.begin() as connection:
        for kind, at in (
            (EventKind.OPENED, col(TicketTimes.opened_at)),
            (EventKind.RESOLVED, col(TicketTimes.resolved_at)),
        ):
            told = select(
                col(Case.id),
                col(TicketTimes.ticket_id),
                literal(kind, _EVENTS.kind.type),
                at,
                func.coalesce(col(Case.person_id), ""),
                literal({}, _EVENTS.detail.type),
                literal(kind.value),
                literal(False),
            )
            told = told.select_from(TicketTimes).where(at.is_not(None))
            told = told.outerjoin(Case, col(Case.ticket_id) == col(TicketTimes.ticket_id))
            names = (
                "case_id",
                "ticket_id",
                "kind",
                "at",
                "actor",
                "detail",
                "command_id",
                "sandbox",
            )
            connection.execute(insert(TicketEvent).from_select(names, told))
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


def _case(
    ticket: dict[str, Any], rng: np.random.Generator
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    number, at = ticket["id"], ticket["opened_at"]
    person = f"{int(rng.integers(PEOPLE)):032}"
    arm = Arm.HELD_OUT if rng.random() < SHARE else Arm.HELPED
    said = rng.choice(_SAID) if arm is Arm.HELPED else _NOTHING
    case = {
        "id": number,
        "person_id": person,
        "channel": "",
        "thread_ts": "",
        "entrance": "help",
        "language": "sv",
        "state": CaseState.TICKET,
        "nearest": [],
        "opened_at": at,
        "last_message_at": at,
        "ticket_id": None if said in _WITHOUT_TICKET else number,
    }
    drawn = {"mode": arm.value, "share": SHARE, "category": ticket["category"]}
    happened: list[tuple[EventKind, dict[str, Any]]] = [
        (EventKind.ASKED, {}),
        (EventKind.RANDOMISED, drawn),
    ]
    if said != _NOTHING:
        happened.append((EventKind.ANSWERED, {"article": int(rng.integers(ARTICLES))}))
    if said in (EventKind.ANSWER_SOLVED, EventKind.ANSWER_NOT_SOLVED):
        happened.append((EventKind(said), {}))
    events = [
        {
            "case_id": number,
            "kind": kind,
            "at": at + timedelta(minutes=order),
            "actor": person,
            "command_id": f"{kind} {number}",
            "detail": detail,
        }
        for order, (kind, detail) in enumerate(happened)
    ]
    return case, events


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

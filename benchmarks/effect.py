"""What the proof of value is worth: simulated pilots, intervals, and the time that a digest takes.

Every seed is fixed.
"""

import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import insert

from benchmarks.pilot_worlds import MIX, Drawn, World
from benchmarks.pilot_worlds import tickets as made_tickets
from benchmarks.pilots import measure
from models.kpis.measurement import Kpis
from models.kpis.periods import previous_week
from models.statistics.estimates import Estimate, median, share
from models.statistics.survival import median_with_open
from models.store.migration import upgrade
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    Arm,
    Case,
    CaseState,
    DecidedBy,
    EventKind,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketTimes,
)
from models.tickets.hours import calendar_for
from models.value.ledger import Value

Floats = npt.NDArray[np.float64]
SPREAD, LUCK = 0.9, 0.10
TARGET = 0.40
A_WEEK = 60
BEGAN, DAYS = datetime(2024, 1, 1, 9, tzinfo=UTC), 3 * 365


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often a nominal 95 % interval held the truth."""

    interval: str
    n: int
    samples: int
    coverage: float


def intervals(samples: int = 4000) -> Iterator[Coverage]:
    """Check the intervals of the key figures themselves."""
    chance = np.random.default_rng(7)
    for n in (12, 40, 200):
        drawn = np.exp(SPREAD * chance.standard_normal((samples, n)))
        found = [median(values) for values in drawn]
        yield Coverage("median, order statistics", n, samples, _held_by(found, 1.0))
        hits = chance.binomial(n, 0.85, samples)
        shares = [share(int(k), n) for k in hits]
        yield Coverage("share of 85 %, Wilson", n, samples, _held_by(shares, 0.85))
    for n in (40, 200):
        few = samples // 4
        curves = [_with_open(chance, n) for _ in range(few)]
        yield Coverage("median with open ones, Kaplan–Meier", n, few, _held_by(curves, 1.0))


def _with_open(chance: np.random.Generator, n: int) -> Estimate:
    minutes = np.exp(SPREAD * chance.standard_normal(n))
    until = chance.uniform(0.5, 6.0, n)  # about a quarter is still open
    return median_with_open(np.minimum(minutes, until), minutes > until)


def _held_by(found: list[Estimate], truth: float) -> float:
    """Leave out those without an interval: they claim nothing."""
    bounds = [(one.low, one.high) for one in found if one.low is not None and one.high is not None]
    return sum(low <= truth <= high for low, high in bounds) / len(bounds)


@dataclass(frozen=True, slots=True)
class DigestRun:
    """How long a digest takes on a desk of so many tickets, two thirds of them in the baseline."""

    tickets: int
    assigned: int
    database_mb: float
    digest_seconds: float
    effect_seconds: float
    peak_mb: float


def digest_run(folder: Path, tickets: int = 50_000, assigned: int = 5_000) -> DigestRun:
    """Fill a database with three years of tickets and write a digest from it."""
    store = Store(f"sqlite:///{folder / 'desk.db'}")
    upgrade(store)
    office = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
    kpis = Kpis(store, office)
    _fill(store, tickets, assigned)
    first = (BEGAN + timedelta(days=1)).date()
    now = BEGAN + timedelta(days=DAYS)
    kpis.freeze(first, (BEGAN + timedelta(days=DAYS * 2 // 3)).date(), now)
    value = Value(store, office, kpis)
    began = perf_counter()
    value.digest(previous_week(now.date()), (), now, "sv")
    digest_seconds = perf_counter() - began
    began = perf_counter()
    value.proof.effect(now)
    effect_seconds = perf_counter() - began
    store.close()
    size = (folder / "desk.db").stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return DigestRun(tickets, assigned, size, digest_seconds, effect_seconds, peak)


def _fill(store: Store, tickets: int, assigned: int) -> None:
    drawn = made_tickets(np.random.default_rng(11), World(), tickets // 20, MIX)
    opened = [BEGAN + timedelta(days=DAYS * n / tickets) for n in range(tickets)]
    with store.begin() as unit:
        session = unit.figures._session
        person = unit.people.by_slack_id("U1", BEGAN)
        # Two in a thousand still wait.
        rows = [
            {
                "id": n + 1,
                "source": Source.SLACK,
                "status": Status.SOLVED if n % 500 else Status.NEW,
                "decided_by": DecidedBy.PERSON,
                "category": str(drawn.category[n]),
                "opened_at": at,
            }
            for n, at in enumerate(opened)
        ]
        session.execute(insert(Ticket), rows)
        session.execute(insert(TicketTimes), [_times(row, drawn, n) for n, row in enumerate(rows)])
        for n in range(assigned):
            _assign(unit, person.id, tickets - assigned + n, opened[tickets - assigned + n])


def _times(row: dict[str, Any], drawn: Drawn, n: int) -> dict[str, Any]:
    done = row["status"] is Status.SOLVED
    return {
        "ticket_id": row["id"],
        "source": Source.SLACK,
        "opened_at": row["opened_at"],
        "resolved_at": row["opened_at"] + timedelta(hours=5) if done else None,
        "category": row["category"],
        "final_category": row["category"],
        "automatic": n % 3 == 0,
        "ack_minutes": 0.1,
        "first_response_minutes": float(drawn.minutes[n]),
        "handling_minutes": float(drawn.minutes[n]) if done else None,
        "resolution_minutes": 300.0 if done else None,
        "resolution_business_minutes": 240.0 if done else None,
        "evidence": "A",
        "reopened": int(n % 17 == 0),
        "reassigned": int(n % 23 == 0),
    }


def _assign(unit: UnitOfWork, person: str, ticket: int, at: datetime) -> None:
    case = unit.tickets.save(
        Case(
            person_id=person,
            channel="C",
            thread_ts=str(ticket),
            entrance="help",
            language="sv",
            state=CaseState.TICKET,
            opened_at=at,
            last_message_at=at,
            ticket_id=ticket + 1,
        )
    )
    arm = Arm.HELPED if ticket % 5 else Arm.HELD_OUT
    detail = {"mode": arm.value, "category": str(ticket % 6), "share": 0.2}
    unit.tickets.record(
        TicketEvent(
            case_id=case.id,
            kind=EventKind.RANDOMISED,
            at=at,
            actor=person,
            detail=detail,
            command_id=f"bench:{ticket}",
        )
    )


def show(table: Callable[[Sequence[dict[str, Any]]], None]) -> None:
    """Print the tables."""
    print("\nWhat is said of simulated pilots whose truth is known, looked at for three years")
    table([asdict(row) for row in measure(pilots=200, few=100)])
    print("\nHow often nominal 95 % intervals hold the truth")
    table([asdict(row) for row in intervals()])
    print("\nA digest, from a database on disk")
    with TemporaryDirectory() as folder:
        table([asdict(digest_run(Path(folder)))])

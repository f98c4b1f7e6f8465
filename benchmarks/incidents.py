"""Resolution times of real incidents, ours beside an independent computation from the file.

Equal to the minute: the file's wall times are local, the elapsed time is counted in UTC.
"""

import csv
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import text

from models.desk.setup.imports import ImportOptions, import_tickets
from models.lotsen import open_lotsen
from models.settings import Settings
from models.tickets.sources.formats import open_tickets

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MAPPING = {"id": "number"}


@dataclass(frozen=True, slots=True)
class Resolution:
    """Minutes from opening to resolution of a priority's tickets, ours and as expected."""

    priority: str
    n: int
    n_file: int
    median: float
    median_file: float
    p90: float
    p90_file: float
    equal: bool


def show(data: Path, table: Callable[[Sequence[dict[str, Any]]], None]) -> None:
    """Print the table; rows that differ end the run."""
    rows = measure(data)
    print("\nMinutes to resolution of real incidents by priority: ours, and from the file alone")
    table([asdict(row) for row in rows])
    if not all(row.equal for row in rows):
        raise SystemExit("the times differ from those in the file")


def measure(data: Path) -> list[Resolution]:
    """Import the file into a fresh database, and compare each priority."""
    file = data / "incidents_servicenow" / "tickets.csv"
    with tempfile.TemporaryDirectory() as home:
        settings = Settings.load(_env_file=None, lotsen_home=Path(home))
        ours = _ours(settings, file)
    expected = _expected(file, settings)
    return [_compared(key, ours.get(key, []), expected[key]) for key in sorted(expected)]


def _ours(settings: Settings, file: Path) -> Mapping[str, list[float]]:
    lotsen = open_lotsen(settings)
    try:
        tickets = open_tickets(file, MAPPING, lotsen.calendar.zone)
        import_tickets(lotsen.store, lotsen.calendar, tickets, ImportOptions(NOW))
        query = text(
            "SELECT ticket.priority, ticket_times.resolution_minutes FROM ticket_times "
            "JOIN ticket ON ticket.id = ticket_times.ticket_id "
            "WHERE ticket_times.resolution_minutes IS NOT NULL"
        )
        found: dict[str, list[float]] = defaultdict(list)
        with lotsen.store.engine.connect() as connection:
            for priority, minutes in connection.execute(query):
                found[priority].append(minutes)
        return found
    finally:
        lotsen.close()


def _expected(file: Path, settings: Settings) -> Mapping[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["opened_at"] and row["resolved_at"]:
                opened, resolved = (
                    datetime.fromisoformat(row[name]).replace(tzinfo=settings.zone).astimezone(UTC)
                    for name in ("opened_at", "resolved_at")
                )
                if resolved >= opened:  # the others are no resolution, and are told as skipped
                    found[row["priority"]].append((resolved - opened).total_seconds() / 60)
    return found


def _compared(priority: str, ours: list[float], expected: list[float]) -> Resolution:
    median, median_file = _median(ours), _median(expected)
    p90, p90_file = _p90(ours), _p90(expected)
    near = abs(median - median_file) < 1 and abs(p90 - p90_file) < 1
    equal = len(ours) == len(expected) and near
    return Resolution(priority, len(ours), len(expected), median, median_file, p90, p90_file, equal)


def _median(minutes: list[float]) -> float:
    return statistics.median(minutes) if minutes else np.nan


def _p90(minutes: list[float]) -> float:
    return float(np.quantile(minutes, 0.9)) if minutes else np.nan

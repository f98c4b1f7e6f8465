"""The queries of the key figures are answered from indexes, so that a million tickets can wait."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import event

from models.kpis.measurement import Kpis
from models.kpis.periods import Period
from models.store.transaction import Store
from models.tickets.hours import calendar_for

OFFICE = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
NOW = datetime(2026, 12, 28, 9, 0, tzinfo=UTC)


def plans(store: Store) -> dict[str, str]:
    """Return how SQLite answers each query of the key figures of a week, by the query."""
    asked: list[tuple[str, Any]] = []
    event.listen(
        store.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, query, given, _context, _many: asked.append((query, given)),
    )
    Kpis(store, OFFICE).measure(Period.parse("2026-W52"), NOW)
    with store.engine.connect() as connection:
        return {
            query: " ".join(
                row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", given)
            )
            for query, given in tuple(asked)
            if query.startswith("SELECT")
        }


def test_times_of_tickets_are_read_from_an_index_alone(migrated_file: Path) -> None:
    found = plans(Store(f"sqlite:///{migrated_file}"))

    of_times = [
        plan for query, plan in found.items() if "ack_minutes" in query or "reassigned" in query
    ]
    assert len(of_times) == 2
    assert all("USING COVERING INDEX ix_ticket_times_" in plan for plan in of_times)


def test_events_of_questions_are_looked_for_in_an_index_of_times(migrated_file: Path) -> None:
    found = plans(Store(f"sqlite:///{migrated_file}"))

    of_cases = [
        plan for query, plan in found.items() if "ticket_event.case_id IS NOT NULL" in query
    ]
    assert len(of_cases) >= 3
    assert all("USING INDEX ix_ticket_event_at (at>? AND at<?)" in plan for plan in of_cases)

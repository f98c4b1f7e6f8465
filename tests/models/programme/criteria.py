"""A success criterion, without which the plan opens no phase."""

from datetime import UTC, datetime

from models.store.transaction import Store
from models.tables import RegisterChange, RegisterLine


def add_criterion(store: Store, phase: int, **values: str) -> None:
    """Write a line for a phase, as the form would; ``values`` change it."""
    whole = {
        "name": f"Phase {phase} is quicker", "phase": str(phase), "kpi": "handling_time",
        "unit": "minutes", "baseline": 30, "target": 18, "due_on": "2027-01-21", "owner": "p-lena",
    }  # fmt: skip
    with store.begin() as unit:
        line = RegisterLine(
            kind="criteria",
            number=unit.registers.next_number("criteria"),
            version=1,
            change=RegisterChange.ADDED,
            content={**whole, **values},
            at=datetime(2026, 11, 23, 7, 0, tzinfo=UTC),
        )
        unit.registers.save(line)

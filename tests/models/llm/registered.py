"""A line in the register of AI systems, without which no model is asked."""

from datetime import UTC, datetime

from models.store.transaction import Store
from models.tables import RegisterChange, RegisterLine

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def register_models(store: Store, *names: str, **values: str) -> None:
    """Name models in the next version of the first line."""
    with store.begin() as unit:
        before = next(iter(unit.registers.history("ai_systems", 1)), None)
        line = RegisterLine(
            kind="ai_systems",
            number=1,
            version=before.version + 1 if before else 1,
            change=RegisterChange.AMENDED if before else RegisterChange.ADDED,
            content={"models": ", ".join(names), **values},
            at=NOON,
        )
        unit.registers.save(line)

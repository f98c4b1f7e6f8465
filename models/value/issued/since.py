"""Read a statement as it was issued, and what was changed since."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from models.fingerprint import canonical, sha256_of
from models.kpis.periods import Period
from models.message import Message
from models.store.baseline_events import EventRange
from models.store.transaction import UnitOfWork
from models.tables import IssuedStatement, Source
from models.value.issued.comparison import (
    Because,
    ChangeSince,
    DifferingFigure,
    IssuedComparison,
    differences,
)


def statement_row(
    unit: UnitOfWork, figures: Mapping[str, Any], message: Message, now: datetime
) -> IssuedStatement:
    """Return a statement as the row to be kept when it is posted."""
    content, baseline = canonical(figures), unit.figures.latest_baseline()
    return IssuedStatement(
        quarter=figures["quarter"],
        issued_at=now,
        sha256=sha256_of([content]),
        content=content,
        message=message.to_json(),
        baseline_id=baseline.id if baseline else None,
        last_event=unit.baseline_events.newest(),
    )


def compared(
    unit: UnitOfWork, figures: Mapping[str, Any], zone: ZoneInfo, sources: tuple[Source, ...]
) -> IssuedComparison | None:
    """Compare a statement made anew with the one that was issued; None where none was."""
    rows = unit.issued.each_of(figures["quarter"])
    if not rows:
        return None
    *before, row = rows
    # As the stored one was: what JSON makes of a value is compared with the same.
    differs = differences(figures_of(row), json.loads(canonical(figures)))
    quarter = Period.parse(row.quarter)
    days = EventRange(quarter.start(zone), quarter.end(zone), sources)
    because = (*_changes(unit, row), *(_causes(unit, row, days, differs) if differs else ()))
    at = row.issued_at.astimezone(zone)
    earlier = tuple(one.issued_at.astimezone(zone).date() for one in before)
    return IssuedComparison(at, row.sha256, differs, because, earlier)


def _changes(unit: UnitOfWork, row: IssuedStatement) -> Iterator[ChangeSince]:
    """Yield what is named whether or not it made a difference."""
    booked = unit.issued.booked_since(row.issued_at, Period.parse(row.quarter).last_day)
    if booked.n:
        yield ChangeSince(Because.COSTS, booked.n, booked.cents / 100)
    baseline = unit.figures.latest_baseline()
    if (baseline.id if baseline else None) != row.baseline_id:
        yield ChangeSince(Because.BASELINE, 1)
    declared = [one for one in unit.freed.declarations(row.quarter) if one.at > row.issued_at]
    if declared:
        yield ChangeSince(Because.DECLARED, len(declared))


def _causes(
    unit: UnitOfWork, row: IssuedStatement, days: EventRange, differs: tuple[DifferingFigure, ...]
) -> Iterator[ChangeSince]:
    """Yield what else may have made the difference; to look for it takes reading."""
    if tickets := unit.issued.tickets_since(days, row.last_event):
        yield ChangeSince(Because.TICKETS, tickets)
    if assumed := sum(one.key.startswith("assumptions.") for one in differs):
        yield ChangeSince(Because.ASSUMPTIONS, assumed)


def figures_of(row: IssuedStatement) -> dict[str, Any]:
    """Return the figures of a statement as they were issued."""
    figures: dict[str, Any] = json.loads(row.content)
    return figures


def issued_json(row: IssuedStatement) -> dict[str, Any]:
    """Return the keys of ``lotsen roi --json`` as they were issued."""
    comparison = IssuedComparison(row.issued_at, row.sha256)
    return {**figures_of(row), "issued": comparison.to_json()}

"""The categories that Lotsen leaves alone: named beforehand, and whether it did leave them alone.

What was named after the first day that is compared could have been chosen for what it
shows; what Lotsen helped with all the same tells nothing of what would have been without.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from models.kpis.periods import day_of
from models.store.transaction import UnitOfWork
from models.tables import Source
from models.value.money.costs import UNTOUCHED

MOST_HELPED = 0.1
"""Share of their tickets up to which Lotsen may have helped by mistake: a person's category
may be another than the one that was thought of in silence."""


@dataclass(frozen=True, slots=True)
class ControlCategories:
    """Categories to compare with.

    Attributes
    ----------
    keys
        Empty where none were named in time, or where they were not left alone.
    helped
        Share of their tickets that Lotsen helped with, where that is too many.
    """

    keys: frozenset[str] = frozenset()
    helped: float | None = None


def read_untouched(
    unit: UnitOfWork, first: date, end: datetime, zone: ZoneInfo, sources: Sequence[Source]
) -> ControlCategories:
    """Return what may be compared with from ``first`` on, for tickets resolved before ``end``."""
    keys = named_untouched(unit, day_of(first).end(zone))
    if not keys:
        return ControlCategories()
    n, helped = unit.effects.helped_in(sorted(keys), day_of(first).start(zone), end, sources)
    share = helped / n if n else 0.0
    return ControlCategories(keys) if share <= MOST_HELPED else ControlCategories(helped=share)


def named_untouched(unit: UnitOfWork, before: datetime | None = None) -> frozenset[str]:
    """Return the categories named in force, or in force at a moment."""
    named = unit.money.choice(UNTOUCHED, before)
    return frozenset(filter(None, named.value.split(","))) if named else frozenset()

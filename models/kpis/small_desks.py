"""What a desk of fewer than five shows behind its figures: long periods, and no single tickets.

Figures of the whole desk are always shown; this is about its parts, categories and rows. A
period is a week, a month or a quarter, never a day and no stretch of one's own choice: two
stretches that differ by a day would tell that day. And what is computed from the tickets of
people's work has a value from five rows on; below that only their number is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from models.errors import InvalidError
from models.governance.small_groups import may_list
from models.kpis.periods import Period, month_of, quarter_of, week_of
from models.statistics.estimates import Estimate
from models.store.transaction import UnitOfWork

FEWEST_ROWS = 5
"""Rows below which a value is not shown: it would be that of a single ticket."""


class ShortPeriodError(InvalidError):
    """A small desk cannot be taken apart by days."""


@dataclass(frozen=True, slots=True)
class DeskSize:
    """From how many rows on a desk shows a value of people's work: one, or five at a small one."""

    fewest: int

    @property
    def is_small(self) -> bool:
        return self.fewest > 1

    def shows(self, n: int) -> bool:
        """Return whether a value of ``n`` rows is shown."""
        return n >= self.fewest

    def value(self, n: int, value: float | None) -> float | None:
        """Return a value of ``n`` rows; None where these are too few."""
        return value if self.shows(n) else None

    def estimate(self, found: Estimate) -> Estimate:
        """Return an estimate; without its value where it is of too few rows."""
        return found if self.shows(found.n) else Estimate(found.n, None)


SMALL, LARGE = DeskSize(FEWEST_ROWS), DeskSize(1)


def size_of(unit: UnitOfWork, staff: frozenset[str]) -> DeskSize:
    """Return the size of a desk.

    Parameters
    ----------
    staff
        Slack ids of the support staff, user groups among them.
    """
    return LARGE if may_list(unit, staff) else SMALL


def require_long(desk: DeskSize, period: Period) -> None:
    """Refuse a period in which a small desk could be seen working day by day. Pure.

    Raises
    ------
    ShortPeriodError
        For anything but a week, a month or a quarter, where fewer than five people work.
    """
    days = (period.first_day, period.last_day)
    first = period.first_day
    long = (week_of(first), month_of(first), quarter_of(first))
    if not desk.is_small or days in {(one.first_day, one.last_day) for one in long}:
        return
    raise ShortPeriodError(
        "fewer than five people work at this desk, so categories and rows are shown by week, month "
        f"or quarter, and {period.key} is none: write one such as {long[0].key}, {long[1].key} or "
        f"{long[2].key}"
    )


def shown_values(rows: Mapping[str, int]) -> frozenset[str]:
    """Return the groups whose value may be shown beside the whole's. Pure.

    Those of fewer than five rows are hidden. Where the hidden ones have fewer than five rows
    together, the smallest of the others is hidden too: else subtraction would tell them.

    Parameters
    ----------
    rows
        Group → of how many rows its value is.
    """
    shown, hidden = list[str](), 0
    for group in sorted(rows, key=lambda group: (rows[group], group)):
        if rows[group] < FEWEST_ROWS or 0 < hidden < FEWEST_ROWS:
            hidden += rows[group]
        else:
            shown.append(group)
    return frozenset(shown)

"""What a desk of fewer than five shows: figures of long periods, and no single tickets.

A period is a week, a month or a quarter, never a day and no stretch of one's own choice: two
stretches that differ by a day would tell that day. Of any other period a figure of the whole
desk has its number and no value, and its categories and rows are refused. And what is computed
from the tickets of people's work has a value from five rows on; below that only their number
is told.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from models.errors import InvalidError
from models.governance.small_groups import FEWEST, may_list
from models.kpis.periods import Period, month_of, quarter_of, week_of
from models.statistics.estimates import Estimate
from models.store.transaction import UnitOfWork

FEWEST_ROWS = 5
"""Rows below which a value is not shown: it would be that of a single ticket."""


_WEEK = timedelta(days=7)


class ShortPeriodError(InvalidError):
    """A small desk cannot be taken apart by days."""


def of_enough(found: Estimate) -> Estimate:
    """Return an estimate; without its value where it is of too few rows."""
    return found if found.n >= FEWEST_ROWS else Estimate(found.n, None)


def is_small(unit: UnitOfWork, staff: frozenset[str]) -> bool:
    """Return whether fewer than five people work at the desk.

    Parameters
    ----------
    staff
        Slack ids of the support staff, user groups among them.
    """
    return not may_list(unit, staff)


def is_known_small(unit: UnitOfWork, staff: frozenset[str]) -> bool:
    """Return whether a few people, one to four, are named as the support staff.

    Where nobody is named nobody can take a ticket: all that is measured is a file's, which
    does not say who worked.
    """
    return 0 < unit.people.number_of(staff) < FEWEST


def may_tell(period: Period, today: date) -> bool:
    """Return whether a small desk's times of a period tell no single day. Pure.

    Those of whole weeks, months and quarters do not; one that still goes on, once seven days
    of it are over.
    """
    first, end = period.first_day, period.last_day + timedelta(days=1)
    weeks = first.weekday() == 0 == end.weekday()
    months = first.day == 1 == end.day
    return (weeks or months) and min(today, end) - first >= _WEEK


def require_long(period: Period, *, small: bool) -> None:
    """Refuse a period in which a small desk could be seen working day by day. Pure.

    Raises
    ------
    ShortPeriodError
        For anything but a week, a month or a quarter, where fewer than five people work.
    """
    days = (period.first_day, period.last_day)
    first = period.first_day
    long = (week_of(first), month_of(first), quarter_of(first))
    if not small or days in {(one.first_day, one.last_day) for one in long}:
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

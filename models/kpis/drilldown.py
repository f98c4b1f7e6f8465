"""What stands behind a figure: its formula, how it was counted, and the rows. Pure.

A row is a number, a moment and a value. It never says who asked, who worked, or what about.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Generic, TypeVar

import numpy as np

from models.kpis.helped import Help, helped_share
from models.kpis.periods import Period, week_of
from models.kpis.small_desks import FEWEST_ROWS
from models.statistics.estimates import NOTHING, Estimate, count, median, share
from models.statistics.survival import median_with_open


class RowKind(StrEnum):
    """What a row is; of a list of tickets or questions a small desk sees only sums."""

    TICKET = "ticket"
    QUESTION = "question"
    CASE = "case"  # that never became a ticket
    COST = "cost"
    READING = "reading"
    RATINGS = "ratings"
    MONTH = "month"
    WEEK = "week"  # questions of a category in a week


_OF_PEOPLES_WORK = (RowKind.TICKET, RowKind.QUESTION, RowKind.CASE)


class Sum(StrEnum):
    """How rows become the figure."""

    MEDIAN = "median"
    MEDIAN_WITH_OPEN = "median, open ones counted as still going on"
    MEAN = "mean"
    SHARE = "share"
    HELPED = "share, silent ones by what those asked said"
    COUNT = "count"
    TOTAL = "sum"
    DIFFERENCE = "difference of two means"
    HOURS = "number of tickets × difference of two means, in hours"
    DERIVED = "derived"


class RowOrder(StrEnum):
    """Which row comes first."""

    MOST = "most"  # the largest value
    AGAINST = "against"  # those that speak against the figure, then the newest
    OLDEST = "oldest"
    NEWEST = "newest"


Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class FigureSpec(Generic[Read]):
    """A figure, and how it comes from its rows: each is declared once.

    Attributes
    ----------
    read
        Reads the rows of a period.
    formula, title, interval
        English, for `Translator.gettext`; ``interval`` says how the figure's was made where
        the way of summing alone does not.
    rows, n
        What the page of all figures says of the rows, and of n where the way of summing alone
        does not.
    of_work
        The rows' values are handling times, whose evidence is worth telling.
    measure
        Key of the key figure that it is, or that a company's measures.
    inputs, taken
        Keys of the assumptions that it multiplies with, and of other figures.
    """

    read: Read
    sum: Sum
    order: RowOrder
    formula: str
    unit: str
    better: str = ""
    title: str = ""
    rows: str = "tickets"
    n: str = ""
    interval: str = ""
    of_work: bool = False
    measure: str = ""
    inputs: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()


BEFORE, NOW = "before", "now"
UNTOUCHED_BEFORE, UNTOUCHED_NOW = "untouched before", "untouched now"
HELD_OUT, HELPED = "held out", "helped"
SETS = (HELD_OUT, HELPED, BEFORE, NOW, UNTOUCHED_BEFORE, UNTOUCHED_NOW)
"""Sets that are compared, each with its own mean."""
OPEN = "open"


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A line that a figure is computed from.

    Attributes
    ----------
    value
        In the figure's unit; of a share 1 (counts in the numerator) or 0.
    at
        What puts it into the period: the opening, the resolution, the booking.
    opened
        When the ticket was opened, or the question asked; None for what is neither.
    number
        Of the ticket or the question; 0 where there is none.
    category
        Key of the ticket's category, or of the kind of cost.
    count
        How many observations the line stands for.
    group
        Which of the `SETS` it belongs to, the outcome of a question, or that the ticket is
        still `OPEN`.
    weight
        How often each of its observations counts in the mean of its set.
    """

    kind: RowKind
    value: float
    at: datetime | date
    opened: datetime | None = None
    number: int = 0
    category: str = ""
    count: int = 1
    group: str = ""
    evidence: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Week:
    """The rows of a week, and of one set, in one line; ``value`` is None below five of them."""

    key: str
    n: int
    value: float | None
    group: str = ""


@dataclass(frozen=True, slots=True)
class DailyCalls:
    """Calls of a language model on a day, and their costs."""

    day: date
    model: str
    n: int
    eur: float


@dataclass(frozen=True, slots=True)
class CountingRules:
    """Which tickets counted, and when the office worked.

    ``calendar`` is a hash of the zone, the hours and the days off of the period: two figures
    with the same one were timed by the same calendar.
    """

    sources: tuple[str, ...]
    zone: str
    opens: str
    closes: str
    days_off: tuple[date, ...]
    calendar: str


@dataclass(frozen=True, slots=True)
class FigureRows:
    """The rows of a figure as they were read, with how they are summed and ordered."""

    rows: tuple[FigureRow, ...]
    sum: Sum
    order: RowOrder
    calls: tuple[DailyCalls, ...] = ()


@dataclass(frozen=True, slots=True)
class Drilldown:
    """A figure with everything that stands behind it.

    ``title`` and ``formula`` are English, for `Translator.gettext`. ``found`` are all rows in their
    order; where ``withheld``, they are not to be shown and ``weeks`` stand in their place.
    ``inputs`` are assumptions (key, value, unit), ``taken`` other figures that it is computed
    with, ``categories`` those it is narrowed to. ``design`` is by what an effect is told, and
    ``interval`` how its own was made, where that is not said by the way of summing alone.
    """

    key: str
    title: str
    unit: str
    better: str
    formula: str
    period: Period
    at: datetime
    estimate: Estimate
    counted: CountingRules
    found: FigureRows
    withheld: bool = False
    weeks: tuple[Week, ...] = ()
    evidence: Mapping[str, int] = field(default_factory=dict)
    baseline: float | None = None
    sha256: str = ""
    by_clock: bool = False
    inputs: tuple[tuple[str, float, str], ...] = ()
    categories: tuple[str, ...] = ()
    taken: tuple[tuple[str, float, str], ...] = ()
    design: str = ""
    interval: str = ""

    @property
    def rows(self) -> tuple[FigureRow, ...]:
        """The rows that may be shown."""
        return () if self.withheld else self.found.rows


def ordered(rows: Iterable[FigureRow], order: RowOrder, better: str) -> tuple[FigureRow, ...]:
    """Return rows in the order in which they are shown."""
    newest = sorted(rows, key=lambda row: (_instant(row), row.number), reverse=True)
    if order is RowOrder.MOST:
        return tuple(sorted(newest, key=lambda row: row.value, reverse=True))
    if order is RowOrder.AGAINST:
        return tuple(sorted(newest, key=lambda row: row.value, reverse=better == "lower"))
    return tuple(newest if order is RowOrder.NEWEST else reversed(newest))


def _instant(row: FigureRow) -> str:
    at = row.opened if row.opened is not None and row.kind is RowKind.TICKET else row.at
    return at.isoformat()


def about_people(rows: Sequence[FigureRow]) -> bool:
    """Return whether the rows are a list of somebody's work, or of somebody's questions."""
    return any(row.kind in _OF_PEOPLES_WORK for row in rows)


def evidence_of(rows: Iterable[FigureRow]) -> dict[str, int]:
    """Return how many handling times come from buttons (A), activity (B), statements (C)."""
    found = dict.fromkeys("ABC", 0)
    for row in rows:
        if row.evidence:
            found[row.evidence] = found.get(row.evidence, 0) + 1
    return found


def sets_of(rows: Sequence[FigureRow]) -> dict[str, tuple[int, float]]:
    """Return number and weighted mean of the sets that are compared; empty where not two are."""
    sets = {group: [row for row in rows if row.group == group] for group in SETS}
    means = {group: (sum(row.count for row in some), mean_of(some)) for group, some in sets.items()}
    known = {group: (n, mean) for group, (n, mean) in means.items() if mean is not None}
    return known if len(known) > 1 else {}


def mean_of(rows: Sequence[FigureRow]) -> float | None:
    """Return the mean of rows at their weights; None where nothing weighs anything."""
    weights = np.array([row.weight * row.count for row in rows], dtype=np.float64)
    if not weights.sum():
        return None
    return float(np.average([row.value for row in rows], weights=weights))


def estimate_of(rows: Sequence[FigureRow], how: Sum) -> Estimate:
    """Return what rows come to, with the interval that the way of summing has."""
    values = np.array([row.value for row in rows], dtype=np.float64)
    counts = np.array([row.count for row in rows], dtype=np.float64)
    n = int(counts.sum())
    if how is Sum.MEDIAN:
        return median(values)
    if how is Sum.MEDIAN_WITH_OPEN:
        return median_with_open(values, np.array([row.group == OPEN for row in rows], dtype=bool))
    if how is Sum.SHARE:
        return share(int((values * counts).sum()), n)
    if how is Sum.HELPED:
        return helped_share([Help(row.group) for row in rows])
    if how is Sum.COUNT:
        return count(n)
    if how is Sum.MEAN:
        return Estimate(n, mean_of(rows))
    # To the cent: a sum of floats is not.
    return Estimate(1, round(math.fsum(values), 2)) if rows else NOTHING


def by_week(
    rows: Iterable[FigureRow], how: Sum, local_day: Mapping[FigureRow, date]
) -> tuple[Week, ...]:
    """Return rows in sums of weeks, the oldest first; of sets that are compared each apart."""
    weeks: dict[tuple[str, str], list[FigureRow]] = defaultdict(list)
    for row in rows:
        group = row.group if row.group in SETS else ""
        weeks[week_of(local_day[row]).key, group].append(row)
    return tuple(_week(key, group, weeks[key, group], how) for key, group in sorted(weeks))


def _week(key: str, group: str, rows: Sequence[FigureRow], how: Sum) -> Week:
    n = sum(row.count for row in rows)
    # The difference of two sets is no week's own.
    of_a_week = how not in (Sum.DIFFERENCE, Sum.HOURS, Sum.DERIVED)
    value = estimate_of(rows, how).value if of_a_week else None
    return Week(key, n, value if n >= FEWEST_ROWS else None, group)

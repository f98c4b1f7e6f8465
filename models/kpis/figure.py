"""What a key figure is: how its rows are read, and what they come to. Pure.

A row is a number, a moment and a value. It never says who asked, who worked, or what about.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from functools import wraps
from typing import Any, Generic, Literal, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

from models.kpis.periods import Period, week_of, weeks_before
from models.language.words import N_
from models.statistics.estimates import NOTHING, Estimate, count, median, share
from models.statistics.survival import median_with_open

Unit = Literal["minutes", "share", "count", "money"]
Better = Literal["lower", "higher", ""]
Side = Literal["opened", "resolved"]
"""Of tickets opened in a period, and of those last resolved in it."""
Array = npt.NDArray[Any]


# Rows --------------------------------------------------------------------------------------


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
        When it counts: a moment, or a day.
    category
        Key of the ticket's category; of an entry of the ledger the kind of cost.
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


_TYPES: Mapping[str, Any] = {"value": np.float64, "weight": np.float64, "count": np.int64}
_LEFT_OUT = {one.name: one.default for one in fields(FigureRow)}


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Rows as columns of shape (n,), by the names of `FigureRow`.

    ``value`` is always there; any other column that is left out is as a row leaves it out. So
    a million tickets are an array, and become rows only where somebody looks at them.
    """

    columns: Mapping[str, Array]

    @classmethod
    def of(cls, rows: Iterable[FigureRow]) -> "Frame":
        """Return rows as columns."""
        kept = list(rows)
        return cls(
            {
                name: np.array([getattr(row, name) for row in kept], _TYPES.get(name, object))
                for name in _LEFT_OUT
            }
        )

    def __len__(self) -> int:
        return len(self.columns["value"])

    def __getitem__(self, name: str) -> Array:
        known = self.columns.get(name)
        if known is not None:
            return known
        return np.full(len(self), _LEFT_OUT[name], _TYPES.get(name, object))

    @property
    def n(self) -> int:
        """How many observations the rows stand for."""
        return int(self["count"].sum())

    def only(self, chosen: Array) -> "Frame":
        """Return the rows that are chosen, by a mask or by their places."""
        return Frame({name: column[chosen] for name, column in self.columns.items()})

    def with_value(self, value: Array) -> "Frame":
        """Return the same rows with another value."""
        return Frame({**self.columns, "value": value})

    def followed_by(self, other: "Frame") -> "Frame":
        """Return these rows and those of another; each column that one of them has."""
        names = dict.fromkeys((*self.columns, *other.columns))
        return Frame({name: np.concatenate([self[name], other[name]]) for name in names})

    def rows(self) -> list[FigureRow]:
        """Return the rows one by one."""
        columns = (column.tolist() for column in self.columns.values())
        return [
            FigureRow(**dict(zip(self.columns, cells, strict=True)))
            for cells in zip(*columns, strict=True)
        ]


Asked = ParamSpec("Asked")


def as_frame(read: Callable[Asked, Iterable[FigureRow]]) -> Callable[Asked, Frame]:
    """Let a function that reads rows one by one return them as columns."""

    @wraps(read)
    def framed(*args: Asked.args, **kwargs: Asked.kwargs) -> Frame:
        return Frame.of(read(*args, **kwargs))

    return framed


class RowOrder(StrEnum):
    """Which row comes first."""

    MOST = "most"  # the largest value
    AGAINST = "against"  # those that speak against the figure, then the newest
    OLDEST = "oldest"
    NEWEST = "newest"


# What rows come to -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Aggregate:
    """How rows become the figure.

    Attributes
    ----------
    name
        As JSON says it.
    interval
        How its interval is made; English, for `Translator.gettext`.
    n
        What the page of all figures says of n.
    of_weeks
        A part of the rows has a value of its own.
    """

    name: str
    of: Callable[[Frame], Estimate]
    interval: str = N_("None: it is a plain count, sum or mean.")
    n: str = "rows"
    of_weeks: bool = True


def mean_of(frame: Frame) -> float | None:
    """Return the mean of rows at their weights; None where nothing weighs anything."""
    weights = frame["weight"] * frame["count"]
    return float(np.average(frame["value"], weights=weights)) if weights.sum() else None


def _total(frame: Frame) -> Estimate:
    # To the cent: a sum of floats is not.
    return Estimate(1, round(math.fsum(frame["value"]), 2)) if len(frame) else NOTHING


MEDIAN = Aggregate(
    "median",
    lambda frame: median(frame["value"]),
    N_(
        "95 %: from one ordered value to another, whatever the distribution (Campbell and "
        "Gardner 1988). Below six values there is none."
    ),
)
MEDIAN_WITH_OPEN = Aggregate(
    "median, open ones counted as still going on",
    lambda frame: median_with_open(frame["value"], frame["group"] == OPEN),
    N_(
        "95 %: where the limits of the Kaplan–Meier curve cross one half (Brookmeyer and Crowley "
        "1982)."
    ),
    n="rows, open ones too",
)
SHARE = Aggregate(
    "share",
    lambda frame: share(int((frame["value"] * frame["count"]).sum()), frame.n),
    N_("95 %: Wilson's score interval (Newcombe 1998)."),
    n="rows; those that count are the numerator",
)
COUNT = Aggregate("count", lambda frame: count(frame.n))
MEAN = Aggregate("mean", lambda frame: Estimate(frame.n, mean_of(frame)))
TOTAL = Aggregate("sum", _total, n="1 where anything was booked")
DERIVED = Aggregate("derived", MEAN.of, N_("None: see the formula."), of_weeks=False)
"""The statement computes it from its rows by more than a sum or a mean."""


# The declaration ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DailyCalls:
    """Calls of a language model on a day, and their costs."""

    day: date
    model: str
    n: int
    eur: float


Reader = TypeVar("Reader", contravariant=True)


@dataclass(frozen=True, slots=True)
class KeyFigure(Generic[Reader]):
    """A figure: all that is known of it is declared once, and its value is what its rows come to.

    Attributes
    ----------
    title, formula, interval
        English, for the reader's language; ``interval`` says how the figure's was made where the
        way of summing alone does not.
    read
        Reads its rows.
    columns
        (side, name) of the columns of ticket times that its rows are made of. A figure that has
        any can be cut by group.
    place
        Among the few figures that the digest and cuts by groups show; 0: not among them.
    watched
        The digest says what is usual for it, and whether a week surprises.
    by_clock
        Its minutes are counted outside office hours too.
    cut, goal
        A target relative to the baseline (0.4: 40 % less), or an absolute one.
    rows, n
        What the page of all figures says of the rows, and of n where the way of summing alone
        does not.
    of_work
        It tells how long people took or what became of their tickets: a small desk gets no
        value of a few days, or of a few rows.
    with_evidence
        The rows' values are handling times, whose evidence is worth telling.
    categories
        To which a company narrowed it.
    window
        Days that it is compared with, measured anew each time; None: the frozen baseline.
    weeks
        Of how many weeks it is, up to the one of the period's last day; 0: of the period.
    calls
        Reads the calls of a language model that are worth telling beside.
    no_rows
        Why there may be none, where it is not that nothing of the kind happened.
    inputs, taken
        Keys of the assumptions that it multiplies with, and of other figures.
    """

    key: str
    unit: str
    better: Better
    title: str
    formula: str
    read: Callable[[Reader], Frame]
    aggregate: Aggregate
    order: RowOrder = RowOrder.MOST
    columns: tuple[tuple[Side, str], ...] = ()
    place: int = 0
    watched: bool = False
    by_clock: bool = False
    cut: float | None = None
    goal: float | None = None
    rows: str = "tickets"
    n: str = ""
    interval: str = ""
    of_work: bool = True
    with_evidence: bool = False
    categories: tuple[str, ...] = ()
    window: Period | None = None
    weeks: int = 0
    calls: Callable[[Reader], Sequence[DailyCalls]] | None = None
    no_rows: str = N_("There are no rows: nothing of the kind happened in the period.")
    inputs: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()

    def estimate(self, reader: Reader) -> Estimate:
        """Return the figure: what its rows come to."""
        return self.aggregate.of(self.read(reader))

    def period_in(self, period: Period) -> Period:
        """Return the days that the figure is of where this period is asked of."""
        if not self.weeks:
            return period
        last = week_of(period.last_day)
        first = weeks_before(last, self.weeks - 1)[0] if self.weeks > 1 else last
        return Period.between(first.first_day, last.last_day)

    def target(self, baseline: float | None) -> float | None:
        """Return the value to reach; None when there is no target, or nothing to cut from."""
        if self.cut is not None and baseline is not None:
            return baseline * (1 - self.cut)
        return self.goal

    @property
    def how_interval(self) -> str:
        """How its interval is made; English."""
        return self.interval or self.aggregate.interval

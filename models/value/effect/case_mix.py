"""Like with like: tickets of two times, in the categories that both of them know. Pure.

A category that only one side knows says nothing of what changed: were it counted, dear
tickets that no longer come would pass for time saved.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from models.headcount import Headcount
from models.kpis.handling import Cell
from models.kpis.periods import Period
from models.value.effect.reduction import (
    FEWEST_IN_A_STRATUM,
    Floats,
    Labels,
    Mean,
    clustered_mean,
)

RARE = " rare"
"""Name of the categories that are rare on both sides, compared as one; no key has a space."""
_ONE_SIDED = 4 * FEWEST_IN_A_STRATUM
_MOST = 0.5


@dataclass(frozen=True, slots=True)
class TicketColumns:
    """Resolved tickets, those of a week and category together, as columns of shape (n,).

    Attributes
    ----------
    minutes, count
        Mean minutes of ``count`` tickets, each counted up to the cap.
    week
        In any order that sorts.
    unknown
        Tickets without a handling time, which are in no column.
    missing
        The same by column, where that is known.
    """

    minutes: Floats
    count: Floats
    category: Labels
    week: Labels
    unknown: int = 0
    missing: Floats | None = None

    def chosen(self, kept: npt.NDArray[np.bool_]) -> "TicketColumns":
        """Return some of the columns."""
        missing = None if self.missing is None else self.missing[kept]
        return TicketColumns(
            self.minutes[kept],
            self.count[kept],
            self.category[kept],
            self.week[kept],
            self.unknown if missing is None else int(missing.sum()),
            missing,
        )

    def at_worst(self, cap: float) -> "TicketColumns":
        """Return the same as if each ticket without a handling time had taken ``cap`` minutes."""
        if self.missing is None:
            return self
        count = self.count + self.missing
        total = self.minutes * self.count + cap * self.missing
        return replace(self, minutes=total / np.maximum(count, 1e-9), count=count)

    @property
    def n(self) -> int:
        return int(self.count.sum())

    @property
    def weeks(self) -> int:
        """How many weeks have at least one of them."""
        return len(set(self.week[self.count > 0].tolist()))

    @property
    def keys(self) -> list[str]:
        return [str(key) for key in self.category.tolist()]


@dataclass(frozen=True, slots=True)
class WeeksSide:
    """One side of a comparison by weeks.

    Attributes
    ----------
    questions
        Weeks are counted from 0.
    staff_minutes
        By week, with or without a question, shape (n_weeks,): the minutes of the tickets, those
        without a known time at the mean of the others.
    people
        By week, how many were employed; None where nobody said.
    ways
        How many times of the weeks that are judged come from which evidence (A, B, C).
    at_best
        The questions as if whoever said nothing had been helped at once; None where nobody was
        only followed.
    """

    questions: TicketColumns
    staff_minutes: Floats
    people: Floats | None = None
    ways: Mapping[str, int] = field(default_factory=dict)
    at_best: TicketColumns | None = None

    def up_to(self, weeks: int) -> "WeeksSide":
        """Return the first weeks."""
        return replace(
            self,
            questions=self.questions.chosen(self.questions.week < weeks),
            staff_minutes=self.staff_minutes[:weeks],
            people=None if self.people is None else self.people[:weeks],
            at_best=self.at_best and self.at_best.chosen(self.at_best.week < weeks),
        )

    @property
    def asked(self) -> list[int]:
        """Return the weeks with a question, in order."""
        return sorted(set(self.questions.week[self.questions.count > 0].tolist()))

    @property
    def minutes_a_person(self) -> Mean | None:
        """Return the staff's minutes a week and person employed; None below two weeks."""
        if self.people is None or len(self.people) < 2 or not self.people.all():
            return None
        weeks = np.arange(len(self.people))
        return clustered_mean(self.staff_minutes / self.people, np.ones(len(weeks)), weeks)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sides that can be compared: each category of one stands on the other, too.

    Attributes
    ----------
    before, now
        Their categories are called by ``names``.
    names
        By category, as what it is compared. Categories that are not in it are left out.
    is_one
        Whether categories were not looked at, because one side hardly knows any.
    """

    before: TicketColumns
    now: TicketColumns
    names: Mapping[str, str] = field(default_factory=dict)
    is_one: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything to compare."""
        return bool(self.before.n and self.now.n)

    @property
    def counted(self) -> frozenset[str] | None:
        """The categories that are compared; None for all."""
        return None if self.is_one else frozenset(self.names)

    def by_category(self, of_names: Mapping[str, float]) -> dict[str, float]:
        """Return what is known of names for the categories that are called so."""
        return {key: of_names[name] for key, name in self.names.items() if name in of_names}


def alike(before: TicketColumns, now: TicketColumns) -> Pair:
    """Return both sides in the categories that both know; nothing where there is none.

    Rare ones are one, but for those that are rare on one side only: these have as good as
    come or gone, and are left out. Where a side has hardly any ticket with a category, and what
    both know covers less than half of ``now``, all tickets are one.
    """
    counts = _counts(before), _counts(now)
    shared = counts[0].keys() & counts[1].keys()
    covered = sum(counts[1][key] for key in shared)
    is_one = covered < _MOST * sum(counts[1].values()) and any(map(_hardly_any, counts))
    if is_one:
        names = dict.fromkeys(counts[0].keys() | counts[1].keys(), "")
    else:
        names = dict(_names({key: (counts[0][key], counts[1][key]) for key in shared}))
    return Pair(_called(before, names), _called(now, names), names, is_one)


def _hardly_any(counts: Mapping[str, float]) -> bool:
    return counts.get("", 0.0) >= _MOST * sum(counts.values())


def _names(counts: Mapping[str, tuple[float, float]]) -> Mapping[str, str]:
    names = {}
    for key, sides in sorted(counts.items()):
        if min(sides) >= FEWEST_IN_A_STRATUM:
            names[key] = key
        elif max(sides) < _ONE_SIDED:
            names[key] = RARE
    return names


def _called(tickets: TicketColumns, names: Mapping[str, str]) -> TicketColumns:
    """Return the tickets whose categories have a name, by these names."""
    kept = tickets.chosen(np.array([key in names for key in tickets.keys], dtype=bool))
    return replace(kept, category=np.array([names[key] for key in kept.keys], dtype=str))


def of_categories(tickets: TicketColumns, keys: frozenset[str], *, inside: bool) -> TicketColumns:
    """Return the tickets of some categories, or those of all others."""
    return tickets.chosen(np.isin(tickets.category.astype(str), sorted(keys)) == inside)


def mix_weights(tickets: TicketColumns, mix: TicketColumns) -> Floats:
    """Return the counts of tickets, weighed so that categories are as frequent as in ``mix``.

    A category that ``mix`` does not know weighs nothing.
    """
    weights = mix_of(tickets, mix)
    factors = [weights[key] for key in tickets.keys]
    return tickets.count * np.array(factors, dtype=np.float64)


def mix_of(tickets: TicketColumns, mix: TicketColumns) -> dict[str, float]:
    """Return by category how often each ticket counts, for `mix_weights`."""
    wanted, own = _shares(mix), _shares(tickets)
    return {key: wanted.get(key, 0.0) / share for key, share in own.items()}


def means_of(tickets: TicketColumns) -> dict[str, float]:
    """Return the mean minutes of each category that has tickets."""
    names, codes = np.unique(tickets.category.astype(str), return_inverse=True)
    counts = np.bincount(codes, weights=tickets.count, minlength=len(names))
    sums = np.bincount(codes, weights=tickets.count * tickets.minutes, minlength=len(names))
    known = zip(names.tolist(), sums.tolist(), counts.tolist(), strict=True)
    return {key: total / n for key, total, n in known if n}


def _shares(tickets: TicketColumns) -> Mapping[str, float]:
    names, codes = np.unique(tickets.category.astype(str), return_inverse=True)
    counts = np.bincount(codes, weights=tickets.count, minlength=len(names))
    return dict(zip(names.tolist(), (counts / counts.sum()).tolist(), strict=True))


def _counts(tickets: TicketColumns) -> Mapping[str, float]:
    found: dict[str, float] = defaultdict(float)
    for key, n in zip(tickets.keys, tickets.count.tolist(), strict=True):
        if n:
            found[key] += n
    return found


# As they are frozen and read --------------------------------------------------------------


def tickets_of(cells: Sequence[Cell]) -> TicketColumns:
    """Return cells as columns."""
    missing = _column([cell.unknown for cell in cells])
    return TicketColumns(
        minutes=_column([cell.minutes for cell in cells]),
        count=_column([cell.n for cell in cells]),
        category=np.array([cell.category for cell in cells], dtype=str),
        week=np.array([cell.week for cell in cells], dtype=np.int64),
        unknown=int(missing.sum()),
        missing=missing,
    )


def weeks_side(
    questions: TicketColumns,
    tickets: TicketColumns,
    weeks: Sequence[Period],
    headcount: Headcount,
) -> WeeksSide:
    """Return one side of before and after, its minutes in all beside who was employed."""
    n, known = len(weeks), tickets.n
    per_week = np.bincount(
        tickets.week.astype(np.int64), weights=tickets.minutes * tickets.count, minlength=n
    )
    all_of_known = (known + tickets.unknown) / known if known else 1.0
    people = [headcount.on(week.first_day) for week in weeks]
    return WeeksSide(
        questions,
        np.asarray(per_week * all_of_known, dtype=np.float64),
        _column(people) if headcount else None,
    )


def _column(values: Sequence[float | None]) -> Floats:
    return np.array(values, dtype=np.float64)

"""Whether what was declared is seen: the weeks before the pilot against those of a quarter. Pure.

A hold-out cannot tell it. Chance decides what happens to a question, and what becomes of the time
that is freed is a matter of the whole desk. So it is before and after, and called that.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np

from models.statistics.long_run import long_run
from models.tables import FreedUse
from models.value.effect.comparison import LEAST_WEEKS
from models.value.effect.reduction import freedom_of

_P90 = 0.9


class Unmeasured(StrEnum):
    """Why a use of freed time is not measured."""

    NO_MEASURE = "no measure"
    NO_BASELINE = "no baseline"
    TOO_SHORT = "too few weeks"
    FEW_PEOPLE = "fewer than five people"
    NO_TIMES = "no handling times"


class DecileRange(NamedTuple):
    """An estimate with its P10 and P90."""

    low: float
    mid: float
    high: float


@dataclass(frozen=True, slots=True)
class Indicator:
    """What was measured of a use, in the mean of the weeks before and of the quarter's weeks.

    Attributes
    ----------
    why
        Why nothing was measured; None where something was.
    before, now
        Of a backlog by how many tickets it grew a week; of an earlier close the minutes after
        midnight of the last act of a day; of overtime the acts outside office hours a week.
    hours
        Of work in the quarter's days that this is worth.
    """

    use: FreedUse
    why: Unmeasured | None = None
    before: float | None = None
    now: float | None = None
    weeks_before: int = 0
    weeks: int = 0
    hours: DecileRange | None = None

    def to_json(self) -> dict[str, Any]:
        told = asdict(self)
        hours = self.hours._asdict() if self.hours else None
        return told | {"use": self.use.value, "why": self.why and self.why.value, "hours": hours}


class WeeksSeen(NamedTuple):
    """A figure by week, in their order: before the pilot, and in the quarter."""

    before: Sequence[float]
    now: Sequence[float]

    @property
    def are_enough(self) -> bool:
        return min(len(self.before), len(self.now)) >= LEAST_WEEKS


def less(use: FreedUse, seen: WeeksSeen, hours_each: float | None, weeks: float) -> Indicator:
    """Return by how much a figure fell, and what that is worth in the quarter's days.

    Parameters
    ----------
    hours_each
        Hours of work that one less a week is; None where nobody knows.
    weeks
        How long the quarter's days are: time is freed in the days beside whole weeks, too.
    """
    if not seen.are_enough:
        return Indicator(use, Unmeasured.TOO_SHORT)
    if hours_each is None:
        return Indicator(use, Unmeasured.NO_TIMES)
    before, now = (float(np.mean(side)) for side in seen)
    half = _half_width(seen)
    each = weeks * hours_each
    fell = before - now
    return Indicator(
        use,
        None,
        before,
        now,
        len(seen.before),
        len(seen.now),
        DecileRange((fell - half) * each, fell * each, (fell + half) * each),
    )


def _half_width(seen: WeeksSeen) -> float:
    """Return half of the 80 % interval of the difference of both means."""
    from scipy.special import stdtrit

    parts = [long_run([(one - float(np.mean(side))) / len(side) for one in side]) for side in seen]
    error = float(np.sqrt(sum(variance for variance, _ in parts)))
    return error * float(stdtrit(freedom_of(parts), _P90)) if error else 0.0

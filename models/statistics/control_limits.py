"""Whether a week is unusual for this desk, or noise that deserves no comment. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

FEWEST_WEEKS = 8
"""Weeks below which limits would be drawn from next to nothing."""
# 3 / 1.128: three standard deviations, from the mean moving range of pairs.
_LIMIT = 2.66


@dataclass(frozen=True, slots=True)
class ControlLimits:
    """Between which values a week is as usual (an XmR chart's natural process limits)."""

    centre: float
    low: float
    high: float

    def distance(self, value: float) -> float:
        """Return how far outside a value is, in half widths; 0 when it is as usual."""
        if self.low <= value <= self.high:
            return 0.0
        half = max(self.high - self.centre, self.centre - self.low)
        return abs(value - self.centre) / half if half else float("inf")


def control_limits(earlier: Sequence[float | None], most: float = math.inf) -> ControlLimits | None:
    """Return the limits from the weeks before, in their order; None from too few of them.

    No figure of a help desk is negative, so ``low`` is not either; nor is ``high`` above what
    is possible.

    Parameters
    ----------
    most
        The largest value that there can be, such as 1 of a share.

    References
    ----------
    Wheeler, Understanding Variation, 2nd ed., 2000.
    """
    known = [value for value in earlier if value is not None]
    if len(known) < FEWEST_WEEKS:
        return None
    centre = sum(known) / len(known)
    moves = [abs(after - before) for before, after in pairwise(known)]
    half = _LIMIT * sum(moves) / len(moves)
    return ControlLimits(centre, max(0.0, centre - half), min(most, centre + half))

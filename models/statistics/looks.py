"""At how many cases or weeks a comparison is judged, and how sure it must be then. Pure.

Whoever looks every Monday and stops at a lucky one finds effects that are not there. So a verdict
changes only when what was observed has doubled, and each look may err half as often as the one
before: all looks together, however many, err at most in one pilot of twenty.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

_MOST_DOUBLED = 40
ERROR = 0.05
"""Two-sided error of all looks together."""
FIRST_SHARE = 0.5
"""Share of the planned number at which the first look is: the second one is at that number."""


class Look(NamedTuple):
    """How much is judged, and the two-sided error that its interval may have."""

    at: int
    error: float


def first_look(planned: int) -> int:
    """Return at how many cases a hold-out is judged first; 0 where nothing was planned."""
    return math.ceil(FIRST_SHARE * planned)


def latest_look(known: int, first: int) -> Look | None:
    """Return the latest look that is due; None before the first.

    Parameters
    ----------
    known, first
        Cases or weeks that there are, and at how many the first look is; 0 without a plan: then
        all are judged, as in a single look.
    """
    if not first:
        return Look(known, ERROR) if known else None
    if known < first:
        return None
    doubled = (known // first).bit_length() - 1
    return Look(first << doubled, ERROR * 0.5 ** (doubled + 1))


def look_after(judged: int, first: int, needed: Callable[[float], int | None]) -> int | None:
    """Return at how many cases or weeks the first look to come is that shows what it should.

    Parameters
    ----------
    judged
        At how many the latest look was; 0 before the first.
    needed
        How many it takes at a two-sided error; None where no number is enough.
    """
    if not first:
        return needed(ERROR)
    for doubled in range(_MOST_DOUBLED):
        at = first << doubled
        if at > judged:
            enough = needed(ERROR * 0.5 ** (doubled + 1))
            if enough is None:
                return None
            if enough <= at:
                return at
    return None

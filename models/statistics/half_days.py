"""Half-days as the unit that chance draws: which there are, and how sure their means are. Pure.

Where one to three people work at a desk, the same person handles a question with help and the
next without: chance then decides by half-days. The half-days of a week are a block in which a
fixed number is left alone, so that good and bad weeks are in both arms alike.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

NOON = 12
_HALVES = ("am", "pm")
_SATURDAY = 5
_DAYS = 7
_MOST_P = 1.0


def half_day_at(local: datetime) -> str:
    """Return the half-day of a moment in local time, such as ``2026-11-02 am``."""
    return f"{local.date().isoformat()} {_HALVES[local.hour >= NOON]}"


def half_days_beside(half_day: str) -> list[str]:
    """Return the block of a half-day: those of Monday to Friday, or of the weekend."""
    day = date.fromisoformat(half_day.split()[0])
    monday = day - timedelta(day.weekday())
    at_weekend = day.weekday() >= _SATURDAY
    days = range(_SATURDAY, _DAYS) if at_weekend else range(_SATURDAY)
    return [f"{monday + timedelta(n)} {half}" for n in days for half in _HALVES]


def variance_of_sums(
    parts: npt.NDArray[np.float64], half_day: npt.NDArray[Any]
) -> list[tuple[float, float]]:
    """Return the variance of a sum of parts by block, with its degrees of freedom.

    Chance drew half-days, not questions, and a fixed number of them in each week: what varies are
    the sums of half-days about the mean of their block. Blocks of a single half-day are one.

    Parameters
    ----------
    parts : shape (n,)
        What each question of one arm adds to the error of its mean; sum 0.
    half_day : shape (n,)
        Empty where the question was drawn by itself: such ones are a block of their own.

    References
    ----------
    Imbens and Rubin, Causal Inference, 2015, sections 6.4 and 9.5 (completely randomised within
    blocks); Abadie, Athey, Imbens and Wooldridge, When Should You Adjust Standard Errors for
    Clustering?, Quarterly Journal of Economics 138 (2023) 1–35: by what was assigned together.
    """
    names, codes = np.unique(half_day.astype(str), return_inverse=True)
    sums = np.bincount(codes, weights=parts, minlength=len(names))
    blocks = defaultdict[str, list[float]](list)
    for name, part in zip(names.tolist(), sums.tolist(), strict=True):
        if name:
            blocks[half_days_beside(name)[0]].append(part)
    alone = [part for block in blocks.values() if len(block) == 1 for part in block]
    together = [block for block in blocks.values() if len(block) > 1]
    drawn_singly = parts[half_day.astype(str) == ""].tolist()
    if len(alone) == 1 and together:
        together[-1] = together[-1] + alone
        alone = []
    return [
        (len(block) * float(np.var(block, ddof=1)), len(block) - 1.0)
        for block in (*together, alone, drawn_singly)
        if len(block) > 1
    ]


def evenness_p(asked: Iterable[tuple[str, bool, float]]) -> float:
    """Return how likely questions are so uneven between the arms' half-days by chance.

    Who knows that answers are off this morning may ask in the afternoon: then the arms are not
    alike. Week by week the questions of the half-days left alone are compared with their share.

    Parameters
    ----------
    asked
        Of each question its half-day, whether that was left alone, and which share was.
    """
    from scipy.special import stdtr

    surplus = defaultdict[str, float](float)
    for half_day, is_held, share in asked:
        surplus[half_days_beside(half_day)[0]] += is_held - share
    beyond = np.array(list(surplus.values()))
    weeks = len(beyond)
    error = float(beyond.std(ddof=1)) / math.sqrt(weeks) if weeks > 1 else 0.0
    if not error:
        return _MOST_P
    return float(2 * stdtr(weeks - 1, -abs(float(beyond.mean())) / error))

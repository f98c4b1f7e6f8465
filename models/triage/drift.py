"""Whether today's tickets are still like those that the model was judged on. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from models.store.oversight import Guess

FEWEST = 30
"""Tickets a week before anything is said of it."""
LARGE = 0.25
"""A population stability index from which on credit scorers speak of a major shift."""
_RARE = 0.05
_SURE = 0.01


@dataclass(frozen=True, slots=True)
class WeekDrift:
    """How far a week's categories are from those of the comparison.

    Attributes
    ----------
    psi : float or None
        Population stability index; None with too few tickets.
    p : float or None
        Chance of such a difference without any drift (chi-squared test).
    """

    week: str
    n: int
    psi: float | None
    p: float | None
    mean_confidence: float

    @property
    def drifts(self) -> bool:
        """Large, and hardly by chance: with few tickets the index is large by itself."""
        return self.psi is not None and self.p is not None and self.psi > LARGE and self.p < _SURE


def drift_by_week(guesses: Sequence[Guess], expected: Mapping[str, float]) -> list[WeekDrift]:
    """Compare each ISO week's likeliest categories with the shares that were expected.

    References
    ----------
    Siddiqi, Credit Risk Scorecards, 2006, chapter 9 (population stability index).
    """
    weeks: dict[str, list[Guess]] = {}
    for guess in guesses:
        weeks.setdefault(_week(guess.at.date()), []).append(guess)
    return [_of_week(week, weeks[week], expected) for week in sorted(weeks)]


def _of_week(week: str, guesses: Sequence[Guess], expected: Mapping[str, float]) -> WeekDrift:
    n = len(guesses)
    mean = sum(guess.confidence for guess in guesses) / n
    if n < FEWEST or not expected:
        return WeekDrift(week, n, None, None, mean)
    psi, p = compare(Counter(guess.category for guess in guesses), expected)
    return WeekDrift(week, n, psi, p, mean)


def compare(counts: Mapping[str, int], expected: Mapping[str, float]) -> tuple[float, float]:
    """Return (population stability index, p of the chi-squared test).

    Categories that hold less than 5 % of what was expected are counted together.
    """
    from scipy.stats import chi2

    large = sorted(key for key, share in expected.items() if share >= _RARE)
    before = np.array([expected[key] for key in large])
    now = np.array([counts.get(key, 0) for key in large], dtype=float)
    n = sum(counts.values())
    before, now = np.append(before, 1 - before.sum()), np.append(now, n - now.sum())
    before = np.maximum(before, 1e-3)
    before /= before.sum()
    shares = np.maximum(now / n, 0.5 / n)
    psi = float(np.sum((shares - before) * np.log(shares / before)))
    statistic = float(np.sum((now - n * before) ** 2 / (n * before)))
    return psi, float(chi2.sf(statistic, max(1, len(before) - 1)))


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"

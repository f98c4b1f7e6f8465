"""Whether a challenger may take the champion's place. Pure.

Both are asked about the same tickets, which neither was trained on, and are compared
ticket by ticket: far fewer tickets then show a difference than two separate figures.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.statistics.estimates import wilson
from models.triage.evaluation import Bools, Floats, Labels, accuracy

MARGIN = 0.01
"""A challenger may be this much worse at most, at the lower end of the interval."""
FEWEST = 60
"""With fewer tickets in common nothing is said."""
_DRAWS = 2_000


@dataclass(frozen=True)
class Answers:
    """What a model said of the held-out tickets.

    Attributes
    ----------
    predicted, confidence : shape (n_tickets,)
    automatic : shape (n_tickets,)
        Whether it was sure enough to decide by itself.
    """

    predicted: Labels
    confidence: Floats
    automatic: Bools


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more often the challenger is right than the champion, with a 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the gate decided, and what it saw; ``figures`` are for the version's row."""

    promoted: bool
    reason: str
    figures: dict[str, Any]


def rule(
    challenger: Answers, champion: Answers, right: Labels, *, target: float, seed: int
) -> Ruling:
    """Promote the challenger unless it is worse, or too often wrong where it is sure.

    Parameters
    ----------
    right : shape (n_tickets,)
        The categories that people gave.
    target : float
        What the precision of automatic decisions must reach.
    """
    wins, losses = challenger.predicted == right, champion.predicted == right
    difference = paired_difference(wins, losses, right, seed=seed)
    seen = seen_by(challenger, right, target)
    seen |= {"difference": [difference.value, difference.low, difference.high]}
    reason = _comparison(difference, accuracy(challenger.predicted, right), len(right))
    if difference.low < -MARGIN:
        return Ruling(False, f"{reason}: it may be worse by more than {MARGIN:.0%}", seen)
    sure = seen["automatic"]
    # By the upper end: of some 70 decisions, 94 % right is no proof against 95 %.
    if sure["n"] and sure["interval"][1] < target:
        told = f"its automatic decisions are right in {sure['precision']:.1%}, below {target:.0%}"
        return Ruling(False, f"{reason}, but {told}", seen)
    return Ruling(True, reason, seen)


def paired_difference(
    challenger: Bools, champion: Bools, strata: Labels, *, seed: int
) -> Difference:
    """Return the difference of two accuracies on the same tickets.

    Tickets are drawn again within each category (stratified bootstrap, percentiles), so
    that the interval does not widen because a draw missed a category.

    Parameters
    ----------
    challenger, champion : shape (n_tickets,)
        Whether each was right.
    strata : shape (n_tickets,)
        The ticket's category.

    References
    ----------
    Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapters 8 and 13.
    """
    gains = challenger.astype(int) - champion.astype(int)
    rng = np.random.default_rng(seed)
    total: NDArray[Any] = np.zeros(_DRAWS)
    for category in np.unique(strata):
        here = gains[strata == category]
        shares = np.array([np.mean(here == sign) for sign in (-1, 0, 1)])
        drawn = rng.multinomial(len(here), shares, size=_DRAWS)
        total += drawn[:, 2] - drawn[:, 0]
    low, high = np.percentile(total / len(gains), [2.5, 97.5])
    return Difference(float(gains.mean()), float(low), float(high))


def seen_by(answers: Answers, right: Labels, target: float) -> dict[str, Any]:
    """Return what the held-out part says of one model: keys and numbers only."""
    hits = answers.predicted == right
    sure = int(answers.automatic.sum())
    correct = int((hits & answers.automatic).sum())
    keys, sizes = np.unique(answers.predicted, return_counts=True)
    return {
        "n_held_out": len(right),
        "held_out_accuracy": [float(hits.mean()), *wilson(int(hits.sum()), len(right))],
        "automatic": {
            "n": sure,
            "target": target,
            "precision": correct / sure if sure else None,
            "interval": list(wilson(correct, sure)),
            "coverage": sure / len(right),
        },
        "predicted": {
            str(key): int(size) / len(right) for key, size in zip(keys, sizes, strict=True)
        },
        "mean_confidence": float(answers.confidence.mean()),
    }


def _comparison(difference: Difference, right: float, n: int) -> str:
    points = f"{100 * difference.value:+.1f} points"
    interval = f"{100 * difference.low:+.1f} to {100 * difference.high:+.1f}"
    return f"{right:.1%} right on {n} held-out tickets, {points} ({interval})"

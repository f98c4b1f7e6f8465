"""Thresholds that a classifier or an answer must reach, with room for chance. Pure."""

import numpy as np
from numpy.typing import NDArray

from models.statistics.estimates import wilson

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NEVER = 1.01
"""A threshold that no confidence reaches."""


def lowest_safe_confidence(
    confidence: Floats, correct: Bools, target: float, z: float = 1.96
) -> float:
    """Lowest confidence above which precision is at least ``target``, with room for chance.

    Parameters
    ----------
    confidence, correct : shape (n,)
        From predictions on what was not learned from.
    target : float
        What the lower end of the Wilson interval of the precision must reach.
    z : float
        1.96 for the 95 % interval, 1.645 where only the lower end of it matters.

    Returns
    -------
    float
        `NEVER` when no confidence reaches the target.
    """
    order, hits = ranked(confidence, correct)
    n = np.arange(1, len(hits) + 1)
    low = [wilson(int(hit), int(size), z)[0] for hit, size in zip(hits, n, strict=True)]
    return lowest(confidence[order], np.array(low) >= target)


def ranked(confidence: Floats, correct: Bools) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return (order from the surest on, how many of the first 1, 2, 3 … are right)."""
    order = np.argsort(-confidence, kind="stable")
    return order, np.cumsum(correct[order])


def lowest(ordered: Floats, fits: Bools) -> float:
    """Return the lowest confidence that fits; equal confidences are taken together."""
    last_of_ties = np.append(ordered[1:] < ordered[:-1], True)[: len(ordered)]
    places = np.flatnonzero(fits & last_of_ties)
    return float(ordered[places[-1]]) if len(places) else NEVER


def auroc(values: Floats, positive: Bools) -> float | None:
    """Return the chance that a positive has a higher value than a negative; ties count half.

    Returns
    -------
    float in [0, 1], or None where one of the kinds is missing.

    References
    ----------
    Hanley and McNeil, The meaning and use of the area under a receiver operating
    characteristic (ROC) curve, Radiology 143 (1982).
    """
    from scipy.stats import rankdata

    n, m = int(positive.sum()), int((~positive).sum())
    if not n or not m:
        return None
    ranks = rankdata(values)[positive].sum()
    return float((ranks - n * (n + 1) / 2) / (n * m))

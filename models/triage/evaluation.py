"""How good a classifier is, from what it said and what was right. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.statistics.estimates import wilson_of
from models.statistics.thresholds import lowest, lowest_safe_confidence, ranked

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Labels = NDArray[np.str_]


def accuracy(predicted: Labels, right: Labels) -> float:
    """Share of tickets whose category was the right one; 0 without tickets."""
    return float(np.mean(predicted == right)) if len(right) else 0.0


def macro_f1(predicted: Labels, right: Labels) -> float:
    """Mean over the right categories of the F1 score, so that rare ones count as much."""
    scores = []
    for label in np.unique(right):
        hits = int(np.sum((predicted == label) & (right == label)))
        claimed, true = int(np.sum(predicted == label)), int(np.sum(right == label))
        scores.append(2 * hits / (claimed + true))
    return float(np.mean(scores)) if scores else 0.0


def expected_calibration_error(confidence: Floats, correct: Bools, bins: int = 10) -> float:
    """Mean gap between how sure the classifier was and how often it was right.

    Parameters
    ----------
    confidence : shape (n_tickets,), in [0, 1]
        Highest class probability of each ticket.
    correct : shape (n_tickets,)
        Whether that class was the right one.
    bins : int
        Number of bins of equal width.

    Returns
    -------
    float in [0, 1]; 0 is perfect.

    References
    ----------
    Guo et al., On Calibration of Modern Neural Networks, ICML 2017.
    """
    if not len(confidence):
        return 0.0
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = 0.0
    for place in range(bins):
        inside = places == place
        if inside.any():
            gaps += abs(float(confidence[inside].sum()) - float(correct[inside].sum()))
    return gaps / len(confidence)


ONE_SIDED = 1.645
"""Of the normal distribution: the true precision is below the bound in one case of 20."""
OWN_LABELS = 200
"""With fewer labels a category takes the threshold of all categories together."""
BORROWED = 1_000
"""Tickets of all categories whose precision at the same confidence counts as evidence for
a category beside its own: without them a category of 250 would hardly ever be sure."""


def plain_confidence(confidence: Floats, correct: Bools, target: float) -> float:
    """Lowest confidence above which precision is at least ``target``, taken at its word."""
    order, hits = ranked(confidence, correct)
    return lowest(confidence[order], hits / np.arange(1, len(hits) + 1) >= target)


def thresholds(
    confidence: Floats, predicted: Labels, right: Labels, categories: Sequence[str], target: float
) -> tuple[float, dict[str, float]]:
    """Return the threshold of all categories together, and one for each category.

    A category with `OWN_LABELS` labels or more has its own: the lower Wilson bound of its
    precision must reach ``target``, where the precision of all categories at the same
    confidence counts as further evidence.

    Parameters
    ----------
    confidence, predicted, right : shape (n_tickets,)
        From predictions on tickets that the classifier was not trained on.
    """
    correct = predicted == right
    pool = lowest_safe_confidence(confidence, correct, target, z=ONE_SIDED)
    order, hits = ranked(confidence, correct)
    pooled = np.column_stack([confidence[order], hits / np.arange(1, len(hits) + 1)])
    own = {}
    for category in categories:
        mine = predicted == category
        enough = int((right == category).sum()) >= OWN_LABELS
        own[category] = _own(confidence[mine], correct[mine], pooled, target) if enough else pool
    return pool, own


def _own(confidence: Floats, correct: Bools, pooled: Floats, target: float) -> float:
    """Return a category's own threshold.

    ``pooled``, shape (n_tickets, 2), holds the confidence of each ticket of all categories,
    the surest first, and the precision from there on.
    """
    order, hits = ranked(confidence, correct)
    ordered, n = confidence[order], np.arange(1, len(hits) + 1)
    # Position of the last ticket of the pool that is at least as sure.
    at = np.searchsorted(-pooled[:, 0], -ordered, side="right") - 1
    share = (hits + BORROWED * pooled[at, 1]) / (n + BORROWED)
    low = [
        wilson_of(one, int(size) + BORROWED, ONE_SIDED)[0]
        for one, size in zip(share, n, strict=True)
    ]
    return lowest(ordered, np.array(low) >= target)


def out_of_scope_figures(
    inside: Floats, outside: Floats, kept: float = 0.95
) -> tuple[float, float]:
    """Return (AUROC, share of outsiders caught where ``kept`` of the insiders are kept).

    Parameters
    ----------
    inside, outside : shape (n_texts,)
        How familiar texts inside and outside of the scope are.
    """
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([inside, outside]))[: len(inside)].sum()
    pairs = len(inside) * len(outside)
    auroc = (ranks - len(inside) * (len(inside) + 1) / 2) / pairs
    return float(auroc), float(np.mean(outside < np.quantile(inside, 1 - kept)))


def risk_coverage(confidence: Floats, correct: Bools) -> tuple[Floats, Floats]:
    """Return (coverage, share wrong) for each threshold, the surest tickets first."""
    order, hits = ranked(confidence, correct)
    n = np.arange(1, len(order) + 1)
    return n / max(1, len(order)), 1 - hits / n

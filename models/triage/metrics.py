"""Figures about predictions whose right answer is known. Pure."""

import numpy as np
from numpy.typing import NDArray

from models.statistics.thresholds import auroc, ranked

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Labels = NDArray[np.str_]


def accuracy(predicted: Labels, right: Labels) -> float:
    """Return the share of tickets whose category is the right one; 0 without tickets."""
    return float(np.mean(predicted == right)) if len(right) else 0.0


def macro_f1(predicted: Labels, right: Labels) -> float:
    """Return the mean F1 score of the right categories, so that rare ones count as much."""
    scores = []
    for label in np.unique(right):
        hits = int(np.sum((predicted == label) & (right == label)))
        claimed, true = int(np.sum(predicted == label)), int(np.sum(right == label))
        scores.append(2 * hits / (claimed + true))
    return float(np.mean(scores)) if scores else 0.0


def expected_calibration_error(confidence: Floats, correct: Bools, bins: int = 10) -> float:
    """Return the mean gap between confidence and accuracy, in [0, 1]; 0 is perfect.

    Parameters
    ----------
    confidence : shape (n_tickets,), in [0, 1]
        Highest class probability of each ticket.
    correct : shape (n_tickets,)
        Whether that class is the right one.
    bins : int
        Number of bins of equal width.

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


def out_of_scope_figures(
    inside: Floats, outside: Floats, kept: float = 0.95
) -> tuple[float, float]:
    """Return (AUROC, share of outsiders caught where ``kept`` of the insiders are kept).

    Parameters
    ----------
    inside, outside : shape (n_texts,)
        Familiarity of texts inside and outside of the scope.
    """
    is_inside = np.arange(len(inside) + len(outside)) < len(inside)
    area = auroc(np.concatenate([inside, outside]), is_inside)
    return area or 0.0, float(np.mean(outside < np.quantile(inside, 1 - kept)))


def risk_coverage(confidence: Floats, correct: Bools) -> tuple[Floats, Floats]:
    """Return (coverage, share wrong) for each threshold, the surest tickets first."""
    order, hits = ranked(confidence, correct)
    n = np.arange(1, len(order) + 1)
    return n / max(1, len(order)), 1 - hits / n

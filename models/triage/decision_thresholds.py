"""How sure a classifier may be, and from where on it may decide. Learned out of fold. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.statistics.estimates import wilson_of
from models.statistics.thresholds import lowest, lowest_safe_confidence, ranked
from models.triage.calibration import Calibration
from models.triage.learners import Places
from models.triage.metrics import Bools, Floats, Labels
from models.triage.scope import Scope

ROOM = 1.0
"""Standard errors of room for chance. On 260 small and skewed sets the mean precision then is the
one that was asked for; 1.645 gives a point more, and decides a tenth fewer."""
OWN_LABELS = 200
"""With fewer labels a category takes the threshold of all categories together."""
BORROWED = 1_000
"""Tickets of all categories whose precision at the same confidence counts as evidence for
a category beside its own: without them a category of 250 would hardly ever be sure."""


@dataclass(frozen=True)
class DecisionThresholds:
    """Turns decision values into probabilities, and knows which of them suffice to decide.

    Attributes
    ----------
    overall : float
        Lowest confidence that suffices over all categories; 1.01 (never) when none does.
    by_category : shape (n_categories,)
        Lowest confidence that suffices for each category.
    unadjusted : float
        The overall threshold without room for chance: to be compared with, never to decide by.
    """

    calibration: Calibration
    scope: Scope
    overall: float
    by_category: Floats
    unadjusted: float

    def are_met(self, confidence: Floats, best: Places) -> Bools:
        """Return which predictions are sure enough, ``best`` being their categories."""
        return np.asarray(confidence >= self.by_category[best])


@dataclass(frozen=True)
class OutOfFold:
    """Predictions of models that had not seen the tickets.

    Attributes
    ----------
    parts : each of shape (n_tickets, n_categories)
        Decision values.
    signals : each of shape (n_some,)
        What tells familiar texts, for some of the tickets.
    weights : one number a signal
    strangers : each of shape (n_strangers, n_categories)
        Decision values of tickets whose category is too small to be learned: whatever is said
        of them is wrong, and such tickets will come again.
    """

    parts: tuple[Floats, ...]
    signals: tuple[Floats, ...]
    weights: tuple[float, ...]
    strangers: tuple[Floats, ...]


def learn_thresholds(
    seen: OutOfFold, right: Labels, categories: Sequence[str], target: float
) -> tuple[DecisionThresholds, Labels]:
    """Return the thresholds for a precision of ``target``, and each ticket's prediction."""
    names = np.array(categories)
    calibration = Calibration.fit(seen.parts, np.searchsorted(names, right))
    chances = calibration.probabilities(seen.parts)
    predicted = names[chances.argmax(axis=1)]
    every = np.vstack([chances, calibration.probabilities(seen.strangers)])
    claimed, confidence = names[every.argmax(axis=1)], every.max(axis=1)
    correct = np.append(predicted == right, np.zeros(len(every) - len(right), dtype=bool))
    order, hits = ranked(confidence, correct)
    precision = hits / np.arange(1, len(hits) + 1)
    overall = lowest_safe_confidence(confidence, correct, target, z=ROOM)
    pooled = np.column_stack([confidence[order], precision])

    def threshold_of(category: str) -> float:
        if int((right == category).sum()) < OWN_LABELS:
            return overall
        own = claimed == category
        return _own_threshold(confidence[own], correct[own], pooled, target)

    return DecisionThresholds(
        calibration=calibration,
        scope=Scope.fit(seen.signals, seen.weights),
        overall=overall,
        by_category=np.array([threshold_of(category) for category in categories]),
        unadjusted=lowest(confidence[order], precision >= target),
    ), predicted


def _own_threshold(confidence: Floats, correct: Bools, pooled: Floats, target: float) -> float:
    """Return a category's own threshold: the lower Wilson bound of its precision must suffice.

    The precision of all categories at the same confidence counts as further evidence:
    ``pooled``, shape (n_tickets, 2), holds the confidence of each ticket of all categories,
    the surest first, and the precision from there on.
    """
    order, hits = ranked(confidence, correct)
    ordered, n = confidence[order], np.arange(1, len(hits) + 1)
    # Position of the last ticket of the pool that is at least as sure.
    at = np.searchsorted(-pooled[:, 0], -ordered, side="right") - 1
    share = (hits + BORROWED * pooled[at, 1]) / (n + BORROWED)
    low = [
        wilson_of(one, int(size) + BORROWED, ROOM)[0] for one, size in zip(share, n, strict=True)
    ]
    return lowest(ordered, np.array(low) >= target)

"""How sure a classifier may be, and from where on it may decide. Learned out of fold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.triage.calibration import Calibration
from models.triage.evaluation import Bools, Floats, Labels, plain_confidence, thresholds
from models.triage.learners import Places
from models.triage.scope import Scope


@dataclass(frozen=True)
class Certainty:
    """Turns decision values into probabilities, and knows which of them are enough.

    Attributes
    ----------
    threshold : float
        Lowest confidence that is enough over all categories; 1.01 (never) when none is.
    own : shape (n_categories,)
        Lowest confidence that is enough for each category.
    at_its_word : float
        The threshold without room for chance: to be compared with, never to decide by.
    """

    calibration: Calibration
    scope: Scope
    threshold: float
    own: Floats
    at_its_word: float

    def enough(self, confidence: Floats, best: Places) -> Bools:
        """Say which predictions are sure enough, ``best`` being their categories."""
        return np.asarray(confidence >= self.own[best])


@dataclass(frozen=True)
class Seen:
    """What models that had not seen the tickets said of them.

    Attributes
    ----------
    parts : each of shape (n_tickets, n_categories)
        Decision values.
    signals : each of shape (n_some,)
        What tells familiar texts, for some of the tickets.
    weights : one number a signal
    """

    parts: tuple[Floats, ...]
    signals: tuple[Floats, ...]
    weights: tuple[float, ...]


def learn_certainty(
    seen: Seen, right: Labels, categories: Sequence[str], target: float
) -> tuple[Certainty, Labels]:
    """Return the certainty, and what was predicted for each ticket."""
    names = np.array(categories)
    calibration = Calibration.fit(seen.parts, np.searchsorted(names, right))
    chances = calibration.probabilities(seen.parts)
    predicted = names[chances.argmax(axis=1)]
    confidence = chances.max(axis=1)
    pool, own = thresholds(confidence, predicted, right, categories, target)
    return Certainty(
        calibration=calibration,
        scope=Scope.fit(seen.signals, seen.weights),
        threshold=pool,
        own=np.array([own[category] for category in categories]),
        at_its_word=plain_confidence(confidence, predicted == right, target),
    ), predicted

"""Small classifiers beside the main one: which priority, which team. Only ever suggestions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.statistics.thresholds import lowest_safe_confidence
from models.triage.calibration import Calibration
from models.triage.cascade import FieldSuggestion
from models.triage.decision_thresholds import ROOM
from models.triage.features import Counts
from models.triage.learners import Learner, out_of_fold, rounded, splits
from models.triage.metrics import Floats
from models.triage.minimum_training_data import MIN_EXAMPLES

FEWEST_LABELS: Final = 50
TARGET_PRECISION: Final = 0.80
"""A hint is seen by a person who decides: it may be wrong more often than a decision."""
KINDS: Final = ("priority", "team")

_LEARNER = Learner("linear SVC", 0.15)
_HEATS = 3


@dataclass(frozen=True)
class HintModel:
    """Suggests one thing about a ticket, and is silent where it is not sure.

    Attributes
    ----------
    kind : "priority" or "team"
    weights : shape (n_terms, n_labels)
    """

    kind: str
    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    intercepts: Floats
    calibration: Calibration
    threshold: float

    def hint(self, row: Any) -> FieldSuggestion | None:
        """Return the suggestion for one text; None below the threshold."""
        chances = self.calibration.probabilities(
            [row.astype(np.float32) @ self.weights + self.intercepts]
        )[0]
        best = int(chances.argmax())
        if chances[best] < self.threshold:
            return None
        return FieldSuggestion(self.labels[best], float(chances[best]))


def learn_hints(
    counts: Counts, rows: Any, given: Mapping[str, Sequence[str]], seed: int
) -> tuple[HintModel, ...]:
    """Train one model for each kind with enough labels; empty labels are unknown ones.

    Parameters
    ----------
    rows : sparse, shape (n_texts, n_terms)
        Weights of the same texts as ``counts``.
    given : kind → labels of the first texts
    """
    models = (_learn(kind, counts, rows, given.get(kind, ()), seed) for kind in KINDS)
    return tuple(model for model in models if model is not None)


def _learn(
    kind: str, counts: Counts, rows: Any, given: Sequence[str], seed: int
) -> HintModel | None:
    sizes = Counter(label for label in given if label)
    frequent = {label for label, size in sizes.items() if size >= MIN_EXAMPLES}
    places = np.array([at for at, label in enumerate(given) if label in frequent], dtype=np.intp)
    if len(frequent) < 2 or len(places) < FEWEST_LABELS:
        return None
    right = np.array([given[at] for at in places])
    labels = np.unique(right)
    folds = splits(right, _HEATS, seed)
    values = out_of_fold(_LEARNER, counts.only(places), right, folds, seed)
    calibration = Calibration.fit([values], np.searchsorted(labels, right))
    chances = calibration.probabilities([values])
    correct = labels[chances.argmax(axis=1)] == right
    safe = lowest_safe_confidence(chances.max(axis=1), correct, TARGET_PRECISION, ROOM)
    weights, intercepts = _LEARNER.fit(rows[places], right, seed)
    return HintModel(kind, tuple(map(str, labels)), rounded(weights), intercepts, calibration, safe)

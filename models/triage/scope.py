"""Whether a text is about anything that the classifier knows. Pure.

Told by signals that are large for familiar texts: the largest raw decision value (never
the softmax, which hides how far from everything a text is) and the nearness to past
tickets. Each is measured in its own spread over familiar texts, then they are added.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from models.triage.metrics import Bools, Floats

KEPT = 0.95
"""Share of familiar texts that must still count as familiar."""
_FEWEST = 40  # texts; with fewer a limit would be chance


@dataclass(frozen=True)
class Scope:
    """How familiar a text is.

    Attributes
    ----------
    means, spreads : shape (n_signals,)
        Of each signal over familiar texts.
    weights : shape (n_signals,)
    limit : float
        Texts below it are out of scope; -inf where too few texts were known.
    """

    means: Floats
    spreads: Floats
    weights: Floats
    limit: float

    @classmethod
    def fit(cls, signals: Sequence[Floats], weights: Sequence[float]) -> Self:
        """Learn from familiar texts that the classifier had not seen.

        Parameters
        ----------
        signals : each of shape (n_texts,)
        """
        known = np.stack(signals)
        spreads = np.maximum(known.std(axis=1), 1e-9)
        scope = cls(known.mean(axis=1), spreads, np.asarray(weights, dtype=float), -np.inf)
        if known.shape[1] < _FEWEST:
            return scope
        limit = float(np.quantile(scope.familiarity(signals), 1 - KEPT))
        return cls(scope.means, scope.spreads, scope.weights, limit)

    def familiarity(self, signals: Sequence[Floats]) -> Floats:
        """Return one number a text, shape (n_texts,): the larger the more familiar."""
        steps = (np.stack(signals) - self.means[:, None]) / self.spreads[:, None]
        return np.asarray(self.weights @ steps)

    def inside(self, familiarity: Floats) -> Bools:
        """Return which texts are about something known."""
        return np.asarray(familiarity >= self.limit)

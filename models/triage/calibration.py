"""Decision values as true probabilities. Pure.

Each part (words, embeddings) gives one value a category. Their sum, each scaled by one
number, plus one offset a category, goes through the softmax. Scaling one part alone is
temperature scaling; scaling two is a fusion of their log-probabilities, because what a
softmax divides by is the same for all categories of a text. Scales and offsets are
chosen on predictions for texts that the parts had not seen.

References
----------
Guo et al., On Calibration of Modern Neural Networks, ICML 2017 (temperature, vector scaling).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.triage.metrics import Floats

_CALM = 0.01
"""Ridge on the mean square of the offsets. A much stronger one for few tickets (a prior of
fixed width) cost Banking77 with 5 to 20 examples a category half a point to two."""
_SMALL = 20.0
"""Tickets of a category at which its ridge is twice that of a large one: of two tickets an
offset would learn chance."""


@dataclass(frozen=True)
class Calibration:
    """Turns the parts' decision values into probabilities.

    Attributes
    ----------
    scales : shape (n_parts,)
        Above 0: 1 / temperature of each part.
    offsets : shape (n_categories,)
    """

    scales: Floats
    offsets: Floats

    @classmethod
    def fit(cls, parts: Sequence[Floats], right: NDArray[np.intp]) -> Self:
        """Choose what makes the right categories likeliest.

        Parameters
        ----------
        parts : each of shape (n_tickets, n_categories)
            Out-of-fold decision values.
        right : shape (n_tickets,)
            Positions of the right categories.
        """
        from scipy.optimize import minimize

        stacked = np.stack(parts)
        n_parts, n, k = stacked.shape
        rows = np.arange(n)
        sizes = np.maximum(np.bincount(right, minlength=k), 1)
        ridge = _CALM / k * (1 + _SMALL / sizes)

        def loss(at: Floats) -> tuple[float, Floats]:
            scales, offsets = np.exp(at[:n_parts]), at[n_parts:]
            chances = softmax(np.tensordot(scales, stacked, axes=1) + offsets)
            surprise = -np.log(chances[rows, right] + 1e-12).mean()
            chances[rows, right] -= 1.0
            by_scale = np.array([(part * chances).sum() for part in stacked]) / n * scales
            by_offset = chances.mean(axis=0) + 2 * ridge * offsets
            return surprise + float(ridge @ offsets**2), np.concatenate([by_scale, by_offset])

        limits = [(-4.0, 4.0)] * n_parts + [(-5.0, 5.0)] * k
        found = minimize(loss, np.zeros(n_parts + k), jac=True, method="L-BFGS-B", bounds=limits)
        return cls(np.exp(found.x[:n_parts]), np.asarray(found.x[n_parts:]))

    def probabilities(self, parts: Sequence[Floats]) -> Floats:
        """Return shape (n_texts, n_categories); each row sums to 1.

        Raises
        ------
        ValueError
            With another number of parts than it was fitted on.
        """
        scaled = [scale * part for scale, part in zip(self.scales, parts, strict=True)]
        return softmax(np.sum(scaled, axis=0) + self.offsets)


def softmax(values: Floats) -> Floats:
    """Return each row as shares that sum to 1."""
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))

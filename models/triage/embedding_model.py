"""What embeddings add to a classifier: decision values and neighbours by meaning."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from models.meaning.embedder import Vectors
from models.triage.learners import Places, in_folds
from models.triage.metrics import Floats, Labels

_PENALTY = 20.0
_EXACT = np.float16


@dataclass(frozen=True)
class EmbeddingModel:
    """A logistic regression on embeddings, beside the tickets' own.

    Attributes
    ----------
    embedder : str
        Name of the only embedder whose vectors it understands.
    centre : shape (n_dimensions,)
        Mean of the texts: embeddings of one model crowd in a narrow cone.
    weights : shape (n_dimensions, n_categories)
    kept : shape (n_kept, n_dimensions)
        Embeddings of the neighbours.
    """

    embedder: str
    centre: Vectors
    weights: Vectors
    intercepts: Floats
    kept: Vectors

    @classmethod
    def learn(cls, embedder: str, vectors: Vectors, right: Labels, kept: Places, seed: int) -> Self:
        centre = vectors.mean(axis=0).astype(np.float32)
        rows = centred(vectors, centre)
        weights, intercepts = _fit(rows, right, seed)
        exact = rows[kept].astype(_EXACT).astype(np.float32)
        return cls(embedder, centre, weights, intercepts, exact)

    def rows(self, vectors: Vectors) -> Vectors:
        """Return embeddings as they are compared, shape (n_texts, n_dimensions)."""
        return centred(vectors, self.centre)

    def values(self, rows: Vectors) -> Floats:
        """Return decision values, shape (n_texts, n_categories)."""
        return np.asarray(rows @ self.weights + self.intercepts, dtype=np.float64)

    def similarity(self, rows: Vectors) -> Floats:
        """Return cosines of shape (n_texts, n_kept)."""
        return np.asarray(rows @ self.kept.T, dtype=np.float64)


def out_of_fold_by_embedding(
    vectors: Vectors, taught: Labels, folds: Sequence[tuple[Places, Places]], seed: int
) -> Floats:
    """Return decision values out of fold, shape (n, n_categories)."""

    def predict(learned: Places, test: Places) -> Floats:
        centre = vectors[learned].mean(axis=0)
        weights, intercepts = _fit(centred(vectors[learned], centre), taught[learned], seed)
        return np.asarray(centred(vectors[test], centre) @ weights + intercepts)

    return in_folds(taught, folds, predict)


def centred(vectors: Vectors, centre: Vectors) -> Vectors:
    """Return vectors of length 1 around ``centre``."""
    moved = vectors - centre
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.maximum(lengths, 1e-9), dtype=np.float32)


def _fit(rows: Vectors, right: Labels, seed: int) -> tuple[Vectors, Floats]:
    from sklearn.linear_model import LogisticRegression

    machine: Any = LogisticRegression(C=_PENALTY, max_iter=200, tol=1e-3, random_state=seed)
    machine.fit(rows, right)
    weights, intercepts = np.asarray(machine.coef_), np.asarray(machine.intercept_)
    if len(intercepts) == 1:  # two categories share one border
        weights, intercepts = np.vstack([-weights, weights]), np.append(-intercepts, intercepts)
    return weights.T.astype(_EXACT).astype(np.float32), intercepts.astype(np.float64)

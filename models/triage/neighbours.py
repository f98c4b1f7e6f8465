"""The past tickets that are most like a text: by character n-grams, or by embedding."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models.triage.metrics import Floats, Labels
from models.triage.newest import newest_in_turns

MOST = 20_000
"""Tickets that are kept to compare with: the newest of each category, in turns."""
_TERMS = 64  # heaviest terms that are kept of a ticket: the rest hardly moves a cosine
_AT_ONCE = 256
NEAREST = 3


@dataclass(frozen=True)
class Neighbours:
    """Past tickets to compare with.

    Attributes
    ----------
    by_term : sparse, shape (n_terms, n_kept)
        Weights of the character n-grams of each ticket.
    ids : shape (n_kept,)
        Numbers of the tickets; 0 for an example that is none.
    """

    by_term: Any
    ids: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Any, ids: Sequence[int]) -> Self:
        """Keep tickets; ``rows`` are their character n-grams, each of length 1."""
        return cls(_heaviest(rows).T.tocsr(), np.asarray(ids, dtype=np.int64))

    def similarity(self, rows: Any) -> Floats:
        """Return cosines of shape (n_texts, n_kept)."""
        if rows.shape[0] == 1:  # one text: only the terms it has
            return np.asarray(rows.data @ self.by_term[rows.indices]).reshape(1, -1)
        return np.asarray((rows @ self.by_term).toarray())

    def nearest(self, cosines: Floats) -> tuple[tuple[int, float], ...]:
        """Return the numbers of the nearest tickets and their cosines, the nearest first."""
        known = np.where(self.ids > 0, cosines, -1.0)
        order = np.argsort(-known, kind="stable")[:NEAREST]
        return tuple((int(self.ids[at]), float(known[at])) for at in order if known[at] > 0)

    def typical(self, rows: Any) -> Floats:
        """Return how near each text is to its nearest tickets, shape (n_texts,)."""
        return in_parts(rows, self.similarity, [])

    def typical_of_kept(self, rows: Any, places: NDArray[np.intp]) -> Floats:
        """Return the same for kept tickets, each compared with all the others."""
        return in_parts(rows, self.similarity, places)


def in_parts(rows: Any, similarity: Any, own: Sequence[int] | NDArray[np.intp]) -> Floats:
    """Return the mean cosine of each row's nearest; ``own`` are the columns to leave out."""
    found = []
    for start in range(0, rows.shape[0], _AT_ONCE):
        cosines = similarity(rows[start : start + _AT_ONCE])
        if len(own):
            cosines[np.arange(len(cosines)), own[start : start + _AT_ONCE]] = 0.0
        found.append(mean_of_nearest(cosines))
    return np.concatenate(found) if found else np.zeros(0)


def mean_of_nearest(cosines: Floats) -> Floats:
    """Return the mean of the largest cosines of each row, shape (n_texts,)."""
    k = min(NEAREST, cosines.shape[1])
    return np.asarray(np.partition(cosines, -k, axis=1)[:, -k:].mean(axis=1))


def keep(right: Labels) -> NDArray[np.intp]:
    """Return the places of the tickets to keep; later places are newer tickets."""
    if len(right) <= MOST:
        return np.arange(len(right))
    return np.sort(newest_in_turns(right)[:MOST])


def _heaviest(rows: Any) -> Any:
    from scipy.sparse import csr_matrix

    rows = rows.tocsr()
    lengths = np.diff(rows.indptr)
    owner = np.repeat(np.arange(rows.shape[0]), lengths)
    order = np.lexsort((-rows.data, owner))
    rank = np.arange(len(owner)) - np.repeat(rows.indptr[:-1], lengths)
    chosen = order[rank < _TERMS]
    # Rounded as a model file rounds them.
    weights = rows.data[chosen].astype(np.float16).astype(np.float32)
    cells = (weights, (owner[chosen], rows.indices[chosen]))
    return csr_matrix(cells, shape=rows.shape)

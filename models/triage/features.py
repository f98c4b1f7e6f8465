"""A text as numbers: weighted words, word pairs, character n-grams and marks (TF-IDF).

The vectorisers are rebuilt from plain lists of terms and weights, so that a saved model
holds no foreign objects and does not depend on the version of scikit-learn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models.triage.ticket_text import TriageText, Written, as_text

FROM_TWO_ON = 10_000
"""From this many texts on, a term must stand in two of them: the model halves, and what only
one person ever wrote (a name, a number) is not kept in it. With fewer texts it costs accuracy."""


def _marks(text: TriageText) -> list[str]:
    return text.marks


_PLAIN: dict[str, Any] = {"preprocessor": lambda text: text.words.lower()}
_KINDS: tuple[dict[str, Any], ...] = (
    {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)\b\w+\b", **_PLAIN},
    {"analyzer": "char_wb", "ngram_range": (2, 5), **_PLAIN},
    {"analyzer": _marks},
)
WORDS, CHARACTERS, MARKS = range(3)
"""Kinds of terms, in the order of their columns."""


@dataclass(frozen=True)
class Counts:
    """How often each term stands in each text, one sparse matrix a kind of term."""

    terms: tuple[list[str], ...]
    matrices: tuple[Any, ...]

    @classmethod
    def of(cls, texts: Sequence[Written]) -> Self:
        known = [as_text(text) for text in texts]
        least = 2 if len(known) >= FROM_TWO_ON else 1
        pairs = [_count(kind, known, least) for kind in _KINDS]
        return cls(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))

    def only(self, rows: NDArray[np.intp]) -> "Counts":
        """Return the counts of some of the texts."""
        return Counts(self.terms, tuple(matrix[rows] for matrix in self.matrices))

    def split(self, train: NDArray[np.intp], test: NDArray[np.intp]) -> tuple[Any, Any]:
        """Weigh the texts of a fold as if only those of ``train`` had ever been seen."""
        from scipy.sparse import hstack

        pairs = [_weigh(matrix[train], matrix[test]) for matrix in self.matrices]
        return hstack([pair[0] for pair in pairs], "csr"), hstack(
            [pair[1] for pair in pairs], "csr"
        )


def _count(kind: dict[str, Any], texts: Sequence[TriageText], least: int) -> tuple[list[str], Any]:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(**kind, min_df=least)
    try:
        matrix = counter.fit_transform(texts)
    except ValueError:  # no text has a term of this kind
        return [], csr_matrix((len(texts), 0), dtype=np.int64)
    return [str(term) for term in counter.get_feature_names_out()], matrix


def _weigh(train: Any, test: Any) -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import TfidfTransformer

    # A term that the fold's training part lacks must not lengthen the test vectors.
    seen = np.flatnonzero(np.asarray(train.sum(axis=0)).ravel() > 0)
    if not len(seen):
        return train[:, seen].astype(float), test[:, seen].astype(float)
    weigher = TfidfTransformer(sublinear_tf=True)
    return weigher.fit_transform(train[:, seen]), weigher.transform(test[:, seen])


@dataclass(frozen=True)
class Features:
    """Turns a text into a row of weights.

    Attributes
    ----------
    terms : one list a kind of term
    weights : one array of inverse document frequencies a kind of term
    """

    terms: tuple[list[str], ...]
    weights: tuple[NDArray[np.float64], ...]
    vectorizers: tuple[Any, ...]

    @classmethod
    def learn(cls, counts: Counts) -> tuple[Self, Any]:
        """Learn the weights from all texts; return them with the texts' rows."""
        from scipy.sparse import hstack
        from sklearn.feature_extraction.text import TfidfTransformer

        weights, rows = [], []
        for matrix in counts.matrices:
            weigher = TfidfTransformer(sublinear_tf=True)
            known = matrix.shape[1] > 0
            rows.append(weigher.fit_transform(matrix) if known else matrix.astype(float))
            # Rounded as a model file rounds them.
            weights.append(_rounded(weigher.idf_) if known else np.zeros(0))
        return cls.restore(counts.terms, weights), hstack(rows, "csr")

    @classmethod
    def restore(cls, terms: Sequence[list[str]], weights: Sequence[NDArray[np.float64]]) -> Self:
        """Rebuild from `terms` and `weights`.

        Raises
        ------
        ValueError
            When there are not as many weights as terms.
        """
        vectorizers = []
        for kind, names, idf in zip(_KINDS, terms, weights, strict=True):
            if len(names) != len(idf):
                raise ValueError("not as many weights as terms")
            vectorizers.append(_vectorizer(kind, names, idf) if names else None)
        return cls(tuple(terms), tuple(np.asarray(idf) for idf in weights), tuple(vectorizers))

    def transform(self, texts: Sequence[Written]) -> Any:
        """Return a sparse matrix of shape (n_texts, n_terms)."""
        from scipy.sparse import csr_matrix, hstack

        known = [as_text(text) for text in texts]
        if not known:
            return csr_matrix((0, len(self)))
        blocks = [one.transform(known) for one in self.vectorizers if one is not None]
        return hstack(blocks, "csr")

    @property
    def words(self) -> list[str]:
        """The word terms; their columns come first."""
        return self.terms[WORDS]

    @property
    def characters(self) -> slice:
        """The columns of the character n-grams."""
        first = len(self.terms[WORDS])
        return slice(first, first + len(self.terms[CHARACTERS]))

    def __len__(self) -> int:
        return sum(map(len, self.terms))


def _rounded(idf: NDArray[np.float64]) -> NDArray[np.float64]:
    return idf.astype(np.float32).astype(np.float64)


def _vectorizer(kind: dict[str, Any], names: list[str], idf: NDArray[np.float64]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(vocabulary=names, sublinear_tf=True, **kind)
    vectorizer.idf_ = idf
    return vectorizer

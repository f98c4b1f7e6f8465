"""The words of all texts and how they are spelled, so that forms of a word meet."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.language import LANGUAGES

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

SHORTEST, LONGEST = 2, 5
"""Lengths of the character n-grams."""
SIMILAR = 0.4
"""Spelling (cosine) above which two words are taken for forms of one."""
KEPT = 512
"""Words last looked for whose like ones are kept."""

_WORD = re.compile(r"\w+")
_LETTERS = str.maketrans({"ø": "o", "æ": "a", "đ": "d", "ł": "l"})


def fold(text: str) -> str:
    """Return lower-case text without marks on letters: people leave them out in chat."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


_fold_word = lru_cache(maxsize=100_000)(fold)


def is_small(word: str) -> bool:
    """Return whether a folded word carries no topic in any language."""
    return word in _small_words(LANGUAGES.words("function"))


@lru_cache(maxsize=4)
def _small_words(words: frozenset[str]) -> frozenset[str]:
    return frozenset(fold(word) for word in words)


def words_in(text: str) -> list[str]:
    """Return the folded words of a text, in order."""
    # Composed first: a mark of its own would split the word.
    return [_fold_word(word) for word in _WORD.findall(unicodedata.normalize("NFC", text))]


@lru_cache(maxsize=4_096)
def grams_in(word: str) -> Mapping[str, int]:
    """Return the character n-grams of a word with its edges, as ``char_wb`` counts them.

    Kept for a while: most words of a question are everybody's.
    """
    edged = f" {word} "
    found: Counter[str] = Counter()
    for size in range(SHORTEST, LONGEST + 1):
        if len(edged) <= size:
            found[edged] += 1
            break
        found.update(edged[at : at + size] for at in range(len(edged) - size + 1))
    return found


class Vocabulary:
    """The words of all texts, and how they are spelled."""

    def __init__(self, texts: Iterable[Iterable[str]]) -> None:
        self.words: dict[str, int] = {}
        for text in texts:
            for word in text:
                self.words.setdefault(word, len(self.words))
        self._spell()
        self.similar = lru_cache(maxsize=KEPT)(self._similar)
        """Return the words spelled like a word, and how like (cosine, above `SIMILAR`)."""

    def _spell(self) -> None:
        from scipy.sparse import csr_matrix

        self.grams: dict[str, int] = {}
        columns, counts, ends = list[int](), list[int](), [0]
        for word in self.words:
            for gram, n in grams_in(word).items():
                columns.append(self.grams.setdefault(gram, len(self.grams)))
                counts.append(n)
            ends.append(len(columns))
        shape = (len(self.words), len(self.grams))
        cells = (np.array(counts, np.float32), np.array(columns, np.int32), np.array(ends))
        self.spelled: Any = csr_matrix(cells, shape=shape)
        self._by_gram = self.spelled.tocsc()
        in_words = np.diff(self._by_gram.indptr)
        self._rarity = smooth_idf(in_words, len(self.words))
        squares = self.spelled.copy()
        squares.data **= 2
        self._lengths = np.sqrt(squares @ self._rarity**2)

    def __len__(self) -> int:
        return len(self.words)

    def _similar(self, word: str) -> tuple[Ints, Floats]:
        weights, length = self._weigh(grams_in(word))
        if not weights:
            return np.zeros(0, np.intp), np.zeros(0, np.float32)
        columns = np.fromiter(weights, np.intp)
        values = np.fromiter(weights.values(), np.float32)
        likeness = weighted_columns(self._by_gram, columns, values)
        near = np.flatnonzero(likeness > SIMILAR * length * self._lengths)
        return near, likeness[near] / (length * self._lengths[near])

    def _weigh(self, grams: Mapping[str, int]) -> tuple[dict[int, float], float]:
        unknown = float(self._rarity.max(initial=1.0))
        weights, square = dict[int, float](), 0.0
        for gram, n in grams.items():
            column = self.grams.get(gram)
            rarity = unknown if column is None else float(self._rarity[column])
            square += (n * rarity) ** 2
            if column is not None:
                weights[column] = n * rarity**2
        return weights, square**0.5

    def count(self, texts: Sequence[Sequence[str]]) -> Any:
        """Return how often each known word stands in each text (sparse, texts by words)."""
        from scipy.sparse import csr_matrix

        columns, counts, ends = list[int](), list[int](), [0]
        for text in texts:
            for word, n in Counter(text).items():
                columns.append(self.words[word])
                counts.append(n)
            ends.append(len(columns))
        cells = (np.array(counts, np.float32), np.array(columns, np.int32), np.array(ends))
        return csr_matrix(cells, shape=(len(texts), len(self.words)))


def weighted_columns(matrix: Any, columns: Ints, weights: Floats) -> Floats:
    """Return ``matrix[:, columns] @ weights`` of a matrix stored by column.

    Without the checks of scipy's own indexing, which take longer than the work.
    """
    starts = matrix.indptr[columns]
    sizes = matrix.indptr[columns + 1] - starts
    ends = np.cumsum(sizes)
    cells = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + sizes, sizes)
    values = matrix.data[cells] * np.repeat(weights, sizes)
    return np.bincount(matrix.indices[cells], values, matrix.shape[0]).astype(np.float32)


def smooth_idf(found: NDArray[Any], n: int) -> Floats:
    """Return the inverse document frequency of what ``found`` of ``n`` texts have; at least 1."""
    idf: Floats = (np.log((1 + n) / (1 + found)) + 1).astype(np.float32)
    return idf

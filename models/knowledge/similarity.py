"""How similar texts are by their letters: one measure, for questions and for answers.

The measure is the cosine of counted n-grams of letters. Questions are compared by the words
of their topic: candidates that are there already, verdicts on questions like this one,
people who come back, gaps. Answers are compared with numbers and signs included: one with
another port, price or day is nearly identical, and an error in one is in all. Why 0.85 is in
docs/decisions/0016-sandbox-and-incidents.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.knowledge.index import content

Floats = NDArray[np.float32]

SAME = 0.85
"""From here on two questions are the same but for spelling, endings and small words."""
SIMILAR = 0.66
"""From here on they are about the same."""
NEARLY_IDENTICAL = 0.85
"""From here on two texts are taken for the same answer."""
_PLACES = 2**18
_AT_ONCE = 1_000  # a handbook of many thousands of passages must not fill the memory


@dataclass(frozen=True, slots=True)
class TextSimilarity:
    """The cosine of counted n-grams of letters.

    Attributes
    ----------
    analyzer : "char", or "char_wb" for n-grams inside of words only
    ngram_range : shortest and longest n-gram
    prepare : what of a text is compared
    """

    analyzer: str
    ngram_range: tuple[int, int]
    prepare: Callable[[str], str]

    def vectors(self, texts: Sequence[str]) -> Any:
        """Return shape (n_texts, 2¹⁸), sparse; each row of length 1, or 0 for nothing."""
        from sklearn.feature_extraction.text import HashingVectorizer

        vectorizer = HashingVectorizer(
            analyzer=self.analyzer,
            ngram_range=self.ngram_range,
            n_features=_PLACES,
            alternate_sign=False,
            lowercase=False,
            dtype=np.float32,
        )
        return vectorizer.transform([self.prepare(text) for text in texts])

    def cosines(self, text: str, others: Sequence[str]) -> Floats:
        """Return shape (n_others,): the cosine of ``text`` with each, in [0, 1]."""
        if not others:
            return np.zeros(0, np.float32)
        wanted = self.vectors([text]).T
        parts = (others[at : at + _AT_ONCE] for at in range(0, len(others), _AT_ONCE))
        return np.concatenate([(self.vectors(part) @ wanted).toarray().ravel() for part in parts])


QUESTIONS = TextSimilarity("char_wb", (3, 5), lambda text: content(text[:2_000]))
ANSWERS = TextSimilarity("char", (4, 4), lambda text: " ".join(text[:20_000].casefold().split()))


def is_among(question: str, others: Sequence[str]) -> bool:
    """Return whether one of ``others`` is the same question."""
    return bool((QUESTIONS.cosines(question, others) >= SAME).any())

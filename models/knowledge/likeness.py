"""How alike questions are, by the letters of their topic's words.

One measure for all that asks whether two questions are the same: candidates that are
there already, verdicts on questions like this one, people who come back, gaps.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.knowledge.index import content

Floats = NDArray[np.float32]

SAME = 0.85
"""From here on two questions are the same but for spelling, endings and small words."""
SIMILAR = 0.66
"""From here on they are about the same."""
_MOST_CHARACTERS = 2_000
_PLACES = 2**18


def vectors(texts: Sequence[str]) -> Any:
    """Return shape (n_texts, 2¹⁸), sparse: n-grams of letters, each row of length 1 (or 0)."""
    from sklearn.feature_extraction.text import HashingVectorizer

    made = HashingVectorizer(
        analyzer="char_wb",
        ngram_range=(3, 5),
        n_features=_PLACES,
        alternate_sign=False,
        lowercase=False,
        dtype=np.float32,
    )
    return made.transform([content(text[:_MOST_CHARACTERS]) for text in texts])


def likenesses(text: str, others: Sequence[str]) -> Floats:
    """Return shape (n_others,): the cosine of ``text`` with each, in [0, 1]."""
    if not others:
        return np.zeros(0, np.float32)
    rows = vectors([text, *others])
    found: Floats = (rows[1:] @ rows[0].T).toarray().ravel()
    return found


def is_among(text: str, others: Sequence[str], at_least: float = SAME) -> bool:
    """Return whether one of ``others`` is the same question."""
    return bool((likenesses(text, others) >= at_least).any())

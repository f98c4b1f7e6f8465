"""Which stored answers say nearly the same, by their letters: an error in one is in all.

The measure is the cosine of counted runs of four letters, numbers and signs included: an
answer with another port, price or day is nearly identical, and so it should be. Why 0.85 is
in docs/decisions/0016-sandbox-and-incidents.md.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

NEARLY_IDENTICAL = 0.85
"""Cosine from which on two texts are taken for the same answer."""
_RUN = 4
_PLACES = 2**18
_MOST_LETTERS = 20_000
_AT_ONCE = 1_000  # a handbook of many thousands of passages must not fill the memory


def likeness(text: str, others: Sequence[str]) -> NDArray[np.float32]:
    """Return shape (n_others,): the cosine of ``text`` with each, in [0, 1].

    Examples
    --------
    >>> likeness("Restart the VPN.", ["Restart  the vpn.", "Order a chair."]).round(1).tolist()
    [1.0, 0.1]
    """
    if not others:
        return np.zeros(0, np.float32)
    wanted = _vectors([text]).T
    found = [
        (_vectors(others[at : at + _AT_ONCE]) @ wanted).toarray().ravel()
        for at in range(0, len(others), _AT_ONCE)
    ]
    return np.concatenate(found)


def _vectors(texts: Sequence[str]) -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    made = HashingVectorizer(
        analyzer="char",
        ngram_range=(_RUN, _RUN),
        n_features=_PLACES,
        alternate_sign=False,
        lowercase=False,
        dtype=np.float32,
    )
    return made.transform([" ".join(text[:_MOST_LETTERS].casefold().split()) for text in texts])

"""Texts that say nearly the same, found in linear time.

Each text becomes the set of its runs of three words, and that set a signature of 32
smallest hashes (MinHash): two signatures agree in as many places as the sets have in
common. Signatures are compared only where four places in a row agree (a band), so the
time grows with the number of texts, not with its square.

References
----------
Broder, On the resemblance and containment of documents, 1997.
Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, chapter 3.
"""

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SIMILAR = 0.8
"""Share of common runs of words from which two texts are near duplicates."""
FEWEST_WORDS = 8
"""A shorter text is alike by chance: only its exact copies count."""
MOST_WORDS = 400
_RUN = 3
_PLACES, _BAND = 32, 4
_SEED = 1
_PRIME = (1 << 31) - 1


class NearDuplicates:
    """Remembers the texts it has seen, as signatures of 128 bytes."""

    def __init__(self) -> None:
        chance = np.random.default_rng(_SEED)
        self._factors = chance.integers(1, _PRIME, (_PLACES, 1), dtype=np.uint64)
        self._shifts = chance.integers(0, _PRIME, (_PLACES, 1), dtype=np.uint64)
        self._bands: list[dict[int, NDArray[np.uint32]]] = [{} for _ in range(_PLACES // _BAND)]

    def seen(self, words: Sequence[str]) -> bool:
        """Return whether a text like this one came before, and remember it."""
        if len(words) < FEWEST_WORDS:
            return False
        signature = self._signature(words[:MOST_WORDS])
        found = False
        for at, band in enumerate(self._bands):
            # A number takes less memory than its bytes, and a rare clash is told apart below.
            key = hash(signature[at * _BAND : (at + 1) * _BAND].tobytes())
            other = band.setdefault(key, signature)
            if other is not signature and not found:
                found = float((other == signature).mean()) >= SIMILAR
        return found

    def _signature(self, words: Sequence[str]) -> NDArray[np.uint32]:
        runs = {" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
        hashes = [zlib.crc32(run.encode("utf-8", "replace")) % _PRIME for run in runs]
        mixed = (self._factors * np.array(hashes, dtype=np.uint64) + self._shifts) % _PRIME
        return np.asarray(mixed.min(axis=1), dtype=np.uint32)

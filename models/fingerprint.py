"""What a hash is taken of: the same text for the same content, on any machine."""

import hashlib
import json
from collections.abc import Iterable


def canonical(value: object) -> str:
    """Return JSON with sorted keys and nothing between the tokens."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def sha256_of(texts: Iterable[str]) -> str:
    """Return the SHA-256 of texts, one after the other, in hexadecimal digits."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode())
    return digest.hexdigest()

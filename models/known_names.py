"""The names that are masked: as they were read while Lotsen runs, as keyed hashes after a start.

A hash is an HMAC-SHA-256 of a word, or of the words of a name, whose key stands outside the
database: whoever has the database alone can neither read a name nor try one out.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

BEGINS, ALONE, CAPITAL, WHOLE = 1, 2, 4, 8
"""What words are in a list of names, added up: the first of a name; a name wherever they stand; a
name with a capital inside a sentence; a name of several words."""

_HASH: Final = 16
_ENTRY: Final = _HASH + 1


@dataclass(frozen=True, slots=True)
class HashedNames:
    """A list of names that nobody can read: hash → what its words are.

    Attributes
    ----------
    key : 32 random bytes
    """

    key: bytes = field(repr=False)
    forms: Mapping[bytes, int] = field(repr=False)

    @classmethod
    def of(cls, entries: Mapping[str, int], key: bytes) -> Self:
        """Return the hashes of entries, which are words → what they are."""
        return cls(key, {_hash(key, words): form for words, form in entries.items()})

    @classmethod
    def from_bytes(cls, content: bytes, key: bytes) -> Self:
        """Return the hashes that `to_bytes` wrote with the same key."""
        starts = range(0, len(content), _ENTRY)
        return cls(key, {content[at : at + _HASH]: content[at + _HASH] for at in starts})

    def to_bytes(self) -> bytes:
        """Return the hashes in an order that says nothing of the names."""
        return b"".join(sorted(one + bytes([form]) for one, form in self.forms.items()))

    def form_of(self, words: str) -> int:
        """Return what words are in the list; 0 for nothing."""
        return self.forms.get(_hash(self.key, words), 0)


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names of a workspace, those that were read and those of before the start."""

    plain: frozenset[str] = frozenset()
    hashed: HashedNames | None = None

    def __bool__(self) -> bool:
        return bool(self.plain or self.hashed)


def name_of_key(key: bytes) -> str:
    """Return the hash by which a key is known; it says nothing of the key."""
    return _hash(key, "").hex()


def _hash(key: bytes, words: str) -> bytes:
    return hmac.digest(key, words.encode("utf-8", "surrogatepass"), "sha256")[:_HASH]

"""Whether a reason says something. Pure."""

import re

_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST = 3


def is_sentence(text: str) -> bool:
    """Return whether a text has at least three different words of two letters or more."""
    return len({word.casefold() for word in _WORD.findall(text)}) >= _FEWEST

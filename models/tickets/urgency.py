"""What presses, and what several people tell alike: a pure look at the words."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from models.language import LANGUAGES
from models.language.phrases import fold

URGENT: Final = "urgent"
"""The priority of a ticket whose words press."""
_LOOKED_AT = 1_000
_STEM = 5
_WORD = re.compile(r"[^\W\d_]{3,}")

Topic = frozenset[str]
"""What fails, as the beginnings of its words; empty where nothing does."""


def is_urgent(text: str) -> bool:
    """Return whether a text says that it presses."""
    calm = re.sub(_whole("not_pressing"), " ", text[:_LOOKED_AT], flags=re.IGNORECASE)
    return _says("pressing", calm) or is_danger(text)


def is_danger(text: str) -> bool:
    """Return whether a text says that somebody may come to harm."""
    return _says("danger", text[:_LOOKED_AT])


def _says(name: str, text: str) -> bool:
    """Return whether a text has one of the phrases, with its dots or without."""
    pattern = _whole(name)
    written, plain = (text, pattern), (fold(text), fold(pattern))
    return any(re.search(wanted, words, re.IGNORECASE) for words, wanted in (written, plain))


def topic_of(text: str) -> Topic:
    """Return what a text says that does not work: its words without symptoms and places."""
    start = text[:_LOOKED_AT].casefold()
    if not re.search(_whole("symptoms"), start):
        return frozenset()
    left = re.sub(_whole("pressing"), " ", start)
    ignored = LANGUAGES.words("function") | LANGUAGES.words("places") | _told_by("symptoms")
    words = (word for word in _WORD.findall(left) if word not in ignored)
    names = _names(LANGUAGES.phrases("same_thing"))
    return frozenset(names.get(word, word)[:_STEM] for word in words)


@lru_cache(maxsize=4)
def _names(lines: tuple[str, ...]) -> Mapping[str, str]:
    """Return one name for each word that people call the same thing by.

    Lines of several languages that share a word are about the same thing.
    """
    names: dict[str, str] = {}
    for line in lines:
        words = line.split("|")
        first = next((names[word] for word in words if word in names), words[0])
        names |= dict.fromkeys(words, first)
    return names


def is_alike(one: Topic, other: Topic) -> bool:
    """Return whether two texts tell of the same: they share more than half of the shorter's words."""
    short, long = sorted((one, other), key=len)
    shared = [word for word in short if any(_is_same(word, theirs) for theirs in long)]
    return 2 * len(shared) > len(short)


def _is_same(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _whole(name: str) -> str:
    return rf"(?<!\w){LANGUAGES.pattern(name)}(?!\w)"


def _told_by(name: str) -> frozenset[str]:
    """Return the plain words of a pattern: they say that something fails, not what."""
    return frozenset(_WORD.findall(re.sub(r"\\\w", " ", LANGUAGES.pattern(name))))

"""Find phrases in what people write in a hurry: without dots, misspelt, in capitals. Pure.

A phrase is a line of words. ``a|b`` is either of two, ``a?`` may be missing, ``a*`` begins a word.
A word of five letters or more is known with one letter wrong, missing, too many, or changed
places with its neighbour.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from models.language.records import LANGUAGES

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_CODE = re.compile(r":[\w+-]+:|<[^<>]*>")
_LONG_ENOUGH = 5
_MOST = 40
"""Words that are looked at: phrases stand in short texts."""


def fold(text: str) -> str:
    """Return ``text`` in small letters and without dots: ``Lösenord`` and ``losenord`` are one."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).replace("’", "'")


def words_of(text: str, most: int = _MOST) -> list[str]:
    """Return the first folded words of a text; emoji codes, links and mentions are none."""
    shown = unicodedata.normalize("NFKC", _CODE.sub(" ", text[: 50 * most]))
    return [_folded(word) for word in _WORD.findall(shown)[:most]]


def _folded(word: str) -> str:
    """Return a word as phrases are compared: folded, unless it means something else without dots."""
    small = word.casefold()
    return small if small in LANGUAGES.words("dotted") else fold(word)


def places_of(name: str, words: Sequence[str]) -> frozenset[int]:
    """Return the places of the words that stand in a phrase of the list ``name``."""
    places: set[int] = set()
    lines = LANGUAGES.phrases(name)
    for start, word in enumerate(words):
        for phrase in _that_may_begin(lines, word):
            places.update(range(start, _end(phrase, words, start)))
    return frozenset(places)


def begins_with(name: str, words: Sequence[str]) -> bool:
    """Return whether the words begin with a phrase of the list ``name``."""
    return any(_end(phrase, words, 0) > 0 for phrase in _phrases(LANGUAGES.phrases(name)))


def alike(one: str, other: str) -> bool:
    """Return whether two folded words are the same but for one slip of the hand.

    An apostrophe may always be missing: "cant".
    """
    one, other = one.replace("'", ""), other.replace("'", "")
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < _LONG_ENOUGH or len(long) - len(short) > 1:
        return False
    at = next((n for n, sign in enumerate(short) if sign != long[n]), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at + 1 : at + 2] + short[at : at + 1] + short[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or swapped == long[at:]


_Word = tuple[tuple[str, ...], bool]


_Phrase = tuple[_Word, ...]


@lru_cache(maxsize=64)
def _phrases(lines: tuple[str, ...]) -> tuple[_Phrase, ...]:
    return tuple(tuple(_word(word) for word in line.split()) for line in lines)


def _word(written: str) -> _Word:
    optional = written.endswith("?")
    return tuple(_folded(one) for one in written.rstrip("?").split("|")), optional


# People use the same few thousand words; most of them begin no phrase at all.
@lru_cache(maxsize=20_000)
def _that_may_begin(lines: tuple[str, ...], word: str) -> tuple[_Phrase, ...]:
    return tuple(phrase for phrase in _phrases(lines) if _may_begin(phrase, word))


def _may_begin(phrase: _Phrase, word: str) -> bool:
    for choices, optional in phrase:
        if _is_one(word, choices):
            return True
        if not optional:
            return False
    return False


def _end(phrase: _Phrase, words: Sequence[str], start: int) -> int:
    """Return where the phrase that begins at ``start`` ends; ``start`` where it does not."""
    ends = {start}
    for choices, optional in phrase:
        further = {at + 1 for at in ends if at < len(words) and _is_one(words[at], choices)}
        ends = further | ends if optional else further
        if not ends:
            return start
    return max(ends)


@lru_cache(maxsize=100_000)
def _is_one(word: str, choices: tuple[str, ...]) -> bool:
    return any(
        word.startswith(one[:-1]) if one.endswith("*") else alike(word, one) for one in choices
    )

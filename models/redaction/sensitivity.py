"""Whether a text is for a few eyes only: a pure look at its words.

What people write of harassment, health, wrongdoing, pay, threats and self-harm stands in
each language's ``sensitive.toml``, a list of phrases for each kind. Phrases are written in plain
letters, so that å, ä and ö without their dots are the same word, and doubled letters count once.

- ``*`` any letters, ``…`` up to seven other words, ``( | )`` and ``?`` as in a regular expression;
- ``<boss>`` the part of that name in ``[parts]``;
- ``harmless`` what is taken out before anything else is looked for, such as a slow computer.

A long word with one wrong letter is read as the word of a phrase. The work grows with the length
of the text only: RE2 looks for the phrases.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import re2  # type: ignore[import-untyped]  # google-re2 ships no types

from models.language import LANGUAGES

_FILE = "sensitive.toml"
_LOOKED_AT = 8_000
"""Characters of a text that are looked at."""
_LONG = 8
"""Letters of a word that is recognised with one of them wrong."""
_GAP = r"(?:\W+\w+){0,7}?\W+"
_MEMORY = 1 << 27
_WORD = re.compile(r"\w+")
_SAME = str.maketrans({"ß": "ss", "æ": "a", "ø": "o", "ł": "l", "'": "", "’": "", "´": "", "`": ""})
_SPELLED_OUT = (("ae", "a"), ("oe", "o"), ("ue", "u"))
_TWICE = re.compile(r"([a-z])\1+")
_PART = re.compile(r"<(\w+)>")
_LITERAL = re.compile(r"[a-z]+")


class SensitiveKind(StrEnum):
    """What a sensitive text tells of."""

    SELF_HARM = "self_harm"
    THREATS = "threats"
    HARASSMENT = "harassment"
    WHISTLEBLOWING = "whistleblowing"
    HEALTH = "health"
    PAY = "pay"


@dataclass(frozen=True, eq=False)
class _Phrases:
    """The phrases of all languages, ready to be looked for."""

    harmless: re.Pattern[str] | None
    of_kind: Mapping[SensitiveKind, re.Pattern[str]]
    known: frozenset[str]
    nearly: Mapping[str, frozenset[str]]


def sensitivity(text: str) -> SensitiveKind | None:
    """Return what kind of sensitive text it is, the gravest first; None for an ordinary one."""
    phrases = _phrases(tuple(record.text(_FILE) for record in LANGUAGES.values()))
    plain = _corrected(_folded(text[:_LOOKED_AT]), phrases)
    if phrases.harmless is not None:
        plain = phrases.harmless.sub(" . ", plain)
    for kind, pattern in phrases.of_kind.items():
        if pattern.search(plain):
            return kind
    return None


def _folded(text: str) -> str:
    """Return a text in plain small letters, none of them doubled."""
    letters = unicodedata.normalize("NFD", text.casefold().translate(_SAME))
    plain = "".join(char for char in letters if not unicodedata.combining(char))
    for long, short in _SPELLED_OUT:
        plain = plain.replace(long, short)
    return _TWICE.sub(r"\1", plain)


def _corrected(text: str, phrases: _Phrases) -> str:
    """Put the word of a phrase where a long word differs from it by one letter."""

    def nearest(match: re.Match[str]) -> str:
        word = match.group()
        if len(word) < _LONG or any(word[:n] in phrases.known for n in range(_LONG, len(word) + 1)):
            return word
        for length in range(len(word) + 1, _LONG - 2, -1):
            start = word[:length]
            for known in _candidates(start, phrases):
                if start[0] == known[0] and _is_near(start, known):
                    return known + word[length:]
        return word

    return _WORD.sub(nearest, text)


def _candidates(word: str, phrases: _Phrases) -> Iterator[str]:
    for shorter in (word, *_shorter(word)):
        yield from sorted(phrases.nearly.get(shorter, ()))


def _shorter(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _is_near(one: str, other: str) -> bool:
    """Return whether two words differ by one letter, or by two that changed places."""
    if len(one) == len(other):
        wrong = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
            return one[wrong[0]] == other[wrong[1]] and one[wrong[1]] == other[wrong[0]]
        return len(wrong) < 2
    long, short = (one, other) if len(one) > len(other) else (other, one)
    return len(long) == len(short) + 1 and short in _shorter(long)


@lru_cache(maxsize=4)
def _phrases(files: tuple[str, ...]) -> _Phrases:
    lists: dict[str, list[str]] = {name: [] for name in ("harmless", *SensitiveKind)}
    for content in filter(None, files):
        given = tomllib.loads(content)
        parts = given.pop("parts", {})
        if unknown := given.keys() - lists.keys():
            raise ValueError(f"{_FILE}: unknown {', '.join(sorted(unknown))}")
        for name, phrases in given.items():
            lists[name] += [_with_parts(phrase, parts) for phrase in phrases]
    harmless = lists.pop("harmless")
    known = frozenset(_long_words(phrase for phrases in lists.values() for phrase in phrases))
    nearly: dict[str, set[str]] = {}
    for word in known:
        for variant in (word, *_shorter(word)):
            nearly.setdefault(variant, set()).add(word)
    return _Phrases(
        harmless=_any_of(harmless) if harmless else None,
        of_kind={kind: _any_of(lists[kind]) for kind in SensitiveKind if lists[kind]},
        known=known,
        nearly={variant: frozenset(words) for variant, words in nearly.items()},
    )


def _with_parts(phrase: str, parts: Mapping[str, str]) -> str:
    return _PART.sub(lambda match: f"({parts[match.group(1)]})", phrase)


def _long_words(phrases: Iterable[str]) -> Iterator[str]:
    for phrase in phrases:
        yield from (word for word in _LITERAL.findall(_folded(phrase)) if len(word) >= _LONG)


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    options = re2.Options()
    options.max_mem = _MEMORY
    whole = "|".join(_as_pattern(phrase) for phrase in phrases)
    compiled: re.Pattern[str] = re2.compile(rf"\b(?:{whole})\b", options)
    return compiled


def _as_pattern(phrase: str) -> str:
    """Return a phrase as a regular expression."""
    written = _folded(phrase).replace("(", "(?:").replace("*", r"\w*")
    # An optional blank first: "\W+?" would be a blank that is needed.
    return written.replace(" … ", _GAP).replace(" ?", r"\W*").replace(" ", r"\W+")

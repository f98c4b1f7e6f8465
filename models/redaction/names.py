"""The names of a given list, as people write them in chat."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from models.redaction.ordinary_words import is_never_a_name, is_ordinary
from models.redaction.spans import PersonalDataKind, Span

# A placeholder, or letters with their accents; nothing that could be tried twice.
_WORD = re.compile(r"\[[A-Z]+\]|(?:[^\W\d_][\u0300-\u036f]*)+")
_WITHIN = re.compile(r"[ \u00a0._'’\-]{1,2}|, ")
_NOT_COMPOSED = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ð": "d", "ı": "i", "æ": "ae"})
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_ENDS_SENTENCE = frozenset('.!?:;\n•*>"“”»')
_ADDRESSES = re.compile(r"[ \t]*(?:[,!\n]|$)")
_SHORTEST = 3
_MOST_WORDS = 5

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """A list of names, ready to be looked up.

    Attributes
    ----------
    alone
        Words that are a name wherever they stand.
    capital
        Words that are one with a capital inside a sentence.
    whole
        Names of several words, by their first.
    begins
        Every word that may begin a name; all others are passed over at once.
    """

    alone: frozenset[str]
    capital: frozenset[str]
    whole: dict[str, frozenset[Words]]
    begins: frozenset[str]


class _Token(NamedTuple):
    start: int
    end: int
    text: str
    keys: Words


def names_in(text: str, names: frozenset[str]) -> Iterator[Span]:
    """Find the listed names, whole or in parts, in any case and with a genitive's s."""
    gazetteer = gazetteer_of(names)
    tokens = [_token(match) for match in _WORD.finditer(text)]
    at = 0
    while at < len(tokens):
        words = _words_of_name(text, tokens, at, gazetteer)
        if words:
            yield tokens[at].start, tokens[at + words - 1].end, PersonalDataKind.NAME
        at += words or 1


@lru_cache(maxsize=8)
def gazetteer_of(names: frozenset[str]) -> Gazetteer:
    """Return the list as it is looked up; the last ones are kept."""
    alone, capital = set[str](), set[str]()
    whole: dict[str, set[Words]] = {}
    for name in names:
        parts = [_letters(part) for part in _without_remark(name).split()]
        words = tuple(word for part in parts for word in part)
        if all(is_never_a_name(word) for word in words):
            continue
        for word in (*words, *("".join(part) for part in parts if len(part) > 1)):
            for variant in _variants(word):
                _sort_in(variant, alone, capital)
        for sequence in _sequences(parts, words):
            whole.setdefault(sequence[0], set()).add(sequence)
    kept = {first: frozenset(sequences) for first, sequences in whole.items()}
    begins = alone | capital | set(kept)
    return Gazetteer(frozenset(alone), frozenset(capital), kept, frozenset(begins))


def _sort_in(word: str, alone: set[str], capital: set[str]) -> None:
    if len(word) < _SHORTEST or is_never_a_name(word):
        return
    (capital if is_ordinary(word) else alone).add(word)


def _sequences(parts: Sequence[Words], words: Words) -> Iterator[Words]:
    """Yield the ways to write a name of several words: as listed, last name first, spelled out."""
    orders = [words, *(part for part in parts if len(part) > 1)]
    if len(parts) > 1:
        orders.append((*parts[-1], *(word for part in parts[:-1] for word in part)))
        orders.append((*parts[0], *parts[-1]))
    for order in orders:
        if 1 < len(order) <= _MOST_WORDS:
            yield order
            yield tuple(_plain(word) for word in order)
            yield tuple(word.translate(_SPELLED_OUT) for word in order)


def _words_of_name(text: str, tokens: list[_Token], at: int, gazetteer: Gazetteer) -> int:
    """Return how many words from ``at`` on are a listed name; 0 for none."""
    begins = gazetteer.begins
    if not any(key in begins or key[:-1] in begins for key in tokens[at].keys):
        return 0
    return _whole_name(text, tokens, at, gazetteer) or _single(text, tokens[at], gazetteer)


def _whole_name(text: str, tokens: list[_Token], at: int, gazetteer: Gazetteer) -> int:
    """Return how many words from ``at`` on are a listed name of several words; 0 for none."""
    sequences = [
        (key, sequence) for key in tokens[at].keys for sequence in gazetteer.whole.get(key, ())
    ]
    if not sequences:
        return 0
    following = [tokens[at]]
    for token in tokens[at + 1 : at + _MOST_WORDS]:
        if not _WITHIN.fullmatch(text, following[-1].end, token.start):
            break
        following.append(token)
    return max((_matched(following, sequence) for _key, sequence in sequences), default=0)


def _matched(tokens: list[_Token], sequence: Words) -> int:
    if len(tokens) < len(sequence):
        return 0
    fits = all(
        word in token.keys or (n == len(sequence) and f"{word}s" in token.keys)
        for n, (token, word) in enumerate(zip(tokens, sequence, strict=False), start=1)
    )
    return len(sequence) if fits else 0


def _single(text: str, token: _Token, gazetteer: Gazetteer) -> int:
    keys = token.keys
    if any(is_ordinary(key) for key in keys):
        # "dans" is no genitive of Dan; "Per" may be a name, "per" is not.
        known = any(key in gazetteer.capital for key in keys)
        return int(known and _stands_as_name(text, token))
    forms = (*keys, *_nominative(keys))
    if any(form in gazetteer.alone for form in forms):
        return 1
    known = any(form in gazetteer.capital for form in forms)
    return int(known and _stands_as_name(text, token))


def _stands_as_name(text: str, token: _Token) -> bool:
    """Return whether a word has its capital for no other reason than to be a name."""
    if not token.text[0].isupper() or (token.text.isupper() and len(token.text) > 1):
        return False
    before = text[max(0, token.start - 12) : token.start].rstrip(" \t")
    begins = not before or before[-1] in _ENDS_SENTENCE
    return not begins or bool(_ADDRESSES.match(text, token.end))


def _nominative(keys: Words) -> Words:
    return tuple(key[:-1] for key in keys if len(key) > _SHORTEST and key.endswith("s"))


def _token(match: re.Match[str]) -> _Token:
    text = match.group()
    if text[0] == "[":
        return _Token(match.start(), match.end(), text, ())
    folded = unicodedata.normalize("NFC", text.casefold())
    keys = (folded,) if folded.isascii() else (folded, _plain(folded))
    return _Token(match.start(), match.end(), text, keys)


def _letters(text: str) -> Words:
    found = _WORD.findall(unicodedata.normalize("NFC", text))
    return tuple(word.casefold() for word in found)


def _variants(word: str) -> set[str]:
    return {word, _plain(word), word.translate(_SPELLED_OUT)}


def _plain(word: str) -> str:
    """Return a word without its accents."""
    parts = unicodedata.normalize("NFD", word)
    bare = "".join(char for char in parts if not unicodedata.combining(char))
    return bare.translate(_NOT_COMPOSED)


def _without_remark(name: str) -> str:
    """Return a display name without what stands in brackets behind it."""
    return re.split(r"[(|\[/]", name, maxsplit=1)[0] or name

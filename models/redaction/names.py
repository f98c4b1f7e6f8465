"""The names of a given list, as people write them in chat."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from models.known_names import ALONE, BEGINS, CAPITAL, WHOLE, KnownNames
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
Names = Collection[str] | KnownNames
_LookUp = Callable[[str], int]
"""For words with a space between them: what they are in the list of names."""


class _Token(NamedTuple):
    start: int
    end: int
    text: str
    keys: Words

    @property
    def plain(self) -> str:
        """The word without accents; nothing for a placeholder."""
        return self.keys[-1] if self.keys else ""


def names_in(text: str, names: Names) -> Iterator[Span]:
    """Find the listed names, whole or in parts, in any case and with a genitive's s."""
    look_up = _look_up(names)
    tokens = [_token(match) for match in _WORD.finditer(text)]
    at = 0
    while at < len(tokens):
        words = _words_of_name(text, tokens, at, look_up)
        if words:
            yield tokens[at].start, tokens[at + words - 1].end, PersonalDataKind.NAME
        at += words or 1


@lru_cache(maxsize=8)
def gazetteer_of(names: frozenset[str]) -> Mapping[str, int]:
    """Return the list as it is looked up: words → what they are; the last lists are kept."""
    found = dict[str, int]()
    for name in names:
        parts = [_letters(part) for part in _without_remark(name).split()]
        words = tuple(word for part in parts for word in part)
        if all(is_never_a_name(word) for word in words):
            continue
        for word in (*words, *("".join(part) for part in parts if len(part) > 1)):
            for variant in _variants(word):
                if len(variant) >= _SHORTEST and not is_never_a_name(variant):
                    _add(found, variant, BEGINS | (CAPITAL if is_ordinary(variant) else ALONE))
        for sequence in _sequences(parts, words):
            _add(found, sequence[0], BEGINS)
            _add(found, " ".join(sequence), WHOLE)
    return found


def _add(found: dict[str, int], words: str, form: int) -> None:
    found[words] = found.get(words, 0) | form


def _look_up(names: Names) -> _LookUp:
    """Return what tells of words what they are; hashes are tried where there are such."""
    known = names if isinstance(names, KnownNames) else KnownNames(frozenset(names))
    entries, hashed = gazetteer_of(known.plain), known.hashed
    if hashed is None:
        return lambda words: entries.get(words, 0)
    seen = dict[str, int]()

    def look_up(words: str) -> int:
        if words not in seen:
            seen[words] = entries.get(words, 0) | hashed.form_of(words)
        return seen[words]

    return look_up


def _sequences(parts: Sequence[Words], words: Words) -> Iterator[Words]:
    """Yield the ways to write a name of several words: as listed, last name first, spelled out.

    All are without accents, as `_Token.plain` is: what is written with them is the same then.
    """
    orders = [words, *(part for part in parts if len(part) > 1)]
    if len(parts) > 1:
        orders.append((*parts[-1], *(word for part in parts[:-1] for word in part)))
        orders.append((*parts[0], *parts[-1]))
    for order in orders:
        if 1 < len(order) <= _MOST_WORDS:
            yield tuple(_plain(word) for word in order)
            yield tuple(_plain(word.translate(_SPELLED_OUT)) for word in order)


def _words_of_name(text: str, tokens: list[_Token], at: int, look_up: _LookUp) -> int:
    """Return how many words from ``at`` on are a listed name; 0 for none."""
    if not any(look_up(form) & BEGINS for key in tokens[at].keys for form in (key, key[:-1])):
        return 0
    return _whole_name(text, tokens, at, look_up) or _single(text, tokens[at], look_up)


def _whole_name(text: str, tokens: list[_Token], at: int, look_up: _LookUp) -> int:
    """Return how many words from ``at`` on are a listed name of several words; 0 for none."""
    following = [tokens[at]]
    for token in tokens[at + 1 : at + _MOST_WORDS]:
        if not token.keys or not _WITHIN.fullmatch(text, following[-1].end, token.start):
            break
        following.append(token)
    words = [token.plain for token in following]
    for n in range(len(words), 1, -1):
        name = " ".join(words[:n])
        if look_up(name) & WHOLE or (name.endswith("s") and look_up(name[:-1]) & WHOLE):
            return n
    return 0


def _single(text: str, token: _Token, look_up: _LookUp) -> int:
    keys = token.keys
    if any(is_ordinary(key) for key in keys):
        # "dans" is no genitive of Dan; "Per" may be a name, "per" is not.
        known = any(look_up(key) & CAPITAL for key in keys)
        return int(known and _stands_as_name(text, token))
    forms = [look_up(form) for form in (*keys, *_nominative(keys))]
    if any(form & ALONE for form in forms):
        return 1
    known = any(form & CAPITAL for form in forms)
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

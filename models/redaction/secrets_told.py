"""What people tell with its name before it: passwords, codes, keys, bank accounts; and addresses."""

import re
from collections.abc import Iterator
from functools import lru_cache

import re2  # type: ignore[import-untyped]  # google-re2 ships no types

from models.language import LANGUAGES
from models.redaction.spans import PersonalDataKind, Span

_TRAILING = ".,;:!?)]}'\"»”“"
_OPENING = "[\"'“„«`]?"
# "is", a colon, an arrow; then the value, perhaps in quotation marks.
_IS = r"(?: ?[:=]| ?->| ?→| [-]|'s|{verbs}:?)\s{{1,3}}|\s?[:=]"
_NUMBER = r"[0-9][0-9 .,\-]{4,28}[0-9]"
_GIRO = r"(?:bg|pg|bankgiro|plusgiro|postgiro)(?:t|[ \-]?nr|nummer|numret)?"
_CODE = (
    r"[A-Za-z0-9]{4,5}(?:-[A-Za-z0-9]{4,5}){1,5}"
    r"|(?:G-)?[0-9]{4,8}|[0-9]{2,4}[ \-][0-9]{2,4}"
)
_DATE = re.compile(r"(?:19|20)[0-9]{2}[-.]?(?:0[1-9]|1[0-2])[-.]?(?:[0-2][0-9]|3[01])(?![0-9])")
_ENDS_CLAUSE = re.compile(r"[\"'»”“`]*(?:[.,;:!?)\n]|\s*$)")
_WORDS = re.compile(r"[^\W\d_]+")
_MASKED = re.compile(r"\[[A-Z]+\]")
_DIGITS_OF_ACCOUNT = 7
_SHORTEST_KEY = 12
_MEMORY = 1 << 26
"""Bytes that RE2 may take for a pattern with many classes of letters."""
_DIRECT = 6
"""Signs of a password that stands right behind its name, without a verb or a colon."""


def passwords_in(text: str) -> Iterator[Span]:
    """Find passwords and codes that are told: what follows the word and is no remark about it."""
    names = ("password_labels", "password_links", "is_verbs")
    spans = [
        *_told_in(text, _passwords(_patterns(*names))),
        *_logins_in(text, _logins(_patterns("login_labels"))),
        *_codes_in(text, _codes(_patterns("code_labels", "code_words", "is_verbs"))),
    ]
    return iter(sorted(spans))


def keys_in(text: str) -> Iterator[Span]:
    """Find keys and tokens of systems that are called so."""
    for match in _keys(_patterns("key_labels", "is_verbs")).finditer(text):
        start, end = match.span(1)
        value = text[start:end].rstrip(_TRAILING)
        if len(value) >= _SHORTEST_KEY and any(sign.isdigit() for sign in value):
            yield start, start + len(value), PersonalDataKind.TOKEN


def accounts_in(text: str) -> Iterator[Span]:
    """Find the numbers of bank accounts that are called so."""
    names = ("account_labels", "plain_account_labels", "is_verbs")
    for match in _accounts(_patterns(*names)).finditer(text):
        start, end = match.span(match.lastindex)
        if match.lastindex == 2:
            number = text[start:end]
            digits = sum(sign.isdigit() for sign in number)
            if digits < _DIGITS_OF_ACCOUNT or _DATE.match(number):
                continue
        yield start, end, PersonalDataKind.ACCOUNT


def card_codes_in(text: str) -> Iterator[Span]:
    """Find the digits on the back of a card."""
    for match in _card_codes(_patterns("card_code_labels", "is_verbs")).finditer(text):
        yield *match.span(1), PersonalDataKind.CARD


def streets_in(text: str) -> Iterator[Span]:
    """Find streets with a number, post-office boxes, and towns with their code."""
    for match in _streets(_patterns("streets")).finditer(text):
        start, end = match.span(1)
        address = text[start:end].rstrip()
        words = _WORDS.findall(address)
        if not any(word.casefold() in LANGUAGES.words("never_streets") for word in words):
            yield start, start + len(address), PersonalDataKind.ADDRESS


def _told_in(text: str, pattern: "re2._Regexp[str]") -> Iterator[Span]:
    for match in pattern.finditer(text):
        start, end = match.span(match.lastindex)
        value = text[start:end].rstrip(_TRAILING)
        if _MASKED.match(text, start):
            continue
        end = start + len(value)
        if match.lastindex == 1:
            verb = match.group()[: start - match.start()].rstrip()[-1:].isalpha()
            told = _is_told(value, by_verb=verb, ends=bool(_ENDS_CLAUSE.match(text, end)))
        else:
            told = _looks_secret(value)
        if told:
            yield start, end, PersonalDataKind.PASSWORD


def _logins_in(text: str, pattern: "re2._Regexp[str]") -> Iterator[Span]:
    for match in pattern.finditer(text):
        start, end = match.span(1)
        value = text[start:end].rstrip(_TRAILING)
        if _looks_secret(value) and not _MASKED.match(text, start):
            yield start, start + len(value), PersonalDataKind.PASSWORD


def _looks_secret(value: str) -> bool:
    """Return whether a word is of letters and other signs, as passwords are."""
    mixed = not value.isalpha() and not value.isdigit()
    return len(value) >= _DIRECT and mixed and not _is_remark(value)


def _is_told(value: str, *, by_verb: bool, ends: bool) -> bool:
    """Return whether what stands behind "the password is" is it, not what is wrong with it."""
    if len(value) < 4 or _is_remark(value):
        return False
    if not value.isalpha():
        return True
    return not by_verb or value != value.lower() or ends


def _is_remark(value: str) -> bool:
    """Return whether it is of words that are said of a password: wrong, expired/locked."""
    words = [word.casefold() for word in _WORDS.findall(value)]
    if not words or any(sign.isdigit() for sign in value):
        return False
    return all(
        any(word in LANGUAGES.words(name) for name in ("password_states", "function", "ordinary"))
        for word in words
    )


def _codes_in(text: str, pattern: "re2._Regexp[str]") -> Iterator[Span]:
    for match in pattern.finditer(text):
        start, end = match.span(match.lastindex)
        if any(sign.isdigit() for sign in text[start:end]):
            yield start, end, PersonalDataKind.PASSWORD


def _patterns(*names: str) -> tuple[str, ...]:
    return tuple(LANGUAGES.pattern(name) for name in names)


@lru_cache(maxsize=4)
def _passwords(patterns: tuple[str, ...]) -> "re2._Regexp[str]":
    labels, links, verbs = patterns
    told = _IS.format(verbs=rf"\s{verbs}")
    begins = r"(?i)(?:^|[^\pL\pN])"
    return re2.compile(
        rf"{begins}(?:{labels}(?:_\w+)?(?:(?: {links}){{1,2}} [^\s:=]+)?(?:{told}){_OPENING}(\S+)"
        rf"|{labels} {_OPENING}(\S+))"
    )


@lru_cache(maxsize=4)
def _logins(patterns: tuple[str, ...]) -> "re2._Regexp[str]":
    return re2.compile(rf"(?i)(?:^|[^\pL]){patterns[0]} ?:? [^\s/]+ / (\S+)")


@lru_cache(maxsize=4)
def _codes(patterns: tuple[str, ...]) -> "re2._Regexp[str]":
    labels, words, verbs = patterns
    return re2.compile(
        rf"(?i)(?:^|[^\pL\pN])(?:{labels}(?: {verbs}| ?[:=])?\s{{0,3}}{_OPENING}({_CODE})\b"
        rf"|{words}(?: \pL+){{0,5}} {verbs} ([0-9]{{5,8}}|[0-9]{{3}}[ \-][0-9]{{3}})\b)"
    )


@lru_cache(maxsize=4)
def _keys(patterns: tuple[str, ...]) -> "re2._Regexp[str]":
    labels, verbs = patterns
    return re2.compile(
        rf"(?i)(?:^|[^\pL\pN]){labels}(?:\"? ?[:=]\s{{0,3}}| {verbs} | )"
        rf"(?:basic |bearer )?{_OPENING}([\w\-.~+/=%]+)"
    )


@lru_cache(maxsize=4)
def _accounts(patterns: tuple[str, ...]) -> "re2._Regexp[str]":
    labels, plain, verbs = patterns
    return re2.compile(
        rf"(?i)(?:^|[^\pL\pN])(?:{labels}[^0-9\n\[]{{0,16}}({_NUMBER})"
        rf"|{plain}(?: {verbs})?[ :]{{1,3}}({_NUMBER})"
        rf"|{_GIRO}[.:]?(?: {verbs})? {{0,2}}([0-9][0-9 ]{{0,9}}-[0-9]{{1,4}}|[0-9]{{7,8}})\b)"
    )


@lru_cache(maxsize=4)
def _card_codes(patterns: tuple[str, ...]) -> "re2._Regexp[str]":
    labels, verbs = patterns
    return re2.compile(rf"(?i)(?:^|[^\pL\pN]){labels}(?: {verbs}| ?[:=])?\s{{0,3}}([0-9]{{3,4}})\b")


@lru_cache(maxsize=4)
def _streets(patterns: tuple[str, ...]) -> "re2._Regexp[str]":
    options = re2.Options()
    options.max_mem = _MEMORY
    return re2.compile(rf"(?:^|[^\pL\pN])({patterns[0]})(?:$|[^\pL\pN])", options)

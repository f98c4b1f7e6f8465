"""What people tell with its name before it: passwords, bank accounts; and street addresses."""

from collections.abc import Iterator
from functools import lru_cache

import re2  # type: ignore[import-untyped]  # google-re2 ships no types

from models.language import LANGUAGES
from models.redaction.spans import PersonalDataKind, Span

_TRAILING = ".,;:!?)]}'\"»”"
# "is", a colon, an arrow; then the value, perhaps in quotation marks.
_IS = r"(?: ?[:=]| ?->| ?→|{verbs})\s{{1,3}}|\s?[:=]"
_ACCOUNT = r"[0-9][0-9 .,\-]{4,28}[0-9]"


def passwords_in(text: str) -> Iterator[Span]:
    """Find passwords that are told: what follows the word and holds a digit or a sign."""
    for match in _passwords(_patterns("password_labels", "is_verbs")).finditer(text):
        start, end = match.span(1)
        value = text[start:end].rstrip(_TRAILING)
        if len(value) > 3 and not value.startswith("[") and not value.isalpha():
            yield start, start + len(value), PersonalDataKind.PASSWORD


def accounts_in(text: str) -> Iterator[Span]:
    """Find the numbers of bank accounts that are called so."""
    for match in _accounts(_patterns("account_labels")).finditer(text):
        start, end = match.span(1)
        yield start, end, PersonalDataKind.ACCOUNT


def streets_in(text: str) -> Iterator[Span]:
    """Find streets with a number."""
    for match in _streets(_patterns("streets")).finditer(text):
        start, end = match.span(1)
        yield start, start + len(text[start:end].rstrip()), PersonalDataKind.ADDRESS


def _patterns(*names: str) -> tuple[str, ...]:
    return tuple(LANGUAGES.pattern(name) for name in names)


@lru_cache(maxsize=4)
def _passwords(patterns: tuple[str, ...]) -> "re2._Regexp[str]":
    labels, verbs = patterns
    told = _IS.format(verbs=rf"\s{verbs}")
    return re2.compile(rf"(?i)(?:^|[^\pL]){labels}(?:{told})[\"'“«]?(\S{{4,64}})")


@lru_cache(maxsize=4)
def _accounts(patterns: tuple[str, ...]) -> "re2._Regexp[str]":
    return re2.compile(rf"(?i)(?:^|[^\pL]){patterns[0]}[^0-9\n\[]{{0,16}}({_ACCOUNT})")


@lru_cache(maxsize=4)
def _streets(patterns: tuple[str, ...]) -> "re2._Regexp[str]":
    return re2.compile(rf"(?:^|[^\pL])({patterns[0]})(?:$|[^\pL\pN])")

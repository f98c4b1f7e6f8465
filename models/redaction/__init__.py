"""Take personal data out of a text before anything outside the company may read it.

Masked are e-mail addresses, phone numbers, personal numbers of Sweden, Germany, the United
Kingdom and the United States, IBANs, bank accounts that are called so, payment cards,
passwords and codes that are told, street addresses, addresses of the web that carry
credentials, tokens and private keys, Slack's mentions, and the names of a given list, that of the workspace's users. Names that stand in no list are not known
and stay: a text is poorer in personal data afterwards, not free of it.

The work grows with the length of the text only: patterns that people could attack run in
RE2, the rest reads each character a bounded number of times.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NewType

from models.redaction.names import Names, names_in
from models.redaction.national_numbers import national_numbers_in
from models.redaction.numbers import numbers_in
from models.redaction.patterns import addresses_in, ibans_in
from models.redaction.secrets_told import (
    accounts_in,
    card_codes_in,
    keys_in,
    passwords_in,
    streets_in,
)
from models.redaction.spans import PersonalDataKind, Span

Redacted = NewType("Redacted", str)
"""A text that went through `redact`; the only kind that a model may be asked with."""

PLACEHOLDERS: Mapping[PersonalDataKind, str] = MappingProxyType(
    {
        PersonalDataKind.EMAIL: "[EMAIL]",
        PersonalDataKind.PHONE: "[PHONE]",
        PersonalDataKind.PERSONNUMMER: "[PNR]",
        PersonalDataKind.IBAN: "[IBAN]",
        PersonalDataKind.CARD: "[CARD]",
        PersonalDataKind.URL: "[URL]",
        PersonalDataKind.TOKEN: "[TOKEN]",
        PersonalDataKind.USER: "[USER]",
        PersonalDataKind.NAME: "[NAME]",
        PersonalDataKind.PASSWORD: "[PASSWORD]",
        PersonalDataKind.ACCOUNT: "[ACCOUNT]",
        PersonalDataKind.ADDRESS: "[ADDRESS]",
    }
)
# One sign for one sign, so that what is found stands in the text as it was written.
_SAME_SIGNS = str.maketrans(
    {
        **{
            chr(code): str(unicodedata.decimal(chr(code)))
            for code in (*range(0x80, 0x10000), *range(0x1D7CE, 0x1D800))
            if chr(code).isdecimal()
        },
        **{chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F) if chr(code).isalpha()},
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
        **dict.fromkeys("\u00a0\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "),
        **dict.fromkeys(map(chr, range(0x2000, 0x2007)), " "),
        "\uff0b": "+",
    }
)
_DASHES = "\\-\u2010-\u2015\u2212"
_UNSEEN = "\u00ad\u200b-\u200f\u2060\ufeff"
# Signs without a width in a number; elsewhere they join emoji and letters and stay.
# A run is tried from its first sign only: the work grows with the length of the text.
_UNSEEN_IN_NUMBER = re.compile(
    rf"(?<=[\d+{_DASHES}])[{_UNSEEN}]++|(?<![{_UNSEEN}])[{_UNSEEN}]++(?=[\d{_DASHES}])"
)
EXPOSED = frozenset(
    {
        PersonalDataKind.PERSONNUMMER,
        PersonalDataKind.CARD,
        PersonalDataKind.IBAN,
        PersonalDataKind.ACCOUNT,
        PersonalDataKind.PASSWORD,
        PersonalDataKind.TOKEN,
    }
)
"""What nobody else in an open channel may read: numbers and secrets that open something."""
_NAME_AT_NUMBER = re.compile(r"\[NAME\][(+]{0,2}[0-9]|[0-9]\[NAME\]")


_DETECTORS = (
    addresses_in,
    keys_in,
    ibans_in,
    card_codes_in,
    passwords_in,
    accounts_in,
    national_numbers_in,
    streets_in,
    numbers_in,
)


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text without what was found in it, and how often each kind was found."""

    text: Redacted
    found: Mapping[str, int]


def redact(text: str, names: Names = ()) -> Redaction:
    """Mask what tells who somebody is.

    Parameters
    ----------
    text
        As somebody wrote it, with Slack's markup.
    names
        People's names as the workspace writes them. Each is masked as a whole; a first or
        last name also alone, unless it is shorter than three letters or an ordinary word;
        in any case and with a genitive's s.

    Returns
    -------
    Redaction
        What is masked twice is masked once: the result has nothing left to mask.
    """
    found: Counter[str] = Counter()
    text = _UNSEEN_IN_NUMBER.sub("", text)
    for spans in _DETECTORS:
        text = _masked(text, spans(text.translate(_SAME_SIGNS)), found)
    if names:
        text = _masked(text, names_in(text, names), found)
        if _NAME_AT_NUMBER.search(text):
            # "anna070-1234567": a number that stood in a word stands alone now.
            text = _masked(text, numbers_in(text), found)
    return Redaction(Redacted(text), MappingProxyType(dict(found)))


def mask_exposed(text: str) -> Redaction:
    """Mask only what opens something, such as personal numbers and passwords; names stay."""
    found: Counter[str] = Counter()
    text = _UNSEEN_IN_NUMBER.sub("", text)
    for detect in _DETECTORS:
        spans = detect(text.translate(_SAME_SIGNS))
        text = _masked(text, (span for span in spans if span[2] in EXPOSED), found)
    return Redaction(Redacted(text), MappingProxyType(dict(found)))


def shorten(text: Redacted, limit: int) -> Redacted:
    """Return at most ``limit`` characters; what was redacted stays so."""
    return Redacted(text[:limit])


def placeholders_in(text: Redacted) -> Mapping[str, int]:
    """Return how often each kind was masked in a text, as far as the text still shows it."""
    counts = {kind.value: text.count(mark) for kind, mark in PLACEHOLDERS.items()}
    return {kind: n for kind, n in counts.items() if n}


def _masked(text: str, spans: Iterable[Span], found: Counter[str]) -> str:
    """Replace spans, which are in order; one that overlaps an earlier one is left out."""
    parts: list[str] = []
    at = 0
    for start, end, kind in spans:
        if start < at:
            continue
        parts += (text[at:start], PLACEHOLDERS[kind])
        found[kind.value] += 1
        at = end
    return "".join((*parts, text[at:]))

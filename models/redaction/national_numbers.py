"""Numbers that states give to one person and that hold letters, or are called so.

Swedish interim numbers, German tax and pension-insurance numbers, American social security
and British national insurance numbers. Swedish personal numbers are in `personal_number`.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import re2  # type: ignore[import-untyped]  # google-re2 ships no types
from stdnum.de import idnr

from models.language import LANGUAGES
from models.redaction.personal_number import is_birth
from models.redaction.spans import PersonalDataKind, Span

_NO_GAPS = str.maketrans("", "", " -.")
_DIGITS = range(6, 15)
_DATE = re.compile(r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?![0-9])")


def national_numbers_in(text: str) -> Iterator[Span]:
    """Find them, in their order; what is called so also with a wrong check digit."""
    patterns = (LANGUAGES.pattern("id_labels"), LANGUAGES.pattern("last_digits_labels"))
    verbs = LANGUAGES.pattern("is_verbs")
    spans = [*_by_form(text), *_by_name(text, _called(*patterns, verbs))]
    return iter(sorted(spans, key=lambda span: (span[0], -span[1])))


def _by_form(text: str) -> Iterator[Span]:
    for form, holds in _FORMS:
        for match in _written(form).finditer(text):
            if holds(match.group(1)):
                yield *match.span(), PersonalDataKind.PERSONNUMMER


def _by_name(text: str, pattern: "re2._Regexp[str]") -> Iterator[Span]:
    for match in pattern.finditer(text):
        start, end = match.span(match.lastindex)
        number = text[start:end]
        digits = sum(sign.isdigit() for sign in number)
        if match.lastindex == 1 and (digits not in _DIGITS or _DATE.match(number)):
            continue
        yield start, end, PersonalDataKind.PERSONNUMMER


def _is_german_day(digits: str) -> bool:
    day, month = int(digits[:2]), int(digits[2:])
    return 1 <= (day - 50 if day > 50 else day) <= 31 and 1 <= month <= 12


def _is_tax_id(number: str) -> bool:
    return bool(idnr.is_valid(number.translate(_NO_GAPS)))


_FORMS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    (r"((?:[0-9]{2})?[0-9]{6}) ?[-+]? ?[TRSUWXJKLMN][0-9]{3}", is_birth),
    (r"[0-9]{2}[ \-]?([0-9]{4})[0-9]{2}[ \-]?[A-Z][ \-]?[0-9]{2} ?[0-9]", _is_german_day),
    (r"([1-9][0-9][ \-.]?[0-9]{3}[ \-.]?[0-9]{3}[ \-.]?[0-9]{3})", _is_tax_id),
    (r"([0-9]{3}-[0-9]{2}-[0-9]{4})", bool),
    (r"([A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D])", bool),
)
"""How a number is written, and what its first group of the pattern must be."""


@lru_cache(maxsize=len(_FORMS))
def _written(form: str) -> "re2._Regexp[str]":
    return re2.compile(rf"(?i)\b{form}\b")


@lru_cache(maxsize=4)
def _called(labels: str, last_digits: str, verbs: str) -> "re2._Regexp[str]":
    return re2.compile(
        rf"(?i)(?:^|[^\pL\pN])(?:{labels}[^0-9\n\[]{{0,16}}([0-9][0-9 .,/\-]{{4,20}}[0-9])\b"
        rf"|{last_digits}(?: {verbs}| ?[:=])? {{0,3}}([0-9]{{4}})\b)"
    )

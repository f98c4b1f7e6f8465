"""Phone numbers as the languages' speakers write them, and international ones."""

import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers

from models.language import LANGUAGES
from models.redaction.groups import Groups, touches_word

_GAP = re.compile(r"[ \u00a0\u2009\u202f]?[-./()\u2010-\u2013]{0,3}[ \u00a0\u2009\u202f]?")
_LONGEST_AREA = 5
_MOST_GROUPS = 7
_LENGTHS = range(8, 16)
_SHORT_LENGTHS = range(4, 13)
# Also where no operator was given the range, as for numbers in films.
_MOBILE = re.compile(r"07[0-9]{8,9}")
_VERSION = re.compile(r"\.[0-9(+\[]")
_ANNOUNCED = ("phone_labels", "phone_words", "phone_nouns", "phone_number_nouns", "is_verbs")
_MOST_ASKED = 150
"""Questions to the library for one text; beyond, what looks like a phone is masked unasked."""

PhoneSpan = tuple[int, int]
"""The last group of a number, and where the number starts in the text."""


class Phones:
    """Finds phone numbers among the groups of digits of one text."""

    def __init__(self, groups: Groups) -> None:
        self._groups = groups
        self._asked = 0
        announced, called = _announcements(tuple(map(LANGUAGES.pattern, _ANNOUNCED)))
        self._called = called if announced.search(groups.text) else None
        # From the end on: where a number stops depends on whether the next one begins.
        self._found: dict[int, PhoneSpan] = {}
        for at in reversed(range(len(groups.digits))):
            place = self._find(at)
            if place is not None:
                self._found[at] = place

    def phone_from(self, at: int) -> PhoneSpan | None:
        """Return where the phone number ends and starts that begins with group ``at``."""
        return self._found.get(at)

    def _find(self, at: int) -> PhoneSpan | None:
        text, (first, end) = self._groups.text, self._groups.places[at]
        opening = text[max(0, first - 1) : first]
        # A bracket belongs to the number where it holds a part of it: (08) 123 456.
        closed = end - first <= _LONGEST_AREA and text[end : end + 1] == ")"
        if opening == "+":
            bracket = closed and text[max(0, first - 2) : first] == "(+"
            return self._longest(at, first - 1 - bracket, plus=True)
        if text[first] == "0" and (end - first > 1 or opening == "("):
            if touches_word(opening):
                return None  # inside a serial number
            return self._longest(at, first - (closed and opening == "("), plus=False)
        if self._called and self._called.search(text, max(0, first - 32), first):
            return self._short(at, first)
        return None

    def _longest(self, at: int, start: int, *, plus: bool) -> PhoneSpan | None:
        found = None
        for last, number, parts in self._windows(at):
            if len(number) not in _LENGTHS or _is_date(parts):
                continue
            if self._runs_on(last, parts) and not _MOBILE.fullmatch(number):
                continue
            if self._is_phone("+" + number if plus else number):
                found = last
                if self.phone_from(last + 1) is not None:
                    break  # two numbers in a row
        return None if found is None else (found, start)

    def _short(self, at: int, start: int) -> PhoneSpan | None:
        """Return a number that is called a phone number: an extension, or one without area."""
        found = None
        for last, number, parts in self._windows(at):
            if _is_date(parts):
                return None
            if len(number) in _SHORT_LENGTHS:
                found = last
        if found is None or self._runs_on(found, [""]):
            return None
        if _VERSION.match(self._groups.text, self._groups.places[found][1]):
            return None
        return found, start

    def _windows(self, at: int) -> Iterator[tuple[int, str, list[str]]]:
        """Yield ever more groups that may be one number: the last one, all digits, the groups."""
        groups, number, parts = self._groups, "", list[str]()
        last = at
        while True:
            part = groups.digits[last]
            parts.append(part)
            if not (part == "0" and parts[1:] and groups.before(last) == "("):
                number += part
            if len(number) > _LENGTHS[-1] or len(parts) > _MOST_GROUPS or number[:3] == "000":
                return
            yield last, number, parts
            if not self._goes_on(at, last):
                return
            last += 1

    def _goes_on(self, at: int, last: int) -> bool:
        gap = self._groups.gap(last)
        if not gap or not _GAP.fullmatch(gap):
            return False
        if self._groups.before(at) == "+":
            return True
        # Dates are written 1/2/26, hours 08.30-09.45.
        hours = "." in gap and len(self._groups.digits[at]) < 3
        return not hours and not ("/" in gap and last > at)

    def _runs_on(self, last: int, parts: list[str]) -> bool:
        """Return whether a word goes on behind the digits, as in serial numbers."""
        return len(parts) == 1 and touches_word(self._groups.after(last))

    def _is_phone(self, number: str) -> bool:
        self._asked += 1
        if self._asked > _MOST_ASKED or _MOBILE.fullmatch(number):
            return True
        return _is_assigned(number, tuple(one.phone_region for one in LANGUAGES.values()))


@lru_cache(maxsize=4)
def _announcements(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what tells that a text may announce a phone number, and what stands before one."""
    labels, words, nouns, number_nouns, verbs = patterns
    anything = re.compile(rf"{labels}|{words}|{nouns}", re.IGNORECASE)
    return anything, re.compile(
        rf"(?i)(?:(?<![^\W\d_]){labels}|{nouns}[ -]?{number_nouns}|{words})"
        rf"\.?(?: {verbs})?[ \t:=(]{{0,3}}$"
    )


@lru_cache(maxsize=2048)
def _is_assigned(number: str, regions: tuple[str, ...]) -> bool:
    """Return whether a number exists in a numbering plan; with a country code, may exist."""
    if number.startswith("+"):
        parsed = _parsed(number, None)
        return parsed is not None and phonenumbers.is_possible_number(parsed)
    candidates = (_parsed(number, region) for region in regions)
    return any(found is not None and phonenumbers.is_valid_number(found) for found in candidates)


def _parsed(number: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None


def _is_date(parts: list[str]) -> bool:
    """Return whether the groups read as 24 12 2026 or 2026 12 24."""
    lengths = [len(part) for part in parts[:3]]
    if lengths == [4, 2, 2]:
        return int(parts[1]) <= 12 and int(parts[2]) <= 31
    return lengths == [2, 2, 4] and len(parts) < 5 and int(parts[0]) <= 31 and int(parts[1]) <= 12

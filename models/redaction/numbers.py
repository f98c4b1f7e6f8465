"""Numbers that tell who somebody is: payment cards, personal numbers, phones."""

import re
from collections.abc import Iterator

from stdnum import luhn

from models.redaction.groups import Groups, touches_word
from models.redaction.personal_number import personal_number_from
from models.redaction.phones import Phones
from models.redaction.spans import PersonalDataKind, Span

_SHORTEST = 4
"""Digits in the first group of a card; a shorter one begins a phone number sooner."""
_GAPS = frozenset((" ", "  ", "-", " - ", ".", "/", "_"))
_LENGTHS = range(13, 20)
# Visa, Mastercard, American Express, Diners, JCB, Maestro, Discover.
_ISSUERS = re.compile(r"4|5[0-9]|2[2-7]|3[04-9]|6")
_WRITTEN = ([4, 4, 4, 4], [4, 6, 5], [4, 6, 4])


def numbers_in(text: str) -> Iterator[Span]:
    """Find payment cards, personal numbers and phone numbers, in their order."""
    groups = Groups(text)
    phones = Phones(groups)
    at = 0
    while at < len(groups.digits):
        found = _number_from(groups, phones, at)
        if found is None:
            at += 1
            continue
        last, start, kind = found
        yield start, groups.places[last][1], kind
        at = last + 1


def _number_from(
    groups: Groups, phones: Phones, at: int
) -> tuple[int, int, PersonalDataKind] | None:
    """Return last group, start and kind of the number that begins with group ``at``."""
    phone, start = phones.phone_from(at), groups.places[at][0]
    short = len(groups.digits[at]) < _SHORTEST
    if short and phone is not None:
        return *phone, PersonalDataKind.PHONE
    last = None if short else card_from(groups, at)
    if last is not None:
        return last, start, PersonalDataKind.CARD
    last = personal_number_from(groups, at, may_be_phone=phone is not None)
    if last is not None:
        return last, start, PersonalDataKind.PERSONNUMMER
    return (*phone, PersonalDataKind.PHONE) if phone else None


def card_from(groups: Groups, at: int) -> int | None:
    """Return the last group of the payment card that begins with group ``at``."""
    number = groups.digits[at]
    before = groups.before(at)
    if not _ISSUERS.match(number) or touches_word(before) or before == "+":
        return None
    lengths, last, found = [len(number)], at, None
    while True:
        if len(number) in _LENGTHS and _is_card(number, lengths):
            found = last
        gap = groups.gap(last)
        if gap not in _GAPS or len(number) > _LENGTHS[-1]:
            return found
        last += 1
        number += groups.digits[last]
        lengths.append(len(groups.digits[last]))


def _is_card(number: str, lengths: list[int]) -> bool:
    # Written like a card, it is masked with a wrong check digit too: somebody mistyped it.
    return luhn.is_valid(number) or lengths in _WRITTEN

"""The company's own days off and half days, as they are written in the settings.

``12-23`` is a day of each year, ``2026-12-28`` one day, ``2026-12-28..2027-01-01`` a range,
``easter-3`` the day so many days before Easter Sunday (Maundy Thursday), ``easter+1`` after it.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial
from typing import Final

from models.errors import InvalidError

OfYear = Callable[[int], Iterable[date]]

LONGEST_RANGE: Final = 366
_EASTER = re.compile(r"easter([+-]\d{1,3})?")
_EACH_YEAR = re.compile(r"(\d\d)-(\d\d)")


def read_days(said: Iterable[str]) -> Callable[[int], frozenset[date]]:
    """Return the days of a year that these words name.

    Raises
    ------
    InvalidError
        Naming the word that is none of them.
    """
    rules = [_rule(word.strip()) for word in said]

    def of_year(year: int) -> frozenset[date]:
        return frozenset(day for rule in rules for day in rule(year) if day.year == year)

    return of_year


def _rule(word: str) -> OfYear:
    if found := _EASTER.fullmatch(word.lower()):
        return partial(_around_easter, int(found[1] or 0))
    try:
        if found := _EACH_YEAR.fullmatch(word):
            month, day = int(found[1]), int(found[2])
            date(2024, month, day)  # a leap year: 29 February comes every four years
            return partial(_each_year, month, day)
        days = _between(word)
    except ValueError as error:
        raise InvalidError(
            f"LOTSEN_CLOSED_DAYS, LOTSEN_HALF_DAYS: {word!r} is no day; write 12-23, 2026-12-28, 2026-12-28..2027-01-01 or easter-3"
        ) from error
    return lambda _year: days


def _between(word: str) -> frozenset[date]:
    first, _, last = word.partition("..")
    begins, ends = date.fromisoformat(first), date.fromisoformat(last or first)
    if not 0 <= (ends - begins).days < LONGEST_RANGE:
        raise ValueError(word)
    return frozenset(begins + timedelta(days=n) for n in range((ends - begins).days + 1))


def _each_year(month: int, day: int, year: int) -> Iterable[date]:
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()  # 29 February


def _around_easter(days: int, year: int) -> Iterable[date]:
    from dateutil.easter import easter

    return (easter(year) + timedelta(days=days),)

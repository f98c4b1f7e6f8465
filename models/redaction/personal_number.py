"""Swedish personal and co-ordination numbers, with a wrong check digit too."""

import re
from datetime import date

from personnummer import personnummer  # type: ignore[import-untyped]  # ships no types

from models.redaction.groups import Groups

_DASH = re.compile(r" {0,2}[-+] {0,2}")
_GAP = re.compile(r" {1,3}| {0,2}[-+./_] {0,2}")
_CALLED_SO = re.compile(
    r"(?i)(?:pers(?:on(?:en|al)?)?\.?[ -]?(?:identity )?(?:nummer|number|numret|nr|no|id)\b"
    r"|personnumer|personenkennzahl|samordnings ?(?:nummer|nr)|co-?ordination number"
    r"|koordinierungsnummer|interims?(?:nummer|nr| number)"
    r"|(?<![^\W\d_])(?:pnr|p-?nummer|id|son|sonen?s?|dottern?s?|barn(?:ets?)?|child|daughter"
    r"|sohn|tochter|kind|född|födelsenummer|tvillingarna))[^\]\n]{0,20}$"
)
# How people part the digits; a number that is called so may be parted otherwise.
_SHAPES = frozenset(
    {(6, 4), (8, 4), (2, 2, 2, 4), (4, 2, 2, 4), (2, 6, 4), (4, 4, 4), (4, 2, 4), (2, 2, 2, 2, 4)}
)
_MOST_GROUPS = 6
_LENGTHS = (10, 12)
# A timestamp looks the same. With a wrong check digit a number counts only for people old
# enough to work, unless it is called so; a right one always counts.
_BORN = range(1930, 2015)
_LIVED = range(1840, 2100)


def personal_number_from(groups: Groups, at: int, *, may_be_phone: bool) -> int | None:
    """Return the last group of the personal number that begins with group ``at``.

    Parameters
    ----------
    may_be_phone
        Ten digits in one group that are a phone number as well are taken for that.
    """
    first = groups.digits[at]
    if len(first) in _LENGTHS:
        phone = may_be_phone and len(first) == 10
        return at if not phone and _holds(first, called=_called_so(groups, at)) else None
    if len(first) not in (2, 4, 6, 8):
        return None
    last, number, gaps, shape = at, first, "", [len(first)]
    while len(number) < _LENGTHS[-1] and len(shape) < _MOST_GROUPS:
        gap = groups.gap(last)
        if not gap or not _GAP.fullmatch(gap):
            return None
        last += 1
        number += groups.digits[last]
        shape.append(len(groups.digits[last]))
        gaps += gap
        if len(number) in _LENGTHS and _is_number(groups, at, number, gaps, tuple(shape)):
            return last
    return None


def _is_number(groups: Groups, at: int, number: str, gaps: str, shape: tuple[int, ...]) -> bool:
    if not is_birth(number[:-4]):
        return False
    if _called_so(groups, at):
        return True
    if shape not in _SHAPES:
        return False
    if len(shape) == 2 and _DASH.fullmatch(gaps):
        return _holds(number, called=False, dashed=True, old="+" in gaps)
    # It may be a date and a time of day, or a row of figures.
    return personnummer.valid(number) and (_of_working_age(number) or not _is_time(number[-4:]))


def _holds(number: str, *, called: bool, dashed: bool = False, old: bool = False) -> bool:
    """Return whether the digits are a personal number; the last may be wrong where it is sure."""
    if not is_birth(number[:-4]):
        return False
    if called or old or personnummer.valid(number):
        return True
    if not dashed:
        return False
    long_and_no_time = len(number) == _LENGTHS[-1] and not _is_time(number[-4:])
    return _of_working_age(number) or long_and_no_time


def _of_working_age(number: str) -> bool:
    return _is_birth(number[:-4], _BORN)


def _is_time(digits: str) -> bool:
    return int(digits[:2]) < 24 and int(digits[2:]) < 60


def is_birth(digits: str) -> bool:
    """Return whether YYMMDD or YYYYMMDD is a day, or one plus 60 of a co-ordination number."""
    return _is_birth(digits, _LIVED)


def _is_birth(digits: str, years: range) -> bool:
    month, day = int(digits[-4:-2]), int(digits[-2:])
    if len(digits) == 8:
        candidates = [int(digits[:4])]
    else:
        candidates = [1900 + int(digits[:2]), 2000 + int(digits[:2])]
    return any(year in years and _is_day(year, month, day) for year in candidates)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day - 60 if day > 60 else day)
    except ValueError:
        return False
    return True


def _called_so(groups: Groups, at: int) -> bool:
    return bool(_CALLED_SO.search(groups.before(at, 44)))

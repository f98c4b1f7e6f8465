"""Swedish personal and co-ordination numbers, with a wrong check digit too."""

import re
from datetime import date

from personnummer import personnummer  # type: ignore[import-untyped]  # ships no types

from models.redaction.groups import Groups

_SEPARATED = re.compile(r"[ \u00a0]?[-+\u2010-\u2013][ \u00a0]?")
_SPACE = frozenset(" \u00a0")
_CALLED_SO = re.compile(
    r"(?i)(?:person(?:al)?[ -]?(?:nummer|number|nr|no)|samordnings(?:nummer|nr)|(?<![^\W\d_])pnr"
    r"|personenkennzahl|personnumret|personnumer|p-?nummer)[^\]\n]{0,20}$"
)
# A timestamp looks the same. With a wrong check digit a number counts only for people old
# enough to work; a right one always counts.
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
    if len(first) in (6, 8):
        return _in_two(groups, at, first)
    if len(first) in (10, 12) and not (may_be_phone and len(first) == 10):
        return at if _holds(first, sure=_called_so(groups, at)) else None
    if len(first) == 4:
        return _with_dashes(groups, at)
    return None


def _in_two(groups: Groups, at: int, birth: str) -> int | None:
    gap = groups.gap(at)
    last = groups.digits[at + 1] if gap else ""
    if len(last) != 4:
        return None
    if _SEPARATED.fullmatch(gap):
        return at + 1 if _holds(birth + last, sure=True, old="+" in gap) else None
    if gap in _SPACE:
        return at + 1 if _holds(birth + last, sure=_called_so(groups, at)) else None
    return None


def _with_dashes(groups: Groups, at: int) -> int | None:
    """Read 1985-07-09-1234, which needs the right check digit: it may be a date and a time."""
    if groups.gap(at) != "-" or groups.gap(at + 1) != "-" or not groups.gap(at + 2):
        return None
    parts = [groups.digits[at + n] for n in range(4)]
    if [len(part) for part in parts] != [4, 2, 2, 4] or len(groups.gap(at + 2)) > 1:
        return None
    return at + 3 if _holds("".join(parts), sure=False) else None


def _holds(number: str, *, sure: bool, old: bool = False) -> bool:
    """Return whether the digits are a personal number; ``sure``: the last may be wrong."""
    if not _is_birth(number[:-4], _LIVED):
        return False
    if personnummer.valid(number):
        return True
    return sure and (old or _is_birth(number[:-4], _BORN))


def _is_birth(digits: str, years: range) -> bool:
    """Return whether YYMMDD or YYYYMMDD is a day, or one plus 60 of a co-ordination number."""
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

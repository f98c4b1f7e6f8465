"""Numbers as people write them: ``1200.50``, ``1 200,50``, ``1.200,50``; never guessed. Pure."""

import re
from decimal import Decimal

from models.errors import InvalidError

_SPACES = str.maketrans(
    dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}", " ")
)
_FORM = re.compile(
    r"(?P<sign>[-+]?)"
    r"(?P<whole>[1-9]\d{0,2}(?P<by>[ .,'])\d{3}(?:(?P=by)\d{3})*|\d*)"
    r"(?:(?P<point>[.,])(?P<part>\d+))?",
    re.ASCII,
)

_ONE_GROUP = 6  # digits of a number with one group of thousands


class TwoWaysError(InvalidError):
    """A number that means a thousand times more to one reader than to another.

    ``whole`` and ``part`` are both readings, written so that nobody mistakes them.
    """

    def __init__(self, text: str, whole: str, part: str) -> None:
        super().__init__(f"{text!r} can be read in two ways: write {whole}, or {part}")
        self.whole, self.part = whole, part


def read_number(text: str) -> Decimal:
    """Return the number that somebody wrote, with a decimal point or comma.

    Thousands may be set apart by a space, a point, a comma or an apostrophe, as long as that
    leaves one reading: ``1.200`` alone is a thousand two hundred to some, 1.2 to others.

    Raises
    ------
    TwoWaysError
        Where there are two readings.
    InvalidError
        When it is no number.
    """
    written = text.strip().translate(_SPACES).replace("\N{MINUS SIGN}", "-")
    form = _FORM.fullmatch(written)
    if (
        form is None
        or not (form["whole"] or form["part"])
        or form["by"] == form["point"] is not None
    ):
        raise InvalidError(f"{text!r} is no number: write one such as 1200.50")
    whole, part = re.sub(r"\D", "", form["whole"]), form["part"] or ""
    if form["by"] in (".", ",") and not part and len(whole) <= _ONE_GROUP:
        raise _two_ways(text, form["sign"], whole[:-3], whole[-3:])
    if form["by"] and len(part) == 3:
        raise _two_ways(text, form["sign"], whole, part)
    return Decimal(f"{form['sign']}{whole or 0}.{part or 0}")


def _two_ways(text: str, sign: str, before: str, after: str) -> TwoWaysError:
    return TwoWaysError(text, f"{sign}{before}{after}", f"{sign}{before}.{after.rstrip('0') or 0}")

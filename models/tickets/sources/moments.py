"""Read times as people and systems write them. Pure."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from models.language import LANGUAGES
from models.tickets.hours import FIRST_YEAR, LAST_YEAR

NOTHING = frozenset({"", "-", "?", "null", "none", "n/a", "na", "nan", "nat"})
"""What systems write where there is no value."""

_CLOCK = r"(?:[ T,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([AaPp][Mm])?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})/(\d{{1,2}})/(\d{{1,2}}){_CLOCK}")
_DOTTED = re.compile(rf"(\d{{1,2}})\.\s?(\d{{1,2}})\.\s?(\d{{4}}){_CLOCK}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})[/-](\d{{1,2}})[/-](\d{{4}}){_CLOCK}")
_MONTH_NAME = re.compile(rf"(\d{{1,2}})[/ .-]+([^\W\d_]+)[/ .-]+(\d{{4}}|\d{{2}}){_CLOCK}")

DateOrder = Literal["", "day", "month", "unclear", "mixed"]


class DateOrders:
    """Tells from a whole column whether ``03/01/2026`` is in January or in March."""

    def __init__(self) -> None:
        self._seen = False
        self.example = ""
        """A value of the column that can be read in two ways."""
        self.day_first = self.month_first = ""
        """A value whose day, and one whose month, clearly stands first."""

    def see(self, value: str) -> None:
        match = _YEAR_LAST.fullmatch(value)
        if match is None:
            return
        first, second = int(match[1]), int(match[2])
        if not (0 < min(first, second) <= 12 and max(first, second) <= 31):
            return  # 31/31/2026 is no day either way: its own row is in error, not the column
        self._seen = True
        if first > 12:
            self.day_first = value
        if second > 12:
            self.month_first = value
        if first != second and max(first, second) <= 12:
            self.example = value

    @property
    def order(self) -> DateOrder:
        """What comes first; empty where no value is written this way."""
        if self.day_first and self.month_first:
            return "mixed"
        if self.day_first or self.month_first:
            return "day" if self.day_first else "month"
        # 05/05/2026 is the same day either way.
        return "unclear" if self.example else ("day" if self._seen else "")


def instant(value: str, zone: ZoneInfo, order: DateOrder = "") -> datetime:
    """Return an aware UTC time; without an offset it is local to ``zone``.

    Reads ISO 8601, ``2026-03-01 08:15``, ``2026/03/01``, ``01.03.2026 08:15``,
    ``01/Mar/26 8:15 AM`` with months in Lotsen's languages, and ``01/03/2026``
    in the order given.

    Raises
    ------
    ValueError
        When it is no time, or its year is outside 1970–2200.
    """
    read = _iso(value, zone) or _named(value, zone) or _written(value, zone, order)
    if read is None or not FIRST_YEAR < read.year < LAST_YEAR:
        raise ValueError(f"{value!r} is no time")
    return read.astimezone(UTC)


def _iso(value: str, zone: ZoneInfo) -> datetime | None:
    if value[4:5] != "-":
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=zone)


def _named(value: str, zone: ZoneInfo) -> datetime | None:
    match = _MONTH_NAME.fullmatch(value)
    if match is None:
        return None
    day, name, year, *clock = match.groups()
    starts = (start for record in LANGUAGES.values() for start in record.month_starts)
    month = next((number for start, number in starts if name.casefold().startswith(start)), 0)
    if not month:
        return None
    whole = int(year) + (2000 if len(year) == 2 else 0)
    return _local((whole, month, int(day)), clock, zone)


def _written(value: str, zone: ZoneInfo, order: DateOrder) -> datetime | None:
    if match := _YEAR_FIRST.fullmatch(value):
        year, month, day, *clock = match.groups()
    elif match := _DOTTED.fullmatch(value):
        day, month, year, *clock = match.groups()
    elif order in ("day", "month") and (match := _YEAR_LAST.fullmatch(value)):
        first, second, year, *clock = match.groups()
        day, month = (first, second) if order == "day" else (second, first)
    else:
        return None
    return _local((int(year), int(month), int(day)), clock, zone)


def _local(day: tuple[int, int, int], clock: Sequence[str | None], zone: ZoneInfo) -> datetime:
    hour, minute, seconds, half = clock
    return datetime(*day, _hour(hour, half), int(minute or 0), int(seconds or 0), tzinfo=zone)


def _hour(hour: str | None, half: str | None) -> int:
    if half is None:
        return int(hour or 0)
    if not 1 <= int(hour or 0) <= 12:
        raise ValueError(f"{hour} {half} is no hour")
    return int(hour or 0) % 12 + (12 if half.lower() == "pm" else 0)

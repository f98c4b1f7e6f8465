"""Days, weeks, months and quarters, as they are written and as instants."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from models.errors import InvalidError

_DAY = timedelta(days=1)
_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_FORM = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?|-W(?P<week>\d{2})|Q(?P<quarter>\d))",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of whole local days, both ends included.

    ``key`` is how it is written: ``2026-11-23``, ``2026-W48`` (ISO 8601, Monday first),
    ``2026-11``, ``2026Q4``, or ``2026-11-02/2026-11-20`` for any other stretch.
    """

    key: str
    first_day: date
    last_day: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a period as it is written.

        Raises
        ------
        InvalidError
            When it is written otherwise, or there is no such day, week, month or quarter.
        """
        try:
            return cls(text, *_possible(*_days(text)))
        except ValueError as error:
            raise InvalidError(
                f"{text!r} is no period ({error}): write 2026-11-23, 2026-W48, 2026-11, 2026Q4 or "
                "2026-11-02/2026-11-20"
            ) from error

    @classmethod
    def between(cls, first_day: date, last_day: date) -> Self:
        """Return any stretch of days.

        Raises
        ------
        InvalidError
            When it ends before it begins.
        """
        return cls.parse(f"{first_day}/{last_day}")

    def start(self, zone: ZoneInfo) -> datetime:
        """Return the instant (UTC) at which the first day begins."""
        return _midnight(self.first_day, zone)

    def end(self, zone: ZoneInfo) -> datetime:
        """Return the instant (UTC) at which the last day is over; it is not part of it."""
        return _midnight(self.last_day + _DAY, zone)


def day_of(day: date) -> Period:
    return Period(day.isoformat(), day, day)


def week_of(day: date) -> Period:
    """Return the ISO week of ``day``; the first days of January may be in week 52 or 53."""
    year, week, weekday = day.isocalendar()
    monday = day - timedelta(days=weekday - 1)
    return Period(f"{year:04}-W{week:02}", monday, monday + timedelta(days=6))


def previous_week(day: date) -> Period:
    """Return the last whole ISO week before ``day``."""
    return week_of(day - timedelta(days=7))


def last_seven_days(day: date) -> Period:
    """Return the seven days that end with ``day``."""
    return Period.between(day - timedelta(days=6), day)


def whole_weeks(first_day: date, last_day: date) -> list[Period]:
    """Return the ISO weeks that lie between two days, both included, from end to end."""
    week = week_of(first_day)
    if week.first_day < first_day:
        week = week_of(week.last_day + _DAY)
    weeks = []
    while week.last_day <= last_day:
        weeks.append(week)
        week = week_of(week.last_day + _DAY)
    return weeks


def office_weeks(days: Period, works: Callable[[date], bool]) -> list[Period]:
    """Return the weeks whose office days all lie in a stretch, each as far as it lies in it.

    A history that ends on a Friday has its last week, and one that begins after a holiday on
    Monday its first.
    """
    found = []
    for week in weeks_in(days):
        first, last = max(week.first_day, days.first_day), min(week.last_day, days.last_day)
        all_days = {week.first_day + n * _DAY for n in range(7)}
        working = {day for day in all_days if works(day)}
        if working and first <= min(working) and max(working) <= last:
            found.append(week if last - first == 6 * _DAY else Period.between(first, last))
    return found


def weeks_before(week: Period, number: int) -> list[Period]:
    """Return the weeks right before a week, the oldest first."""
    return [week_of(week.first_day - 7 * back * _DAY) for back in range(number, 0, -1)]


def month_of(day: date) -> Period:
    return Period.parse(f"{day:%Y-%m}")


def quarter_of(day: date) -> Period:
    return Period.parse(f"{day.year:04}Q{(day.month + 2) // 3}")


def weeks_in(days: Period) -> list[Period]:
    """Return the ISO weeks that a stretch of days touches."""
    first = week_of(days.first_day).first_day
    span = (days.last_day - first).days
    return [week_of(first + at * _DAY) for at in range(0, span + 1, 7)]


def months_after(day: date, number: int) -> date:
    """Return the same day ``number`` months later, or the last day of that month."""
    later: date = day + relativedelta(months=number)
    return later


def months_in(span: Period) -> list[Period]:
    """Return the calendar months that a stretch of days touches."""
    months = [month_of(span.first_day)]
    while months[-1].last_day < span.last_day:
        months.append(month_of(months[-1].last_day + _DAY))
    return months


def _possible(first: date, last: date) -> tuple[date, date]:
    if last < first:
        raise ValueError("it ends before it begins")
    if not _FIRST_YEAR <= first.year <= last.year <= _LAST_YEAR:
        raise ValueError("no help desk was open then")
    return first, last


def _days(text: str) -> tuple[date, date]:
    if "/" in text:
        first, last = (date.fromisoformat(part) for part in text.split("/", 1))
        return first, last
    form = _FORM.fullmatch(text)
    if form is None:
        raise ValueError("not one of the forms")
    numbers = {name: int(value) for name, value in form.groupdict().items() if value}
    return _named_days(**numbers)


def _named_days(
    year: int,
    month: int = 1,
    day: int | None = None,
    week: int | None = None,
    quarter: int | None = None,
) -> tuple[date, date]:
    if week is not None:
        monday = date.fromisocalendar(year, week, 1)
        return monday, monday + timedelta(days=6)
    if quarter is not None:
        if not 1 <= quarter <= 4:
            raise ValueError("a year has four quarters")
        return _months(date(year, 3 * quarter - 2, 1), 3)
    if day is not None:
        return date(year, month, day), date(year, month, day)
    return _months(date(year, month, 1), 1)


def _months(first: date, number: int) -> tuple[date, date]:
    return first, months_after(first, number) - _DAY


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)

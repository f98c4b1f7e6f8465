"""Working time between two instants: office hours on working days, in local time."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from models.errors import InvalidError
from models.tickets.own_days import read_days

DaysOfYear = Callable[[int], frozenset[date]]
Moments = npt.NDArray[np.datetime64]
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PER_MINUTE = 60_000_000
_MICROS = "datetime64[us]"
_DAY = timedelta(days=1)
_MIDNIGHT = time(0)
# Wider than any help desk's history, narrow enough that a typo such as 9999 is refused.
FIRST_YEAR, LAST_YEAR = 1970, 2200
# A calendar is kept with every day off of these years: the rules for them are the holidays
# library's, and its next version may know better.
KEPT_YEARS = range(1990, 2061)
NOON = time(12)
FAR = timedelta(days=120)
"""No office stays closed for longer."""


class _Windows(NamedTuple):
    """Office hours of some years as sorted microseconds since 1970 (UTC).

    ``worked[i]`` is the working time before window ``i`` opens.
    """

    first_year: int
    last_year: int
    opens: list[int]
    lasts: list[int]
    worked: list[int]


class Calendar:
    """When the office works: Monday to Friday, from ``opens`` to ``closes``, no days off.

    Parameters
    ----------
    zone
        Where the office is; its summer time is kept.
    opens, closes
        Local wall-clock times on one day; ``closes`` at 00:00 is the midnight that ends it.
    holidays
        Days off, or a function that gives those of a year (asked once a year and kept).
    half_days
        Days on which the office closes at ``half_day_closes``, given in the same ways. Where
        it closes earlier anyway, that stays; where it had not opened by then, it is a day off.

    Raises
    ------
    InvalidError
        When the office closes before it opens.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        opens: time,
        closes: time,
        holidays: frozenset[date] | DaysOfYear = frozenset(),
        half_days: frozenset[date] | DaysOfYear = frozenset(),
        half_day_closes: time = NOON,
    ) -> None:
        if closes <= opens and closes != _MIDNIGHT:
            raise InvalidError(f"the office closes ({closes}) before it opens ({opens})")
        self.zone, self.opens, self.closes = zone, opens, closes
        self._half_day_closes = half_day_closes
        self._holidays, self._half_days = _remembered(holidays), _remembered(half_days)
        self._windows: _Windows | None = None

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self._holidays(day.year)

    def is_half_day(self, day: date) -> bool:
        """Return whether the office works on that day, and closes early."""
        return self.is_working_day(day) and day in self._half_days(day.year)

    def closes_on(self, day: date) -> time:
        """Return when the office closes on a working day; 00:00 is the midnight that ends it."""
        if not self.is_half_day(day) or self._half_day_closes == _MIDNIGHT:
            return self.closes
        early = self._half_day_closes
        return early if self.closes == _MIDNIGHT else min(early, self.closes)

    @property
    def minutes_a_day(self) -> float:
        """The office minutes of a whole working day."""
        hours = [datetime.combine(date.min, at) for at in (self.opens, self.closes)]
        late = _DAY if self.closes == _MIDNIGHT else timedelta()
        return (hours[1] + late - hours[0]) / timedelta(minutes=1)

    def works_like(self, other: "Calendar", first: date, last: date) -> bool:
        """Return whether both have the same hours, and the same days off in [first, last]."""
        if (self.zone.key, self.opens, self.closes) != (other.zone.key, other.opens, other.closes):
            return False
        days = (first + n * _DAY for n in range((last - first).days + 1))
        return all(
            self.is_working_day(day) is other.is_working_day(day)
            and self.closes_on(day) == other.closes_on(day)
            for day in days
        )

    @cached_property
    def content(self) -> str:
        """All that decides business time, as text to be kept: see `calendar_from`."""
        off = [day for year in KEPT_YEARS for day in self._holidays(year) if day.year == year]
        half = [day for year in KEPT_YEARS for day in self._half_days(year) if day.year == year]
        return json.dumps(
            {
                "zone": self.zone.key,
                "opens": self.opens.isoformat(),
                "closes": self.closes.isoformat(),
                "off": sorted(map(str, off)),
                "half": sorted(map(str, half)),
                "half_closes": self._half_day_closes.isoformat(),
            },
            sort_keys=True,
        )

    @cached_property
    def version(self) -> str:
        """A hash of the content: two calendars with the same one count the same minutes."""
        return hashlib.sha256(self.content.encode()).hexdigest()[:16]

    def business_minutes(self, start: datetime, end: datetime) -> float:
        """Return the office minutes in [start, end); 0 when ``end`` is not after ``start``.

        Parameters
        ----------
        start, end
            Aware instants, in any zone.

        Raises
        ------
        InvalidError
            For years outside 1970–2200.
        """
        if end <= start:
            return 0.0
        windows = self._covering(start.year, end.year)
        worked = _worked(windows, _micros(end)) - _worked(windows, _micros(start))
        return worked / _PER_MINUTE

    def minutes_between(self, starts: Moments, ends: Moments) -> Floats:
        """Return `business_minutes` of many spans at once, of shape (n,).

        Parameters
        ----------
        starts, ends : shape (n,)
            UTC; where one is NaT, the minutes are NaN.
        """
        known = ~(np.isnat(starts) | np.isnat(ends))
        found = np.full(len(starts), np.nan)
        if known.any():
            low, high = starts[known].astype(_MICROS), ends[known].astype(_MICROS)
            windows = self._covering(_year(low.min()), _year(max(low.max(), high.max())))
            table = [np.array(column) for column in windows[2:]]
            worked = _all_worked(table, np.maximum(low, high)) - _all_worked(table, low)
            found[known] = worked / _PER_MINUTE
        return found

    def office_hours(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the parts of [start, end) in which the office works, in their order."""
        if end <= start:
            return
        windows = self._covering(start.year, end.year)
        low, high = _micros(start), _micros(end)
        at = max(0, bisect_right(windows.opens, low) - 1)
        while at < len(windows.opens) and windows.opens[at] < high:
            opened = max(low, windows.opens[at])
            closed = min(high, windows.opens[at] + windows.lasts[at])
            if closed > opened:
                yield _EPOCH + opened * _MICROSECOND, _EPOCH + closed * _MICROSECOND
            at += 1

    def is_open(self, at: datetime) -> bool:
        """Return whether the office works at that instant."""
        return self.business_minutes(at, at + timedelta(minutes=1)) > 0

    def opening_after(self, at: datetime) -> datetime | None:
        """Return when the office opens next, from ``at`` on; None where it stays closed for months."""
        windows = self.office_hours(at, at + FAR)
        return next((opened for opened, _ in windows), None)

    def after(self, start: datetime, minutes: float) -> datetime:
        """Return when ``minutes`` office minutes have passed since ``start``.

        Where the office stays closed for months, the wait ends then.
        """
        left = timedelta(minutes=minutes)
        for opened, closed in self.office_hours(start, start + FAR):
            if closed - opened >= left:
                return opened + left
            left -= closed - opened
        return start + FAR

    def _covering(self, first: int, last: int) -> _Windows:
        # An instant's UTC year and its local year differ by one at most.
        windows = self._windows
        if windows and windows.first_year < first and last < windows.last_year:
            return windows
        if first < FIRST_YEAR or last > LAST_YEAR:
            raise InvalidError(f"years {first} to {last}: write years {FIRST_YEAR} to {LAST_YEAR}")
        if windows:
            first = min(first, windows.first_year + 1)
            last = max(last, windows.last_year - 1)
        # One assignment: threads that race do the work twice and get the same.
        self._windows = windows = self._build(first - 1, last + 1)
        return windows

    def _build(self, first: int, last: int) -> _Windows:
        pairs = [pair for year in range(first, last + 1) for pair in self._windows_of(year)]
        opens = [opened for opened, _ in pairs]
        lasts = [closed - opened for opened, closed in pairs]
        worked = list(accumulate(lasts, initial=0))[:-1]
        return _Windows(first, last, opens, lasts, worked)

    def _windows_of(self, year: int) -> Iterator[tuple[int, int]]:
        day, end = date(year, 1, 1), date(year + 1, 1, 1)
        while day < end:
            if self.is_working_day(day):
                closes = self.closes_on(day)
                last = day + _DAY if closes == _MIDNIGHT else day
                opened, closed = self._instant(day, self.opens), self._instant(last, closes)
                if closed > opened:
                    yield opened, closed
            day += _DAY

    def _instant(self, day: date, at: time) -> int:
        return _micros(datetime.combine(day, at, tzinfo=self.zone))


@lru_cache(maxsize=64)
def calendar_for(
    zone_name: str,
    country: str,
    opens: time,
    closes: time,
    half_days: tuple[str, ...] = (),
    half_day_closes: time = NOON,
    closed_days: tuple[str, ...] = (),
) -> Calendar:
    """Return the calendar of an office; the same arguments give the same object.

    Parameters
    ----------
    country
        ISO 3166 code whose public holidays are kept, or empty for none. Where the
        `holidays` library knows days that everybody takes off though no law says so
        (Swedish Midsummer Eve, Christmas Eve and New Year's Eve), these count too; days
        that it knows as half ones are half days.
    half_days, closed_days
        The company's own, as `models.tickets.own_days` reads them.

    Raises
    ------
    InvalidError
        When the country's holidays are not known, the office closes before it opens, or
        a day is not written as it should be.
    """
    public = _days_in(country, ("public", "de_facto")) if country else _no_days
    half = _days_in(country, ("half_day",)) if country else _no_days
    own_closed, own_half = read_days(closed_days), read_days(half_days)
    return Calendar(
        ZoneInfo(zone_name),
        opens,
        closes,
        lambda year: public(year) | own_closed(year),
        lambda year: half(year) | own_half(year),
        half_day_closes,
    )


@lru_cache(maxsize=64)
def calendar_from(content: str) -> Calendar:
    """Return the calendar that was kept as ``content``."""
    fields = json.loads(content)
    return Calendar(
        ZoneInfo(fields["zone"]),
        time.fromisoformat(fields["opens"]),
        time.fromisoformat(fields["closes"]),
        frozenset(map(date.fromisoformat, fields["off"])),
        frozenset(map(date.fromisoformat, fields["half"])),
        time.fromisoformat(fields["half_closes"]),
    )


def _no_days(_year: int) -> frozenset[date]:
    return frozenset()


def _remembered(days: frozenset[date] | DaysOfYear) -> DaysOfYear:
    if not callable(days):
        return lambda _year: days
    known: dict[int, frozenset[date]] = {}

    def of_year(year: int) -> frozenset[date]:
        if year not in known:
            known[year] = days(year)
        return known[year]

    return of_year


def _days_in(country: str, categories: Iterable[str]) -> DaysOfYear:
    import holidays

    try:
        supported = holidays.country_holidays(country).supported_categories
    except NotImplementedError as error:
        raise InvalidError(
            f"holidays of {country!r} are not known: write a country code such as SE, or none"
        ) from error
    known = tuple(name for name in categories if name in supported)

    def of_year(year: int) -> frozenset[date]:
        if not known:
            return frozenset()
        return frozenset(holidays.country_holidays(country, years=year, categories=known))

    return of_year


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _year(micros: np.datetime64) -> int:
    return int(micros.astype("datetime64[Y]").astype(int)) + 1970


def _all_worked(table: Sequence[Whole], moments: Moments) -> Whole:
    """Return `_worked` of many moments: the same whole numbers."""
    opens, lasts, worked = table
    at = moments.astype(np.int64)
    index = np.searchsorted(opens, at, side="right") - 1
    found = worked[index] + np.minimum(at - opens[index], lasts[index])
    return np.where(index < 0, 0, found)


def _worked(windows: _Windows, at: int) -> int:
    """Return the working time before ``at``, in microseconds."""
    index = bisect_right(windows.opens, at) - 1
    if index < 0:
        return 0
    return windows.worked[index] + min(at - windows.opens[index], windows.lasts[index])

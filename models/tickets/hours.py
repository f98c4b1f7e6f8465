"""Working time between two instants: office hours on working days, in local time."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from models.errors import InvalidError

HolidaysOfYear = Callable[[int], frozenset[date]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PER_MINUTE = 60_000_000
_DAY = timedelta(days=1)
_MIDNIGHT = time(0)
# Wider than any help desk's history, narrow enough that a typo such as 9999 is refused.
FIRST_YEAR, LAST_YEAR = 1970, 2200


class _Windows(NamedTuple):
    """Office hours of some years as sorted microseconds since 1970 (UTC).

    ``worked[i]`` is the working time before window ``i`` opens.
    """

    first_year: int
    last_year: int
    opens: list[int]
    lasts: list[int]
    worked: list[int]
    arrays: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]


class Calendar:
    """When the office works: Monday to Friday, from ``opens`` to ``closes``, no holidays.

    Parameters
    ----------
    zone
        Where the office is; its summer time is kept.
    opens, closes
        Local wall-clock times on one day; ``closes`` at 00:00 is the midnight that ends it.
    holidays
        Days off, or a function that gives those of a year (asked once a year and kept).

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
        holidays: frozenset[date] | HolidaysOfYear = frozenset(),
    ) -> None:
        if closes <= opens and closes != _MIDNIGHT:
            raise InvalidError(f"the office closes ({closes}) before it opens ({opens})")
        self.zone, self.opens, self.closes = zone, opens, closes
        self._holidays = holidays
        self._off: dict[int, frozenset[date]] = {}
        self._windows: _Windows | None = None

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self._holidays_of(day.year)

    def next_working_day(self, day: date) -> date:
        """Return the first working day after ``day``."""
        following = day + _DAY
        while not self.is_working_day(following):
            following += _DAY
        return following

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

    def business_minutes_between(
        self, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float64]:
        """`business_minutes` for many pairs at once.

        Parameters
        ----------
        starts, ends : shape (n,)
            Microseconds since 1970-01-01 UTC.

        Returns
        -------
        shape (n,), minutes
        """
        if not len(starts):
            return np.zeros(0)
        low, high = min(starts.min(), ends.min()), max(starts.max(), ends.max())
        windows = self._covering(*(_year(int(micros)) for micros in (low, high)))
        worked = _worked_array(windows, ends) - _worked_array(windows, starts)
        minutes: npt.NDArray[np.float64] = np.maximum(worked, 0) / _PER_MINUTE
        return minutes

    def _holidays_of(self, year: int) -> frozenset[date]:
        if not callable(self._holidays):
            return self._holidays
        if year not in self._off:
            self._off[year] = self._holidays(year)
        return self._off[year]

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
        opens = np.array([pair[0] for pair in pairs], dtype=np.int64)
        lasts = np.array([pair[1] - pair[0] for pair in pairs], dtype=np.int64)
        worked = np.cumsum(lasts) - lasts
        arrays = (opens, lasts, worked)
        return _Windows(first, last, opens.tolist(), lasts.tolist(), worked.tolist(), arrays)

    def _windows_of(self, year: int) -> Iterator[tuple[int, int]]:
        day, end = date(year, 1, 1), date(year + 1, 1, 1)
        while day < end:
            if self.is_working_day(day):
                last = day + _DAY if self.closes == _MIDNIGHT else day
                opened, closed = self._instant(day, self.opens), self._instant(last, self.closes)
                if closed > opened:
                    yield opened, closed
            day += _DAY

    def _instant(self, day: date, at: time) -> int:
        return _micros(datetime.combine(day, at, tzinfo=self.zone))


@lru_cache(maxsize=64)
def calendar_for(zone_name: str, country: str, opens: time, closes: time) -> Calendar:
    """Return the calendar of an office; the same arguments give the same object.

    Parameters
    ----------
    country
        ISO 3166 code whose public holidays are kept, or empty for none. Where the
        `holidays` library knows days that everybody takes off though no law says so
        (Swedish Midsummer Eve, Christmas Eve and New Year's Eve), these count too.

    Raises
    ------
    InvalidError
        When the country's holidays are not known, or the office closes before it opens.
    """
    holidays = _holidays_in(country) if country else frozenset[date]()
    return Calendar(ZoneInfo(zone_name), opens, closes, holidays)


def _holidays_in(country: str) -> HolidaysOfYear:
    import holidays

    try:
        supported = holidays.country_holidays(country).supported_categories
    except NotImplementedError as error:
        raise InvalidError(
            f"holidays of {country!r} are not known: write a country code such as SE, or none"
        ) from error
    categories = tuple(name for name in ("public", "de_facto") if name in supported)

    def of_year(year: int) -> frozenset[date]:
        return frozenset(holidays.country_holidays(country, years=year, categories=categories))

    return of_year


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _year(micros: int) -> int:
    return (_EPOCH + timedelta(microseconds=micros)).year


def _worked(windows: _Windows, at: int) -> int:
    """Return the working time before ``at``, in microseconds."""
    index = bisect_right(windows.opens, at) - 1
    if index < 0:
        return 0
    return windows.worked[index] + min(at - windows.opens[index], windows.lasts[index])


def _worked_array(windows: _Windows, at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    opens, lasts, worked = windows.arrays
    index = np.searchsorted(opens, at, side="right") - 1
    inside = np.minimum(at - opens[index], lasts[index])
    return np.where(index < 0, 0, worked[index] + inside)

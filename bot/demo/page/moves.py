"""Where "next Monday, 08:00" is: the moves of the playground's clock. Pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.language import N_

OFFICE_OPENS = time(8)
FARTHEST = timedelta(days=370)
MOVES = ("hour", "morning", "monday", "week")


def target(move: str, day: date | None, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant that a move leads to.

    Parameters
    ----------
    move
        One of `MOVES`, or ``day`` for 08:00 on ``day``.
    now
        Aware; the result is later.

    Raises
    ------
    ValueError
        For an unknown move, or a day that has begun or is more than a year away.
    """
    here = now.astimezone(zone)
    today = here.date()
    if move == "hour":
        return now + timedelta(hours=1)
    if move == "week":  # the same time on the wall, also when summer time ends
        return datetime.combine(today + timedelta(days=7), here.time(), zone)
    if move == "morning":
        first = today if here.time() < OFFICE_OPENS else today + timedelta(days=1)
        return _opening(first, zone)
    if move == "monday":
        return _opening(today + timedelta(days=7 - today.weekday()), zone)
    if move != "day" or day is None:
        raise ValueError("name a day")
    there = _opening(day, zone)
    if not now < there <= now + FARTHEST:
        raise ValueError(N_("the clock moves forward only, and a year at most"))
    return there


def mondays_between(start: datetime, end: datetime, zone: ZoneInfo) -> int:
    """Return how many Mondays, 08:00, lie after ``start`` and not after ``end``."""
    count, monday = 0, _first_monday(start.astimezone(zone))
    while _opening(monday, zone) <= end:
        count, monday = count + 1, monday + timedelta(days=7)
    return count


def _first_monday(here: datetime) -> date:
    day = here.date() + timedelta(days=(7 - here.weekday()) % 7)
    begun = here.weekday() == 0 and here.time() >= OFFICE_OPENS
    return day + timedelta(days=7) if begun else day


def _opening(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, OFFICE_OPENS, zone)

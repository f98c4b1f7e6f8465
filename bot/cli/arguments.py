"""Options that several commands share, and how what people type is read."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from typer import BadParameter, Option

from models.errors import InvalidError, NotFoundError
from models.kpis.periods import Period, day_of, month_of, quarter_of, week_of
from models.tables import Category

FromDay = Annotated[
    str | None, Option("--from", metavar="DAY", help="First day, such as 2026-11-02.")
]
ToDay = Annotated[str | None, Option("--to", metavar="DAY", help="Last day, such as 2026-11-20.")]
# An amount may begin with a minus: it is no option.
AMOUNTS = {"ignore_unknown_options": True}
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


def known_language(code: str | None) -> str | None:
    """Return the code of a language that there is a folder for."""
    from models.language import LANGUAGES

    if code is not None and code not in LANGUAGES:
        raise BadParameter(f"{code!r} is not one of {', '.join(map(repr, LANGUAGES))}.")
    return code


def read_day(text: str, option: str) -> date:
    """Read a day as ISO 8601 writes it.

    Raises
    ------
    InvalidError
        When it is written otherwise, or there is no such day.
    """
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidError(f"{option} {text!r}: write a day such as 2026-11-23") from error
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise InvalidError(f"{option} {text!r}: write a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    return day


def read_moment(text: str, option: str, zone: ZoneInfo) -> datetime:
    """Read an instant; without an offset it is local to the office.

    Raises
    ------
    InvalidError
        When it is written otherwise than ISO 8601.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidError(
            f"{option} {text!r}: write a time such as 2026-11-23T08:00 or 2026-11-23T07:00Z"
        ) from error
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise InvalidError(f"{option} {text!r}: write a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    return moment.replace(tzinfo=moment.tzinfo or zone).astimezone(UTC)


def read_period(first: str | None, last: str | None, default: Period) -> Period:
    """Return the days from ``first`` to ``last`` under their shortest name.

    Raises
    ------
    InvalidError
        For a day that does not exist, or an end before the beginning.
    """
    if first is None and last is None:
        return default
    end = read_day(last, "--to") if last else default.last_day
    begin = read_day(first, "--from") if first else end
    named = (name(begin) for name in (day_of, week_of, month_of, quarter_of))
    same = (item for item in named if (item.first_day, item.last_day) == (begin, end))
    return next(same, None) or Period.between(begin, end)


def read_quarter(text: str, today: date) -> Period:
    """Read a quarter such as ``2026Q4``.

    Raises
    ------
    InvalidError
        When it is written otherwise, or has not begun.
    """
    period = Period.parse(text)
    if period != quarter_of(period.first_day):
        raise InvalidError(f"{text!r} is no quarter: write one such as 2026Q4")
    if today < period.first_day:
        raise InvalidError(f"{period.key} has not begun: it does on {period.first_day}")
    return period


def require_categories(named: Iterable[str], known: Iterable[Category]) -> None:
    """Refuse keys of categories that there are none of.

    Raises
    ------
    NotFoundError
        When there are such keys; the message says which there are.
    """
    keys = {category.key for category in known}
    if strange := sorted(set(named) - keys):
        there = ", ".join(sorted(keys))
        raise NotFoundError(f"no category {', '.join(strange)}; there are: {there}")


def as_text(argument: str) -> str:
    """Return what was typed as text; bytes that are no UTF-8 become a replacement sign."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

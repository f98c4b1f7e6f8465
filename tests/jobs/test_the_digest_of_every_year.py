"""The real digest, 2026 to 2037: one a week, whatever the calendar does; after a standstill one."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jobs.reports import weekly_digest
from jobs.runner import Runner
from models.kpis.periods import previous_week, week_of
from models.message import Message, Paragraph, plain
from models.store.transaction import Store
from models.tables import OutboxRow, PostState
from models.tickets.hours import Calendar
from tests.jobs.conftest import OpenLotsen

STOCKHOLM = ZoneInfo("Europe/Stockholm")
YEARS = range(2026, 2038)


def easter(year: int) -> date:
    """The Sunday of Easter, by the rule of Meeus, Jones and Butcher."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    shift = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * shift) // 451
    month, day = divmod(h + shift - 7 * m + 114, 31)
    return date(year, month, day + 1)


def last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


# What may go wrong in a week → the days at which it may, each a case of its own.
WEEKS: dict[str, list[date]] = {
    "summer time begins": [last_sunday(year, 3) for year in YEARS],
    "summer time ends": [last_sunday(year, 10) for year in YEARS],
    "Easter Monday is off": [easter(year) + timedelta(days=1) for year in YEARS],
    "the year ends": [date(year, 12, 31) for year in YEARS],
    "a week 53": [date(2026, 12, 31), date(2032, 12, 31), date(2037, 12, 31)],
    "29 February": [date(2028, 2, 29), date(2032, 2, 29), date(2036, 2, 29)],
    "Christmas falls on a Monday": [
        date(year, 12, day) for year in YEARS for day in (24, 25, 26)
        if date(year, 12, day).weekday() == 0
    ],
}  # fmt: skip
OFTEN = (2026, 2028, 2032)
"""Years of each run: a week 53, leap days; the others are long together."""


def _marks(year: int) -> list[pytest.MarkDecorator]:
    return [] if year in OFTEN else [pytest.mark.long]


CASES = [
    pytest.param(name, day, id=f"{name} {day}", marks=_marks(day.year))
    for name, days in WEEKS.items()
    for day in days
]


def test_the_cases_are_what_they_are_called() -> None:
    assert easter(2026) == date(2026, 4, 5)
    assert easter(2038 - 1) == date(2037, 4, 5)
    assert [week_of(day).key[-2:] for day in WEEKS["a week 53"]] == ["53"] * 3
    assert len(WEEKS["Christmas falls on a Monday"]) >= 3
    assert date(2033, 12, 26) in WEEKS["Christmas falls on a Monday"]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "day"), CASES)
def test_one_digest_a_week(
    name: str, day: date, store: Store, open_core: OpenLotsen, office: Calendar
) -> None:
    runner = Runner(open_core(store), [weekly_digest])
    monday = week_of(day).first_day
    at = datetime(monday.year, monday.month, monday.day, 12, tzinfo=STOCKHOLM)
    end = at + timedelta(days=15)  # two Mondays, and the days off that may follow them
    while not office.is_working_day(at.date()):  # this Monday's own digest is not the question
        at += timedelta(days=1)
    runner.tick(at)

    while at < end:  # each day before and after eight by the wall, and once more
        at += timedelta(days=1)
        for hour, minute in ((7, 59), (8, 0), (8, 1)):
            runner.tick(at.replace(hour=hour, minute=minute))

    due = [week_of(monday).key, week_of(monday + timedelta(days=7)).key]
    assert keys(store) == [f"weekly_digest:{week}:C-LEAD" for week in due]


@pytest.mark.slow
@pytest.mark.parametrize("year", [pytest.param(year, marks=_marks(year)) for year in YEARS])
@pytest.mark.parametrize("month", [2, 3, 10, 12])
def test_after_three_weeks_of_downtime_the_latest_digest_names_the_missed_weeks(
    year: int, month: int, store: Store, open_core: OpenLotsen, office: Calendar
) -> None:
    """Over the leap day, both changes of the clock, and the turn of the year."""
    last = datetime(year, month, 14, 9, tzinfo=STOCKHOLM)
    while not (office.is_working_day(last.date()) and last.weekday() == 2):
        last += timedelta(days=1)  # a Wednesday: this week's digest is out
    Runner(open_core(store), [weekly_digest]).tick(last)

    back = last + timedelta(weeks=3)
    runner = Runner(open_core(store), [weekly_digest])  # another process
    for hours in (0, 1, 23):
        runner.tick(back + timedelta(hours=hours))

    latest = previous_week(back.date())
    assert keys(store) == [f"weekly_digest:{latest.key}:C-LEAD"]
    missed = [week_of(latest.first_day - timedelta(weeks=n)).key for n in (2, 1)]
    said = text_of(posts(store)[0])
    numbers = " och ".join(str(int(key[-2:])) for key in missed)
    assert numbers in said


def posts(store: Store) -> list[OutboxRow]:
    with store.snapshot() as unit:
        return sorted(unit.outbox.listing(list(PostState)), key=lambda row: row.id or 0)


def keys(store: Store) -> list[str]:
    return [post.key for post in posts(store)]


def text_of(post: OutboxRow) -> str:
    parts = Message.from_json(post.message).parts
    return "\n".join(plain(part.runs) for part in parts if isinstance(part, Paragraph))

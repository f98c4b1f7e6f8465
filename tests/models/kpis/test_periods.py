"""Periods as they are written, at the edges of years and of summer time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidError
from models.kpis.periods import (
    Period,
    day_of,
    month_of,
    office_weeks,
    previous_week,
    quarter_of,
    week_of,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")
days = st.dates(date(1971, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11-23", date(2026, 11, 23), date(2026, 11, 23)),
        ("2026-W48", date(2026, 11, 23), date(2026, 11, 29)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),  # 2026 has 53 weeks
        ("2025-W01", date(2024, 12, 30), date(2025, 1, 5)),
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-11-02/2026-11-20", date(2026, 11, 2), date(2026, 11, 20)),
    ],
)
def test_written_periods_are_read(text: str, first: date, last: date) -> None:
    assert Period.parse(text) == Period(text, first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-13",
        "2026-00",
        "2026-11-31",
        "2026-11-00",
        "2026-W00",
        "2027-W53",  # 2027 has 52 weeks
        "2026Q0",
        "2026Q5",
        "2026-w48",
        " 2026-11",
        "2026-11-20/2026-11-02",
        "2026-11-20/",
        "9999-12-31",
        "0001-01-01",
        "٢٠٢٦-11",
        "yesterday",
    ],
)
def test_anything_else_is_refused_with_the_forms_to_write(text: str) -> None:
    with pytest.raises(InvalidError, match="write 2026-11-23, 2026-W48, 2026-11, 2026Q4"):
        Period.parse(text)


@given(days)
def test_every_day_is_in_its_periods_and_they_are_read_back(day: date) -> None:
    for period in (day_of(day), week_of(day), month_of(day), quarter_of(day)):
        assert period.first_day <= day <= period.last_day
        assert Period.parse(period.key) == period


@given(days)
def test_weeks_have_seven_days_and_follow_one_another(day: date) -> None:
    week, before = week_of(day), previous_week(day)

    assert week.first_day.weekday() == 0
    assert week.last_day - week.first_day == timedelta(days=6)
    assert before.last_day + timedelta(days=1) == week.first_day


def test_new_year_is_in_week_53() -> None:
    assert week_of(date(2027, 1, 1)).key == "2026-W53"
    assert previous_week(date(2027, 1, 4)).key == "2026-W53"
    assert quarter_of(date(2027, 1, 1)).key == "2027Q1"


def test_days_begin_at_local_midnight() -> None:
    day = Period.parse("2026-11-23")

    assert day.start(STOCKHOLM) == datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert day.end(STOCKHOLM) == datetime(2026, 11, 23, 23, tzinfo=UTC)


@pytest.mark.parametrize(("key", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_the_days_of_the_clock_change_are_shorter_and_longer(key: str, hours: int) -> None:
    day = Period.parse(key)

    assert day.end(STOCKHOLM) - day.start(STOCKHOLM) == timedelta(hours=hours)


@given(days)
def test_one_week_ends_where_the_next_begins(day: date) -> None:
    following = week_of(day + timedelta(days=7))

    assert week_of(day).end(STOCKHOLM) == following.start(STOCKHOLM)


@pytest.mark.parametrize(
    ("first", "last", "weeks"),
    [
        pytest.param("2026-11-02", "2026-11-20", 3, id="it ends on a Friday"),
        pytest.param("2026-11-02", "2026-11-19", 2, id="a Thursday is too early"),
        pytest.param("2026-11-01", "2026-11-22", 3, id="from Sunday to Sunday"),
        pytest.param("2026-11-03", "2026-11-22", 2, id="a Monday is missing"),
        pytest.param("2026-04-07", "2026-04-10", 1, id="after Easter Monday"),
        pytest.param("2026-12-21", "2026-12-23", 1, id="before Christmas Eve"),
        pytest.param("2026-11-02", "2026-11-05", 0, id="no whole week"),
    ],
)
def test_a_week_is_whole_where_its_office_days_are_there(first: str, last: str, weeks: int) -> None:
    off = {date(2026, 4, 6), date(2026, 12, 24), date(2026, 12, 25)}
    days = Period.parse(f"{first}/{last}")

    found = office_weeks(days, lambda day: day.weekday() < 5 and day not in off)

    assert len(found) == weeks
    for week in found:
        assert days.first_day <= week.first_day <= week.last_day <= days.last_day

"""Working time: hand-worked cases, and laws that hold for every span."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidError
from models.tickets.hours import Calendar, calendar_for, calendar_from

STOCKHOLM = ZoneInfo("Europe/Stockholm")
OFFICE = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
WHOLE_DAYS = Calendar(STOCKHOLM, time(0), time(0))

_TWELVE_YEARS = timedelta(days=12 * 365)

instants = st.timedeltas(timedelta(0), _TWELVE_YEARS).map(
    lambda since: datetime(2026, 1, 1, tzinfo=UTC) + since
)
spans = st.timedeltas(timedelta(0), timedelta(days=60))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


def minutes(start: str, end: str) -> float:
    return OFFICE.business_minutes(local(start), local(end))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-23T09:00", "2026-11-23T09:45", 45),  # a Monday morning
        ("2026-11-23T07:00", "2026-11-23T09:00", 60),  # one hour before opening is free
        ("2026-11-23T16:30", "2026-11-24T08:15", 45),  # 30 to closing + 15 after opening
        ("2026-11-23T18:00", "2026-11-24T07:00", 0),  # a night
        ("2026-11-27T16:00", "2026-11-30T09:00", 120),  # Friday 60 + Monday 60
        ("2026-11-28T09:00", "2026-11-29T17:00", 0),  # a weekend
        ("2026-11-23T08:00", "2026-11-28T00:00", 2700),  # a week: 5 · 9 · 60
        ("2026-04-02T16:00", "2026-04-07T09:00", 120),  # Easter: Good Friday, Monday off
        ("2026-06-18T16:00", "2026-06-22T09:00", 120),  # Midsummer Eve, in no law, is off too
        ("2026-12-23T16:00", "2026-12-28T09:00", 120),  # 24 de facto, 25 and 26 public
        ("2026-05-13T12:00", "2026-05-15T12:00", 540),  # Ascension: 5 h + 4 h
        ("2026-11-23T09:00", "2026-11-23T09:00", 0),
        ("2026-11-24T09:00", "2026-11-23T09:00", 0),  # backwards
        ("2026-03-27T16:00", "2026-03-30T09:00", 120),  # summer time begins on the Sunday
        ("2026-10-23T16:00", "2026-10-26T09:00", 120),  # and ends
        ("2026-01-01T00:00", "2027-01-01T00:00", 135_540),  # 251 days · 540 (below)
    ],
)
def test_hand_worked_cases(start: str, end: str, expected: float) -> None:
    # 2026 has 261 weekdays (52 · 5 + a Thursday). Ten of them are off: 1 and 6 Jan, 3 and
    # 6 Apr, 1 and 14 May, 19 Jun, 24, 25 and 31 Dec. 261 - 10 = 251.
    assert minutes(start, end) == expected


def test_the_zone_of_the_arguments_does_not_matter() -> None:
    # 09:00–10:00 in Stockholm in winter is 08:00–09:00 UTC and 03:00–04:00 in New York.
    utc = OFFICE.business_minutes(
        datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC)
    )
    york = ZoneInfo("America/New_York")
    new_york = OFFICE.business_minutes(
        datetime(2026, 11, 23, 3, tzinfo=york), datetime(2026, 11, 23, 4, tzinfo=york)
    )

    assert utc == new_york == 60


def test_new_year_belongs_to_the_local_day() -> None:
    auckland = calendar_for("Pacific/Auckland", "", time(8), time(17))
    start = datetime(2025, 12, 31, 18, tzinfo=UTC)  # Thursday, 1 January 07:00 in Auckland

    assert auckland.business_minutes(start, start + timedelta(hours=2)) == 60


@pytest.mark.parametrize("year", range(2026, 2038))
@pytest.mark.parametrize("month", [3, 10])
def test_summer_time_never_changes_a_working_week(year: int, month: int) -> None:
    # The last Sunday of the month, from Saturday noon to Tuesday noon: Monday's nine hours
    # and Tuesday's four, unless Monday is Easter Monday.
    last = date(year, month, 31)
    sunday = last - timedelta(days=(last.weekday() + 1) % 7)
    start = datetime.combine(sunday - timedelta(days=1), time(12), tzinfo=STOCKHOLM)
    end = datetime.combine(sunday + timedelta(days=2), time(12), tzinfo=STOCKHOLM)
    monday_off = not OFFICE.is_working_day(sunday + timedelta(days=1))

    assert OFFICE.business_minutes(start, end) == 240 + (0 if monday_off else 540)
    elapsed = end.astimezone(UTC) - start.astimezone(UTC)
    assert elapsed == timedelta(hours=71 if month == 3 else 73)


def test_a_desk_that_never_sleeps_loses_an_hour_when_its_zone_does() -> None:
    # Cairo's summer time begins on a Friday: 24 April 2026 has 23 hours.
    zone = ZoneInfo("Africa/Cairo")
    cairo = Calendar(zone, time(0), time(0))

    friday = cairo.business_minutes(
        datetime(2026, 4, 24, tzinfo=zone), datetime(2026, 4, 25, tzinfo=zone)
    )

    assert friday == 23 * 60


@given(instants, instants, instants)
def test_time_adds_up(a: datetime, b: datetime, c: datetime) -> None:
    first, second, third = sorted((a, b, c))

    parts = OFFICE.business_minutes(first, second) + OFFICE.business_minutes(second, third)

    assert parts == pytest.approx(OFFICE.business_minutes(first, third), abs=1e-6)


@given(instants, st.timedeltas(timedelta(0), timedelta(days=900)), st.timedeltas(timedelta(0)))
def test_later_is_never_less(start: datetime, span: timedelta, more: timedelta) -> None:
    more = min(more, timedelta(days=900))

    shorter = OFFICE.business_minutes(start, start + span)

    assert shorter <= OFFICE.business_minutes(start, start + span + more)
    assert 0 <= shorter <= span.total_seconds() / 60


@given(instants, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_it_equals_a_walk_minute_by_minute_in_local_time(start: datetime, span: timedelta) -> None:
    start = start.replace(second=0, microsecond=0)
    steps = int(span.total_seconds() // 3600) * 4
    quarter = timedelta(minutes=15)
    start -= timedelta(minutes=start.minute % 15)
    walked = 0
    for step in range(steps):
        at = (start + step * quarter).astimezone(STOCKHOLM)
        walked += 15 if OFFICE.is_working_day(at.date()) and 8 <= at.hour < 17 else 0

    assert OFFICE.business_minutes(start, start + steps * quarter) == walked


@given(instants, instants)
def test_a_calendar_gives_the_same_whatever_it_was_asked_before(a: datetime, b: datetime) -> None:
    start, end = sorted((a, b))
    fresh = Calendar(STOCKHOLM, time(8), time(17))
    used = Calendar(STOCKHOLM, time(8), time(17))
    used.business_minutes(datetime(2031, 5, 1, tzinfo=UTC), datetime(2031, 6, 1, tzinfo=UTC))

    assert fresh.business_minutes(start, end) == used.business_minutes(start, end)


def test_a_desk_that_works_around_the_clock_counts_all_of_a_weekday() -> None:
    start = datetime(2026, 11, 23, tzinfo=STOCKHOLM)

    assert WHOLE_DAYS.business_minutes(start, start + timedelta(days=7)) == 5 * 24 * 60


def test_working_days() -> None:
    assert OFFICE.is_working_day(date(2026, 11, 23))
    assert not OFFICE.is_working_day(date(2026, 11, 28))
    assert not OFFICE.is_working_day(date(2026, 4, 6))  # Easter Monday


def test_a_country_without_de_facto_days_keeps_its_public_ones() -> None:
    berlin = calendar_for("Europe/Berlin", "DE", time(9), time(17))

    assert not berlin.is_working_day(date(2028, 10, 3))  # Unity Day, a Tuesday
    assert berlin.is_working_day(date(2026, 12, 24))


def test_no_country_means_no_holidays() -> None:
    plain = calendar_for("Europe/Stockholm", "", time(8), time(17))

    assert plain.is_working_day(date(2026, 12, 25))


@pytest.mark.parametrize(
    ("zone", "before", "start"),
    [
        ("America/New_York", 2026, datetime(2025, 1, 1, 0, tzinfo=UTC)),  # Tuesday, 19:00 there
        ("Asia/Tokyo", 2027, datetime(2028, 12, 31, 23, tzinfo=UTC)),  # Monday, 08:00 there
    ],
)
def test_what_was_counted_before_does_not_matter_where_the_year_there_is_another(
    zone: str, before: int, start: datetime
) -> None:
    office = Calendar(ZoneInfo(zone), time(8), time(20))
    midsummer = datetime(before, 6, 21, tzinfo=UTC)
    assert office.business_minutes(midsummer, midsummer + timedelta(days=7)) == 5 * 12 * 60

    assert office.business_minutes(start, start + timedelta(minutes=30)) == 30


def test_the_same_office_has_one_calendar() -> None:
    assert calendar_for("Europe/Stockholm", "SE", time(8), time(17)) is OFFICE


def half_days(*days: str, closes: time = time(12)) -> Calendar:
    return calendar_for("Europe/Stockholm", "SE", time(8), time(17), days, closes)


@pytest.mark.parametrize(
    ("said", "start", "end", "expected"),
    [
        # Monday 5 January 2026, the day before Epiphany: 08:00–12:00 is 240.
        ("01-05", "2026-01-05 07:00", "2026-01-05 18:00", 240),
        ("01-05", "2026-01-05 11:30", "2026-01-05 15:00", 30),
        # Epiphany is a holiday; Wednesday 08:00–09:00: 240 + 0 + 60.
        ("01-05", "2026-01-05 08:00", "2026-01-07 09:00", 300),
        # Easter Sunday is 5 April 2026: Maundy Thursday the 2nd.
        ("easter-3", "2026-04-02 08:00", "2026-04-02 17:00", 240),
        ("easter-3", "2026-04-01 08:00", "2026-04-02 17:00", 540 + 240),
        # Walpurgis Night 2026, a Thursday; in 2027 a Friday.
        ("04-30", "2026-04-30 08:00", "2026-04-30 17:00", 240),
        ("04-30", "2027-04-30 08:00", "2027-04-30 17:00", 240),
        # Once only.
        ("2026-04-30", "2027-04-30 08:00", "2027-04-30 17:00", 540),
        # A half-day that is a holiday, or a Saturday, stays a day off.
        ("01-06", "2026-01-06 08:00", "2026-01-06 17:00", 0),
        ("05-02", "2026-05-02 08:00", "2026-05-02 17:00", 0),
    ],
)
def test_half_days(said: str, start: str, end: str, expected: float) -> None:
    assert half_days(said).business_minutes(local(start), local(end)) == expected


@pytest.mark.parametrize(
    ("said", "start", "end", "expected"),
    [
        # Monday 28 December 2026 to Friday 1 January 2027, and Monday the 4th: 540.
        ("2026-12-28..2027-01-01", "2026-12-28 00:00", "2027-01-05 00:00", 540),
        ("2026-12-28", "2026-12-28 00:00", "2026-12-30 00:00", 540),
        ("easter+40", "2026-05-15 00:00", "2026-05-16 00:00", 0),
        ("02-29", "2028-02-29 00:00", "2028-03-01 00:00", 0),
        ("02-29", "2027-02-26 00:00", "2027-03-02 00:00", 1080),
    ],
)
def test_own_days_off(said: str, start: str, end: str, expected: float) -> None:
    office = calendar_for("Europe/Stockholm", "SE", time(8), time(17), closed_days=(said,))

    assert office.business_minutes(local(start), local(end)) == expected


@pytest.mark.parametrize("said", ["13-01", "2026-02-30", "2026-02-01..2026-01-01", "noon", ""])
def test_a_day_that_is_none_is_named_with_what_to_write(said: str) -> None:
    with pytest.raises(InvalidError, match=r"no day; write 12-23, 2026-12-28"):
        calendar_for("Europe/Stockholm", "SE", time(8), time(17), closed_days=(said,))


def test_a_half_day_before_opening_is_a_day_off_and_none_makes_a_day_longer() -> None:
    monday = local("2026-11-23 00:00"), local("2026-11-24 00:00")

    assert half_days("11-23", closes=time(7)).business_minutes(*monday) == 0
    assert half_days("11-23", closes=time(20)).business_minutes(*monday) == 540


@given(instants, spans, st.floats(0, 1))
def test_the_parts_of_half_days_add_up(start: datetime, span: timedelta, at: float) -> None:
    office = half_days("01-05", "easter-3", "04-30", "10-31", "12-23")
    between, end = start + span * at, start + span

    parts = office.business_minutes(start, between) + office.business_minutes(between, end)
    windows = sum(
        (closed - opened).total_seconds() / 60 for opened, closed in office.office_hours(start, end)
    )

    assert parts == pytest.approx(office.business_minutes(start, end))
    assert windows == pytest.approx(office.business_minutes(start, end))


@given(instants, spans)
def test_a_kept_calendar_counts_the_same(start: datetime, span: timedelta) -> None:
    office = half_days("01-05", "easter-3")
    kept = calendar_from(office.content)

    assert kept.version == office.version
    assert kept.business_minutes(start, start + span) == office.business_minutes(
        start, start + span
    )


def test_another_day_off_is_another_version() -> None:
    plain = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
    changed = calendar_for("Europe/Stockholm", "SE", time(8), time(17), closed_days=("2026-12-28",))

    assert plain.version != changed.version
    assert half_days("01-05").version not in (plain.version, changed.version)
    assert plain.works_like(changed, date(2026, 11, 1), date(2026, 11, 30))
    assert not plain.works_like(changed, date(2026, 12, 1), date(2026, 12, 31))


def test_wrong_settings_are_refused_with_what_to_do() -> None:
    with pytest.raises(InvalidError, match="country code such as SE"):
        calendar_for("Europe/Stockholm", "XX", time(8), time(17))
    with pytest.raises(InvalidError, match="closes"):
        Calendar(STOCKHOLM, time(17), time(8))
    with pytest.raises(InvalidError, match="1970"):
        OFFICE.business_minutes(datetime(2026, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


def test_a_span_of_fifty_years_is_one_look_up() -> None:
    start = datetime(1980, 1, 1, tzinfo=UTC)

    assert OFFICE.business_minutes(start, start + timedelta(days=18_262)) > 6_000_000

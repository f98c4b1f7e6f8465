"""When jobs are due: over summer time, week 53, leap days, year's ends and holidays."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.timetable import (
    Daily,
    Due,
    Hourly,
    Quarterly,
    Schedule,
    Weekly,
    discover,
    due_between,
    latest_due,
    next_due,
)
from models.language import words_for
from models.tickets.hours import Calendar

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DIGEST = Weekly("mon", time(8))
CHECKPOINT = Weekly("mon", time(8), reports="this")
CHECK_IN = Weekly("fri", time(13), reports="this", early=True)
YEARS = range(2026, 2038)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=STOCKHOLM)  # type: ignore[arg-type,misc]  # year, month, day…


def in_year(schedule: Schedule, office: Calendar, year: int) -> list[Due]:
    return due_between(schedule, office, local(year, 1, 1), local(year + 1, 1, 1))


def last_sunday(year: int, month: int) -> date:
    day = date(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


class TestTheDigestsMonday:
    def test_an_ordinary_monday_reports_on_the_week_before(self, office: Calendar) -> None:
        due = next_due(DIGEST, office, local(2026, 11, 20, 12))

        assert due == Due("2026-W47", local(2026, 11, 23, 8).astimezone(UTC))

    def test_the_checkpoint_of_the_same_monday_is_of_its_own_week(self, office: Calendar) -> None:
        assert next_due(CHECKPOINT, office, local(2026, 11, 20, 12)).period == "2026-W48"

    def test_easter_monday_moves_it_to_tuesday(self, office: Calendar) -> None:
        due = next_due(DIGEST, office, local(2026, 4, 3, 12))

        assert due == Due("2026-W14", local(2026, 4, 7, 8).astimezone(UTC))

    def test_it_is_not_due_a_second_before_and_is_due_on_the_second(self, office: Calendar) -> None:
        at = local(2026, 11, 23, 8)

        assert latest_due(DIGEST, office, at - timedelta(seconds=1)).period == "2026-W46"
        assert latest_due(DIGEST, office, at).period == "2026-W47"

    @pytest.mark.parametrize("year", YEARS)
    def test_each_week_of_a_year_is_reported_once(self, office: Calendar, year: int) -> None:
        weeks = {
            f"{day.isocalendar().year}-W{day.isocalendar().week:02}"
            for day in (date(year, 1, 4) + timedelta(days=7 * n) for n in range(53))
            if day.isocalendar().year == year
        }
        found = due_between(DIGEST, office, local(year, 1, 2), local(year + 1, 2, 1))

        periods = [due.period for due in found if due.period.startswith(str(year))]

        assert sorted(periods) == sorted(weeks)
        assert len(weeks) == (53 if year in (2026, 2032, 2037) else 52)

    @pytest.mark.parametrize("year", YEARS)
    def test_it_is_always_at_eight_by_the_wall_on_a_working_day(
        self, office: Calendar, year: int
    ) -> None:
        for due in in_year(DIGEST, office, year):
            wall = due.at.astimezone(STOCKHOLM)
            assert wall.time() == time(8)
            assert office.is_working_day(wall.date())
            assert wall.weekday() == 0 or not office.is_working_day(wall.date() - timedelta(1))

    @pytest.mark.parametrize("year", YEARS)
    @pytest.mark.parametrize("month", [3, 10])
    def test_after_both_changes_of_the_clock_it_is_due_once(
        self, office: Calendar, year: int, month: int
    ) -> None:
        sunday = last_sunday(year, month)
        friday = local(sunday.year, sunday.month, sunday.day, 12) - timedelta(days=2)

        found = due_between(DIGEST, office, friday, friday + timedelta(days=6, hours=12))

        year_, week, _ = sunday.isocalendar()
        assert [due.period for due in found] == [f"{year_}-W{week:02}"]

    def test_week_53_is_reported_in_the_new_year(self, office: Calendar) -> None:
        due = next_due(DIGEST, office, local(2026, 12, 30))

        assert (due.period, due.at) == ("2026-W53", local(2027, 1, 4, 8).astimezone(UTC))

    def test_the_week_of_a_leap_day_is_reported(self, office: Calendar) -> None:
        due = next_due(DIGEST, office, local(2028, 2, 29, 23))

        assert (due.period, due.at) == ("2028-W09", local(2028, 3, 6, 8).astimezone(UTC))


class TestTheCheckInsFriday:
    def test_is_on_friday_or_the_working_day_before(self, office: Calendar) -> None:
        found = due_between(CHECK_IN, office, local(2026, 12, 14), local(2027, 1, 9))

        assert [(due.period, due.at.astimezone(STOCKHOLM).date()) for due in found] == [
            ("2026-W51", date(2026, 12, 18)),
            ("2026-W52", date(2026, 12, 23)),  # Christmas Eve and Christmas Day are off
            ("2026-W53", date(2026, 12, 30)),  # New Year's Eve and New Year's Day are off
            ("2027-W01", date(2027, 1, 8)),
        ]

    def test_is_due_before_its_day_has_come(self, office: Calendar) -> None:
        at = local(2026, 12, 23, 13)

        assert latest_due(CHECK_IN, office, at - timedelta(seconds=1)).period == "2026-W51"
        assert latest_due(CHECK_IN, office, at).period == "2026-W52"
        assert next_due(CHECK_IN, office, at).period == "2026-W53"

    def test_says_itself_in_words(self) -> None:
        assert (
            CHECK_IN.in_words(words_for("sv")) == "varje fredag kl. 13:00, eller arbetsdagen före"
        )


class TestTheQuarter:
    @pytest.mark.parametrize(
        ("after", "period", "day"),
        [
            (local(2026, 12, 31), "2026Q4", (2027, 1, 4)),  # 1 January is a Friday and off
            (local(2027, 3, 30), "2027Q1", (2027, 4, 1)),
            (local(2026, 6, 30, 23), "2026Q2", (2026, 7, 1)),
            (local(2028, 3, 31), "2028Q1", (2028, 4, 3)),  # 1 April is a Saturday
        ],
    )
    def test_its_first_working_day_reports_on_the_quarter_before(
        self, office: Calendar, after: datetime, period: str, day: tuple[int, int, int]
    ) -> None:
        due = next_due(Quarterly(time(8)), office, after)

        assert due == Due(period, local(*day, 8).astimezone(UTC))

    @pytest.mark.parametrize("year", YEARS)
    def test_there_are_four_a_year(self, office: Calendar, year: int) -> None:
        found = in_year(Quarterly(time(8)), office, year)

        expected = [f"{year - 1}Q4", f"{year}Q1", f"{year}Q2", f"{year}Q3"]
        assert [due.period for due in found] == expected


class TestEveryNight:
    @pytest.mark.parametrize("year", YEARS)
    @pytest.mark.parametrize("at", [time(0), time(2, 30), time(8)])
    def test_a_day_comes_once_even_when_its_hour_comes_twice_or_never(
        self, office: Calendar, year: int, at: time
    ) -> None:
        found = in_year(Daily(at), office, year)
        midnight = time(0)
        missing = [date(year, 1, 1)] if at == midnight else []  # the range opens at its midnight

        days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
        expected = [day.isoformat() for day in days if day.year == year and day not in missing]
        assert [due.period for due in found if due.period.startswith(str(year))] == expected


instants = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001  # the zone is the strategy's
    max_value=datetime(2037, 12, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
schedules = st.sampled_from(
    [DIGEST, CHECKPOINT, Quarterly(time(8)), Daily(time(2, 30)), Weekly("sun", time(23, 59))]
)


@pytest.mark.slow
@given(schedule=schedules, start=instants, cuts=st.lists(st.integers(0, 200), max_size=6))
@settings(max_examples=60, deadline=None)
def test_ticks_at_any_moments_find_the_same_as_one_look_back(
    office: Calendar, schedule: Schedule, start: datetime, cuts: list[int]
) -> None:
    end = start + timedelta(days=200)
    moments = [start, *(start + timedelta(days=cut) for cut in sorted(cuts)), end]

    pieces = [
        due
        for after, until in pairwise(moments)
        for due in due_between(schedule, office, after, until)
    ]

    assert pieces == due_between(schedule, office, start, end)
    assert len({due.period for due in pieces}) == len(pieces)
    assert [due.at for due in pieces] == sorted(due.at for due in pieces)


@given(schedule=schedules, at=instants)
@settings(max_examples=60, deadline=None)
def test_the_next_follows_the_latest_with_nothing_between(
    office: Calendar, schedule: Schedule, at: datetime
) -> None:
    latest, following = latest_due(schedule, office, at), next_due(schedule, office, at)

    assert latest.at <= at < following.at
    assert due_between(schedule, office, latest.at, following.at) == [following]


def test_a_calendar_without_any_working_day_does_not_wait_for_ever() -> None:
    def every_day(year: int) -> frozenset[date]:
        return frozenset(date(year, 1, 1) + timedelta(days=n) for n in range(366))

    nobody_works = Calendar(STOCKHOLM, time(8), time(17), every_day)
    due = next_due(DIGEST, nobody_works, local(2026, 11, 20))

    assert due.at == local(2026, 11, 23, 8).astimezone(UTC)


def test_every_hour_comes_once_also_when_the_wall_shows_it_twice_or_never(
    office: Calendar,
) -> None:
    for change in (last_sunday(2026, 3), last_sunday(2026, 10)):
        start = datetime(change.year, change.month, change.day, tzinfo=UTC) - timedelta(hours=3)
        dues = due_between(Hourly(), office, start, start + timedelta(hours=12))
        assert [due.at for due in dues] == [start + timedelta(hours=n) for n in range(1, 13)]
        assert len({due.period for due in dues}) == 12
        assert latest_due(Hourly(), office, start + timedelta(minutes=59)).at == start
        assert next_due(Hourly(), office, start).at == start + timedelta(hours=1)


def test_nothing_is_due_when_the_clock_went_back(office: Calendar) -> None:
    assert due_between(DIGEST, office, local(2026, 11, 23, 9), local(2026, 11, 16, 7)) == []


def test_a_schedule_says_itself_in_words() -> None:
    assert DIGEST.in_words(words_for("sv")) == "varje måndag kl. 08:00, eller nästa arbetsdag"
    assert Daily(time(2, 30)).in_words(words_for("de")) == "täglich um 02:30 Uhr"
    assert (
        Quarterly(time(8)).in_words(words_for("en"))
        == "the first working day of each quarter at 08:00"
    )


def test_every_job_is_found_under_its_functions_name_and_says_what_it_does() -> None:
    found = {job.name: job for job in discover()}

    assert {"weekly_digest", "plan_checkpoint", "quarterly_roi"} <= set(found)
    assert found["weekly_digest"].about.startswith("Post last week's key figures")
    assert all(job.about for job in found.values())
    assert all(job.name == job.compose.__name__ for job in found.values())


def test_what_was_missed_is_made_up_for_within_these_hours() -> None:
    bounds = {job.name: job.late.total_seconds() / 3600 for job in discover() if job.late}
    assert bounds == {
        "answer_returns": 20,
        "backup": 20,
        "champion_tip": 8,
        "duty_week": 48,
        "follow_up": 6,
        "pulse": 14 * 24,
        "question_candidates": 6,
        "retention": 12,
        "retrain": 12,
        "still_true": 6,
        "ticket_times": 12,
    }

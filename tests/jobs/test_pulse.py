"""The monthly pulse comes on the first working day, once, to the help channel."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from jobs.reports import pulse
from jobs.runner import Runner
from jobs.timetable import Monthly, due_between
from models.language import words_for
from models.store.transaction import Store
from models.tickets.hours import Calendar
from tests.jobs.conftest import OpenLotsen


@pytest.mark.parametrize("year", range(2026, 2038))
def test_each_month_of_each_year_has_one_on_its_first_working_day(
    office: Calendar, year: int
) -> None:
    start = datetime(year, 1, 1, tzinfo=UTC)
    dues = due_between(pulse.schedule, office, start, start.replace(year=year + 1))

    assert [due.period for due in dues] == [f"{year}-{month:02}" for month in range(1, 13)]
    for due in dues:
        local = due.at.astimezone(office.zone)
        assert local.time() == time(10)
        day = local.date()
        first = day.replace(day=1)
        earlier = [first + timedelta(days=n) for n in range(day.day - 1)]
        assert office.is_working_day(day)
        assert not any(office.is_working_day(one) for one in earlier)


def test_it_is_posted_once_to_the_help_channel(store: Store, open_core: OpenLotsen) -> None:
    runner = Runner(open_core(store, help=("C-HELP",)), [pulse])
    runner.tick(datetime(2026, 11, 25, tzinfo=UTC))

    (ran,) = runner.tick(datetime(2026, 12, 1, 9, 1, tzinfo=UTC))
    assert ran.post_key == "pulse:2026-12:C-HELP"
    assert runner.tick(datetime(2026, 12, 1, 9, 2, tzinfo=UTC)) == []


def test_late_in_the_month_nobody_is_asked_any_more(store: Store, open_core: OpenLotsen) -> None:
    runner = Runner(open_core(store, help=("C-HELP",)), [pulse])
    runner.tick(datetime(2026, 11, 25, tzinfo=UTC))

    assert runner.tick(datetime(2026, 12, 20, tzinfo=UTC)) == []


def test_without_a_help_channel_nothing_is_posted(store: Store, open_core: OpenLotsen) -> None:
    ran = Runner(open_core(store), [pulse]).run("pulse", datetime(2026, 12, 1, 10, tzinfo=UTC))
    assert not ran.ran
    assert "LOTSEN_HELP_CHANNEL" in ran.error


def test_it_says_when_in_words() -> None:
    said = Monthly(time(10)).in_words(words_for("sv"))
    assert said == "första arbetsdagen varje månad kl. 10:00"
    assert list(Monthly(time(10)).days(date(2026, 12, 1), date(2026, 12, 1))) == [
        ("2026-12", date(2026, 12, 1))
    ]

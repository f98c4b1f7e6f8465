"""When tasks and gates are due: Fridays, holidays, slips and what waits for what."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.programme.dates import (
    due_day,
    due_days,
    first_day_of,
    later,
    overdue_notice_day,
    working_day,
)
from models.programme.tasks import DAYS, GATES, TASKS, WEEKS, phase_of, tasks_of, weeks_of
from models.tickets.hours import Calendar

MONDAY = date(2026, 11, 23)
KEYS = [task.key for task in TASKS]
WAITS = [(task.key, first) for task in TASKS for first in task.after]
starts = st.dates(date(2026, 1, 1), date(2037, 6, 1))
days = st.dates(date(2026, 1, 1), date(2037, 12, 1))


def every_day(year: int) -> frozenset[date]:
    return frozenset(date(year, 1, 1) + timedelta(days=n) for n in range(366))


NOBODY_WORKS = Calendar(ZoneInfo("Europe/Stockholm"), time(8), time(17), every_day)


def test_every_week_has_tasks_and_what_one_waits_for_stands_before_it() -> None:
    assert all(tasks_of(week) for week in range(1, WEEKS + 1))
    assert len(set(KEYS)) == len(KEYS)
    assert all(KEYS.index(first) < KEYS.index(key) for key, first in WAITS)


def test_the_phases_are_thirty_days_each_and_share_out_the_weeks() -> None:
    assert [phase_of(day) for day in (1, 30, 31, 60, 61, 90, 120)] == [1, 1, 2, 2, 3, 3, 3]
    assert [week for gate in GATES for week in weeks_of(gate.phase)] == list(range(1, WEEKS + 1))
    assert [gate.day for gate in GATES] == [30, 60, DAYS]


def test_a_holiday_moves_the_due_day_to_the_next_working_day(office: Calendar) -> None:
    # Thursday 24 and Friday 25 December are off, as are 31 December and 1 January.
    assert due_day(1, MONDAY, office) == date(2026, 11, 27)
    assert due_day(5, MONDAY, office) == date(2026, 12, 28)
    assert due_day(6, MONDAY, office) == date(2027, 1, 4)
    assert due_day(12, MONDAY, office) == date(2027, 2, 12)


def test_a_gate_is_on_its_day_or_the_next_working_day(office: Calendar) -> None:
    due = due_days(MONDAY, {}, office)

    # Day 90 is Saturday 20 February.
    assert [due[gate.key] for gate in GATES] == [
        date(2026, 12, 22),
        date(2027, 1, 21),
        date(2027, 2, 22),
    ]


def test_due_days_exist_even_when_nobody_works() -> None:
    assert due_day(1, MONDAY, NOBODY_WORKS) == date(2026, 11, 27)
    assert set(due_days(MONDAY, {"w1.interviews": MONDAY}, NOBODY_WORKS)) >= set(KEYS)


@given(started=starts, week=st.integers(1, WEEKS))
def test_a_due_day_is_the_first_working_day_from_the_weeks_friday(
    office: Calendar, started: date, week: int
) -> None:
    due, first = due_day(week, started, office), first_day_of(week, started)
    friday = first + timedelta(days=(4 - first.weekday()) % 7)

    assert office.is_working_day(due)
    assert due >= friday
    between = (friday + timedelta(days=n) for n in range((due - friday).days))
    assert not any(office.is_working_day(day) for day in between)


class TestASlip:
    def test_takes_along_what_waits_for_it_and_leaves_the_rest(self, office: Calendar) -> None:
        before = due_days(MONDAY, {}, office)
        after = due_days(MONDAY, {"w5.case": date(2027, 1, 8)}, office)

        moved = {key for key in KEYS if after[key] != before[key]}
        assert after["w5.case"] == date(2027, 1, 8)
        assert after["w5.plan"] == date(2027, 1, 8)  # the same week as planned
        assert after["w6.criteria"] == date(2027, 1, 13)  # three working days later, as planned
        assert {"w5.plan", "w6.criteria", "w6.roles", "w7.knowledge", "w8.prototype"} <= moved
        assert not moved & {"w5.risks", "w6.baseline", "w7.model", "w11.costs"}

    def test_uses_up_the_slack_first(self, office: Calendar) -> None:
        before = due_days(MONDAY, {}, office)
        after = due_days(MONDAY, {"w2.quality": date(2026, 12, 11)}, office)

        assert [key for key in KEYS if after[key] != before[key]] == ["w2.quality"]

    def test_ends_on_a_working_day_where_a_holiday_was_chosen(self, office: Calendar) -> None:
        due = due_days(
            MONDAY, {"w5.risks": date(2026, 12, 24), "gate30": date(2026, 12, 26)}, office
        )

        assert due["w5.risks"] == due["gate30"] == date(2026, 12, 28)

    def test_forward_in_time_moves_nobody_else(self, office: Calendar) -> None:
        before = due_days(MONDAY, {}, office)
        after = due_days(MONDAY, {"w1.interviews": date(2026, 11, 24)}, office)

        assert [key for key in KEYS if after[key] != before[key]] == ["w1.interviews"]

    @given(started=starts, moved=st.dictionaries(st.sampled_from(KEYS), days, max_size=5))
    def test_never_puts_a_task_before_one_it_waits_for_that_slipped(
        self, office: Calendar, started: date, moved: dict[str, date]
    ) -> None:
        planned, due = due_days(started, {}, office), due_days(started, moved, office)

        assert all(office.is_working_day(day) for day in due.values())
        for key, first in WAITS:
            if due[first] != planned[first]:
                assert due[key] >= due[first]
        for key in set(KEYS) - set(moved):
            assert due[key] >= planned[key]


@pytest.mark.parametrize(
    ("due", "told"),
    [
        (date(2026, 11, 27), date(2026, 12, 1)),  # Friday → Tuesday
        (date(2026, 12, 22), date(2026, 12, 28)),  # over Christmas
        (date(2027, 1, 4), date(2027, 1, 7)),  # Wednesday 6 January is off
    ],
)
def test_overdue_is_told_after_two_working_days(office: Calendar, due: date, told: date) -> None:
    assert overdue_notice_day(due, office) == told


@given(day=days, n=st.integers(0, 30))
def test_later_counts_working_days(office: Calendar, day: date, n: int) -> None:
    found = later(day, n, office)

    passed = (day + timedelta(days=one) for one in range(1, (found - day).days + 1))
    assert sum(office.is_working_day(one) for one in passed) == n
    assert n == 0 or office.is_working_day(found)


@given(day=days)
def test_a_working_day_stays_where_it_is(office: Calendar, day: date) -> None:
    assert (working_day(day, office) == day) is office.is_working_day(day)

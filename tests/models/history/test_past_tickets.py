"""A file of tickets as the past of a desk."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from models.errors import InvalidError
from models.history.past_tickets import MOST, past_of, read_past
from models.tickets.sources import SkippedRow
from models.tickets.sources.formats import open_tickets
from tests.models.history.made_past import past, row, rows


def test_the_oldest_comes_first_whatever_the_file_s_order() -> None:
    found = past_of(reversed(list(rows(10))))

    assert [one.external_id for one in found.rows] == [f"T{at}" for at in range(10)]
    assert found.is_by_time


def test_the_same_ticket_is_taken_once_as_it_stands_first() -> None:
    found = past_of([row(1, "first"), row(1, "again"), SkippedRow(4, "broken")])

    assert [one.text for one in found.rows] == ["first"]
    assert (found.n, found.skipped) == (3, 1)


def test_a_month_s_tickets_follow_from_the_times() -> None:
    assert past(200).a_month == pytest.approx(2 * 365 / 12, rel=0.01)


def test_four_weeks_are_the_least_that_tells_a_month() -> None:
    assert past(40).a_month is None


def test_without_times_the_file_s_order_stays_and_no_volume_is_known() -> None:
    found = past(60, opened_at=None)

    assert (found.is_by_time, found.a_month) == (False, None)
    assert [one.row for one in found.rows[:3]] == [2, 3, 4]


def test_of_many_the_newest_are_looked_at_and_all_are_counted() -> None:
    found = past(MOST + 50)

    assert (len(found.rows), found.n) == (MOST, MOST + 50)
    assert found.rows[-1].external_id == f"T{MOST + 49}"
    assert found.a_month == pytest.approx(2 * 365 / 12, rel=0.01)


def test_of_many_without_times_chance_takes_some_of_every_part_of_the_file() -> None:
    found = past(2 * MOST, opened_at=None)

    in_first_half = sum(one.row < MOST + 2 for one in found.rows)
    assert len(found.rows) == MOST
    assert 0.45 * MOST < in_first_half < 0.55 * MOST
    assert found == past(2 * MOST, opened_at=None)


def test_a_file_without_a_ticket_is_refused() -> None:
    with pytest.raises(InvalidError, match="no row"):
        past_of([SkippedRow(2, "broken")])


def test_tickets_of_days_to_come_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "past.csv"
    file.write_text(
        "id,text,opened_at\n1,no vpn,2026-11-02T09:00\n2,no printer,2031-11-02T09:00\n", "utf-8"
    )
    tickets = open_tickets(file, {}, ZoneInfo("Europe/Stockholm"))

    found = read_past(tickets, datetime(2026, 11, 23, tzinfo=UTC))

    assert [one.external_id for one in found.rows] == ["1"]
    assert (found.n, found.skipped) == (2, 1)

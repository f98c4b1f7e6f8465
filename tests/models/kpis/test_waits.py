"""How long employees wait until a question is solved: by a person, by an article, or nobody knows.

The office works 08:00–17:00 in Stockholm: 540 minutes a day. All begins on Monday 2 November.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest

from models.kpis.figure import OPEN, FigureRow
from models.kpis.measurement import Kpis
from models.kpis.periods import Period
from models.kpis.waits import waits_of
from models.store.drilldown import WaitLine
from models.store.figures import CaseStep
from models.store.transaction import Store
from models.tables import DecidedBy, EventKind, Source, Status, Ticket, TicketTimes
from models.tickets.hours import calendar_for
from tests.rows import insert_ticket

OFFICE = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
NINE = datetime(2026, 11, 2, 8, tzinfo=UTC)  # 09:00 in Stockholm
WEEK = (NINE, NINE + timedelta(days=7))
LATE = datetime(2026, 12, 1, 12, tzinfo=UTC)
ASKED, ANSWERED, SOLVED = EventKind.ASKED, EventKind.ANSWERED, EventKind.ANSWER_SOLVED
DAY = 540.0


def case(*happened: tuple[EventKind, float], number: int = 1) -> list[CaseStep]:
    return [
        CaseStep(number, kind, NINE + timedelta(minutes=minute), "asa", 7)
        for kind, minute in happened
    ]


def ticket(
    opened: float, resolved: float | None, *, of: int | None = 1, waits: bool = False
) -> WaitLine:
    at, end = (None if m is None else NINE + timedelta(minutes=m) for m in (opened, resolved))
    assert at is not None
    business = None if end is None else OFFICE.business_minutes(at, end)
    return WaitLine(of, 40, at, end, business, waits, "vpn")


def waits(steps: list[CaseStep], *lines: WaitLine, now: datetime = LATE) -> list[FigureRow]:
    found = waits_of(steps, lines, WEEK, OFFICE, now)
    return [row for row in found if not math.isnan(row.value)]  # what is left out has no value


def wait(steps: list[CaseStep], *lines: WaitLine, now: datetime = LATE) -> tuple[float, bool]:
    (row,) = waits(steps, *lines, now=now)
    return row.value, row.group == OPEN


def test_an_article_ends_the_wait_when_the_asker_calls_it_solved() -> None:
    assert wait(case((ASKED, 0), (ANSWERED, 1), (SOLVED, 4))) == (4, False)


def test_a_person_ends_it_by_the_last_resolution_counted_from_the_question() -> None:
    steps = case((ASKED, 0), (ANSWERED, 1), (EventKind.HUMAN_WANTED, 9), (EventKind.OPENED, 10))

    assert wait(steps, ticket(10, 70)) == (70, False)


def test_nights_do_not_count() -> None:
    steps = case((ASKED, 0), (EventKind.OPENED, 0))

    assert wait(steps, ticket(0, 24 * 60)) == (DAY, False)


def test_whoever_says_nothing_is_followed_for_two_office_days() -> None:
    steps = case((ASKED, 0), (ANSWERED, 1))

    assert wait(steps) == (2 * DAY, True)
    assert wait(steps, now=NINE + timedelta(minutes=30)) == (30, True)


def test_an_answer_that_did_not_help_is_no_solution() -> None:
    steps = case((ASKED, 0), (ANSWERED, 1), (SOLVED, 2), (EventKind.ANSWER_NOT_SOLVED, 30))

    assert wait(steps) == (2 * DAY, True)


def test_a_ticket_that_waits_goes_on_up_to_ten_office_days() -> None:
    steps = case((ASKED, 0), (EventKind.OPENED, 0))

    assert wait(steps, ticket(0, None, waits=True)) == (10 * DAY, True)
    soon = NINE + timedelta(minutes=45)
    assert wait(steps, ticket(0, None, waits=True), now=soon) == (45, True)


@pytest.mark.parametrize(
    ("steps", "lines"),
    [
        pytest.param(case((ASKED, 0)), (), id="neither an answer nor a person yet"),
        pytest.param(
            case((ASKED, 0), (ANSWERED, 1), (EventKind.WITHDRAWN, 2)), (), id="taken back"
        ),
        pytest.param(
            case((ASKED, 0), (EventKind.OPENED, 0)), (ticket(0, None),), id="closed unsolved"
        ),
        pytest.param(case((ASKED, -60), (ANSWERED, -59)), (), id="asked before"),
        pytest.param([], (ticket(8 * 24 * 60, 8 * 24 * 60 + 5, of=None),), id="opened after"),
    ],
)
def test_left_out(steps: list[CaseStep], lines: tuple[WaitLine, ...]) -> None:
    assert waits(steps, *lines) == []


def test_an_imported_ticket_counts_from_its_opening() -> None:
    assert wait([], ticket(5, 65, of=None)) == (60, False)


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store(migrated_url)
    yield opened
    opened.close()


def test_a_baseline_of_imported_tickets_can_be_compared_on_both_databases(store: Store) -> None:
    with store.engine.begin() as connection:
        for number in range(40):
            at = datetime(2026, 9, 7, 7, tzinfo=UTC) + timedelta(days=number % 5, minutes=number)
            row = Ticket(
                source=Source.IMPORT,
                status=Status.NEW if number < 10 else Status.SOLVED,
                decided_by=DecidedBy.IMPORTED,
                opened_at=at,
            )
            times = TicketTimes(
                ticket_id=0,
                source=Source.IMPORT,
                opened_at=at,
                resolved_at=None if number < 10 else at + timedelta(minutes=100),
                resolution_business_minutes=None if number < 10 else 90.0 + number,
                resolution_minutes=None if number < 10 else 100.0,
                handling_minutes=None if number < 10 else 20.0,
            )
            insert_ticket(connection, row, times)
    kpis = Kpis(store, OFFICE)

    frozen = kpis.freeze(None, None, LATE).estimate("wait_time")
    now = kpis.measure(Period.parse("2026-09"), LATE)["wait_time"]

    # Half of all forty: the twentieth of those that are over, for the ten still wait.
    assert frozen is not None
    assert (frozen.n, frozen.value) == (40, 119.0)
    assert (now.n, now.value, now.baseline) == (40, 119.0, 119.0)

"""From events to frozen figures and back, on a real database."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.errors import InvalidError
from models.kpis.comparison import KpiVerdict
from models.kpis.measurement import ALL, Kpis
from models.kpis.periods import Period
from models.kpis.small_desks import may_tell
from models.store.transaction import Store
from models.tables import (
    CostEntry,
    CostKind,
    DecidedBy,
    EventKind,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketText,
    TicketTimes,
)
from models.tickets.hours import calendar_for
from models.tickets.projection import project
from tests.databases import copy_of, unguarded

OFFICE = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
ADMIN = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
MONDAY = datetime(2026, 9, 7, 7, tzinfo=UTC)  # 09:00 in Stockholm
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
SEPTEMBER, NOVEMBER = Period.parse("2026-09"), Period.parse("2026-11")


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store(migrated_url)
    yield opened
    opened.close()


@pytest.fixture
def kpis(store: Store) -> Kpis:
    return Kpis(store, OFFICE)


def add_ticket(
    store: Store,
    opened: datetime,
    *,
    handling: float | None = 30,
    source: Source = Source.SLACK,
    automatic: bool = False,
) -> int:
    """Add a ticket claimed five minutes after opening; ``handling`` None leaves it open."""
    claimed = opened + timedelta(minutes=5)
    happened: list[tuple[EventKind, datetime, dict[str, Any]]] = [
        (EventKind.OPENED, opened, {}),
        (EventKind.ACKNOWLEDGED, opened + timedelta(minutes=1), {}),
        (
            EventKind.CATEGORISED,
            opened + timedelta(minutes=1),
            {"category": "vpn", "by": "classifier" if automatic else "person"},
        ),
        (EventKind.CLAIMED, claimed, {}),
    ]
    if handling is not None:
        happened.append((EventKind.RESOLVED, claimed + timedelta(minutes=handling), {}))
    status = Status.CLAIMED if handling is None else Status.SOLVED
    with store.begin() as unit:
        ticket = Ticket(source=source, status=status, decided_by=DecidedBy.PERSON, opened_at=opened)
        unit.tickets.add_ticket(ticket, TicketText(ticket_id=0))
        assert ticket.id is not None
        for kind, at, detail in happened:
            unit.tickets.record(
                TicketEvent(
                    ticket_id=ticket.id,
                    kind=kind,
                    at=at,
                    actor=f"a{ticket.id}",  # nobody works on two at once
                    detail=detail,
                    command_id=f"{ticket.id}:{kind}",
                )
            )
        project(unit, ticket.id, OFFICE)
        return ticket.id


def add_history(store: Store, n: int = 40, source: Source = Source.IMPORT) -> None:
    """Add tickets whose handling takes 20, 21, 22 … minutes, two a working day."""
    for number in range(n):
        day = MONDAY + timedelta(days=number // 2 + 2 * (number // 10))
        add_ticket(store, day, handling=20 + number, source=source)


def record(store: Store, case_id: int, at: datetime, *kinds: EventKind) -> None:
    with store.begin() as unit:
        for minute, kind in enumerate(kinds):
            unit.tickets.record(
                TicketEvent(
                    case_id=case_id,
                    kind=kind,
                    at=at + timedelta(minutes=minute),
                    command_id=f"{case_id}:{minute}",
                )
            )


def test_a_desk_without_tickets_has_no_figures(kpis: Kpis) -> None:
    found = kpis.measure(NOVEMBER, NOW)

    assert {kpi.verdict for kpi in found.kpis if kpi.key != "open_tickets"} == {KpiVerdict.NO_DATA}
    assert found["open_tickets"].value == 0
    assert found.baseline is None


def test_a_period_counts_what_was_opened_and_what_was_resolved_in_it(
    store: Store, kpis: Kpis
) -> None:
    evening = datetime(2026, 10, 31, 22, 50, tzinfo=UTC)  # 23:50 local, resolved in November
    add_ticket(store, evening, handling=30)
    add_ticket(store, datetime(2026, 11, 2, 9, tzinfo=UTC), handling=10, automatic=True)
    add_ticket(store, datetime(2026, 11, 30, 9, tzinfo=UTC), handling=None)

    october = kpis.measure(Period.parse("2026-10"), NOW)
    november = kpis.measure(NOVEMBER, NOW)

    assert (october["ack_time"].n, october["handling_time"].n) == (1, 0)
    assert (november["ack_time"].n, november["handling_time"].n) == (2, 2)
    assert november["handling_time"].value == 20
    assert november["automatic_share"].value == 0.5
    assert november["open_tickets"].value == 1
    assert october["open_tickets"].value == 1  # the evening's ticket, at midnight


def test_what_is_opened_at_midnight_belongs_to_the_day_that_begins(
    store: Store, kpis: Kpis
) -> None:
    midnight = datetime(2026, 11, 2, 23, tzinfo=UTC)  # in Stockholm
    add_ticket(store, midnight, handling=None)
    add_ticket(store, midnight - timedelta(minutes=65), handling=60)  # resolved at midnight

    before, after = (
        kpis.measure(Period.parse(day), NOW)["open_tickets"].value
        for day in ("2026-11-02", "2026-11-03")
    )

    assert (before, after) == (1, 1)  # first the one that is resolved then, then the new one
    at_that_moment = kpis.measure(Period.parse("2026-11-03"), midnight)["open_tickets"]
    assert at_that_moment.value == 1


def test_what_was_closed_without_being_resolved_was_open_until_then(
    store: Store, kpis: Kpis
) -> None:
    ticket_id = add_ticket(store, datetime(2026, 11, 2, 9, tzinfo=UTC), handling=None)
    with store.begin() as unit:
        ticket = unit.tickets.get(ticket_id)
        ticket.status = Status.CLOSED
        unit.tickets.save(ticket)
        closed = datetime(2026, 11, 4, 9, tzinfo=UTC)
        unit.tickets.record(
            TicketEvent(ticket_id=ticket_id, kind=EventKind.CLOSED, at=closed, command_id="end")
        )

    counts = [
        kpis.measure(Period.parse(f"2026-11-0{day}"), NOW)["open_tickets"].value
        for day in (1, 2, 3, 4, 5)
    ]

    assert counts == [0, 1, 1, 0, 0]


def test_a_history_that_ends_on_a_friday_keeps_its_last_week(store: Store, kpis: Kpis) -> None:
    add_history(store)  # twenty working days, the last a Friday

    frozen = kpis.freeze(None, None, NOW)

    assert frozen.period.last_day == date(2026, 10, 2)
    assert frozen.handling is not None
    assert frozen.handling.weeks == 4
    assert sum(cell.n for cell in frozen.handling.cells) == 40


def test_made_up_tickets_never_count_as_real(store: Store, kpis: Kpis) -> None:
    add_ticket(store, MONDAY, source=Source.DEMO)

    assert kpis.measure(SEPTEMBER, NOW)["handling_time"].n == 0
    assert Kpis(store, OFFICE, ALL).measure(SEPTEMBER, NOW)["handling_time"].n == 1


def test_an_answer_counts_as_confirmed_until_the_asker_comes_back(store: Store, kpis: Kpis) -> None:
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    solved = EventKind.ANSWER_SOLVED
    record(store, 1, at, EventKind.ASKED, EventKind.ANSWERED, solved)
    record(store, 2, at, EventKind.ASKED, EventKind.ANSWERED)  # silent
    record(store, 3, at, EventKind.ANSWERED, solved, EventKind.HUMAN_WANTED)
    record(store, 4, at, EventKind.ANSWERED, EventKind.ANSWER_NOT_SOLVED)
    record(store, 5, at, EventKind.ASKED)  # never answered
    record(store, 6, at - timedelta(days=30), EventKind.ANSWERED, solved)  # in October

    found = kpis.measure(NOVEMBER, NOW)["confirmed_answers"]

    assert (found.n, found.value) == (4, 0.25)


def test_cloud_costs_of_the_period_are_its_llm_cost(store: Store, kpis: Kpis) -> None:
    booked = [(1, CostKind.CLOUD, 1250), (30, CostKind.CLOUD, 50), (2, CostKind.LICENCE, 9900)]
    with store.begin() as unit:
        for day, kind, cents in booked:
            entry = CostEntry(
                kind=kind,
                description="model",
                cents=cents,
                booked_on=date(2026, 11, day),
                recorded_at=NOW,
            )
            unit.figures.save(entry)

    assert kpis.measure(NOVEMBER, NOW)["llm_cost"].value == 13.0
    assert kpis.measure(SEPTEMBER, NOW)["llm_cost"].value is None


def test_all_imported_history_is_frozen_by_default(store: Store, kpis: Kpis) -> None:
    add_history(store)
    add_ticket(store, datetime(2026, 11, 2, 9, tzinfo=UTC), handling=1)  # ours, after the import

    frozen = kpis.freeze(None, None, NOW)

    # 40 handling times 20 … 59: median 39.5, ranks 14 and 27 of 40 are 33 and 46.
    handling = frozen.estimate("handling_time")
    assert handling is not None
    assert (handling.n, handling.value, handling.low, handling.high) == (40, 39.5, 33, 46)
    assert frozen.period.first_day == date(2026, 9, 7)
    assert frozen.period.last_day == date(2026, 10, 2)
    assert frozen.frozen_at == NOW
    assert kpis.baseline() == frozen


def test_a_pilot_is_compared_with_the_frozen_figures(store: Store, kpis: Kpis) -> None:
    add_history(store)
    kpis.freeze(None, None, NOW)
    for day in range(2, 22):
        add_ticket(store, datetime(2026, 11, day, 9, tzinfo=UTC), handling=10, automatic=True)

    found = kpis.measure(NOVEMBER, NOW)

    handling = found["handling_time"]
    assert handling.baseline == 39.5
    assert handling.target == pytest.approx(23.7)  # −40 %
    assert handling.verdict is KpiVerdict.MET
    assert found["automatic_share"].verdict is KpiVerdict.IMPROVED
    assert found["ack_time"].verdict is KpiVerdict.NOT_SHOWN
    assert found["csat"].verdict is KpiVerdict.NO_DATA


def test_too_few_tickets_are_refused_with_what_to_do(store: Store, kpis: Kpis) -> None:
    with pytest.raises(InvalidError, match="import older tickets"):
        kpis.freeze(None, None, NOW)
    add_history(store, 29)

    with pytest.raises(InvalidError, match=r"29 tickets .* at least 30: import older tickets"):
        kpis.freeze(None, None, NOW)
    with pytest.raises(InvalidError, match="0 tickets were resolved from 2025-01-01"):
        kpis.freeze(date(2025, 1, 1), date(2025, 2, 1), NOW)
    with pytest.raises(InvalidError, match="ends before it begins"):
        kpis.freeze(date(2025, 2, 1), date(2025, 1, 1), NOW)
    assert kpis.baseline() is None


def test_freezing_again_makes_a_new_one_and_keeps_the_old(store: Store, kpis: Kpis) -> None:
    add_history(store)
    first = kpis.freeze(None, None, NOW)
    second = kpis.freeze(None, None, NOW + timedelta(days=1))

    assert second.id > first.id
    assert second.sha256 == first.sha256  # the same facts
    assert kpis.baseline() == second
    with store.begin() as unit:
        kept = unit.figures.baseline(first.id)
        assert kept is not None
        assert kept.sha256 == first.sha256


def test_the_hash_changes_with_any_event_it_rests_on(store: Store, kpis: Kpis) -> None:
    add_history(store)
    first = kpis.freeze(None, None, NOW)
    with store.begin() as unit:
        # It changes no figure, only the record that the figures rest on.
        unit.tickets.record(
            TicketEvent(
                ticket_id=1,
                kind=EventKind.RESPONDED,
                at=MONDAY + timedelta(minutes=20),
                command_id="late",
            )
        )

    assert kpis.freeze(None, None, NOW).sha256 != first.sha256


def test_a_copy_with_other_ids_has_the_same_hash(store: Store, kpis: Kpis, empty: Store) -> None:
    add_history(store)
    other = copy_of(empty)
    add_ticket(other, datetime(2020, 1, 7, 9, tzinfo=UTC))  # moves every id on by one
    add_history(other)
    days = date(2026, 9, 1), date(2026, 10, 31)

    assert Kpis(other, OFFICE).freeze(*days, NOW).sha256 == kpis.freeze(*days, NOW).sha256
    other.close()


def test_a_baseline_that_was_tampered_with_is_not_believed(store: Store, kpis: Kpis) -> None:
    add_history(store)
    kpis.freeze(None, None, NOW)
    with store.engine.begin() as connection:
        unguarded(connection)
        connection.exec_driver_sql("UPDATE baseline SET content = replace(content, '39.5', '99.5')")

    with pytest.raises(InvalidError, match=r"changed after it was frozen on 2026-12-01: restore"):
        kpis.baseline()


def every_row(store: Store) -> list[dict[str, Any]]:
    with Session(store.engine) as session:
        rows = session.exec(select(TicketTimes).order_by(col(TicketTimes.ticket_id))).all()
        return [row.model_dump() for row in rows]


def test_rebuilding_from_events_alone_gives_the_same_rows(store: Store, kpis: Kpis) -> None:
    add_history(store, 12)
    add_ticket(store, MONDAY, handling=None)
    before = every_row(store)
    with store.begin() as unit:
        broken = TicketTimes(ticket_id=3, source=Source.SLACK, opened_at=NOW, handling_minutes=1)
        unit.tickets.put_times(broken)
    assert every_row(store) != before

    assert kpis.rebuild() == 13
    assert every_row(store) == before
    assert len(before) == 13


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("UPDATE ticket_times SET handling_minutes = 1 WHERE ticket_id = 3", [3]),
        ("UPDATE ticket_times SET source = 'import' WHERE ticket_id = 13", [13]),
        ("DELETE FROM ticket_times WHERE ticket_id IN (2, 5)", [2, 5]),
        ("DELETE FROM ticket_event WHERE ticket_id = 4", [4]),
    ],
)
def test_times_that_are_not_what_the_events_come_to_are_found_and_mended(
    store: Store, kpis: Kpis, statement: str, wrong: list[int]
) -> None:
    add_history(store, 12)
    add_ticket(store, MONDAY, handling=None)
    assert list(kpis.misprojected()) == []
    with store.engine.begin() as connection:
        unguarded(connection)
        connection.exec_driver_sql(statement)
    broken = every_row(store)

    assert list(kpis.misprojected()) == wrong

    assert every_row(store) == broken  # it only looks
    kpis.rebuild()
    assert list(kpis.misprojected()) == []


def test_looking_keeps_no_calendar(store: Store) -> None:
    """What only reads writes nothing, though the office has other hours since."""
    add_history(store, 2)
    other = Kpis(store, calendar_for("Europe/Stockholm", "SE", time(9), time(16)))
    assert list(other.misprojected()) == []
    with store.snapshot() as unit:
        assert unit.projection.calendar(other.calendar.version) is None


def test_rebuilding_goes_through_all_batches(store: Store) -> None:
    add_history(store, 5)

    with store.begin() as unit:
        first = unit.figures.events_after(0, batch=2)
        rest = unit.figures.events_after(first[-1][0], batch=2)

    assert [ticket_id for ticket_id, _, _ in first + rest] == [1, 2, 3, 4]
    assert all(len(events) == 5 for _, _, events in first + rest)


def test_searches_are_timed_from_the_question_to_found_it(store: Store, kpis: Kpis) -> None:
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    record(store, 1, at, EventKind.ASKED, EventKind.ANSWERED, EventKind.FOUND)
    record(store, 2, at, EventKind.ASKED, EventKind.FOUND, EventKind.FOUND)
    record(store, 3, at, EventKind.ASKED)  # still looking
    record(store, 4, at - timedelta(days=30), EventKind.ASKED, EventKind.FOUND)  # in October

    found = kpis.measure(NOVEMBER, NOW)["search_time"]

    assert (found.n, found.value, found.unit) == (2, 1.5, "minutes")


def test_an_answer_counts_in_the_period_of_its_first_showing(store: Store, kpis: Kpis) -> None:
    october = datetime(2026, 10, 31, 9, tzinfo=UTC)
    record(store, 1, october, EventKind.ASKED, EventKind.ANSWERED)
    record(store, 1, october + timedelta(days=3), EventKind.ANSWERED, EventKind.ANSWER_SOLVED)

    assert kpis.measure(NOVEMBER, NOW)["confirmed_answers"].n == 0


# A small desk --------------------------------------------------------------------------------


def small(store: Store, people: int = 3) -> Kpis:
    return Kpis(store, OFFICE, staff=frozenset(f"U{number}" for number in range(people)))


@pytest.mark.parametrize("people", [0, 5])
def test_a_desk_of_five_and_a_file_of_nobody_are_shown_for_any_days(
    store: Store, people: int
) -> None:
    add_ticket(store, datetime(2026, 11, 2, 9, tzinfo=UTC))

    for period in ("2026-11-02", "2026-11-01/2026-11-29", "2026-W45", "2026-11"):
        found = small(store, people).measure(Period.parse(period), NOW)["handling_time"]
        assert (found.n, found.value) == (1, 30)


@pytest.mark.parametrize("people", [1, 4])
def test_a_small_desk_shows_numbers_of_a_day_and_values_of_weeks(store: Store, people: int) -> None:
    for minute in range(6):
        add_ticket(store, datetime(2026, 11, 2, 9, minute, tzinfo=UTC))

    def handling(period: str) -> tuple[int, float | None, KpiVerdict]:
        found = small(store, people).measure(Period.parse(period), NOW)["handling_time"]
        return found.n, found.value, found.verdict

    for period in ("2026-11-02", "2026-11-02/2026-11-07", "2026-11-02/2026-11-09"):
        assert handling(period) == (6, None, KpiVerdict.WITHHELD)
    for period in ("2026-W45", "2026-11", "2026Q4", "2026-11-02/2026-11-15"):
        assert handling(period) == (6, 30, KpiVerdict.NO_BASELINE)


def test_a_small_desk_shows_no_value_of_fewer_than_five_tickets(store: Store) -> None:
    for minute in range(4):
        add_ticket(store, datetime(2026, 11, 2, 9, minute, tzinfo=UTC))

    found = small(store).measure(NOVEMBER, NOW)

    assert (found["handling_time"].n, found["handling_time"].value) == (4, None)
    assert found["handling_time"].withheld
    assert found["open_tickets"].value == 0  # a number of the desk, nobody's time
    assert found["csat"].verdict is KpiVerdict.NO_DATA
    empty = small(store).measure(SEPTEMBER, NOW)["handling_time"]
    assert empty.verdict is KpiVerdict.NO_DATA


@pytest.mark.parametrize(
    ("period", "today", "told"),
    [
        ("2026-W49", date(2026, 11, 30), False),  # Monday: the week would be that day
        ("2026-W49", date(2026, 12, 6), False),
        ("2026-W49", date(2026, 12, 7), True),
        ("2026-12", date(2026, 12, 2), False),
        ("2026-12", date(2026, 12, 8), True),
        ("2026Q4", date(2026, 12, 8), True),
        ("2026-12-01/2026-12-07", date(2027, 1, 4), False),  # from Tuesday to Monday
        ("2026-11-30/2026-12-13", date(2027, 1, 4), True),
    ],
)
def test_no_period_of_a_small_desk_is_a_single_day(period: str, today: date, told: bool) -> None:
    assert may_tell(Period.parse(period), today) is told

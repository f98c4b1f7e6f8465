"""Sums by week, arms of cases, readings: the same on SQLite and on PostgreSQL."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models.store.columns import of_utc
from models.store.effect import HandlingCell
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    Arm,
    Case,
    CaseState,
    CompanyKpi,
    DecidedBy,
    EventKind,
    KpiReading,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketText,
    TicketTimes,
)

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
WEEK = (MONDAY, MONDAY + timedelta(days=7))
OURS = (Source.SLACK,)


def ticket(
    unit: UnitOfWork,
    opened: datetime,
    handling: float | None,
    *,
    resolved: datetime | None = None,
    category: str = "vpn",
    first: float | None = 10.0,
    reopened: int = 0,
    source: Source = Source.SLACK,
) -> int:
    row = unit.tickets.add_ticket(
        Ticket(
            source=source,
            status=Status.SOLVED if resolved else Status.NEW,
            decided_by=DecidedBy.NOBODY,
            opened_at=opened,
        ),
        TicketText(ticket_id=0),
    )
    number = row.id or 0
    unit.tickets.put_times(
        TicketTimes(
            ticket_id=number,
            source=source,
            opened_at=opened,
            resolved_at=resolved,
            final_category=category,
            handling_minutes=handling,
            first_response_minutes=first,
            resolution_minutes=(resolved - opened).total_seconds() / 60 if resolved else None,
            reopened=reopened,
        )
    )
    return number


@pytest.fixture
def filled(store: Store) -> Store:
    with store.begin() as unit:
        for n, minutes in enumerate((10.0, 20.0, 90.0, None)):
            at = MONDAY + timedelta(hours=n)
            ticket(unit, at, minutes, resolved=at + timedelta(hours=1), reopened=n % 2)
        ticket(unit, MONDAY, 40.0, resolved=MONDAY + timedelta(hours=3), category="mail")
        ticket(unit, MONDAY + timedelta(days=1), None, first=None)
        ticket(unit, MONDAY - timedelta(days=9), None)
        ticket(unit, WEEK[1], 5.0, resolved=WEEK[1])  # the next week
        ticket(unit, MONDAY, 5.0, resolved=MONDAY, source=Source.DEMO)
    return store


def test_handling_times_by_category_count_up_to_the_cap(filled: Store) -> None:
    with filled.snapshot() as unit:
        cells = unit.effects.handling_cells(*WEEK, OURS, 60.0)

    assert cells == [HandlingCell("mail", 1, 40.0, 0), HandlingCell("vpn", 3, 30.0, 1)]


def test_minutes_leave_sorted_and_without_the_unknown(filled: Store) -> None:
    with filled.snapshot() as unit:
        assert unit.effects.handling_minutes(*WEEK, OURS).tolist() == [10.0, 20.0, 40.0, 90.0]


def test_what_waits_is_known_by_when_it_came(filled: Store) -> None:
    with filled.snapshot() as unit:
        assert unit.effects.waiting_since(*WEEK, OURS) == [MONDAY + timedelta(days=1)]


def test_an_arm_is_what_its_event_says(store: Store) -> None:
    with store.begin() as unit:
        people = [unit.people.by_slack_id(f"U{n}", MONDAY).id for n in range(3)]
        for n, (person, arm) in enumerate(zip(people, Arm, strict=True)):
            number = ticket(unit, MONDAY, 12.0, resolved=MONDAY + timedelta(hours=1))
            case = unit.tickets.save(
                Case(
                    person_id=person,
                    channel="C",
                    thread_ts=str(n),
                    entrance="help",
                    language="sv",
                    state=CaseState.TICKET,
                    opened_at=MONDAY,
                    last_message_at=MONDAY,
                    ticket_id=number if n else None,
                )
            )
            unit.tickets.record(
                TicketEvent(
                    case_id=case.id,
                    kind=EventKind.RANDOMISED,
                    at=MONDAY + timedelta(minutes=n),
                    actor=person,
                    detail={"mode": arm.value, "category": "vpn" if n else ""},
                    command_id=f"Ev{n}",
                )
            )

    with store.snapshot() as unit:
        assert [unit.effects.arm_of(n) for n in (1, 2, 3, 4, None)] == [*Arm, None, None]
        assert unit.effects.asked_alike("vpn", MONDAY) == set(people[1:])
        assert unit.effects.asked_alike("vpn", MONDAY + timedelta(minutes=2)) == {people[2]}
        told = unit.effects.begun(MONDAY + timedelta(minutes=2))
        modes = [told.draws[draw]["mode"] for draw in told.draw[:2].tolist()]
        assert (modes, told.draw[2]) == ([Arm.HELPED, Arm.HELD_OUT], -1)
        assert str(told.handling_minutes.tolist()) == "[nan, 12.0, 12.0]"
        assert told.waits.tolist() == [False, False, False]
        assert len(set(told.person.tolist())) == 3
        assert {of_utc(at) for at in told.began} == {MONDAY}


def test_readings_of_days_come_in_their_order(store: Store) -> None:
    with store.begin() as unit:
        unit.effects.save(
            CompanyKpi(
                key="steps",
                title="Steps",
                unit="count",
                better="lower",
                baseline_first=date(2026, 8, 1),
                baseline_last=date(2026, 10, 31),
                goal=5.0,
                due_on=date(2027, 3, 31),
                owner="Lena Falk",
                added_at=MONDAY,
            )
        )
        for day, value in ((20, 6.0), (16, 9.0), (23, 4.0)):
            unit.effects.save(
                KpiReading(
                    kpi_key="steps", on_day=date(2026, 11, day), value=value, recorded_at=MONDAY
                )
            )

    with store.snapshot() as unit:
        days = date(2026, 11, 16), date(2026, 11, 22)
        assert [row.value for row in unit.drilldown.readings("steps", *days)] == [9.0, 6.0]
        assert [row.key for row in unit.effects.company_kpis()] == ["steps"]
        assert unit.effects.company_kpi("other") is None

"""Times are written at each event and anew from all: both give the same, on both databases."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from models.kpis.measurement import Kpis
from models.store.transaction import Store
from models.tables import (
    DecidedBy,
    EventKind,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketText,
    TicketTimes,
)
from models.tickets.hours import Calendar, calendar_for
from models.tickets.projection import project

OFFICE = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
# The office closes at noon on the Monday of these cases.
SHORT = calendar_for("Europe/Stockholm", "SE", time(8), time(17), ("2026-11-23",))
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)  # 09:00 in Stockholm
KINDS = (
    *(EventKind.CLAIMED, EventKind.REASSIGNED, EventKind.RESUMED, EventKind.PAUSED),
    *(EventKind.RESOLVED, EventKind.RESOLVED, EventKind.REOPENED, EventKind.RESPONDED),
    *(EventKind.PRIORITISED, EventKind.STATED),
)


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store(migrated_url)
    yield opened
    opened.close()


def new_ticket(store: Store) -> int:
    with store.begin() as unit:
        ticket = Ticket(
            source=Source.SLACK,
            status=Status.NEW,
            decided_by=DecidedBy.NOBODY,
            opened_at=MONDAY,
        )
        unit.tickets.add_ticket(ticket, TicketText(ticket_id=0))
        return ticket.id or 0


def happens(
    store: Store,
    ticket: int,
    kind: EventKind,
    minute: float,
    actor: str = "anna",
    calendar: Calendar = OFFICE,
    **detail: Any,
) -> None:
    with store.begin() as unit:
        unit.tickets.record(
            TicketEvent(
                ticket_id=ticket,
                kind=kind,
                at=MONDAY + timedelta(minutes=minute),
                actor=actor,
                detail=detail,
                command_id="c",
            )
        )
        project(unit, ticket, calendar)


def rows(store: Store) -> list[dict[str, Any]]:
    with Session(store.engine) as session:
        found = session.exec(select(TicketTimes).order_by(col(TicketTimes.ticket_id))).all()
        return [row.model_dump() for row in found]


def handling(store: Store) -> list[float | None]:
    return [row["handling_minutes"] for row in rows(store)]


def test_a_stop_changes_the_share_of_what_ran_beside_it(store: Store) -> None:
    long, short = new_ticket(store), new_ticket(store)
    happens(store, long, EventKind.CLAIMED, 0)
    happens(store, short, EventKind.CLAIMED, 10)
    happens(store, short, EventKind.RESOLVED, 20)
    assert handling(store) == [None, 10]  # what still runs is not counted, here nor there

    happens(store, long, EventKind.RESOLVED, 30)

    assert handling(store) == [25, 5]  # 10 + 10/2 + 10, and 10/2: 30 in all


def test_what_came_late_corrects_what_was_shared(store: Store) -> None:
    long, short = new_ticket(store), new_ticket(store)
    for ticket, kind, minute in (
        (long, EventKind.CLAIMED, 0),
        (long, EventKind.RESOLVED, 60),
        (short, EventKind.CLAIMED, 30),
        (short, EventKind.RESOLVED, 40),
    ):
        happens(store, ticket, kind, minute)
    assert handling(store) == [55, 5]

    happens(store, long, EventKind.PAUSED, 20)  # pressed before, arrived after

    assert handling(store) == [20, 10]


def test_a_claim_ends_the_windows_that_others_shared(store: Store) -> None:
    seen, worked = new_ticket(store), new_ticket(store)
    happens(store, worked, EventKind.CLAIMED, 0)
    happens(store, worked, EventKind.RESOLVED, 30)
    happens(store, seen, EventKind.RESPONDED, 10)
    assert handling(store) == [2.5, 27.5]
    assert [row["evidence"] for row in rows(store)] == ["B", "A"]

    happens(store, seen, EventKind.CLAIMED, 40)

    assert handling(store) == [None, 30]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_in_whatever_order_a_rebuild_changes_nothing(
    store: Store, seed: int
) -> None:
    chance = random.Random(seed)
    tickets = [new_ticket(store) for _ in range(5)]
    for ticket in tickets:
        happens(store, ticket, EventKind.OPENED, -5, "asker")
    for _ in range(45):
        kind = chance.choice(KINDS)
        stated = {"minutes": 7.0} if kind is EventKind.STATED else {}
        by_asker = kind is EventKind.RESUMED and chance.random() < 0.5
        happens(
            store,
            chance.choice(tickets),
            kind,
            chance.choice((0, 0, 20 * 60)) + chance.randrange(0, 400),
            chance.choice(["anna", "bo"]),
            chance.choice([OFFICE, SHORT]),
            **({"by": "asker"} if by_asker else stated),
        )
    written = rows(store)

    assert Kpis(store, OFFICE).rebuild() == 5
    assert rows(store) == written
    assert {row["evidence"] for row in written} & {"A", "B", "C"}


def test_the_same_events_in_another_order_give_the_same_minutes(store: Store) -> None:
    chance = random.Random(3)
    lines = [
        (chance.randrange(3), chance.choice(KINDS[:-1]), minute, chance.choice(["x", "y"]))
        for minute in chance.sample(range(500), 40)
    ]
    found = []
    for person in ("first", "second"):  # the second lot shares nobody with the first
        tickets = [new_ticket(store) for _ in range(3)]
        chance.shuffle(lines)
        for ticket, kind, minute, actor in lines:
            happens(store, tickets[ticket], kind, minute, f"{person} {actor}")
        found.append([r["handling_minutes"] for r in rows(store) if r["ticket_id"] in tickets])

    assert found[0] == found[1]


def test_a_resolved_ticket_keeps_its_calendar(store: Store) -> None:
    done, open_ = new_ticket(store), new_ticket(store)
    for ticket in (done, open_):
        happens(store, ticket, EventKind.OPENED, 0, "asker")
        happens(store, ticket, EventKind.CLAIMED, 60)
    happens(store, done, EventKind.RESOLVED, 240)  # 09:00 to 13:00
    happens(store, done, EventKind.CLOSED, 300, calendar=SHORT)
    happens(store, open_, EventKind.RESOLVED, 240, calendar=SHORT)

    # 240 by the calendar without the half-day; 09:00 to 12:00 by the one with it.
    assert [row["resolution_business_minutes"] for row in rows(store)] == [240, 180]
    assert [row["calendar"] for row in rows(store)] == [OFFICE.version, SHORT.version]

    Kpis(store, SHORT).rebuild()

    assert [row["resolution_business_minutes"] for row in rows(store)] == [240, 180]


def test_the_tickets_beside_are_found_by_an_index(migrated_file: Path) -> None:
    query = (
        "EXPLAIN QUERY PLAN SELECT DISTINCT ticket_id FROM ticket_event "
        "WHERE actor != '' AND actor = 'a' AND at >= '2026-01-01' AND at <= '2026-01-02'"
    )
    with Store(f"sqlite:///{migrated_file}").engine.connect() as connection:
        plan = " ".join(str(row) for row in connection.execute(text(query)))

    assert "ix_ticket_event_acts" in plan

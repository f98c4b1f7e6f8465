"""A hold-out's cases as columns: the same, one by one, as read in plain Python."""

import random
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest

from models.store.columns import utc
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    Arm,
    Case,
    CaseState,
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
from models.value.effect.by_chance import ripe_cases
from tests.models.value.one_by_one import compared

OFFICE = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
START = datetime(2026, 10, 19, tzinfo=UTC)  # a week before winter time


@pytest.mark.parametrize("seed", range(4))
def test_columns_are_what_is_read_one_by_one(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    with store.begin() as unit:
        for number in range(120):
            _case(unit, chance, number)

    for days in (0, 8, 21, 40):
        now = START + timedelta(days=days)
        with store.snapshot() as unit:
            wanted = compared(unit, now, OFFICE)
            found = ripe_cases(unit.effects.begun(now), now, OFFICE)

        assert _read(found) == [str(one) for one in wanted]


def test_office_minutes_of_many_spans_are_those_of_each() -> None:
    chance = random.Random(5)
    night = Calendar(OFFICE.zone, time(20), time(0))
    moments = [START + timedelta(microseconds=chance.randrange(10**13)) for _ in range(400)]
    starts, ends = moments[::2], moments[1::2]

    for calendar in (OFFICE, night):
        found = calendar.minutes_between(*(np.array([*map(utc, some)]) for some in (starts, ends)))

        assert found.tolist() == list(map(calendar.business_minutes, starts, ends))


def test_what_has_no_end_has_no_minutes() -> None:
    start, never = utc(START), np.datetime64("NaT", "us")

    minutes = OFFICE.minutes_between(np.array([start, never]), np.array([never, start]))

    assert np.isnan(minutes).all()


def _read(found: Any) -> list[str]:
    cases, guarded = found.cases, found.cases.guarded
    columns = {
        "case": found.case,
        "is_held": cases.is_held,
        "stratum": cases.stratum,
        "minutes": cases.minutes,
        "reopened": guarded.reopened,
        "reassigned": guarded.reassigned,
        "came_back": guarded.came_back,
        "to_human": guarded.to_human,
    }
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [str(dict(zip(columns, row, strict=True))) for row in rows]


def _case(unit: UnitOfWork, chance: random.Random, number: int) -> None:
    """Put in a case: drawn or not, with a ticket or not, which waits or is solved."""
    at = START + timedelta(minutes=chance.randrange(30 * 24 * 60), microseconds=number)
    asker = unit.people.by_slack_id(f"U{chance.randrange(25)}", at)
    case = unit.tickets.save(
        Case(
            person_id=asker.id,
            channel="C",
            thread_ts=str(number),
            entrance="help",
            language="sv",
            state=CaseState.SOLVED,
            opened_at=at,
            last_message_at=at,
        )
    )
    if chance.random() < 0.9:
        # Two at one moment come in the order of their events.
        drawn = at if chance.random() < 0.5 else START + timedelta(days=30)
        detail = {
            "mode": chance.choices(list(Arm), (5, 4, 1))[0].value,
            "category": chance.choice(("vpn", "mail", "")),
            "share": chance.choice((0.2, 0.5)),
        }
        unit.tickets.record(
            TicketEvent(
                case_id=case.id,
                kind=EventKind.RANDOMISED,
                at=drawn,
                actor=asker.id,
                detail=detail,
                command_id=f"Ev{number}",
            )
        )
    if chance.random() < 0.7:
        opened = at + timedelta(minutes=chance.choice((0, 50, 5000)))
        case.ticket_id = _ticket(unit, chance, opened)
        unit.tickets.save(case)


def _ticket(unit: UnitOfWork, chance: random.Random, opened: datetime) -> int:
    is_solved, is_timed = chance.random() < 0.8, chance.random() < 0.8
    row = unit.tickets.add_ticket(
        Ticket(
            source=Source.SLACK,
            status=Status.SOLVED if is_solved else Status.PAUSED,
            decided_by=DecidedBy.PERSON,
            opened_at=opened,
        ),
        TicketText(ticket_id=0, title=""),
    )
    times = TicketTimes(
        ticket_id=row.id or 0,
        source=Source.SLACK,
        opened_at=opened,
        resolved_at=opened + timedelta(days=chance.randrange(12)) if is_solved else None,
        first_response_minutes=chance.choice((None, 12.5)),
        handling_minutes=chance.uniform(1, 90) if is_solved and is_timed else None,
        reopened=chance.randrange(3),
        reassigned=chance.randrange(2),
    )
    unit.tickets.put_times(times)
    return row.id or 0

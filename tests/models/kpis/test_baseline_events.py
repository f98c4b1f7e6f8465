"""What is added to the days of a frozen baseline is told apart from what was frozen."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from models.kpis.audit import verify
from models.kpis.baseline import FrozenBaseline
from models.kpis.baseline_change import BaselineChange, change_line
from models.kpis.measurement import REAL, Kpis
from models.kpis.periods import Period
from models.language import words_for
from models.message import plain
from models.store.audit import AuditProblem, Break
from models.store.baseline_events import EventRange
from models.store.transaction import Store
from models.tables import EventKind, Source, TicketEvent
from models.tickets.hours import calendar_for
from tests.databases import unguarded
from tests.models.kpis.test_measurement import (
    MONDAY,
    NOW,
    OFFICE,
    add_history,
    add_ticket,
    record,
)

EVENTS_A_TICKET = 5


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store(migrated_url)
    yield opened
    opened.close()


@pytest.fixture
def kpis(store: Store) -> Kpis:
    return Kpis(store, OFFICE)


@pytest.fixture
def frozen(store: Store, kpis: Kpis) -> FrozenBaseline:
    add_history(store)
    return kpis.freeze(None, None, NOW)


def events_of(store: Store, ticket: int, at: datetime, *kinds: EventKind) -> None:
    with store.begin() as unit:
        for minute, kind in enumerate(kinds):
            moment = at + timedelta(minutes=minute)
            name = f"{ticket}:{at}:{kind}"
            unit.tickets.record(
                TicketEvent(ticket_id=ticket, kind=kind, at=moment, command_id=name)
            )


def test_nothing_was_added_to_a_baseline_just_frozen(
    store: Store, kpis: Kpis, frozen: FrozenBaseline
) -> None:
    assert frozen.events is not None
    assert frozen.events.count == 40 * EVENTS_A_TICKET
    assert kpis.baseline_changed(frozen) is None
    assert verify(store).ok


def test_older_tickets_that_are_imported_later_are_counted_and_said(
    store: Store, kpis: Kpis, frozen: FrozenBaseline
) -> None:
    for minute in range(15):
        at = MONDAY + timedelta(days=1, minutes=minute)
        add_ticket(store, at, handling=95, source=Source.IMPORT)

    changed = kpis.baseline_changed(frozen)

    assert changed == BaselineChange(200, 200 + 15 * EVENTS_A_TICKET, 15)
    assert changed is not None
    assert plain(change_line(changed, words_for("en"))) == (
        "15 tickets were imported into the baseline's days after it was frozen: not counted."
    )
    # What was frozen is all there: importing is no crime.
    assert verify(store).ok


def test_what_happens_in_the_pilot_changes_nothing(
    store: Store, kpis: Kpis, frozen: FrozenBaseline
) -> None:
    add_ticket(store, NOW - timedelta(days=1))
    record(store, 7, NOW, EventKind.ASKED)
    events_of(store, 1, NOW, EventKind.REOPENED, EventKind.RESOLVED)
    assert kpis.baseline_changed(frozen) is None
    assert verify(store).ok


def test_an_older_ticket_that_is_opened_again_later_stays_in_the_hash(
    store: Store, kpis: Kpis
) -> None:
    first = add_ticket(store, MONDAY - timedelta(days=3, hours=-6), handling=60 * 70)
    add_history(store)
    frozen = kpis.freeze(MONDAY.date(), NOW.date() - timedelta(days=10), NOW)
    events_of(store, first, NOW, EventKind.REOPENED, EventKind.RESOLVED)
    assert kpis.rebuild() == 41
    assert kpis.baseline_changed(frozen) is None
    assert verify(store).ok


def test_an_event_without_a_new_ticket_is_said_as_one(
    store: Store, kpis: Kpis, frozen: FrozenBaseline
) -> None:
    events_of(store, 1, MONDAY + timedelta(minutes=9), EventKind.STATED)
    changed = kpis.baseline_changed(frozen)
    assert changed == BaselineChange(200, 201, 0)
    assert changed is not None
    assert plain(change_line(changed, words_for("en"))).startswith("1 event was added")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ticket_event SET at = '2026-09-08 09:00:00+00' WHERE id = 3",
        "UPDATE ticket_event SET kind = 'noted' WHERE id = 3",
        "DELETE FROM ticket_event WHERE id = 3",
    ],
)
def test_frozen_events_that_were_changed_or_removed_are_found(
    store: Store, frozen: FrozenBaseline, statement: str
) -> None:
    with store.engine.begin() as connection:
        unguarded(connection)
        connection.execute(text(statement))
    assert verify(store).problems == (AuditProblem("baseline", "1", Break.EVENTS),)


def test_another_time_zone_of_the_office_is_no_change(
    store: Store, frozen: FrozenBaseline, kpis: Kpis
) -> None:
    """The days are those of the office as it was: its zone is frozen too."""
    elsewhere: Any = replace(kpis, calendar=calendar_for("Asia/Tokyo", "SE", time(8), time(17)))
    assert elsewhere.baseline_changed(elsewhere.baseline()) is None
    assert verify(store).ok


def test_a_ticket_of_the_day_before_in_utc_belongs_to_the_offices_day(
    store: Store, kpis: Kpis, frozen: FrozenBaseline
) -> None:
    first = frozen.period.first_day
    evening = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(hours=1)
    add_ticket(store, evening, handling=5, source=Source.IMPORT)  # 01:00 in Stockholm
    changed = kpis.baseline_changed(frozen)
    assert changed is not None
    assert changed.tickets_added == 1


def test_tickets_of_a_quarter_that_have_events_since_are_counted(store: Store) -> None:
    """Whatever moves a figure of the quarter counts: imported, opened again, timed otherwise."""
    add_history(store)
    quarter = Period.parse("2026Q3")
    days = EventRange(quarter.start(OFFICE.zone), quarter.end(OFFICE.zone), REAL)
    with store.snapshot() as unit:
        last = unit.baseline_events.newest()
        assert unit.issued.tickets_since(days, last) == 0

    add_ticket(store, NOW)  # of another quarter
    add_ticket(store, MONDAY + timedelta(hours=3), source=Source.IMPORT)
    events_of(store, 1, NOW, EventKind.REOPENED, EventKind.RESOLVED)
    events_of(store, 2, MONDAY + timedelta(minutes=9), EventKind.STATED)
    with store.snapshot() as unit:
        assert unit.issued.tickets_since(days, last) == 3


def test_a_clock_that_is_set_back_freezes_no_earlier_than_the_latest_event(
    store: Store, kpis: Kpis, frozen: FrozenBaseline
) -> None:
    def again() -> datetime:
        return kpis.freeze(
            frozen.period.first_day, frozen.period.last_day, frozen.frozen_at
        ).frozen_at

    later = frozen.frozen_at + timedelta(weeks=12)
    add_ticket(store, later, handling=20, source=Source.IMPORT)
    # One may be dated wrongly.
    assert again() == frozen.frozen_at

    for minute in range(10):
        at = later + timedelta(minutes=minute)
        add_ticket(store, at, handling=20, source=Source.IMPORT)
    assert again() >= later

"""A session sees the desk or the sandbox, in whatever way it asks."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, col, select

from models.store import scope
from models.store.scope import ALL_SCOPES
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    Case,
    CaseState,
    DecidedBy,
    EventKind,
    Person,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketText,
)
from tests.rows import add_case

NOT_THERE = {
    "article_draft": "drafts are made of tickets in earnest only",
    "outage_report": "the sandbox neither finds outages nor counts anybody in",
}


def write(store: Store, source: Source, now: datetime) -> int:
    with store.begin() as unit:
        case = add_case(unit, CaseState.TICKET, now)
        ticket = Ticket(
            case_id=case.id,
            source=source,
            status=Status.NEW,
            decided_by=DecidedBy.NOBODY,
            opened_at=now,
        )
        number = unit.tickets.add_ticket(ticket, TicketText(ticket_id=0)).id or 0
        unit.tickets.record(
            TicketEvent(
                case_id=case.id,
                ticket_id=number,
                kind=EventKind.ASKED,
                at=now,
                command_id="e",
            )
        )
        return number


@pytest.fixture
def numbers(store: Store, now: datetime) -> dict[bool, int]:
    """Write one ticket in each world; their numbers by whether it is the sandbox."""
    return {
        False: write(store, Source.SLACK, now),
        True: write(store.sandbox(), Source.SANDBOX, now),
    }


def _exists() -> Any:
    of_case = select_columns(col(Case.id)).where(
        col(Case.person_id) == col(Person.id), col(Case.id) == col(Ticket.case_id)
    )
    return select_columns(col(Ticket.id)).join(Person, of_case.exists())


def _subquery() -> Any:
    inner = select_columns(col(Ticket.id).label("id")).subquery()
    return select_columns(inner.c.id)


OTHER: Any = aliased(Ticket)
QUERIES: dict[str, Callable[[], Any]] = {
    "columns": lambda: select_columns(col(Ticket.id)),
    "entity": lambda: select_columns(Ticket).with_only_columns(col(Ticket.id)),
    "alias": lambda: select_columns(OTHER.id),
    "join": lambda: select_columns(col(TicketEvent.ticket_id)).join(
        Case, col(Case.id) == TicketEvent.case_id
    ),
    "events alone": lambda: select_columns(col(TicketEvent.ticket_id)),
    "texts alone": lambda: select_columns(col(TicketText.ticket_id)),
    "sub-query": _subquery,
    "exists": _exists,
    "in": lambda: select_columns(col(TicketText.ticket_id)).where(
        col(TicketText.ticket_id).in_(select_columns(col(Ticket.id)))
    ),
    "union": lambda: select_columns(col(Ticket.id)).union(select_columns(col(Ticket.id))),
}


@pytest.mark.parametrize("sandbox", [False, True])
@pytest.mark.parametrize("name", list(QUERIES))
def test_a_query_sees_one_world(
    store: Store, numbers: dict[bool, int], name: str, sandbox: bool
) -> None:
    world = store.sandbox() if sandbox else store
    with world.snapshot() as unit:
        assert list(unit._session.execute(QUERIES[name]()).scalars()) == [numbers[sandbox]]
        assert unit.tickets.find(numbers[sandbox]) is not None
        assert unit.tickets.find(numbers[not sandbox]) is None


def test_a_change_reaches_one_world(store: Store, numbers: dict[bool, int]) -> None:
    with store.begin() as unit:
        unit._session.execute(update(TicketText).values(title="desk"))
        unit._session.execute(update(Case).values(language="de"))
    with store.sandbox().begin() as unit:
        assert unit.tickets.text(numbers[True]).title == ""
        unit._session.execute(delete(TicketEvent))
        unit._session.execute(delete(TicketText))
    with store.snapshot() as unit:
        assert unit.tickets.text(numbers[False]).title == "desk"
        assert len(unit.tickets.events_of(numbers[False])) == 1


def test_who_says_so_sees_both(store: Store, numbers: dict[bool, int]) -> None:
    def seen(unit: UnitOfWork) -> list[int]:
        query = select(Ticket.id).order_by(col(Ticket.id))
        return list(unit._session.execute(query, execution_options={ALL_SCOPES: True}).scalars())

    with store.snapshot() as unit:
        assert seen(unit) == sorted(numbers.values())


def test_every_table_of_cases_and_tickets_is_in_one_of_the_worlds() -> None:
    covered = {kind.__tablename__ for kind in (*scope._MARKED, *scope._SOURCED)}
    of_them = {
        table.name
        for table in SQLModel.metadata.sorted_tables
        if {"case_id", "ticket_id"} & set(table.columns.keys())
        or {key.column.table.name for key in table.foreign_keys} & {"help_case", "ticket"}
    }
    assert of_them - covered == set(NOT_THERE)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5_000, 5_001])
def test_rows_of_the_driver_come_all_and_once_however_many_there_are(
    store: Store, now: datetime, n: int
) -> None:
    with store.begin() as unit:
        made = [{"id": f"p{number}", "erased_at": now} for number in range(n)]
        session = unit.tickets._session
        if made:
            session.execute(insert(Person), made)
    with store.snapshot() as unit:
        session = unit.tickets._session
        rows = [row for part in session.driver_rows(select(col(Person.id))) for row in part]
    assert sorted(row[0] for row in rows) == sorted(f"p{number}" for number in range(n))

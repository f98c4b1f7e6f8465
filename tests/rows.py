"""Rows for tests: as they stand, read as nothing else reads them, and such as are put in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlmodel import SQLModel, col, select

from models.store.transaction import UnitOfWork
from models.tables import Case, CaseState, Label, Ticket, TicketEvent, TicketText, TicketTimes


def labels_of(unit: UnitOfWork, ticket_id: int) -> Sequence[Label]:
    query = select(Label).where(Label.ticket_id == ticket_id).order_by(col(Label.id))
    return unit._session.exec(query).all()


def events(unit: UnitOfWork) -> Sequence[TicketEvent]:
    query = select(TicketEvent).order_by(col(TicketEvent.at), col(TicketEvent.id))
    return unit._session.exec(query).all()


def add_case(unit: UnitOfWork, state: CaseState, now: datetime) -> Case:
    """Put in a question that somebody asked in a channel."""
    return unit.tickets.save(
        Case(
            person_id=unit.people.by_slack_id("U1", now).id,
            channel="C1",
            thread_ts="1.1",
            entrance="help",
            language="sv",
            state=state,
            opened_at=now,
            last_message_at=now,
        )
    )


def insert(connection: Connection, row: SQLModel) -> Any:
    """Put in a row as it stands and return its key; many are in ten times sooner than saved."""
    values = {name: value for name, value in row.model_dump().items() if value is not None}
    table = SQLModel.metadata.tables[str(row.__tablename__)]
    return connection.execute(table.insert(), values).inserted_primary_key[0]  # type: ignore[index]


def insert_ticket(connection: Connection, ticket: Ticket, times: TicketTimes) -> int:
    """Put in a ticket without words, with its times."""
    number: int = insert(connection, ticket)
    times.ticket_id = number
    insert(connection, TicketText(ticket_id=number))
    insert(connection, times)
    return number

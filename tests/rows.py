"""Rows as they stand, for tests: nothing but them reads these so."""

from collections.abc import Sequence

from sqlmodel import col, select

from models.store.transaction import Unit
from models.tables import Label, TicketEvent


def labels_of(unit: Unit, ticket_id: int) -> Sequence[Label]:
    query = select(Label).where(Label.ticket_id == ticket_id).order_by(col(Label.id))
    return unit._session.exec(query).all()


def events(unit: Unit) -> Sequence[TicketEvent]:
    query = select(TicketEvent).order_by(col(TicketEvent.at), col(TicketEvent.id))
    return unit._session.exec(query).all()

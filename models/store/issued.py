"""Statements as they were issued, and what came since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select

from models.store.baseline_events import EventRange, marks
from models.store.repository import Repository
from models.tables import CostEntry, IssuedStatement, TicketEvent, TicketTimes


@dataclass(frozen=True, slots=True)
class BookedSince:
    """How many costs were booked since a moment, and their sum in cents."""

    n: int
    cents: int


class IssuedRepository(Repository):
    """The table issued_statement."""

    def of(self, quarter: str) -> IssuedStatement | None:
        """Return the statement of a quarter (``2026Q4``) as it was issued last."""
        return next(reversed(self.each_of(quarter)), None)

    def each_of(self, quarter: str) -> Sequence[IssuedStatement]:
        """Return the statements of a quarter as they were issued, the oldest first."""
        query = select(IssuedStatement).where(IssuedStatement.quarter == quarter)
        return self._session.exec(query.order_by(col(IssuedStatement.id))).all()

    def all(self) -> list[IssuedStatement]:
        """Return all that were ever issued, the oldest first."""
        return list(self._session.exec(select(IssuedStatement).order_by(col(IssuedStatement.id))))

    def booked_since(self, moment: datetime, last_day: date) -> BookedSince:
        """Return the costs of days up to ``last_day`` that were booked after a moment."""
        query = select_columns(func.count(), func.coalesce(func.sum(CostEntry.cents), 0)).where(
            col(CostEntry.recorded_at) > moment, col(CostEntry.booked_on) <= last_day
        )
        n, cents = self._session.execute(query).one()
        return BookedSince(n, int(cents))

    def tickets_since(self, days: EventRange, last: int) -> int:
        """Return how many tickets opened or resolved on these days have events after ``last``."""
        mark = aliased(TicketEvent)
        marked = (
            select_columns(col(mark.id))
            .where(*marks(mark, days), col(mark.ticket_id) == col(TicketEvent.ticket_id))
            .exists()
        )
        query = (
            select_columns(func.count(func.distinct(col(TicketEvent.ticket_id))))
            .join(TicketTimes, col(TicketTimes.ticket_id) == col(TicketEvent.ticket_id))
            .where(col(TicketEvent.id) > last, col(TicketTimes.source).in_(days.sources), marked)
        )
        return int(self._session.execute(query).scalar_one())

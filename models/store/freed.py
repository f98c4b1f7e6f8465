"""What freed time was used for, as declared, and what that is measured by."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select as select_columns
from sqlmodel import col, func, select

from models.store.repository import Repository
from models.store.ticket_times import opened_in, resolved_in
from models.tables import (
    EventKind,
    FreedDeclaration,
    MoneyDecision,
    Source,
    Ticket,
    TicketEvent,
    TicketTimes,
)

_BATCH = 10_000


class TicketFlow(NamedTuple):
    """How many tickets came in, and how many were resolved."""

    opened: int
    resolved: int


class FreedRepository(Repository):
    """The tables freed_declaration and money_decision, and what the staff did when."""

    def declarations(self, quarter: str | None = None) -> Sequence[FreedDeclaration]:
        """Return what was declared of a quarter, or of all, the oldest first."""
        query = select(FreedDeclaration)
        if quarter is not None:
            query = query.where(FreedDeclaration.quarter == quarter)
        return self._session.exec(query.order_by(col(FreedDeclaration.id))).all()

    def decisions(self, quarter: str) -> Sequence[MoneyDecision]:
        """Return what the finance team said of a quarter's money, the oldest first."""
        query = select(MoneyDecision).where(MoneyDecision.quarter == quarter)
        return self._session.exec(query.order_by(col(MoneyDecision.id))).all()

    def flow(self, start: datetime, end: datetime, sources: Sequence[Source]) -> TicketFlow:
        """Return the tickets opened, and those resolved for the last time, in [start, end)."""
        opened, resolved = (
            self._session.exec(select(func.count()).select_from(TicketTimes).where(one)).one()
            for one in (opened_in(start, end, sources), resolved_in(start, end, sources))
        )
        return TicketFlow(int(opened), int(resolved))

    def acts(
        self,
        start: datetime,
        end: datetime,
        sources: Sequence[Source],
        kinds: Sequence[EventKind],
    ) -> Iterator[TicketEvent]:
        """Yield what known people did with tickets in [start, end); imported acts are nobody's."""
        query = (
            select_columns(
                col(TicketEvent.kind),
                col(TicketEvent.at),
                col(TicketEvent.actor),
                col(TicketEvent.detail),
            )
            .join(Ticket, col(Ticket.id) == col(TicketEvent.ticket_id))
            .where(
                col(TicketEvent.at) >= start,
                col(TicketEvent.at) < end,
                col(TicketEvent.actor) != "",
                col(TicketEvent.kind).in_(kinds),
                col(Ticket.source).in_(sources),
            )
            .order_by(col(TicketEvent.at), col(TicketEvent.id))
        )
        rows = self._session.execute(query, execution_options={"yield_per": _BATCH})
        for kind, at, actor, detail in rows:
            yield TicketEvent(kind=kind, at=at, actor=actor, detail=detail, command_id="")

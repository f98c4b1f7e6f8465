"""A person's own questions and tickets, for that person's eyes only."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from models.store.figures import STEPS, CaseStep, case_step
from models.store.repository import Repository
from models.tables import Case, CaseState, Ticket, TicketEvent, TicketTimes


class OwnFigureRepository(Repository):
    """What one person asked; whoever asks of another is refused before (`SEE_OWN_CARD`)."""

    def asked(self, person_id: str, since: datetime) -> int:
        """Return how many questions the person asked since then; none that were taken back."""
        query = select(Case.id).where(
            Case.person_id == person_id,
            Case.opened_at >= since,
            Case.state != CaseState.WITHDRAWN,
        )
        return len(self._session.exec(query).all())

    def steps(self, person_id: str, since: datetime) -> list[CaseStep]:
        """Return what happened to the person's questions of since then, in the order of time."""
        query = STEPS.join(Case, col(Case.id) == col(TicketEvent.case_id)).where(
            col(Case.person_id) == person_id, col(Case.opened_at) >= since
        )
        return list(map(case_step, self._session.execute(query)))

    def waits(self, person_id: str, since: datetime) -> Sequence[float | None]:
        """Return the business minutes to a person's first sign, one for each own ticket."""
        query = (
            select(TicketTimes.first_response_minutes)
            .join(Ticket, col(Ticket.id) == col(TicketTimes.ticket_id))
            .where(Ticket.requester_id == person_id, TicketTimes.opened_at >= since)
        )
        return self._session.exec(query.order_by(col(TicketTimes.ticket_id))).all()

"""Incidents, what people reported, and what is kept out because of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import col, func, select

from models.store.repository import Repository
from models.tables import Incident, IncidentReport, IncidentState, Quarantine


class IncidentRepository(Repository):
    """The tables incident, incident_report and quarantine."""

    def get(self, incident_id: int) -> Incident | None:
        """Return an incident, locked until the transaction ends."""
        return self._locked(Incident, incident_id)

    def open_about(self, subject: str) -> Incident | None:
        """Return the open incident about an answer or a label, if there is one, locked."""
        query = select(Incident).where(
            Incident.subject == subject, Incident.state == IncidentState.OPEN
        )
        # Whoever closes it at this moment goes first: then it is not open any more.
        if self._locks:
            query = query.with_for_update().execution_options(populate_existing=True)
        return self._session.exec(query.order_by(col(Incident.id))).first()

    def open_of(self, owner: str) -> Sequence[Incident]:
        """Return the open incidents that somebody answers for, by pseudonym."""
        query = select(Incident).where(
            Incident.owner == owner, Incident.state == IncidentState.OPEN
        )
        return self._session.exec(query.order_by(col(Incident.id))).all()

    def listing(self, *, everything: bool = False, most: int = 200) -> Sequence[Incident]:
        """Return the open incidents, or all of them, the newest first."""
        query = select(Incident)
        if not everything:
            query = query.where(Incident.state == IncidentState.OPEN)
        return self._session.exec(query.order_by(col(Incident.id).desc()).limit(most)).all()

    def between(self, start: datetime, end: datetime) -> Sequence[Incident]:
        """Return the incidents that began in [start, end)."""
        query = select(Incident).where(Incident.opened_at >= start, Incident.opened_at < end)
        return self._session.exec(query.order_by(col(Incident.id))).all()

    # Reports -----------------------------------------------------------------------------------

    def reported(self, reporter: str, subject: str, said_sha256: str) -> bool:
        """Return whether the person reported the very same before."""
        query = select(IncidentReport.id).where(
            IncidentReport.reporter == reporter,
            IncidentReport.subject == subject,
            IncidentReport.said_sha256 == said_sha256,
        )
        return self._session.exec(query).first() is not None

    def reports_since(self, reporter: str, since: datetime) -> int:
        """Return how much a person reported since then."""
        query = select(func.count()).select_from(IncidentReport)
        mine = query.where(IncidentReport.reporter == reporter, IncidentReport.at > since)
        return self._session.exec(mine).one()

    def reports_of(self, incident_id: int) -> Sequence[IncidentReport]:
        """Return what was reported of an incident, in its order."""
        query = select(IncidentReport).where(IncidentReport.incident_id == incident_id)
        return self._session.exec(query.order_by(col(IncidentReport.id))).all()

    # Quarantine --------------------------------------------------------------------------------

    def keep_out(self, rows: Iterable[Quarantine]) -> None:
        self.save_all(rows)

    def kept_out_by(self, incident_id: int) -> Sequence[Quarantine]:
        """Return what an incident keeps, or kept, from everybody."""
        query = select(Quarantine).where(Quarantine.incident_id == incident_id)
        return self._session.exec(query.order_by(col(Quarantine.id))).all()

    def lift(self, incident_id: int, now: datetime) -> None:
        """Let everybody see again what this incident kept out, unless another one does."""
        for row in self.kept_out_by(incident_id):
            row.lifted_at = row.lifted_at or now
            self.save(row)

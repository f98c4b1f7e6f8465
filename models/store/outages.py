"""Outages, and whom they meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from models.store.repository import Repository
from models.tables import Case, CaseMessage, Outage, OutageReport, OutageState

_MOST = 1_000


@dataclass(frozen=True, slots=True)
class RecentWords:
    """What somebody wrote, and in which case."""

    case_id: int
    person_id: str
    text: str
    at: datetime


class OutageRepository(Repository):
    """The tables outage and outage_report."""

    def locked(self, outage_id: int) -> Outage | None:
        """Return an outage, locked until the transaction ends."""
        return self._locked(Outage, outage_id)

    def begun(self, *states: OutageState) -> Sequence[Outage]:
        """Return the outages that stand so."""
        query = select(Outage).where(col(Outage.state).in_(states))
        return self._session.exec(query.order_by(col(Outage.id).desc()).limit(100)).all()

    def dismissed_since(self, since: datetime) -> Sequence[Outage]:
        """Return the outages that were none, as somebody said since a moment."""
        query = select(Outage).where(
            Outage.state == OutageState.DISMISSED, col(Outage.closed_at) >= since
        )
        return self._session.exec(query).all()

    def written_since(self, since: datetime) -> Sequence[RecentWords]:
        """Return what people wrote since a moment, the newest first."""
        query = (
            select(Case.id, Case.person_id, CaseMessage.text, Case.opened_at)
            .join(CaseMessage, col(CaseMessage.case_id) == col(Case.id))
            .where(Case.opened_at >= since, CaseMessage.text != "")
        )
        rows = self._session.exec(query.order_by(col(CaseMessage.id).desc()).limit(_MOST)).all()
        return [RecentWords(case or 0, person, text, at) for case, person, text, at in rows]

    def join(self, outage_id: int, person_id: str, case_id: int | None, at: datetime) -> bool:
        """Count somebody in, once; return whether they are new."""
        return self._insert_once(
            OutageReport, outage_id=outage_id, person_id=person_id, case_id=case_id, at=at
        )

    def reports(self, outage_id: int) -> Sequence[OutageReport]:
        query = select(OutageReport).where(OutageReport.outage_id == outage_id)
        return self._session.exec(query.order_by(col(OutageReport.at))).all()

    def met(self, outage_id: int) -> int:
        """Return how many people an outage meets."""
        query = select(func.count()).select_from(OutageReport)
        return self._session.exec(query.where(OutageReport.outage_id == outage_id)).one()

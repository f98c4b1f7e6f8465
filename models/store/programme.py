"""The 90-day plan: when it began, what was done, and what the store itself can attest."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import col, func, select

from models.store.cabinet import Cabinet
from models.tables import CheckpointDone, Plan, Source, Ticket


class Programme(Cabinet):
    """The tables plan and checkpoint_done."""

    def current(self) -> Plan | None:
        """Return the plan that runs, if any."""
        query = select(Plan).where(col(Plan.ended_at).is_(None)).order_by(col(Plan.id).desc())
        return self._session.exec(query.limit(1)).first()

    def start(self, started_on: date, now: datetime) -> Plan:
        """Begin a plan; the one that ran so far ends."""
        for earlier in self._session.exec(select(Plan).where(col(Plan.ended_at).is_(None))).all():
            earlier.ended_at = now
            self._session.add(earlier)
        plan = Plan(started_on=started_on, recorded_at=now)
        self._session.add(plan)
        self._session.flush()
        return plan

    def done(self, plan_id: int) -> Mapping[str, CheckpointDone]:
        """Return what was marked done, by checkpoint."""
        query = select(CheckpointDone).where(CheckpointDone.plan_id == plan_id)
        return {row.key: row for row in self._session.exec(query).all()}

    def mark(self, plan_id: int, key: str, evidence: str, now: datetime) -> None:
        """Mark a checkpoint done; a second time replaces the evidence."""
        row = CheckpointDone(plan_id=plan_id, key=key, done_at=now, evidence=evidence)
        self._session.merge(row)
        self._session.flush()

    def real_tickets(self, start: datetime, end: datetime) -> int:
        """Return how many tickets real people opened in [start, end)."""
        query = (
            select(func.count())
            .select_from(Ticket)
            .where(Ticket.source == Source.SLACK, Ticket.opened_at >= start, Ticket.opened_at < end)
        )
        return self._session.exec(query).one()

"""The 90-day plan: when it began, what was said of its tasks, what the store can attest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from models.store.repository import Repository
from models.tables import (
    Article,
    ChangeNotice,
    CompanyKpi,
    CostEntry,
    EventKind,
    JobRun,
    ModelVersion,
    NoticeReceipt,
    Plan,
    PlanChange,
    RunState,
    Source,
    Ticket,
    TicketEvent,
)


class Trained(NamedTuple):
    """A model that passed the gate; ``n`` tickets were in its comparison."""

    version: int
    accuracy: float
    n: int


@dataclass(frozen=True, slots=True)
class PlanCounts:
    """What can be counted for the plan; from its start on, except for what is prepared.

    ``imported``, ``articles``, ``company_kpis`` and ``model`` count whenever they came;
    ``askers`` are the people who opened the ``real`` tickets.
    """

    imported: int = 0
    real: int = 0
    askers: int = 0
    answers: int = 0
    first_answer_at: datetime | None = None
    verdicts: int = 0
    articles: int = 0
    digests: int = 0
    costs: int = 0
    cost_cents: int = 0
    company_kpis: int = 0
    notices: int = 0
    notice_on: date | None = None
    notice_read: int = 0
    model: Trained | None = None


class PlanRepository(Repository):
    """The tables plan and plan_change."""

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
        return self.save(plan)

    def changes(self, plan_id: int) -> Sequence[PlanChange]:
        """Return what was said of a plan, in the order in which it was written."""
        query = select(PlanChange).where(PlanChange.plan_id == plan_id)
        return self._session.exec(query.order_by(col(PlanChange.id))).all()

    def counted(self, start: datetime, end: datetime, *, besides: str) -> PlanCounts:
        """Count what attests the plan's tasks in [start, end).

        ``besides`` names the document that came with Lotsen, which nobody imported.
        """
        answered = self._events(start, end, EventKind.ANSWERED)
        judged = (EventKind.ANSWER_SOLVED, EventKind.ANSWER_NOT_SOLVED)
        first = select(func.min(TicketEvent.at)).where(*answered)
        costs = select(func.count(), func.coalesce(func.sum(CostEntry.cents), 0)).select_from(
            CostEntry
        )
        entries, cents = self._session.exec(costs).one()
        real, askers = self._real(start, end)
        notices, notice_on, read = self._notices(start, end)
        return PlanCounts(
            imported=self._count(
                select(func.count()).select_from(Ticket).where(Ticket.source == Source.IMPORT)
            ),
            real=real,
            askers=askers,
            answers=self._count(select(func.count()).select_from(TicketEvent).where(*answered)),
            first_answer_at=self._session.exec(first).one(),
            verdicts=self._count(
                select(func.count())
                .select_from(TicketEvent)
                .where(*self._events(start, end, *judged))
            ),
            articles=self._count(
                select(func.count()).select_from(Article).where(Article.document != besides)
            ),
            digests=self._digests(start, end),
            costs=entries,
            cost_cents=int(cents),
            company_kpis=self._count(select(func.count()).select_from(CompanyKpi)),
            notices=notices,
            notice_on=notice_on,
            notice_read=read,
            model=self._model(),
        )

    def _events(self, start: datetime, end: datetime, *kinds: EventKind) -> tuple[bool, ...]:
        return (
            col(TicketEvent.kind).in_(kinds),  # type: ignore[return-value]  # a condition, not a bool
            TicketEvent.at >= start,
            TicketEvent.at < end,
        )

    def _real(self, start: datetime, end: datetime) -> tuple[int, int]:
        query = (
            select(func.count(), func.count(func.distinct(Ticket.requester_id)))
            .select_from(Ticket)
            .where(Ticket.source == Source.SLACK, Ticket.opened_at >= start, Ticket.opened_at < end)
        )
        tickets, people = self._session.exec(query).one()
        return tickets, people

    def _notices(self, start: datetime, end: datetime) -> tuple[int, date | None, int]:
        """Return how many change notices were posted, when the latest was, and its readers."""
        query = select(ChangeNotice).where(
            ChangeNotice.document == "change_notice",
            ChangeNotice.at >= start,
            ChangeNotice.at < end,
        )
        found = self._session.exec(query.order_by(col(ChangeNotice.id).desc())).all()
        if not found:
            return 0, None, 0
        readers = select(func.count()).select_from(NoticeReceipt)
        read = self._count(readers.where(NoticeReceipt.notice_id == found[0].id))
        return len(found), found[0].posted_on, read

    def _digests(self, start: datetime, end: datetime) -> int:
        query = select(func.count()).select_from(JobRun)
        return self._count(
            query.where(
                JobRun.job == "weekly_digest",
                JobRun.state == RunState.DONE,
                JobRun.due_at >= start,
                JobRun.due_at < end,
            )
        )

    def _model(self) -> Trained | None:
        # Not the whole row: the model's file is in it.
        query = select(ModelVersion.id, ModelVersion.accuracy, ModelVersion.n)
        newest = query.where(col(ModelVersion.promoted)).order_by(col(ModelVersion.id).desc())
        found = self._session.exec(newest.limit(1)).first()
        return Trained(found[0] or 0, found[1], found[2]) if found else None

    def _count(self, query: SelectOfScalar[int]) -> int:
        return self._session.exec(query).one()

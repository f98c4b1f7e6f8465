"""The rows that figures are computed from: numbers, moments and minutes, nobody's name.

No query here reads who asked, who worked, a title or a text. Where the staff of a team are
counted, only their number leaves this room.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import select as select_columns
from sqlmodel import col, func, not_, or_, select

from models.store.columns import Columns, read_times
from models.store.oversight import last_blind
from models.store.repository import Repository
from models.store.ticket_times import WAITING, in_parts, opened_in
from models.tables import (
    Arm,
    Case,
    CostEntry,
    CostKind,
    EventKind,
    KpiReading,
    Label,
    LlmCall,
    Person,
    Source,
    Ticket,
    TicketEvent,
    TicketTimes,
)

_ALONE = col(Ticket.case_id).is_(None)
Grouping = Literal["category", "team", "requester_team"]

_WORK = (
    *(EventKind.CLAIMED, EventKind.REASSIGNED, EventKind.PAUSED, EventKind.RESUMED),
    *(EventKind.RESOLVED, EventKind.RESPONDED, EventKind.CLOSED, EventKind.STATED),
)

_ENDS = (EventKind.CLOSED, EventKind.WITHDRAWN)


class OpenTicket(NamedTuple):
    """A ticket that was open at a moment, and when it was resolved since."""

    number: int
    opened_at: datetime
    resolved_at: datetime | None
    category: str
    evidence: str


class BlindLine(NamedTuple):
    """A blind sample: the ticket, when it was labelled, and whether the classifier was right."""

    number: int
    opened_at: datetime
    labelled_at: datetime
    category: str
    right: bool


class ArmLine(NamedTuple):
    """A case that was put into an arm, and the ticket that it became, if any."""

    at: datetime
    arm: Arm
    category: str
    number: int | None
    opened_at: datetime | None
    case: int | None = None
    evidence: str = ""


class WaitLine(NamedTuple):
    """A ticket and the question that it came from, if any; ``waits``: nobody solved it yet.

    ``business`` are the business minutes from its opening to its last resolution.
    """

    case_id: int | None
    number: int
    opened_at: datetime
    resolved_at: datetime | None
    business: float | None
    waits: bool
    category: str


class CallLine(NamedTuple):
    """A call of the language model: when, which model, and what it cost in millionths of a euro."""

    at: datetime
    model: str
    cost_micros: int


class DrilldownRepository(Repository):
    """What stands behind the figures, row by row."""

    def open_before(self, at: datetime, sources: Sequence[Source]) -> list[OpenTicket]:
        """Return the tickets that were open right before ``at``, by number.

        What was opened at that very instant belongs to what follows, and so does what was
        resolved then. A ticket that was closed without being resolved was open until then. One
        that was resolved before and reopened since counts as open all along: the projection
        keeps the last resolution only.
        """
        # Two questions, each with an index, where one with OR would read every ticket.
        known = (TicketTimes.opened_at < at, col(TicketTimes.source).in_(sources))
        # SQLite would read all that were opened before: most of the table. The few that were
        # resolved since stand together in the other index; a function hides the first from it.
        opened = func.coalesce(col(TicketTimes.opened_at), col(TicketTimes.resolved_at))
        since = self._lines(opened < at, known[1], col(TicketTimes.resolved_at) >= at)
        waiting = select(Ticket.id).where(col(Ticket.status).in_(WAITING))
        ended = select(TicketEvent.ticket_id).where(
            col(TicketEvent.kind).in_(_ENDS), TicketEvent.at >= at
        )
        number, resolved_at = col(TicketTimes.ticket_id), col(TicketTimes.resolved_at)
        still = self._lines(
            *known, resolved_at.is_(None), or_(number.in_(waiting), number.in_(ended))
        )
        return sorted((*since, *still), key=lambda line: line.number)

    def solved_alone(
        self,
        start: datetime,
        end: datetime,
        sources: Sequence[Source],
        details: Sequence[str] = (),
    ) -> Columns:
        """Return the business minutes of the solved tickets that came from no question.

        Parameters
        ----------
        details
            Columns of `TicketTimes` that are wanted, too.
        """
        minutes = col(TicketTimes.resolution_business_minutes)
        return read_times(
            self._session,
            ("resolution_business_minutes", *details),
            lambda query: query.join(Ticket, col(Ticket.id) == col(TicketTimes.ticket_id)).where(
                opened_in(start, end, sources), minutes.is_not(None), _ALONE
            ),
        )

    def waits(self, start: datetime, end: datetime, sources: Sequence[Source]) -> list[WaitLine]:
        """Return the tickets opened in [start, end), by number, without those of `solved_alone`."""
        minutes = col(TicketTimes.resolution_business_minutes)
        query = (
            select_columns(
                *(col(Ticket.case_id), col(Ticket.id), col(TicketTimes.opened_at)),
                *(col(TicketTimes.resolved_at), minutes),
                *(col(Ticket.status).in_(WAITING), col(TicketTimes.final_category)),
            )
            .join(Ticket, col(Ticket.id) == col(TicketTimes.ticket_id))
            .where(opened_in(start, end, sources), or_(minutes.is_(None), not_(_ALONE)))
            .order_by(col(Ticket.id))
        )
        return [WaitLine(*row) for row in self._session.execute(query)]

    def blind(self, start: datetime, end: datetime, sources: Sequence[Source]) -> list[BlindLine]:
        """Return the blind samples labelled in [start, end), in the order of time."""
        query = last_blind().where(
            Label.at >= start, Label.at < end, col(Ticket.source).in_(sources)
        )
        rows = query.add_columns(col(Ticket.opened_at)).order_by(col(Label.at), col(Label.id))
        return [
            BlindLine(row.ticket_id, at, row.at, row.category, row.category == row.suggested)
            for row, at in self._session.execute(rows)
        ]

    def arms(self, start: datetime, end: datetime) -> list[ArmLine]:
        """Return the cases assigned in [start, end), as `EffectRepository.arms` counts them."""
        at = col(TicketEvent.at)
        query = (
            select_columns(
                *(at, col(TicketEvent.detail), col(Ticket.id), col(Ticket.opened_at)),
                *(col(TicketEvent.case_id), func.coalesce(col(TicketTimes.evidence), "")),
            )
            .outerjoin(Case, col(Case.id) == col(TicketEvent.case_id))
            .outerjoin(Ticket, col(Ticket.id) == col(Case.ticket_id))
            .outerjoin(TicketTimes, col(TicketTimes.ticket_id) == col(Ticket.id))
            .where(col(TicketEvent.kind) == EventKind.RANDOMISED, at >= start, at < end)
            .order_by(at, col(TicketEvent.id))
        )
        return [
            ArmLine(at, Arm(detail["mode"]), detail.get("category") or "", *rest)
            for at, detail, *rest in self._session.execute(query)
        ]

    def costs(
        self, first_day: date, last_day: date, kind: CostKind | None = None
    ) -> list[CostEntry]:
        """Return the entries of the ledger of these days, of one kind or of all."""
        query = select(CostEntry).where(
            CostEntry.booked_on >= first_day, CostEntry.booked_on <= last_day
        )
        query = query.where(CostEntry.kind == kind) if kind else query
        return list(self._session.exec(query.order_by(col(CostEntry.booked_on), col(CostEntry.id))))

    def calls(self, start: datetime, end: datetime) -> list[CallLine]:
        """Return the calls of the language model in [start, end), in the order of time."""
        query = (
            select_columns(col(LlmCall.at), col(LlmCall.model), col(LlmCall.cost_micros))
            .where(col(LlmCall.at) >= start, col(LlmCall.at) < end)
            .order_by(col(LlmCall.at), col(LlmCall.id))
        )
        return [CallLine(*row) for row in self._session.execute(query)]

    def readings(self, key: str, first_day: date, last_day: date) -> list[KpiReading]:
        """Return what was read of a company's key figure on these days."""
        query = select(KpiReading).where(
            KpiReading.kpi_key == key,
            KpiReading.on_day >= first_day,
            KpiReading.on_day <= last_day,
        )
        return list(self._session.exec(query.order_by(col(KpiReading.on_day), col(KpiReading.id))))

    # Cuts ----------------------------------------------------------------------------------

    def groups_of(self, numbers: Iterable[int], by: Grouping) -> dict[int, str]:
        """Return the team of each ticket: the support team's, or that of whoever asked."""
        of_team = col(Ticket.team) if by == "team" else func.coalesce(col(Person.team), "")
        found: dict[int, str] = {}
        for some in in_parts(numbers):
            query = (
                select_columns(col(Ticket.id), of_team)
                .outerjoin(Person, col(Person.id) == col(Ticket.requester_id))
                .where(col(Ticket.id).in_(some))
            )
            found.update((number, team) for number, team in self._session.execute(query))
        return found

    def people_of(self, numbers: Iterable[int], by: Grouping) -> Mapping[int, frozenset[str]]:
        """Return who stands behind each ticket, as pseudonyms: to be counted, never shown.

        For a support team these are those of the staff who worked on it, else whoever asked.
        """
        people: dict[int, set[str]] = defaultdict(set)
        for some in in_parts(numbers):
            queries = (_workers(some), _assignees(some)) if by == "team" else (_requesters(some),)
            for query in queries:
                for number, person in self._session.execute(query):
                    people[number].add(person)
        return {number: frozenset(them) for number, them in people.items()}

    def _lines(self, *conditions: Any) -> list[OpenTicket]:
        query = select_columns(
            *(col(TicketTimes.ticket_id), col(TicketTimes.opened_at)),
            *(col(TicketTimes.resolved_at), col(TicketTimes.final_category)),
            col(TicketTimes.evidence),
        ).where(*conditions)
        return [OpenTicket(*row) for row in self._session.execute(query)]


def _workers(numbers: Sequence[int]) -> Any:
    return select_columns(col(TicketEvent.ticket_id), col(TicketEvent.actor)).where(
        col(TicketEvent.ticket_id).in_(numbers),
        col(TicketEvent.kind).in_(_WORK),
        col(TicketEvent.actor) != "",
    )


def _assignees(numbers: Sequence[int]) -> Any:
    return select_columns(col(Ticket.id), col(Ticket.assignee_id)).where(
        col(Ticket.id).in_(numbers), col(Ticket.assignee_id).is_not(None)
    )


def _requesters(numbers: Sequence[int]) -> Any:
    return select_columns(col(Ticket.id), col(Ticket.requester_id)).where(
        col(Ticket.id).in_(numbers), col(Ticket.requester_id).is_not(None)
    )

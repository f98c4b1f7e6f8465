"""Cases, tickets, their words and their events."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam
from sqlmodel import col, func, select

from models.errors import NotFoundError
from models.store.repository import Repository
from models.tables import (
    Case,
    CaseMessage,
    CaseState,
    Category,
    DecidedBy,
    Decision,
    EventKind,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketText,
    TicketTimes,
)

_UNRESOLVED = (Status.NEW, Status.CLAIMED, Status.PAUSED)
_WAITS = (col(Ticket.status).in_(_UNRESOLVED), col(Ticket.joined_to).is_(None))


# Asked for each message, some of them several times, so built once.
_MESSAGE: Final = select(CaseMessage).where(
    CaseMessage.channel == bindparam("place"), CaseMessage.ts == bindparam("stamp")
)
_MESSAGE_LOCKED: Final = _MESSAGE.with_for_update().execution_options(populate_existing=True)
_MESSAGES: Final = (
    select(CaseMessage).where(CaseMessage.case_id == bindparam("of")).order_by(col(CaseMessage.ts))
)
_WRITTEN: Final = (
    select(CaseMessage)
    .where(
        CaseMessage.person_id == bindparam("of"),
        CaseMessage.channel == bindparam("place"),
        CaseMessage.thread_ts == "",
        col(CaseMessage.case_id).is_not(None),
        col(CaseMessage.deleted_at).is_(None),
        col(CaseMessage.posted_at).between(bindparam("since"), bindparam("until")),
    )
    .order_by(col(CaseMessage.ts))
)
_LAST_CASE: Final = (
    select(Case)
    .where(
        Case.person_id == bindparam("of"),
        Case.channel == bindparam("place"),
        col(Case.opened_at) <= bindparam("until"),
        col(Case.state).not_in((CaseState.WITHDRAWN, CaseState.OPEN)),
    )
    .order_by(col(Case.opened_at).desc(), col(Case.id).desc())
    .limit(1)
)
_EVENTS: Final = (
    select(TicketEvent).where(TicketEvent.case_id == bindparam("of")).order_by(col(TicketEvent.id))
)
_DECISIONS: Final = (
    select(Decision).where(Decision.ticket_id == bindparam("of")).order_by(col(Decision.id).desc())
)
_IN_USE: Final = (
    select(Category)
    .where(col(Category.active).is_(True))
    .order_by(col(Category.position), Category.key)
)


class TicketRepository(Repository):
    """The tables of cases, tickets, events and categories."""

    def case(self, case_id: int) -> Case:
        """Return a case, locked until the transaction ends.

        Raises
        ------
        NotFoundError
            When there is none.
        """
        found = self.locked_case(case_id)
        if found is None:
            raise NotFoundError(f"no case {case_id}")
        return found

    def locked_case(self, case_id: int) -> Case | None:
        """Return a case as it is now, locked until the transaction ends, if there is one."""
        return self._locked(Case, case_id)

    def find_case(self, case_id: int) -> Case | None:
        return self._session.get(Case, case_id)

    def case_in_thread(self, channel: str, thread_ts: str) -> Case | None:
        query = select(Case).where(Case.channel == channel, Case.thread_ts == thread_ts)
        return self._session.exec(query.order_by(col(Case.id))).first()

    def last_case(self, person_id: str, channel: str, until: datetime) -> Case | None:
        """Return the last matter that a person began in the channel until then."""
        params = {"of": person_id, "place": channel, "until": until}
        return self._session.exec(_LAST_CASE, params=params).first()

    def written(
        self, person_id: str, channel: str, since: datetime, until: datetime
    ) -> Sequence[CaseMessage]:
        """Return what a person wrote outside of threads and what stands, in Slack's order."""
        params = {"of": person_id, "place": channel, "since": since, "until": until}
        return self._session.exec(_WRITTEN, params=params).all()

    def taken_in(self, person_id: str, since: datetime, until: datetime) -> int:
        """Return how many messages of a person after ``since`` are in cases."""
        query = select(func.count()).where(
            CaseMessage.person_id == person_id,
            col(CaseMessage.case_id).is_not(None),
            col(CaseMessage.posted_at) > since,
            col(CaseMessage.posted_at) <= until,
        )
        return self._session.exec(query).one()

    def closings(self, person_id: str, channel: str, since: datetime) -> Sequence[CaseMessage]:
        """Return what a person wrote after ``since`` to say that it is solved, and what stands."""
        query = select(CaseMessage).where(
            CaseMessage.person_id == person_id,
            CaseMessage.channel == channel,
            col(CaseMessage.closes).is_(True),
            col(CaseMessage.deleted_at).is_(None),
            col(CaseMessage.posted_at) > since,
        )
        return self._session.exec(query.order_by(col(CaseMessage.ts))).all()

    def was_answered(self, person_id: str) -> bool:
        """Return whether any question of the person got an answer."""
        query = (
            select(TicketEvent.id)
            .join(Case, col(Case.id) == col(TicketEvent.case_id))
            .where(Case.person_id == person_id, TicketEvent.kind == EventKind.ANSWERED)
        )
        return self._session.exec(query.limit(1)).first() is not None

    def message_at(self, channel: str, ts: str) -> CaseMessage | None:
        query = _MESSAGE_LOCKED if self._locks else _MESSAGE
        return self._session.exec(query, params={"place": channel, "stamp": ts}).first()

    def messages_of(self, case_id: int) -> Sequence[CaseMessage]:
        """Return what the person wrote, in the order of Slack's time."""
        return self._session.exec(_MESSAGES, params={"of": case_id}).all()

    def words_changed_at(self, case_id: int) -> datetime | None:
        """Return when the person last wrote, edited or deleted something of a case."""
        query = select(CaseMessage.posted_at, CaseMessage.edited_at, CaseMessage.deleted_at)
        rows = self._session.exec(query.where(CaseMessage.case_id == case_id)).all()
        return max((at for row in rows for at in row if at is not None), default=None)

    def add_ticket(self, ticket: Ticket, text: TicketText) -> Ticket:
        self.save(ticket)
        text.ticket_id = _id(ticket)
        self.save(text)
        return ticket

    def get(self, ticket_id: int) -> Ticket:
        """Return a ticket, locked until the transaction ends.

        Raises
        ------
        NotFoundError
            When there is none.
        """
        found = self._locked(Ticket, ticket_id)
        if found is None:
            raise NotFoundError(f"no ticket {ticket_id}")
        return found

    def find(self, ticket_id: int) -> Ticket | None:
        return self._session.get(Ticket, ticket_id)

    def text(self, ticket_id: int) -> TicketText:
        found = self._session.get(TicketText, ticket_id)
        return found or TicketText(ticket_id=ticket_id)

    def of_requester(self, person_id: str, limit: int = 10) -> Sequence[Ticket]:
        """Return a person's own tickets, the newest first."""
        query = select(Ticket).where(Ticket.requester_id == person_id)
        return self._session.exec(query.order_by(col(Ticket.id).desc()).limit(limit)).all()

    def unresolved(self, limit: int = 50) -> Sequence[Ticket]:
        """Return tickets that wait for the staff, the oldest first; none that follows another."""
        query = select(Ticket).where(*_WAITS)
        return self._session.exec(query.order_by(col(Ticket.opened_at)).limit(limit)).all()

    def count_waiting(self) -> int:
        """Return how many there are of those."""
        return self._session.exec(select(func.count()).select_from(Ticket).where(*_WAITS)).one()

    def count_unresolved(self) -> int:
        """Return how many are open, those among them that follow another."""
        query = select(func.count()).select_from(Ticket)
        return self._session.exec(query.where(col(Ticket.status).in_(_UNRESOLVED))).one()

    def waiting_words(self, limit: int) -> list[tuple[int, str]]:
        """Return number and words of the newest tickets that were asked here and wait."""
        query = (
            select(TicketText.ticket_id, TicketText.body)
            .join(Ticket, col(Ticket.id) == col(TicketText.ticket_id))
            .where(*_WAITS, col(Ticket.case_id).is_not(None), TicketText.body != "")
        )
        rows = self._session.exec(query.order_by(col(Ticket.id).desc()).limit(limit)).all()
        return [(number, words) for number, words in rows]

    def joined_to(self, ticket_id: int) -> Sequence[Ticket]:
        """Return the tickets that follow another one, whatever became of them, by number."""
        query = select(Ticket).where(Ticket.joined_to == ticket_id)
        return self._session.exec(query.order_by(col(Ticket.id))).all()

    def known_external(
        self, source: Source, ids: Iterable[str]
    ) -> dict[str, tuple[Status, str | None]]:
        """Return those of another system's tickets that are imported already.

        Id → status and imported category; the category is None where somebody here
        decided it since.
        """
        wanted, known = list(ids), dict[str, tuple[Status, str | None]]()
        for at in range(0, len(wanted), 500):
            here = col(Ticket.external_id).in_(wanted[at : at + 500])
            for row in self._session.exec(
                select(Ticket).where(Ticket.source == source, here)
            ).all():
                ours = row.decided_by in (DecidedBy.IMPORTED, DecidedBy.NOBODY)
                known[row.external_id or ""] = row.status, row.category if ours else None
        return known

    def record(self, *events: TicketEvent) -> None:
        """Append events; they are never changed."""
        self.save_all(events)

    def events_of(self, ticket_id: int) -> Sequence[TicketEvent]:
        query = select(TicketEvent).where(TicketEvent.ticket_id == ticket_id)
        return self._session.exec(query.order_by(col(TicketEvent.at), col(TicketEvent.id))).all()

    def events_of_case(self, case_id: int) -> Sequence[TicketEvent]:
        """Return what happened to a case, before it was a ticket and since, as it was written."""
        return self._session.exec(_EVENTS, params={"of": case_id}).all()

    def times(self, ticket_id: int) -> TicketTimes | None:
        return self._session.get(TicketTimes, ticket_id)

    def put_times(self, times: TicketTimes) -> None:
        """Write the projection of a ticket's events, replacing an earlier one."""
        self._session.merge(times)
        self._session.flush()

    def decisions_of(self, ticket_id: int) -> Sequence[Decision]:
        """Return how the category came about, the latest first."""
        return self._session.exec(_DECISIONS, params={"of": ticket_id}).all()

    def categories(self) -> Sequence[Category]:
        """Return the categories in use, in their order."""
        return self._session.exec(_IN_USE).all()

    def category(self, key: str) -> Category | None:
        return self._session.get(Category, key)

    def put_categories(self, categories: Iterable[Category]) -> None:
        for category in categories:
            self._session.merge(category)
        self._session.flush()

    def retire_categories(self, source: str) -> None:
        """Take the categories of ``source`` out of use."""
        for row in self._session.exec(select(Category).where(Category.source == source)).all():
            row.active = False
            self.save(row)

    def count(self) -> int:
        return self._session.exec(select(func.count()).select_from(Ticket)).one()


def _id(ticket: Ticket) -> int:
    if ticket.id is None:
        raise NotFoundError("the ticket has no id before it is stored")
    return ticket.id

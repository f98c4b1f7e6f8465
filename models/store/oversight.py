"""What people said of the classifier's work: labels, blind samples, suggest-only."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from models.store.repository import Repository
from models.tables import (
    Case,
    DecidedBy,
    Decision,
    DecisionMode,
    Label,
    LabelKind,
    Person,
    Source,
    Ticket,
    TicketText,
    TriageMode,
)

TEACHES = (LabelKind.BLIND, LabelKind.CORRECTED, LabelKind.CHOSEN)
"""Labels that a person gave; a confirmation is too weak to learn from."""
_JUDGED = 200
"""Newest judged decisions that tell how good somebody is at a category: models change."""


@dataclass(frozen=True, slots=True)
class StoredText:
    """A ticket with all that was known of it when it was opened, and what it became.

    ``title`` is empty where it was only cut from the body. ``team`` is the support team that
    it went to, ``requester_team`` the asker's own. ``key`` names it in any installation.
    """

    ticket_id: int
    key: str
    opened_at: datetime
    title: str
    body: str
    category: str
    priority: str
    team: str
    requester_team: str
    channel: str


@dataclass(frozen=True, slots=True)
class Guess:
    """What the classifier thought of a ticket, whatever became of it."""

    at: datetime
    category: str
    confidence: float


class OversightRepository(Repository):
    """The tables label and triage_mode, and the decisions beside them."""

    def new_labels(self, since: datetime | None) -> int:
        """Return how many tickets got a label that teaches after ``since``."""
        query = select(func.count(func.distinct(Label.ticket_id))).where(
            col(Label.kind).in_(TEACHES)
        )
        return self._session.exec(query.where(Label.at > since) if since else query).one()

    def label_counts(self) -> dict[LabelKind, int]:
        query = select(Label.kind, func.count()).group_by(col(Label.kind))
        return {LabelKind(kind): int(n) for kind, n in self._session.exec(query).all()}

    # Blind samples --------------------------------------------------------------------------

    def blind_between(
        self, start: datetime, end: datetime, sources: Sequence[Source]
    ) -> tuple[int, int]:
        """Return (right, labelled) of the blind samples labelled in [start, end)."""
        query = last_blind().where(
            Label.at >= start, Label.at < end, col(Ticket.source).in_(sources)
        )
        return _right_of(self._session.exec(query).all())

    def blind_since(self, since: datetime | None, most: int) -> tuple[int, int]:
        """Return (right, labelled) of the newest blind samples after ``since``."""
        query = last_blind().order_by(col(Label.id).desc()).limit(most)
        return _right_of(
            self._session.exec(query.where(Label.at > since) if since else query).all()
        )

    def blind_drawn(self) -> int:
        """Return how many tickets were drawn, labelled or not."""
        query = select(func.count(func.distinct(Decision.ticket_id)))
        return self._session.exec(query.where(Decision.mode == DecisionMode.BLIND)).one()

    # Suggest-only ---------------------------------------------------------------------------

    def mode(self) -> TriageMode | None:
        """Return the mode in force; None before the first demotion."""
        return self._session.exec(select(TriageMode).order_by(col(TriageMode.id).desc())).first()

    def suggest_only(self) -> bool:
        mode = self.mode()
        return mode is not None and mode.suggest_only

    def modes_since(self, since: datetime) -> Sequence[TriageMode]:
        """Return the changes of mode from ``since`` on, the oldest first."""
        query = select(TriageMode).where(TriageMode.at >= since)
        return self._session.exec(query.order_by(col(TriageMode.id))).all()

    # What is held out, and what was guessed -------------------------------------------------

    def untouched(self) -> Iterator[StoredText]:
        """Yield the tickets whose category no model had a hand in, by number.

        Imported ones, and those labelled blind. A corrected ticket is one that the model
        got wrong: to judge by them would be unfair to it.
        """
        blind = select(Label.ticket_id).where(Label.kind == LabelKind.BLIND)
        by_blind = (col(Ticket.decided_by) == DecidedBy.PERSON) & col(Ticket.id).in_(blind)
        return self._texts(
            Ticket.category != "", (col(Ticket.decided_by) == DecidedBy.IMPORTED) | by_blind
        )

    def labelled(self, without: Collection[int] = ()) -> Iterator[StoredText]:
        """Yield the tickets whose category a person gave, here or elsewhere, by number.

        ``without`` are ids of tickets to leave out; a set, for it may be long.
        """
        sure = (DecidedBy.IMPORTED, DecidedBy.PERSON)
        known = self._texts(Ticket.category != "", col(Ticket.decided_by).in_(sure))
        return (row for row in known if row.ticket_id not in without)

    def text_of(self, ticket_id: int) -> StoredText | None:
        """Return what is stored of one ticket; None where there is none."""
        return next(self._texts(Ticket.id == ticket_id), None)

    def _texts(self, *conditions: ColumnElement[bool] | bool) -> Iterator[StoredText]:
        query = (
            select(Ticket, TicketText, Person.team, Case.channel)
            .join(TicketText, col(Ticket.id) == col(TicketText.ticket_id))
            .outerjoin(Person, col(Person.id) == col(Ticket.requester_id))
            .outerjoin(Case, col(Case.id) == col(Ticket.case_id))
            .where(*conditions)
            .order_by(col(Ticket.id))
        )
        for ticket, text, asker, channel in self._session.exec(query):
            yield _stored(ticket, text, asker or "", channel or "")

    def judged(self, decided_by: DecidedBy, category: str) -> tuple[int, int]:
        """Return how many of the newest decisions for a category were right, and of how many.

        A person judges by choosing a category, or by resolving the ticket with what it had.
        """
        last = select(func.max(Label.id)).group_by(col(Label.ticket_id))
        query = (
            select(Label.category)
            .join(Decision, col(Decision.ticket_id) == col(Label.ticket_id))
            .where(Decision.decided_by == decided_by, Decision.category == category)
            .where(col(Label.id).in_(last), Label.at >= Decision.at)
            .order_by(col(Decision.id).desc())
            .limit(_JUDGED)
        )
        rows = self._session.exec(query).all()
        return sum(right == category for right in rows), len(rows)

    def guesses(self, start: datetime, end: datetime) -> list[Guess]:
        """Return what the classifier thought last of tickets in [start, end), by time."""
        last = (
            select(func.max(Decision.id))
            .where(Decision.at >= start, Decision.at < end, Decision.model != "")
            .where(col(Decision.decided_by).in_((DecidedBy.CLASSIFIER, DecidedBy.NOBODY)))
            .group_by(col(Decision.ticket_id))
        )
        query = (
            select(Decision.at, Decision.alternatives)
            .where(col(Decision.id).in_(last))
            .order_by(col(Decision.at))
        )
        rows = self._session.exec(query).all()
        return [Guess(at, str(best[0][0]), float(best[0][1])) for at, best in rows if best]


def last_blind() -> SelectOfScalar[Label]:
    """Return the query of the blind labels that count, with their tickets."""
    # A person may think again: of a ticket's blind labels the last one counts.
    last = select(func.max(Label.id)).where(Label.kind == LabelKind.BLIND)
    return (
        select(Label)
        .join(Ticket, col(Ticket.id) == col(Label.ticket_id))
        .where(col(Label.id).in_(last.group_by(col(Label.ticket_id))))
        # A held-out case is blind too, but where nothing was decided nothing was right.
        .where(Label.suggested != "")
    )


def _right_of(labels: Sequence[Label]) -> tuple[int, int]:
    return sum(label.category == label.suggested for label in labels), len(labels)


def _stored(ticket: Ticket, text: TicketText, asker: str, channel: str) -> StoredText:
    # The other system's number survives a new installation, so its tickets stay held out.
    own = ticket.external_id or str(ticket.id)
    return StoredText(
        ticket_id=ticket.id or 0,
        key=f"{ticket.source.value}:{own}",
        opened_at=ticket.opened_at,
        # A ticket that began as a question has no title of its own (`models.desk.tickets.recording`).
        title="" if ticket.case_id else text.title,
        body=text.body,
        category=ticket.category,
        priority=ticket.priority,
        team=ticket.team,
        requester_team=asker,
        channel=channel,
    )

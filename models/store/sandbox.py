"""What people tried out in the sandbox, and how it goes. Only a unit of the sandbox sees it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, update
from sqlmodel import col, select

from models.message import NOTHING
from models.store.numbers import keep_highest
from models.store.repository import Repository
from models.tables import (
    AnswerVerdict,
    Case,
    CaseMessage,
    Decision,
    InboxRow,
    InboxState,
    Judgement,
    Label,
    LlmCall,
    OutboxRow,
    PostKind,
    PostState,
    QuestionCandidate,
    Ticket,
    TicketEvent,
    TicketText,
    TicketTimes,
    TicketVector,
)

_LEAST_URGENT = 9
_UNDER_WAY = (PostState.READY, PostState.SENDING)


class SandboxRepository(Repository):
    """Cases and tickets of the sandbox with all that hangs on them."""

    def begun(self, before: datetime) -> Sequence[Case]:
        """Return the cases that began before a moment."""
        query = select(Case).where(Case.opened_at < before)
        return self._session.exec(query.order_by(col(Case.id))).all()

    def begun_by(self, person_id: str) -> Sequence[Case]:
        """Return the cases of a person."""
        return self._session.exec(select(Case).where(Case.person_id == person_id)).all()

    def posts(self) -> Sequence[OutboxRow]:
        """Return every post of the sandbox, locked; also those that take one down."""
        query = select(OutboxRow).where(col(OutboxRow.sandbox).is_(True))
        locked = query.order_by(col(OutboxRow.id)).with_for_update()
        return self._session.exec(locked.execution_options(populate_existing=True)).all()

    def take_down(self, post: OutboxRow, now: datetime) -> None:
        """Let Slack delete a post that it shows, and forget its words at once."""
        post.message = NOTHING
        self._session.add(post)
        self._session.add(
            OutboxRow(
                key=f"gone:{post.key}",
                kind=PostKind.DELETE,
                channel=post.posted_channel,
                target_key=post.key,
                message=NOTHING,
                state=PostState.READY,
                priority=_LEAST_URGENT,
                not_before=now,
                created_at=now,
            )
        )
        self._session.flush()

    def forget_posts(self, posts: Iterable[OutboxRow]) -> None:
        """Remove posts that Slack shows no more, or never did."""
        for post in posts:
            self._session.delete(post)
        self._session.flush()

    def forget(self, cases: Iterable[int], tickets: Iterable[int]) -> None:
        """Remove cases and tickets with their words, events, decisions and times.

        What a language model cost stays booked, without what it was about.
        """
        mine, theirs = tuple(cases), tuple(tickets)
        subjects = [f"case:{one}" for one in mine] + [f"ticket:{one}" for one in theirs]
        self._session.execute(
            update(LlmCall).where(col(LlmCall.subject).in_(subjects)).values(subject="")
        )
        keep_highest(self._session, Case, Ticket)
        of_tickets: tuple[Any, ...] = (Label, Decision, TicketText, TicketTimes, TicketVector)
        of_cases: tuple[Any, ...] = (AnswerVerdict, Judgement, QuestionCandidate)
        events = or_(col(TicketEvent.case_id).in_(mine), col(TicketEvent.ticket_id).in_(theirs))
        for table in of_tickets:
            self._session.execute(delete(table).where(col(table.ticket_id).in_(theirs)))
        for table in of_cases:
            self._session.execute(delete(table).where(col(table.case_id).in_(mine)))
        self._session.execute(delete(TicketEvent).where(events))
        self._session.execute(delete(Ticket).where(col(Ticket.id).in_(theirs)))
        self._session.execute(delete(CaseMessage).where(col(CaseMessage.case_id).in_(mine)))
        self._session.execute(delete(Case).where(col(Case.id).in_(mine)))

    def forget_words(self, cases: Iterable[int], tickets: Iterable[int]) -> None:
        """Empty the texts of cases whose posts are still being taken down."""
        mine, theirs = tuple(cases), tuple(tickets)
        messages = update(CaseMessage).where(col(CaseMessage.case_id).in_(mine))
        self._session.execute(messages.values(text="", files=[]))
        texts = update(TicketText).where(col(TicketText.ticket_id).in_(theirs))
        self._session.execute(texts.values(title="", body="", note=""))

    def forget_strays(self, channel: str, before: datetime) -> None:
        """Remove what belongs to no case: talk in threads, and commands that never ended."""
        at = (CaseMessage.posted_at, CaseMessage.edited_at, CaseMessage.deleted_at)
        old = or_(*(col(moment) < before for moment in at))
        self._session.execute(delete(CaseMessage).where(col(CaseMessage.case_id).is_(None), old))
        if channel:
            stuck = update(InboxRow).where(
                col(InboxRow.state) != InboxState.DONE,
                col(InboxRow.received_at) < before,
                col(InboxRow.payload).contains(f'"{channel}"', autoescape=True),
            )
            self._session.execute(
                stuck.values(state=InboxState.DONE, payload="", error="", person="")
            )


def is_on_its_way(post: OutboxRow) -> bool:
    """Return whether a delivery has the post in its hands, or will."""
    return post.state in _UNDER_WAY

"""What is stored of a message's way: looked up by hand, so a whole table may be read."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import col, func, or_, select

from models.store.repository import Repository
from models.tables import (
    CaseMessage,
    InboxRow,
    InboxState,
    LlmCall,
    OutboxRow,
    PostState,
    TicketEvent,
)

_NEAR = timedelta(days=2)
_FOR_FEW_EYES = "private:"


class TraceRepository(Repository):
    """Inbox, outbox, events and calls, each found from the other."""

    def command(self, command_id: str) -> InboxRow | None:
        return self._session.exec(select(InboxRow).where(InboxRow.id == command_id)).first()

    def about_message(self, message_key: str) -> InboxRow | None:
        query = select(InboxRow).where(InboxRow.message_key == message_key)
        return self._session.exec(query).first()

    def handled_at(self, moment: datetime) -> Sequence[InboxRow]:
        """Return the commands that were handled at a moment: what they posted was queued then."""
        query = select(InboxRow).where(InboxRow.done_at == moment)
        return self._session.exec(query.order_by(col(InboxRow.seq))).all()

    def following(self, command_id: str, kinds: Sequence[str]) -> Sequence[InboxRow]:
        """Return the steps that a command left for later; their ids end with its own."""
        ends = col(InboxRow.id).endswith(f":{command_id}", autoescape=True)
        query = select(InboxRow).where(col(InboxRow.kind).in_(kinds), ends)
        return self._session.exec(query.order_by(col(InboxRow.seq))).all()

    def messages_at(self, ts: str) -> Sequence[CaseMessage]:
        return self._session.exec(select(CaseMessage).where(CaseMessage.ts == ts)).all()

    def events_of(self, command_id: str, near: datetime) -> Sequence[TicketEvent]:
        """Return what a command made happen; first looked for around a moment, by an index."""
        mine = select(TicketEvent).where(TicketEvent.command_id == command_id)
        mine = mine.order_by(col(TicketEvent.id))
        at = col(TicketEvent.at)
        around = mine.where(at >= near - _NEAR, at <= near + _NEAR)
        return self._session.exec(around).all() or self._session.exec(mine).all()

    def post_at(self, ts: str) -> OutboxRow | None:
        query = select(OutboxRow).where(OutboxRow.ts == ts, ~_hidden())
        return self._session.exec(query.order_by(col(OutboxRow.id))).first()

    def posts_of(
        self, moment: datetime, starts: Sequence[str], parts: Sequence[str]
    ) -> Sequence[OutboxRow]:
        """Return what was queued at a moment under keys that begin so, or say one of the parts."""
        key = col(OutboxRow.key)
        about = [key.startswith(start, autoescape=True) for start in starts]
        about += [key.contains(part, autoescape=True) for part in parts]
        query = select(OutboxRow).where(OutboxRow.created_at == moment, or_(*about), ~_hidden())
        return self._session.exec(query.order_by(col(OutboxRow.id))).all()

    def calls_about(
        self, subjects: Sequence[str], since: datetime, until: datetime
    ) -> Sequence[LlmCall]:
        """Return the calls of the language model about cases and tickets, the oldest first."""
        at = col(LlmCall.at)
        query = select(LlmCall).where(col(LlmCall.subject).in_(subjects), at >= since, at <= until)
        return self._session.exec(query.order_by(col(LlmCall.id))).all()

    def handled_between(self, since: datetime, until: datetime) -> int:
        done = col(InboxRow.done_at)
        query = select(func.count()).select_from(InboxRow)
        query = query.where(InboxRow.state == InboxState.DONE, done > since, done < until)
        return self._session.exec(query).one()

    def sent_between(self, since: datetime, until: datetime, channel: str = "") -> int:
        """Return how many posts Slack showed in between, in one channel or in all."""
        sent = col(OutboxRow.sent_at)
        query = select(func.count()).select_from(OutboxRow)
        query = query.where(OutboxRow.state == PostState.SENT, sent > since, sent < until)
        if channel:
            query = query.where(OutboxRow.channel == channel)
        return self._session.exec(query).one()

    def rest_in(self, channel: str, since: datetime, until: datetime) -> datetime | None:
        """Return until when other posts of a channel were put off in between."""
        later = col(OutboxRow.not_before)
        query = select(func.max(later)).where(
            OutboxRow.channel == channel,
            later > col(OutboxRow.created_at),
            later > since,
            later <= until,
        )
        return self._session.exec(query).one()


def _hidden() -> ColumnElement[bool]:
    """Whether a post is of a matter for few eyes: nobody else follows its way."""
    return col(OutboxRow.key).startswith(_FOR_FEW_EYES)

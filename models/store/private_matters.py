"""What only a few may read. Nothing but its own use cases, erasure and a person's copy looks here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam
from sqlmodel import col, select

from models.store.repository import Repository
from models.tables import PrivateMatter, PrivateMessage, PrivateState

# Asked for each message, so built once.
_MESSAGE: Final = select(PrivateMessage).where(
    PrivateMessage.channel == bindparam("place"), PrivateMessage.ts == bindparam("stamp")
)
_RECENT: Final = (
    select(PrivateMatter)
    .join(PrivateMessage, col(PrivateMessage.matter_id) == col(PrivateMatter.id))
    .where(PrivateMatter.person_id == bindparam("of"))
    .where(col(PrivateMatter.opened_at) >= bindparam("since"))
    .where(PrivateMessage.channel == bindparam("place"))
    .where(PrivateMatter.state != PrivateState.ORDINARY)
    .order_by(col(PrivateMatter.id).desc())
)


class PrivateMatterRepository(Repository):
    """The tables private_matter and private_message."""

    def get(self, matter_id: int | None) -> PrivateMatter | None:
        return self._session.get(PrivateMatter, matter_id) if matter_id else None

    def locked(self, matter_id: int) -> PrivateMatter | None:
        """Return a matter, locked until the transaction ends."""
        return self._locked(PrivateMatter, matter_id)

    def message_at(self, channel: str, ts: str) -> PrivateMessage | None:
        return self._session.exec(_MESSAGE, params={"place": channel, "stamp": ts}).first()

    def messages_of(self, matter_id: int) -> Sequence[PrivateMessage]:
        """Return what was written, in its order."""
        query = select(PrivateMessage).where(PrivateMessage.matter_id == matter_id)
        order = (col(PrivateMessage.posted_at), col(PrivateMessage.ts), col(PrivateMessage.id))
        return self._session.exec(query.order_by(*order)).all()

    def in_thread(self, channel: str, thread_ts: str) -> PrivateMatter | None:
        """Return the matter of a thread, or of the message that the thread begins with."""
        query = (
            select(PrivateMatter)
            .join(PrivateMessage, col(PrivateMessage.matter_id) == col(PrivateMatter.id))
            .where(PrivateMessage.channel == channel)
            .where((PrivateMessage.ts == thread_ts) | (PrivateMessage.thread_ts == thread_ts))
        )
        return self._session.exec(query.order_by(col(PrivateMatter.id).desc())).first()

    def of(self, person_id: str) -> Sequence[PrivateMatter]:
        """Return a person's matters, the newest first."""
        query = select(PrivateMatter).where(PrivateMatter.person_id == person_id)
        return self._session.exec(query.order_by(col(PrivateMatter.id).desc()).limit(50)).all()

    def recent(self, person_id: str, channel: str, since: datetime) -> PrivateMatter | None:
        """Return the person's latest matter that began in a channel since a moment."""
        params = {"of": person_id, "place": channel, "since": since}
        return self._session.exec(_RECENT, params=params).first()

    def forget(self, before: datetime) -> None:
        """Empty the words of matters that ended before a moment."""
        query = select(PrivateMatter.id).where(col(PrivateMatter.closed_at) < before)
        for matter_id in self._session.exec(query).all():
            for message in self.messages_of(matter_id or 0):
                message.text = ""
                self._session.add(message)
        self._session.flush()

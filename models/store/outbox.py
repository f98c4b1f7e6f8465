"""Posts on their way to Slack, each shown once.

A post is claimed by one delivery at a time, at most one post a channel is on its way,
and a channel rests between posts. All of it is decided in the database, so it holds
for any number of replicas.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.orm import aliased
from sqlmodel import col, func, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from models.message import NOTHING, File, Message
from models.store.lease import lease_end
from models.store.post_files import PostFileRepository
from models.store.repository import Repository
from models.store.scope import ScopedSession
from models.tables import ChannelPace, OutboxRow, PostKind, PostState

METHOD_LANES = {PostKind.DELETE: "chat.delete", PostKind.REACTION: "reactions.add"}
"""Lanes that Slack counts by method, about fifty calls a minute, and not by channel."""
_SLOWER = 1.25
# What Slack would show a second time, and so waits in line for its channel.
_POSTS = (PostKind.POST, PostKind.FILE)
_PACED = (*_POSTS, *METHOD_LANES)
_CHANGES = (PostKind.UPDATE, PostKind.DELETE)
_UNDER_WAY = (PostState.READY, PostState.SENDING)
_NO_FILES = Message("")
_ON_HOLD = (PostState.DEAD, PostState.DOUBTFUL)


def lane(kind: PostKind, channel: str) -> str:
    """Return what rests between two calls of a kind: the channel, or all of that kind together."""
    return METHOD_LANES.get(kind, channel)


# Asked for each post, and whenever somebody looks for one to send, so built once.
_WAITING: Final = (
    select(func.count()).select_from(OutboxRow).where(col(OutboxRow.state).in_(_UNDER_WAY))
)
_NEXT_DUE: Final = select(func.min(OutboxRow.not_before)).where(OutboxRow.state == PostState.READY)
_IN_DOUBT: Final = (
    select(OutboxRow)
    .where(OutboxRow.state == PostState.SENDING, col(OutboxRow.lease_until) <= bindparam("now"))
    .order_by(col(OutboxRow.id))
    .limit(1)
    .with_for_update(skip_locked=True)
    .execution_options(populate_existing=True)
)
_WITH_KEY: Final = select(OutboxRow).where(OutboxRow.key == bindparam("wanted"))
_WITH_KEY_LOCKED: Final = _WITH_KEY.with_for_update().execution_options(populate_existing=True)


class OutboxRepository(Repository):
    """The outbox table and the pace of each channel; ``queued`` is what was added."""

    def __init__(self, session: ScopedSession) -> None:
        super().__init__(session)
        self.queued: list[OutboxRow] = []

    def add(self, row: OutboxRow, files: Message = _NO_FILES) -> bool:
        """Queue a post with the files of a message; False when its key is there already.

        The pictures are part of the post; each document becomes a post of its own below it.
        """
        if self.find(row.key) is not None:
            return False
        self.queued.append(self.save(row))
        self._files.put(row.key, files.pictures)
        for document in files.documents if row.kind is PostKind.POST else ():
            below = _below(row, document)
            self.queued.append(self.save(below))
            self._files.put(below.key, (document,))
        return True

    @property
    def _files(self) -> PostFileRepository:
        return PostFileRepository(self._session)

    def empty_where(self, says: Callable[[Message], bool]) -> int:
        """Empty the posts that Slack shows and that say something; return how many.

        Those that are still on their way stay, so that nobody waits in vain.
        """
        done = (PostState.SENT, PostState.DROPPED)
        query = select(OutboxRow).where(col(OutboxRow.state).in_(done)).order_by(col(OutboxRow.id))
        emptied = 0
        for row in self._session.exec(query, execution_options={"yield_per": 500}):
            if row.message != NOTHING and says(Message.from_json(row.message)):
                row.message = NOTHING
                emptied += 1
        self._session.flush()
        return emptied

    def empty_begun_with(self, start: str) -> None:
        """Empty what Slack shows of posts whose keys begin with ``start``, updates among them.

        What is still on its way stays; a new version takes its place.
        """
        done = col(OutboxRow.state).in_((PostState.SENT, PostState.DROPPED))
        begun = col(OutboxRow.key).startswith(start, autoescape=True)
        self._session.execute(update(OutboxRow).where(begun, done).values(message=NOTHING))

    def find(self, key: str) -> OutboxRow | None:
        return self._session.exec(_WITH_KEY, params={"wanted": key}).first()

    def newest(self, key: str) -> Message:
        """Return a post as it is shown, or will be: itself or its last update; else nothing."""
        update = (OutboxRow.target_key == key) & (OutboxRow.kind == PostKind.UPDATE)
        query = select(OutboxRow).where(or_(OutboxRow.key == key, update))
        query = query.where(OutboxRow.state != PostState.DROPPED)
        row = self._session.exec(query.order_by(col(OutboxRow.id).desc()).limit(1)).first()
        return Message.from_json(row.message if row is not None else NOTHING)

    def replace(self, row: OutboxRow, files: Message = _NO_FILES) -> None:
        """Queue a new version of the post ``row.target_key``, with the pictures of a message.

        A post that has not left yet, or that waits for a person, simply takes the new
        text; older versions that wait are dropped, so that an update never overtakes a
        newer one. A post that is not there, or was dropped, has no new version: it would
        wait for ever.
        """
        target = self._target(row.target_key)
        if target is None or target.state is PostState.DROPPED:
            return
        if target.state in (PostState.READY, *_ON_HOLD):
            target.message = row.message
            self._session.add(target)
            self._files.put(target.key, files.pictures)
            for older in self._waiting_updates(row.target_key):  # from while it was being sent
                self._drop(older)
            return
        if not files.files and self._says_already(row):
            return
        for older in self._waiting_updates(row.target_key):
            if older.key == row.key:  # the same command draws it once more
                older.message = row.message
                self._files.put(older.key, files.pictures)
                self._session.add(older)
                return
            self._drop(older)
        self.add(row, files)

    def _says_already(self, row: OutboxRow) -> bool:
        """Return whether the post looks so already, or will as soon as what waits is sent."""
        update = (OutboxRow.target_key == row.target_key) & (OutboxRow.kind == PostKind.UPDATE)
        query = select(OutboxRow).where(or_(OutboxRow.key == row.target_key, update))
        query = query.where(OutboxRow.state != PostState.DROPPED)
        last = self._session.exec(query.order_by(col(OutboxRow.id).desc()).limit(1)).first()
        shown = (*_UNDER_WAY, PostState.SENT)
        return last is not None and last.state in shown and last.message == row.message

    def add_below(self, row: OutboxRow, files: Message = _NO_FILES) -> bool:
        """Queue a post in the thread of ``row.target_key``; False when its key is there already.

        Where that is not there, or was dropped, it stands by itself: else it would wait for ever.
        """
        target = self._target(row.target_key)
        if target is None or target.state is PostState.DROPPED:
            row.target_key = ""
        return self.add(row, files)

    def hurry(self, *keys: str) -> None:
        """Let posts that wait go before all others."""
        for key in keys:
            row = self.find(key)
            if row is not None and row.state is PostState.READY:
                row.priority = 0
                self.save(row)

    def slow_down(self, key: str, priority: int) -> None:
        """Let a post that waits go after those of a lower number."""
        row = self.find(key)
        if row is not None and row.state is PostState.READY:
            row.priority = priority
            self.save(row)

    def begun_with(self, start: str) -> Sequence[OutboxRow]:
        """Return the posts whose keys begin with ``start``, updates and files of them apart."""
        query = select(OutboxRow).where(
            col(OutboxRow.key).startswith(start, autoescape=True), OutboxRow.kind == PostKind.POST
        )
        return self._session.exec(query.order_by(col(OutboxRow.id))).all()

    def _target(self, key: str) -> OutboxRow | None:
        return self._session.exec(_WITH_KEY_LOCKED, params={"wanted": key}).first()

    def absorb(self, row: OutboxRow) -> None:
        """Give a post that waits for a person the newest text that was meant for it."""
        for newer in self._waiting_updates(row.key):
            row.message = newer.message
            self._files.hand_over(newer.key, row.key)
            self._drop(newer)
        self._session.add(row)

    def give_way(self, row: OutboxRow) -> None:
        """Drop an update where a newer version of what it changes waits or is shown."""
        if self._overtaken(row):
            self._drop(row)

    def _overtaken(self, row: OutboxRow) -> bool:
        states = (*_UNDER_WAY, PostState.SENT)
        newer = select(OutboxRow.id).where(
            OutboxRow.target_key == row.target_key,
            OutboxRow.kind == PostKind.UPDATE,
            col(OutboxRow.id) > row.id,
            col(OutboxRow.state).in_(states),
        )
        return row.kind is PostKind.UPDATE and self._session.exec(newer).first() is not None

    def claim(self, now: datetime, lease: timedelta, pause: timedelta) -> OutboxRow | None:
        """Take the next post that may be sent now.

        Updates, and posts below another one, wait until that one is posted. The channel
        rests for ``pause`` from now on, whoever sends.
        """
        for row in self._candidates(now):
            if self._may_go(row, now):
                slower = _SLOWER if row.kind in METHOD_LANES else 1.0
                self._throttle(lane(row.kind, row.channel), now + pause * slower)
                row.state = PostState.SENDING
                row.lease_until = now + lease
                row.attempts += 1
                self._session.add(row)
                return row
        return None

    def claim_doubtful(self, now: datetime, lease: timedelta) -> OutboxRow | None:
        """Take a post that was being sent when its lease ended, to look it up in Slack.

        A look counts as an attempt.
        """
        row = self._session.exec(_IN_DOUBT, params={"now": now}).first()
        if row is not None:
            row.attempts += 1
            row.lease_until = lease_end(now, lease, row.attempts)
            self._session.add(row)
        return row

    def get(self, row_id: int) -> OutboxRow | None:
        return self._locked(OutboxRow, row_id)

    def remove(self, row: OutboxRow) -> None:
        """Remove a post of which nothing shall be left, with its files."""
        self._files.put(row.key, ())
        self._session.delete(row)

    def is_updated(self, key: str, now: datetime) -> bool:
        """Return whether a new version of the post was queued at this moment."""
        query = select(OutboxRow.id).where(
            OutboxRow.target_key == key,
            OutboxRow.kind == PostKind.UPDATE,
            OutboxRow.state == PostState.READY,
            OutboxRow.created_at == now,
        )
        return self._session.exec(query).first() is not None

    def post_again(self, row: OutboxRow) -> bool:
        """Let the post that an update changes be posted anew with its text, for it is gone.

        Returns
        -------
        bool
            False where it is not there any more here either.
        """
        target = self._target(row.target_key)
        if target is None or target.state is not PostState.SENT:
            return False
        target.message, target.state, target.ts = row.message, PostState.READY, ""
        target.attempts, target.not_before, target.created_at = 0, row.not_before, row.not_before
        self._session.add(target)
        return True

    def throttle(self, channel: str, until: datetime) -> None:
        """Let nobody post in ``channel`` before ``until`` (Slack's Retry-After)."""
        self._throttle(channel, until)

    def listing(self, states: Sequence[PostState], limit: int = 200) -> Sequence[OutboxRow]:
        query = select(OutboxRow).where(col(OutboxRow.state).in_(states))
        return self._session.exec(query.order_by(col(OutboxRow.id).desc()).limit(limit)).all()

    def waiting(self) -> int:
        return self._session.exec(_WAITING).one()

    def stuck(self) -> int:
        """Return how many posts wait for a person's decision."""
        states = (PostState.DOUBTFUL, PostState.DEAD)
        return self._session.exec(
            select(func.count()).select_from(OutboxRow).where(col(OutboxRow.state).in_(states))
        ).one()

    def oldest_waiting(self) -> datetime | None:
        query = select(func.min(OutboxRow.created_at)).where(col(OutboxRow.state).in_(_UNDER_WAY))
        return self._session.exec(query).one()

    def next_due(self) -> datetime | None:
        """When the earliest ready post may go, as far as its own time says."""
        return self._session.exec(_NEXT_DUE).one()

    def _candidates(self, now: datetime) -> Sequence[OutboxRow]:
        return self._session.exec(self._sendable(), params={"now": now}).all()

    @staticmethod
    @cache
    def _sendable() -> SelectOfScalar[OutboxRow]:
        """Return the query for what may be sent ``now``; it is long, and asked all day."""
        now: ColumnElement[datetime] = bindparam("now")
        resting = select(ChannelPace.channel).where(col(ChannelPace.next_at) > now)
        busy = select(OutboxRow.channel).where(
            OutboxRow.state == PostState.SENDING, OutboxRow.channel != ""
        )
        no_post = col(OutboxRow.kind).not_in(_POSTS)
        return (
            select(OutboxRow)
            .where(
                OutboxRow.state == PostState.READY,
                col(OutboxRow.not_before) <= now,
                or_(col(OutboxRow.channel).not_in(resting), no_post),
                or_(col(OutboxRow.channel).not_in(busy), no_post),
                *(
                    or_(
                        col(OutboxRow.kind) != kind,
                        ~resting.where(col(ChannelPace.channel) == name).exists(),
                    )
                    for kind, name in METHOD_LANES.items()
                ),
                or_(OutboxRepository._target_stands_still(), col(OutboxRow.kind).not_in(_CHANGES)),
                or_(OutboxRepository._thread_is_there(), no_post),
            )
            .order_by(col(OutboxRow.priority), col(OutboxRow.id))
            .limit(20)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )

    @staticmethod
    def _target_stands_still() -> ColumnElement[bool]:
        """Whether the post of a change is shown and no other version of it is on its way.

        Asked in the query: updates that wait must not fill the list of candidates.
        """
        target, other = aliased(OutboxRow), aliased(OutboxRow)
        shown = select(target.id).where(
            col(target.key) == col(OutboxRow.target_key), col(target.state) == PostState.SENT
        )
        on_its_way = select(other.id).where(
            col(other.target_key) == col(OutboxRow.target_key),
            col(other.kind) == PostKind.UPDATE,
            col(other.state) == PostState.SENDING,
        )
        return shown.exists() & ~on_its_way.exists()

    @staticmethod
    def _thread_is_there() -> ColumnElement[bool]:
        """Whether the post that this one goes below is shown, where there is one."""
        target = aliased(OutboxRow)
        shown = select(target.id).where(
            col(target.key) == col(OutboxRow.target_key), col(target.state) == PostState.SENT
        )
        return or_(col(OutboxRow.target_key) == "", shown.exists())

    def _waiting_updates(self, target_key: str) -> Sequence[OutboxRow]:
        query = select(OutboxRow).where(
            OutboxRow.target_key == target_key,
            OutboxRow.kind == PostKind.UPDATE,
            OutboxRow.state == PostState.READY,
        )
        locked = query.order_by(col(OutboxRow.id)).with_for_update()
        return self._session.exec(locked.execution_options(populate_existing=True)).all()

    def _drop(self, row: OutboxRow) -> None:
        """Let a version go that nobody will see, and its words at once."""
        row.state, row.error = PostState.DROPPED, "replaced by a newer version"
        row.message = NOTHING
        self._files.put(row.key, ())
        self._session.add(row)

    def _may_go(self, row: OutboxRow, now: datetime) -> bool:
        return row.kind not in _PACED or self._pace(lane(row.kind, row.channel), now).next_at <= now

    def _pace(self, channel: str, now: datetime) -> ChannelPace:
        """Return the channel's pace, locked; made without a race when it is new."""
        self._insert_once(ChannelPace, channel=channel, next_at=now)
        query = select(ChannelPace).where(ChannelPace.channel == channel).with_for_update()
        return self._session.exec(query.execution_options(populate_existing=True)).one()

    def _throttle(self, channel: str, until: datetime) -> None:
        pace = self._pace(channel, until)
        pace.next_at = max(pace.next_at, until)
        self.save(pace)


def _below(row: OutboxRow, document: File) -> OutboxRow:
    """Return the post of a document, to go below its message once that is shown."""
    return OutboxRow(
        key=f"{row.key}:{document.name}",
        kind=PostKind.FILE,
        channel=row.channel,
        target_key=row.key,
        message=Message(document.title or document.name).to_json(),
        state=PostState.READY,
        not_before=row.not_before,
        created_at=row.created_at,
    )

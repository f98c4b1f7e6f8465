"""Mail that waits for a person: look at it, send it again, or let it be."""

from collections.abc import Sequence
from datetime import datetime

from models.errors import InvalidError, NotFoundError
from models.message import NOTHING
from models.store.transaction import Store, UnitOfWork
from models.tables import InboxRow, InboxState, OutboxRow, PostState

_WAITING = (PostState.READY, PostState.SENDING, PostState.DOUBTFUL, PostState.DEAD)
_STUCK = (PostState.DOUBTFUL, PostState.DEAD)
_ALL = 1_000_000


def posts(store: Store, *, every: bool = False, limit: int = 200) -> Sequence[OutboxRow]:
    """Return the posts that Slack does not show yet, or all, the newest first."""
    with store.snapshot() as unit:
        return unit.outbox.listing(tuple(PostState) if every else _WAITING, limit)


def send_again(store: Store, post_id: int, now: datetime) -> OutboxRow:
    """Put a stuck post back in line; one in doubt may then show twice.

    Raises
    ------
    NotFoundError
        When there is no such post.
    InvalidError
        When it is not stuck.
    """
    with store.begin() as unit:
        row = _post(unit, post_id)
        if row.state not in _STUCK:
            raise InvalidError(
                f"post {post_id} is {row.state.value}: only a dead or doubtful one is sent again"
            )
        if row.message == NOTHING:
            raise InvalidError(
                f"post {post_id} is too old: its words are not kept any more; drop it"
            )
        row.state, row.not_before, row.lease_until = PostState.READY, now, None
        row.attempts, row.error = 0, ""
        unit.outbox.save(row)
        unit.post_files.begin_anew(row.key)
        return row


def drop(store: Store, post_id: int) -> OutboxRow:
    """Never send a post, nor what waits for it: updates, and posts below it.

    Raises
    ------
    NotFoundError
        When there is no such post.
    InvalidError
        When it is under way, sent, or dropped already.
    """
    with store.begin() as unit:
        row = _post(unit, post_id)
        if row.state not in (PostState.READY, *_STUCK):
            raise InvalidError(f"post {post_id} is {row.state.value}: it cannot be dropped")
        waiting = unit.outbox.listing((PostState.READY,), _ALL)
        followers = [item for item in waiting if item.target_key == row.key]
        for item in (row, *followers):
            item.state, item.error = PostState.DROPPED, "dropped by hand"
            unit.outbox.save(item)
        return row


def commands(store: Store, *, every: bool = False, limit: int = 200) -> Sequence[InboxRow]:
    """Return the commands that are not handled yet, or all, the newest first."""
    states = tuple(InboxState) if every else (InboxState.WAITING, InboxState.DEAD)
    with store.snapshot() as unit:
        return unit.inbox.listing(states, limit)


def handle_again(store: Store, number: int, now: datetime) -> InboxRow:
    """Let a command that was given up be tried again.

    Raises
    ------
    NotFoundError
        When there is no such command.
    InvalidError
        When it was not given up.
    """
    with store.begin() as unit:
        row = unit.inbox.get(number)
        if row is None:
            raise NotFoundError(f"no command {number} in the inbox: see lotsen inbox list")
        if row.state is not InboxState.DEAD:
            raise InvalidError(
                f"command {number} is {row.state.value}: only a dead one is tried again"
            )
        if not row.payload:
            raise InvalidError(f"command {number} is too old: its words are not kept any more")
        row.state, row.not_before, row.attempts = InboxState.WAITING, now, 0
        unit.inbox.save(row)
        return row


def _post(unit: UnitOfWork, post_id: int) -> OutboxRow:
    row = unit.outbox.get(post_id)
    if row is None:
        raise NotFoundError(f"no post {post_id} in the outbox: see lotsen outbox list --all")
    return row

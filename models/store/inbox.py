"""Commands that were acknowledged and wait to be handled."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import ColumnElement, bindparam, delete, update
from sqlmodel import col, func, select

from models.store.lease import lease_end
from models.store.repository import Repository
from models.store.scope import ScopedSession
from models.tables import InboxRow, InboxState

Lane = Literal["quick", "slow"]


_FORGOTTEN: Final = {"payload": "", "error": "", "person": ""}
_COUNT: Final = (
    select(func.count()).select_from(InboxRow).where(InboxRow.state == bindparam("wanted"))
)
_DUE: Final = (
    select(func.count())
    .select_from(InboxRow)
    .where(InboxRow.state == InboxState.WAITING, col(InboxRow.received_at) <= bindparam("now"))
)


class InboxRepository(Repository):
    """The inbox table; ``has_finished`` says whether this transaction handled a command."""

    def __init__(self, session: ScopedSession) -> None:
        super().__init__(session)
        self.has_finished = False

    def accept(
        self,
        *,
        command_id: str,
        kind: str,
        payload: str,
        now: datetime,
        due: datetime | None = None,
        message_key: str | None = None,
        person: str = "",
        slow: Sequence[str] = (),
    ) -> bool:
        """Store a command once, to be taken from ``due`` on.

        Parameters
        ----------
        person
            Who sent it, or whose words it is about: in each round one of theirs is taken. What
            nobody in particular sent takes turns as if it were one person's.
        slow
            As for `claim`: the lanes have rounds of their own.

        Returns
        -------
        bool
            False when its id is there already, or what happened to that message.
        """
        return self._insert_once(
            InboxRow,
            id=command_id,
            message_key=message_key,
            kind=kind,
            payload=payload,
            received_at=due or now,
            not_before=due or now,
            state=InboxState.WAITING,
            attempts=0,
            error="",
            person=person,
            turn=self._turn(person, _of_lane(slow, slow=kind in slow), now, later=due is not None),
        )

    def _turn(
        self, person: str, in_lane: ColumnElement[bool], now: datetime, *, later: bool
    ) -> int:
        """Return the round of a command: after the person's last one, and not before this round.

        Each of these looks reads one end of an index, however many commands wait.
        """
        waiting = (InboxRow.state == InboxState.WAITING, in_lane)
        turn, taken = col(InboxRow.turn), col(InboxRow.attempts) > 0
        due = col(InboxRow.received_at) <= now
        query = select(InboxRow.turn).where(*waiting)
        first = self._session.exec(query.where(~taken, due).order_by(turn).limit(1)).first()
        if first is None:  # all that wait are in somebody's hands
            first = self._session.exec(query.where(taken).order_by(turn.desc()).limit(1)).first()
        own = query.where(InboxRow.person == person, due).order_by(turn.desc()).limit(1)
        last = None if later else self._session.exec(own).first()
        return max(first or 0, -1 if last is None else last + 1)

    def claim(
        self, now: datetime, lease: timedelta, slow: Sequence[str] = (), *, lane: Lane = "quick"
    ) -> InboxRow | None:
        """Take the next command of a lane; nobody else gets it before the lease ends.

        In each round one command of each person is taken, each person's oldest first: whoever has
        thousands waiting delays the first one of another by one.

        The lease is longer where it was taken often before (`lease_end`).
        ``slow`` names the kinds of the slow lane; all others are quick.
        """
        query = (
            select(InboxRow)
            .where(InboxRow.state == InboxState.WAITING, InboxRow.not_before <= now)
            .where(_of_lane(slow, slow=lane == "slow"))
            .order_by(col(InboxRow.turn), col(InboxRow.seq))
            .limit(1)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
        row = self._session.exec(query).first()
        if row is not None:
            row.attempts += 1
            row.not_before = lease_end(now, lease, row.attempts)
            self._session.add(row)
        return row

    def finish(self, command_id: str, now: datetime, *, keep: bool = True) -> bool:
        """Mark a command handled, in the transaction of its outcome.

        Parameters
        ----------
        keep
            False removes it: nothing shall tell that it was ever there, or when. Should it come
            again, its outcome must be the same for being written twice.

        Returns
        -------
        bool
            False when it was handled already: the caller then writes nothing.
        """
        if not keep:
            return self.remove(command_id)
        statement = (
            update(InboxRow)
            .where(col(InboxRow.id) == command_id, col(InboxRow.state) != InboxState.DONE)
            .values(state=InboxState.DONE, done_at=now, **_FORGOTTEN)
        )
        first = self._session.execute(statement.returning(col(InboxRow.seq))).first() is not None
        self.has_finished = self.has_finished or first
        return first

    def hold(self, command_id: str, awaits: str) -> None:
        """Keep a command with its words until what it waits for comes."""
        self._session.execute(
            update(InboxRow)
            .where(col(InboxRow.id) == command_id, col(InboxRow.state) != InboxState.DONE)
            .values(state=InboxState.HELD, awaits=awaits, attempts=0)
        )

    def release(self, awaits: str, now: datetime) -> None:
        """Let the commands wait to be handled that were held for this."""
        held = (col(InboxRow.awaits) == awaits, col(InboxRow.state) == InboxState.HELD)
        freed = update(InboxRow).where(*held)
        self._session.execute(freed.values(state=InboxState.WAITING, not_before=now))

    def give_up_held(self, before: datetime) -> None:
        """Forget what was held since before a moment: its question will not come any more."""
        held = (col(InboxRow.state) == InboxState.HELD, col(InboxRow.received_at) < before)
        gone = update(InboxRow).where(*held)
        self._session.execute(gone.values(state=InboxState.DONE, **_FORGOTTEN))

    def put_back(self, command_id: str, *, error: str, not_before: datetime, dead: bool) -> None:
        """Keep a command whose handling failed: again later, or dead after many tries."""
        state = InboxState.DEAD if dead else InboxState.WAITING
        self._session.execute(
            update(InboxRow)
            .where(col(InboxRow.id) == command_id, col(InboxRow.state) != InboxState.DONE)
            .values(state=state, not_before=not_before, error=error[:500])
        )

    def remove(self, command_id: str) -> bool:
        """Remove a command that is not handled; False where none is."""
        mine = (col(InboxRow.id) == command_id, col(InboxRow.state) != InboxState.DONE)
        gone = delete(InboxRow).where(*mine).returning(col(InboxRow.seq))
        return self._session.execute(gone).first() is not None

    def get(self, seq: int) -> InboxRow | None:
        return self._locked(InboxRow, seq)

    def listing(self, states: Sequence[InboxState], limit: int = 200) -> Sequence[InboxRow]:
        query = select(InboxRow).where(col(InboxRow.state).in_(states))
        return self._session.exec(query.order_by(col(InboxRow.seq).desc()).limit(limit)).all()

    def waiting(self, now: datetime | None = None) -> int:
        """Return how many commands wait; with ``now``, without those for a later moment."""
        if now is None:
            return self._count(InboxState.WAITING)
        return self._session.exec(_DUE, params={"now": now}).one()

    def dead(self) -> int:
        return self._count(InboxState.DEAD)

    def oldest_waiting(self, now: datetime | None = None) -> datetime | None:
        query = select(func.min(InboxRow.received_at)).where(InboxRow.state == InboxState.WAITING)
        return self._session.exec(query.where(*_due(now))).one()

    def _count(self, state: InboxState) -> int:
        return self._session.exec(_COUNT, params={"wanted": state}).one()


def _of_lane(kinds: Sequence[str], *, slow: bool) -> ColumnElement[bool]:
    slow_ones = col(InboxRow.kind).in_(kinds)
    return slow_ones if slow else ~slow_ones


def _due(now: datetime | None) -> tuple[ColumnElement[bool], ...]:
    return () if now is None else (col(InboxRow.received_at) <= now,)

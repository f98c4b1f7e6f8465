"""A number is given once: SQLite would give a removed newest row's number to the next one.

A post's key, a button, a command that waits and a quarantine name cases, tickets and articles
by number, and may outlive the row. PostgreSQL counts on by itself.
"""

from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction
from sqlmodel import col, func, select

from models.store.scope import ALL_SCOPES, ScopedSession
from models.tables import Article, Case, NumberGiven, Ticket

_KINDS: Final[tuple[type[Any], ...]] = (Case, Ticket, Article)


def keep_highest(session: Session, *kinds: type[Any]) -> None:
    """Remember the highest number of tables; call it before rows of them are removed."""
    for kind in kinds if _reuses(session) else ():
        highest = max(_highest(session, kind), _given(session, kind))
        session.merge(NumberGiven(name=kind.__tablename__, highest=highest))


@event.listens_for(ScopedSession, "before_flush")
def _number(session: ScopedSession, _context: UOWTransaction, _instances: object) -> None:
    if not _reuses(session):
        return
    for kind in _KINDS:
        fresh = [row for row in session.new if isinstance(row, kind) and row.id is None]
        given = _given(session, kind) if fresh else 0
        if given and given > _highest(session, kind):
            for number, row in enumerate(fresh, start=given + 1):
                row.id = number


def _reuses(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _highest(session: Session, kind: type[Any]) -> int:
    query = select(func.max(col(kind.id)))
    return int(session.execute(query, execution_options={ALL_SCOPES: True}).scalar() or 0)


def _given(session: Session, kind: type[Any]) -> int:
    kept = session.get(NumberGiven, kind.__tablename__)
    return kept.highest if kept is not None else 0

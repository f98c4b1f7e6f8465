"""Two scopes in one database: the desk as it is, and the sandbox, where people try it out.

A session belongs to one of them and sees nothing of the other, whatever is asked: the
condition is put into each query here, so that no figure, export or lesson can forget it.
What a session writes is of its scope. `ALL_SCOPES` is for those who must reach everything, such
as erasing a person.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import event, text
from sqlalchemy.orm import ORMExecuteState, UOWTransaction, with_loader_criteria
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.sql.visitors import InternalTraversal
from sqlmodel import Session, col

from models.tables import (
    AnswerVerdict,
    Case,
    CaseMessage,
    Decision,
    Judgement,
    Label,
    OutboxRow,
    QuestionCandidate,
    Source,
    Ticket,
    TicketEvent,
    TicketText,
    TicketTimes,
    TicketVector,
)

ALL_SCOPES: Final = "lotsen_all_scopes"
"""Execution option of a query that is to see both scopes."""

_MARKED: Final[tuple[type[Any], ...]] = (
    *(Case, CaseMessage, TicketText, TicketEvent, Decision, Label),
    *(AnswerVerdict, Judgement, QuestionCandidate, TicketVector),
)
# These know where a ticket came from: the index that figures by week read has it.
_SOURCED: Final[tuple[type[Any], ...]] = (Ticket, TicketTimes)
_STAMPED: Final[tuple[type[Any], ...]] = (*_MARKED, OutboxRow)


def _criteria(*, sandbox: bool) -> tuple[CriteriaOption, ...]:
    marked = [
        with_loader_criteria(kind, col(kind.sandbox).is_(sandbox), include_aliases=True)
        for kind in _MARKED
    ]
    sourced = [
        with_loader_criteria(
            kind,
            col(kind.source) == Source.SANDBOX if sandbox else col(kind.source) != Source.SANDBOX,
            include_aliases=True,
        )
        for kind in _SOURCED
    ]
    return (*marked, *sourced)


_KEY: Final = [("sandbox", InternalTraversal.dp_boolean)]


class _OneScope(CriteriaOption):
    """All criteria of a scope as one option, known in the cache of statements by the scope alone.

    As twelve options they were traversed anew for the key of each statement, which took a tenth
    of the time of handling a message. They never change, so their scope says it all.
    """

    _traverse_internals = _KEY

    def __init__(self, *, sandbox: bool) -> None:
        self.sandbox = sandbox
        self._criteria = _criteria(sandbox=sandbox)

    def process_compile_state(self, compile_state: Any) -> None:
        for one in self._criteria:
            one.process_compile_state(compile_state)

    def get_global_criteria(self, attributes: dict[str, Any]) -> None:
        for one in self._criteria:
            one.get_global_criteria(attributes)


_SCOPES: Final = {sandbox: _OneScope(sandbox=sandbox) for sandbox in (False, True)}


class ScopedSession(Session):
    """A session of one scope; ``info["sandbox"]`` says of which."""

    @property
    def in_sandbox(self) -> bool:
        return bool(self.info.get("sandbox", False))

    def driver_rows(self, statement: Any) -> Iterator[Sequence[Any]]:
        """Yield rows as the driver makes them, in small parts, of this scope.

        Rows of the session cost three times as much: too much for half a million.
        """
        connection = self.connection()
        streams = connection.dialect.name == "postgresql"
        if streams:
            connection.execute(_FOR_MANY_ROWS)
        # SQLite streams anyway, and without being asked it holds no row back.
        statement = _scoped(statement, self.in_sandbox).execution_options(stream_results=streams)
        with connection.execute(statement) as result:
            cursor: Any = result.cursor
            # Not of the cursor itself: the first row may be read ahead.
            fetch, part = result.cursor_strategy.fetchmany, _SENT if streams else _CLOSE_BY
            rows = fetch(result, cursor, part)
            while rows:
                yield rows
                # A part that is not full was the last one, and may have closed the cursor.
                rows = fetch(result, cursor, part) if len(rows) == part else []


# A processor holds so many close by: with ten times as many each value costs half as much again.
_CLOSE_BY: Final = 500
# PostgreSQL is asked for each part anew.
_SENT: Final = 5_000
# Until the transaction ends: all rows are wanted and not the first few, for which a cursor is
# planned else; tables are joined in memory; and nothing is compiled, which takes longer here.
_FOR_MANY_ROWS: Final = text(
    "SELECT set_config('cursor_tuple_fraction', '1', true), "
    "set_config('work_mem', '64MB', true), set_config('jit', 'off', true)"
)
_KNOWN: Final = {sandbox: WeakKeyDictionary[Any, Any]() for sandbox in (False, True)}


def _scoped(statement: Any, sandbox: bool) -> Any:
    """Return a statement that sees one scope; of the same one the same, which knows its key."""
    known = _KNOWN[sandbox].get(statement)
    if known is None:
        known = _KNOWN[sandbox][statement] = statement.options(_SCOPES[sandbox])
    return known


@event.listens_for(ScopedSession, "do_orm_execute")
def _see_one_scope(state: ORMExecuteState) -> None:
    whole = state.execution_options.get(ALL_SCOPES) or state.is_insert
    if not (whole or state.is_column_load or state.is_relationship_load):
        sandbox = bool(state.session.info.get("sandbox", False))
        state.statement = _scoped(state.statement, sandbox)


@event.listens_for(ScopedSession, "before_flush")
def _stamp(session: ScopedSession, _context: UOWTransaction, _instances: object) -> None:
    for row in session.new:
        if isinstance(row, _STAMPED):
            row.sandbox = session.in_sandbox

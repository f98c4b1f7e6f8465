"""What all repositories of a unit of work share: the session of their transaction."""

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy import inspect, literal_column, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from models.store.scope import ScopedSession

Row = TypeVar("Row")


class Repository:
    """A set of queries about one kind of thing, inside one transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def save(self, row: Row, *others: object) -> Row:
        """Store rows, new or changed, and return the first, with its number."""
        self.save_all((row, *others))
        return row

    def save_all(self, rows: Iterable[object]) -> None:
        """Store rows, new or changed; there may be none."""
        self._session.add_all(rows)
        self._session.flush()

    def lock(self, name: str) -> None:
        """Let nobody else be between here and the end of the transaction under this name.

        SQLite has one writer anyway; PostgreSQL takes an advisory lock.
        """
        if self._postgres:
            statement = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
            self._session.execute(statement, {"name": name})

    @property
    def _locks(self) -> bool:
        """Whether rows are read in order to change them; a snapshot locks nothing."""
        bind = self._session.get_bind()
        return not bind.get_execution_options().get("lotsen_reads", False)

    def _locked(self, kind: type[Row], key: Any) -> Row | None:
        """Return a row as it is now, locked until the transaction ends; a snapshot only reads.

        Without ``populate_existing`` a row that the session holds would stay as it was read,
        whatever another transaction has made of it since.
        """
        locks = self._locks
        return self._session.get(kind, key, with_for_update=locks, populate_existing=locks)

    def _insert(self, kind: type[object], /, **values: Any) -> postgresql.Insert | sqlite.Insert:
        """Return an insert that may say what a conflict is to do."""
        make = postgresql.insert if self._postgres else sqlite.insert
        return make(kind).values(**values)

    def _insert_once(self, kind: type[object], /, **values: Any) -> bool:
        """Insert a row; False, and nothing changed, where one with its key is there already."""
        statement = self._insert(kind, **values).on_conflict_do_nothing()
        # The driver's row count is not to be trusted with ON CONFLICT: ask for the row.
        returned = self._session.execute(statement.returning(literal_column("1")))
        return returned.first() is not None

    def _put(self, row: SQLModel) -> None:
        """Insert a row, or let it replace the one with its key, whoever writes that one just now.

        To look first and insert then would fail in one of two replicas that do it together.
        """
        kind, values = type(row), row.model_dump()
        keys = [column.name for column in inspect(kind).primary_key]
        statement = self._insert(kind, **values)
        rest = {name: statement.excluded[name] for name in values if name not in keys}
        self._session.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest))

    @property
    def _postgres(self) -> bool:
        return self._session.get_bind().dialect.name == "postgresql"

"""A hash chain over the rows that the proof rests on.

No writer has to think of it: what a session wrote into a table of `AUDITED` gets its entries
at the end of the same transaction, read back as the database holds it. A column that is
personal is left out, so erasing a person breaks nothing; so is one that holds nothing, so that
a later version may add a column.

What a chain cannot show is that its end was cut off together with the rows it speaks of:
compare its head with one that was written down elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Enum, Select, String, Table, event, insert, type_coerce
from sqlalchemy import select as select_columns
from sqlalchemy.orm import UOWTransaction
from sqlmodel import SQLModel, col

from models.fingerprint import canonical, sha256_of
from models.store.repository import Repository
from models.store.scope import ScopedSession
from models.tables import (
    Assumption,
    AuditEntry,
    Baseline,
    BaselineChoice,
    BudgetEntry,
    CostEntry,
    FreedDeclaration,
    IssuedStatement,
    MoneyDecision,
    ValueChoice,
    VendorChange,
)

AUDITED: Final[Mapping[type[SQLModel], str]] = {
    Assumption: "changed_at",
    Baseline: "frozen_at",
    BaselineChoice: "at",
    BudgetEntry: "recorded_at",
    CostEntry: "recorded_at",
    FreedDeclaration: "at",
    IssuedStatement: "issued_at",
    MoneyDecision: "at",
    ValueChoice: "recorded_at",
    VendorChange: "recorded_at",
}
"""Table → its column that says when a row was written. The key of each is its id."""

METERED: Final = "Language model"
"""Description of the one cost that grows: each growth is an entry of its own."""
START: Final = "0" * 64
"""What the first entry is chained to."""
_LOCK: Final = "audit"
_WRITTEN: Final = "lotsen_audited"
_BATCH: Final = 10_000
_CLOCKS: Final = timedelta(hours=1)
"""How far clocks of several machines may differ, or a transaction wait."""


class Break(StrEnum):
    """What is wrong with a row or an entry."""

    CHAIN = "the entry does not follow the one before it"
    CHANGED = "the row is not the one that was entered"
    REPEATED = "the row was written again after its entry"
    NO_ENTRY = "the row has no entry"
    NO_ROW = "the row is gone"
    CONTENT = "the content does not have the hash that stands beside it"
    DATED_BACK = "the row is dated before one that was entered earlier"
    EVENTS = "events that were frozen have changed or are gone"


@dataclass(frozen=True, slots=True)
class AuditProblem:
    """Something that was changed, removed or slipped in: table, id, and what is wrong."""

    kind: str
    key: str
    why: Break


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The newest entry: as many there are, and what the next one will be chained to."""

    n: int = 0
    chain: str = START


class AuditRepository(Repository):
    """The table audit_entry, and the rows that it speaks of."""

    def head(self) -> AuditHead:
        query = (
            select_columns(col(AuditEntry.number), col(AuditEntry.chain))
            .order_by(col(AuditEntry.number).desc())
            .limit(1)
        )
        newest = self._session.execute(query).first()
        return AuditHead(*newest) if newest else AuditHead()

    def append(self, written: Iterable[tuple[type[SQLModel], int]]) -> None:
        """Enter rows as they stand, after the newest entry; those that are gone are left out."""
        self.lock(_LOCK)
        head = self.head()
        for kind, key in written:
            table = _table(kind)
            row = self._session.execute(_rows(table).where(table.c.id == key)).mappings().first()
            if row is not None:
                head = self._enter(head, table, row[AUDITED[kind]], row)

    def _enter(
        self, head: AuditHead, table: Table, at: datetime, row: Mapping[Any, Any]
    ) -> AuditHead:
        entry = AuditEntry(
            number=head.n + 1,
            at=at,
            kind=table.name,
            key=str(row["id"]),
            sha256=_sha256(table, row),
            chain="",
        )
        entry.chain = _chained(head, entry)
        self._session.execute(insert(AuditEntry).values(entry.model_dump()))
        return AuditHead(entry.number, entry.chain)

    def problems(self) -> Iterator[AuditProblem]:
        """Yield what does not fit: in the chain first, then table by table."""
        entered: dict[tuple[str, str], list[str]] = {}
        head, latest = AuditHead(), datetime.min.replace(tzinfo=UTC) + _CLOCKS
        query = _table(AuditEntry).select().order_by(col(AuditEntry.number))
        for row in self._session.execute(query, execution_options={"yield_per": _BATCH}):
            entry = AuditEntry(**row._mapping)
            if entry.number != head.n + 1 or entry.chain != _chained(head, entry):
                yield AuditProblem("audit_entry", str(entry.number), Break.CHAIN)
            head = AuditHead(entry.number, entry.chain)
            hashes = entered.setdefault((entry.kind, entry.key), [])
            # A row that grows keeps the moment of its first entry.
            if not hashes and entry.at < latest - _CLOCKS:
                yield AuditProblem(entry.kind, entry.key, Break.DATED_BACK)
            latest = max(latest, entry.at)
            hashes.append(entry.sha256)
        for kind in AUDITED:
            yield from self._of_table(_table(kind), entered)
        yield from (AuditProblem(kind, key, Break.NO_ROW) for kind, key in entered)

    def _of_table(
        self, table: Table, entered: dict[tuple[str, str], list[str]]
    ) -> Iterator[AuditProblem]:
        rows = self._session.execute(
            _rows(table).order_by(table.c.id), execution_options={"yield_per": _BATCH}
        )
        for row in rows.mappings():
            key = str(row["id"])
            hashes = entered.pop((table.name, key), [])
            if not hashes:
                yield AuditProblem(table.name, key, Break.NO_ENTRY)
            elif hashes[-1] != _sha256(table, row):
                yield AuditProblem(table.name, key, Break.CHANGED)
            elif len(hashes) > 1 and row.get("description") != METERED:
                yield AuditProblem(table.name, key, Break.REPEATED)


def _table(kind: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(kind.__tablename__)]


def _rows(table: Table) -> Select[Any]:
    """Return the query of a table's rows; a word that no enum knows is no reason to fail."""
    columns = (
        type_coerce(one, String()).label(one.name) if isinstance(one.type, Enum) else one
        for one in table.columns
    )
    return select_columns(*columns)


def _sha256(table: Table, row: Mapping[Any, Any]) -> str:
    """Return the hash of what a row says, as both databases give it."""
    told = {
        column.name: _plain(row[column.name])
        for column in table.columns
        if row[column.name] is not None and not column.info.get("personal")
    }
    return sha256_of([canonical(told)])


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _chained(head: AuditHead, entry: AuditEntry) -> str:
    at = entry.at.astimezone(UTC).isoformat()
    own = [entry.number, at, entry.kind, entry.key, entry.sha256]
    return sha256_of([head.chain, canonical(own)])


# In every transaction -------------------------------------------------------------------------


@event.listens_for(ScopedSession, "after_flush")
def _remember(session: ScopedSession, _context: UOWTransaction) -> None:
    """Note what was written into an audited table."""
    changed = (row for row in session.dirty if session.is_modified(row))
    rows = [row for row in (*session.new, *changed) if type(row) in AUDITED]
    if rows:
        session.info.setdefault(_WRITTEN, set()).update((type(row), row.id) for row in rows)


@event.listens_for(ScopedSession, "before_commit")
def _enter_written(session: ScopedSession) -> None:
    """Enter it last of all: whoever waits for the chain's lock holds all others already."""
    session.flush()
    written = session.info.pop(_WRITTEN, None)
    if written:
        ordered = sorted(written, key=lambda one: (_table(one[0]).name, one[1]))
        AuditRepository(session).append(ordered)

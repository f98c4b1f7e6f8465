"""Rows of a query as columns: arrays, where half a million rows are too many for objects."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Executable, Select, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from models.store.scope import ScopedSession
from models.tables import TicketTimes

Column = npt.NDArray[Any]
Columns = Mapping[str, Column]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Moments = npt.NDArray[np.datetime64]

MOMENT: Final = "datetime64[us]"
NUMBER: Final = "float64"
WHOLE: Final = "int64"
_TEXTS: Final = ("final_category", "evidence")
_MOMENTS: Final = ("opened_at", "resolved_at")


class Words(dict[str, int]):
    """Words and their numbers: a new one gets the next when it is looked up."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


Kind = str | Words


class Moment(FunctionElement[Any]):
    """A moment as `read_columns` takes it: UTC, as text without an offset or in microseconds."""

    name = "moment"
    type = NullType()
    inherit_cache = True


@compiles(Moment)
def _as_stored(element: Moment, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(Moment, "postgresql")
def _in_micros(element: Moment, compiler: SQLCompiler, **options: Any) -> str:
    # Exact up to the year 2106: until then a double is less than half a microsecond off.
    seconds = f"date_part('epoch', {compiler.process(element.clauses, **options)})"
    return f"CAST({seconds} * 1000000 AS bigint)"


def utc(moment: datetime) -> np.datetime64:
    """Return a moment as a column has it."""
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")


def moments_of(moments: Iterable[datetime | None]) -> Moments:
    """Return moments as a column; None is NaT."""
    return np.array([None if at is None else utc(at) for at in moments], dtype=MOMENT)


def of_utc(moment: np.datetime64) -> datetime:
    """Return a moment of a column as all others are; not NaT."""
    found: datetime = moment.astype(MOMENT).item().replace(tzinfo=UTC)
    return found


def places_of(keys: Whole, among: Whole) -> Whole:
    """Return where each key stands among others, none of which comes twice; −1: nowhere."""
    if not len(among):
        return np.full(len(keys), -1)
    order = np.argsort(among)
    found = order[np.minimum(np.searchsorted(among, keys, sorter=order), len(among) - 1)]
    return np.where(among[found] == keys, found, -1)


def spots(who: Whole, at: Moments) -> npt.NDArray[np.complex128]:
    """Return numbers by which moments are sorted by whose they are, then by time.

    NumPy compares complex numbers by their real part, then by the other. Microseconds since 1970
    are exact in them.
    """
    return who + 1j * at.astype(np.int64)


def read_columns(session: ScopedSession, query: Executable, kinds: Sequence[Kind]) -> list[Column]:
    """Return the columns of a query, each of shape (n,).

    Parameters
    ----------
    kinds
        One for each column. `NUMBER`: None is NaN. `MOMENT`, of a `Moment`: UTC, None is NaT.
        `WHOLE`: never None. `Words`: the column has their numbers.
    """
    parts: list[list[Column]] = [[_column((), kind)] for kind in kinds]
    for rows in session.driver_rows(query):
        for part, values, kind in zip(parts, zip(*rows, strict=True), kinds, strict=True):
            part.append(_column(values, kind))
    return [np.concatenate(part) for part in parts]


def _column(values: Sequence[Any], kind: Kind) -> Column:
    if isinstance(kind, str):
        return np.array(values, dtype=kind)
    return np.array(list(map(kind.__getitem__, values)), dtype=np.int64)


def read_times(
    session: ScopedSession, names: Sequence[str], some: Callable[[Select[Any]], Select[Any]]
) -> Columns:
    """Return columns of `TicketTimes`, each of shape (n,), by their names.

    Numbers are floats, NaN where there is none; texts, moments and ``ticket_id`` are objects.

    Parameters
    ----------
    some
        Narrows the query down to the tickets that are wanted.
    """
    kinds = [_kind_of(name) for name in names]
    chosen = (getattr(TicketTimes, name) for name in names)
    query = select(
        *(
            Moment(column) if kind == MOMENT else column
            for column, kind in zip(chosen, kinds, strict=True)
        )
    )
    columns = read_columns(session, some(query), kinds)
    return {
        name: _as_objects(column, kind)
        for name, column, kind in zip(names, columns, kinds, strict=True)
    }


def _kind_of(name: str) -> Kind:
    if name in _TEXTS:
        return Words()
    if name in _MOMENTS:
        return MOMENT
    return WHOLE if name == "ticket_id" else NUMBER


def _as_objects(column: Column, kind: Kind) -> Column:
    if kind == NUMBER:
        return column
    if kind == WHOLE:
        return column.astype(object)
    if kind == MOMENT:
        return np.array([at and at.replace(tzinfo=UTC) for at in column.tolist()], dtype=object)
    return np.array(list(kind), dtype=object)[column]

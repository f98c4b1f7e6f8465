"""The tickets of a file: its columns mapped to fields, then each row checked.

A file is read twice, row by row: once to learn how its columns are written, once for
the tickets. So a CSV or NDJSON file of any size takes little memory.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from models.errors import InvalidError
from models.tickets.sources import FIELDS, TIMES, Field, SkippedRow, TicketRow
from models.tickets.sources.columns import chosen, fold_name, guessed
from models.tickets.sources.csv_row import CellFormats, CsvRow, SkipRowError
from models.tickets.sources.moments import DateOrder, DateOrders, instant
from models.tickets.sources.source import TicketSource, TicketTable

_ENOUGH: tuple[Field, ...] = ("text", "title", "opened_at")
_SAMPLE = 200
_SHOWN = 3
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A field, the column it is read from, and what that column holds, for example."""

    field: Field
    column: str
    samples: tuple[str, ...]


class TicketFile:
    """The tickets of a file.

    Parameters
    ----------
    table
        The file as rows and columns.
    source
        The system it came from.
    mapping
        Field → column, where the column's name does not tell; an empty column leaves
        the field out.
    zone
        Where times without an offset are local.

    Attributes
    ----------
    columns : dict
        Field → column as it was used.
    unused : tuple of str
        Columns that nothing is read from.
    total : int
        Rows, broken ones too.
    sha256 : str
        Of the columns and all rows.

    Raises
    ------
    InvalidError
        When there are no rows or no column to use, when the mapping names what is not
        there, or when a column's dates can be read in two ways.
    """

    def __init__(
        self,
        file: Path,
        table: TicketTable,
        source: TicketSource,
        mapping: Mapping[str, str],
        zone: ZoneInfo,
    ) -> None:
        self.source = source
        self._file, self._table = file, table
        self._sample = list(islice(self._good(), _SAMPLE))
        self.columns = self._map(mapping)
        self._reading = CellFormats(
            places={
                field: [at for at, name in enumerate(table.columns) if name == column]
                for field, column in self.columns.items()
            },
            zone=zone,
            orders={},
            seconds=self._of_names(source.seconds, mapping),
            after=self._of_names(source.after, mapping),
            external_id=source.external_id,
        )
        self.total, self.sha256 = self._survey(frozenset(mapping))

    def rows(self) -> Iterator[TicketRow | SkippedRow]:
        """Yield each row, as a ticket or as the reason why not."""
        for number, cells in self._table.records():
            if isinstance(cells, str):
                yield SkippedRow(number, cells)
                continue
            try:
                yield CsvRow(self._reading, cells).ticket(number)
            except SkipRowError as error:
                yield SkippedRow(number, str(error))

    def preview(self) -> tuple[MappedColumn, ...]:
        """Return the mapping with three values each, to be looked at before it is applied."""
        return tuple(
            MappedColumn(field, self.columns[field], self._values(field))
            for field in FIELDS
            if field in self.columns
        )

    @property
    def unused(self) -> tuple[str, ...]:
        used = set(self.columns.values())
        return tuple(dict.fromkeys(name for name in self._table.columns if name not in used))

    def _good(self) -> Iterator[list[str]]:
        return (cells for _, cells in self._table.records() if isinstance(cells, list))

    def _of_names(self, names: frozenset[str], asked: Mapping[str, str]) -> frozenset[Field]:
        """Return the fields read from columns of these names, unless a person chose them."""
        return frozenset(
            field
            for field, column in self.columns.items()
            if field not in asked and fold_name(column) in names
        )

    def _values(self, field: Field) -> tuple[str, ...]:
        here = (self._reading.cell(field, cells) for cells in self._sample)
        distinct = dict.fromkeys(" ".join(value.split()) for value in here if value)
        return tuple(_cut(value) for value in islice(distinct, _SHOWN))

    def _map(self, wanted: Mapping[str, str]) -> dict[Field, str]:
        header = list(self._table.columns)
        own = chosen(header, wanted)
        taken = set(own.values())
        free = [name for name in header if name not in taken]
        mapping = guessed(free, self.source.names, self._empty()) | own
        mapping = {field: name for field, name in mapping.items() if name}
        if not any(field in mapping for field in _ENOUGH):
            raise InvalidError(
                f"{self._file}: no column for text, title or opened_at was found; the columns are "
                f"{', '.join(header)[:500]}. Say which is which, such as --map text=COLUMN"
            )
        return mapping

    def _empty(self) -> set[str]:
        filled = {
            name
            for cells in self._sample
            for name, cell in zip(self._table.columns, cells, strict=True)
            if cell.strip()
        }
        return set(self._table.columns) - filled

    def _survey(self, asked: frozenset[str]) -> tuple[int, str]:
        """Read the file once: count it, hash it, and learn how its dates are written."""
        digest, total = hashlib.sha256(repr(sorted(self.columns.items())).encode()), 0
        times = [
            field for field in TIMES if field in self.columns and field not in self._reading.after
        ]
        orders = {field: DateOrders() for field in times}
        readable = set(times) & asked
        for _, cells in self._table.records():
            total += 1
            digest.update("\x1f".join(cells).encode("utf-8", "replace"))
            if isinstance(cells, str):
                continue
            for field in times:
                value = self._reading.cell(field, cells)
                orders[field].see(value)
                if field not in readable and self._is_time(value):
                    readable.add(field)
        if not total:
            raise InvalidError(f"{self._file}: there are no rows below the header")
        self._settle(orders, readable)
        return total, digest.hexdigest()

    def _is_time(self, value: str) -> bool:
        orders: Sequence[DateOrder] = ("day", "month")
        for order in orders:
            try:
                instant(value, self._reading.zone, order)
            except ValueError:
                continue
            return True
        return False

    def _settle(self, seen: Mapping[Field, DateOrders], readable: set[Field]) -> None:
        orders: dict[Field, DateOrder] = {}
        for field, dates in seen.items():
            if field not in readable:  # a column named "closed" may hold yes and no
                del self.columns[field]
                continue
            if dates.order == "mixed":
                raise InvalidError(
                    f"{self._file}: column {self.columns[field]!r} holds {dates.day_first!r} and "
                    f"{dates.month_first!r}: its dates can be read in two ways; export them as "
                    "2026-03-01"
                )
            if dates.order == "unclear":
                raise InvalidError(
                    f"{self._file}: column {self.columns[field]!r} holds {dates.example!r}, which "
                    "can be read in two ways; export the dates as 2026-03-01"
                )
            orders[field] = dates.order
        places = {field: self._reading.places[field] for field in self.columns}
        self._reading = replace(self._reading, orders=orders, places=places)


def _cut(value: str) -> str:
    return value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"

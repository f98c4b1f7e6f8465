"""What a source is: how its files are recognised, and what its columns are called."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from models.tickets.sources import Field
from models.tickets.sources.columns import fold_name

Record = Mapping[str, Any]
Flatten = Callable[[Record], Mapping[str, str]]
"""A ticket of a JSON file → its columns."""


class TicketTable(Protocol):
    """Tickets as rows and columns, whatever the file is; read as often as needed."""

    @property
    def columns(self) -> Sequence[str]:
        """Their names; a name may come more than once."""
        ...

    def records(self) -> Iterator[tuple[int, list[str] | str]]:
        """Yield (row number, cells), or the reason instead of the cells."""
        ...


@dataclass(frozen=True)
class Head:
    """What a file begins with, which tells the system it came from.

    Attributes
    ----------
    columns : names of a CSV file's columns; empty for JSON
    record : the first ticket of a JSON file; empty for CSV
    """

    columns: Sequence[str] = ()
    record: Record = field(default_factory=dict)

    def columns_among(self, names: Iterable[str]) -> int:
        """Count which of the folded names a CSV file has as columns."""
        return len({fold_name(column) for column in self.columns} & set(names))

    def keys_among(self, names: Iterable[str]) -> int:
        """Count which of the names the first ticket of a JSON file has as keys."""
        return len(set(self.record) & set(names))


@dataclass(frozen=True)
class TicketSource:
    """A system whose exports can be read.

    Attributes
    ----------
    name : as ``--format`` takes it
    title : as people call it
    recognises : how sure one can be that a file is of this system, from 0 to 1
    names : field → the system's own names, folded, the preferred first
    flattener : a JSON document → how its tickets become columns; None reads CSV only
    seconds : folded names of columns that count seconds
    after : folded names of columns that hold minutes after the opening
    external_id : a ticket's number as the file writes it → its id here
    """

    name: str
    title: str
    recognises: Callable[[Head], float]
    names: Mapping[Field, str] = field(default_factory=dict)
    flattener: Callable[[Any], Flatten] | None = None
    seconds: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    external_id: Callable[[str], str] = str


Signs = tuple[frozenset[str], int]
"""Names that tell a system, and how many of them make sure."""


def by_signs(record: Signs, *columns: Signs) -> Callable[[Head], float]:
    """Return how a source is recognised: by a JSON ticket's keys, or by a CSV file's columns."""

    def recognises(head: Head) -> float:
        if head.record:
            return share(head.keys_among(record[0]), record[1])
        return max(share(head.columns_among(names), wanted) for names, wanted in columns)

    return recognises


def share(found: int, wanted: int) -> float:
    """Return how sure ``found`` signs make; 1 from ``wanted`` on, and 0 below two."""
    return min(1.0, found / wanted) if found > 1 else 0.0

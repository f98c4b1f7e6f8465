"""Which systems' files can be read, and which of them a file is from."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from models.declared import declared
from models.errors import InvalidError
from models.tickets import sources as folder
from models.tickets.sources.csv_file import CsvTable
from models.tickets.sources.json_file import FlatTable, JsonFile, is_json
from models.tickets.sources.source import Head, TicketSource
from models.tickets.sources.ticket_file import TicketFile

AUTO = "auto"


@cache
def sources() -> Mapping[str, TicketSource]:
    """Return every source of this folder by its name."""
    return {source.name: source for source in declared(folder, TicketSource)}


def recognised(head: Head) -> TicketSource | None:
    """Return the source that is surest of a file's head; None where nobody knows it."""
    best = max(sources().values(), key=lambda source: (source.recognises(head), source.name))
    return best if best.recognises(head) > 0 else None


def open_tickets(
    file: Path, mapping: Mapping[str, str], zone: ZoneInfo, format_: str = AUTO
) -> TicketFile:
    """Open a file of tickets.

    Parameters
    ----------
    mapping
        Field → column, where the column's name does not tell.
    zone
        Where times without an offset are local.
    format_
        A source's name, or ``auto`` for the one that knows the file best.

    Raises
    ------
    InvalidError
        When there is no such format, or nothing can be read; the message says what to do.
    """
    if format_ not in (AUTO, *sources()):
        known = ", ".join((AUTO, *sorted(sources())))
        raise InvalidError(f"there is no format {format_!r}; the formats are {known}")
    if is_json(file):
        return _from_json(file, mapping, zone, format_)
    table = CsvTable(file)
    source = _source(format_, Head(columns=table.columns), file)
    return TicketFile(file, table, source, mapping, zone)


def _from_json(file: Path, mapping: Mapping[str, str], zone: ZoneInfo, format_: str) -> TicketFile:
    content = JsonFile(file)
    source = _source(format_, Head(record=content.first or {}), file)
    if source.flattener is None:
        raise InvalidError(f"{file}: this is JSON, which the format {source.name} has not")
    table = FlatTable(content, source.flattener(content.document))
    return TicketFile(file, table, source, mapping, zone)


def _source(format_: str, head: Head, file: Path) -> TicketSource:
    if format_ != AUTO:
        return sources()[format_]
    found = recognised(head)
    if found is None:
        able = ", ".join(sorted(one.name for one in sources().values() if one.flattener))
        raise InvalidError(
            f"{file}: this JSON is of no system that is known; if it is of one of {able}, say "
            "which with --format"
        )
    return found

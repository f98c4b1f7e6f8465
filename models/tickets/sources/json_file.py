"""Tickets in a JSON file: one document up to a cap, or a document a line (NDJSON).

The document of an interface (``{"tickets": […]}``), a bare list, or pages of these a line.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from models.errors import InvalidError
from models.language.encoding import encoding_of
from models.tickets.sources.source import Flatten, Record

MAX_BYTES = 200 * 2**20
"""Of one JSON document, which is read as a whole; NDJSON has no such limit."""
MAX_LINE = 16 * 2**20
"""Characters of a line of NDJSON."""
SAMPLE = 200
"""Tickets that tell which columns there are."""
_LISTS = ("tickets", "issues", "results", "values", "data")


def is_json(file: Path) -> bool:
    """Return whether a file begins as JSON does.

    Raises
    ------
    InvalidError
        When the file cannot be read.
    """
    with file.open(encoding=encoding_of(file), errors="replace") as stream:
        return stream.read(4096).lstrip("\ufeff \t\r\n")[:1] in ("{", "[")


class JsonFile:
    """The tickets of a JSON file, as objects.

    Attributes
    ----------
    document
        The whole document, for what stands beside the tickets; None for NDJSON.

    Raises
    ------
    InvalidError
        When it is no JSON, too large or holds no tickets; the message says where.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._encoding = encoding_of(file)
        self.document: Any = None if self._has_lines() else self._whole()
        self.first = next((one for _, one in self.records() if isinstance(one, dict)), None)
        if self.first is None:
            raise InvalidError(
                f"{file}: the JSON holds no tickets; a list of them is expected, bare or under "
                f"{', '.join(_LISTS)}"
            )

    def records(self) -> Iterator[tuple[int, Record | str]]:
        """Yield (row number, ticket), or the reason instead of the ticket."""
        if self.document is None:
            yield from self._lines()
            return
        for number, one in enumerate(_tickets(self.document), start=1):
            yield number, one if isinstance(one, dict) else "it is no JSON object"

    def _has_lines(self) -> bool:
        """Return whether the first line is a document of its own, and others follow."""
        with self._file.open(encoding=self._encoding, errors="replace") as stream:
            lines = (line for line in iter(lambda: stream.readline(MAX_LINE), "") if line.strip())
            first, second = next(lines, ""), next(lines, "")
        try:
            alone = isinstance(json.loads(first), dict)
        except (ValueError, RecursionError):
            # A broken first line, and a second that begins as a document of its own.
            return first.lstrip("\ufeff ").startswith('{"') and second.startswith('{"')
        return alone and (bool(second) or not _lists(json.loads(first)))

    def _whole(self) -> Any:
        size = self._file.stat().st_size
        if size > MAX_BYTES:
            raise InvalidError(
                f"{self._file}: {size // 2**20} MB of JSON are too much at once (at most "
                f"{MAX_BYTES // 2**20}); export a shorter period, or one ticket a line (NDJSON)"
            )
        text = self._file.read_text(encoding=self._encoding, errors="replace")
        try:
            return json.loads(text.lstrip("\ufeff"))
        except json.JSONDecodeError as error:
            raise InvalidError(
                f"{self._file}: no JSON from line {error.lineno}, column {error.colno} on "
                f"({error.msg}); the file may be cut off: export it again"
            ) from error
        except (ValueError, RecursionError) as error:
            raise InvalidError(f"{self._file}: the JSON cannot be read ({error})") from error

    def _lines(self) -> Iterator[tuple[int, Record | str]]:
        with self._file.open(encoding=self._encoding, errors="replace") as stream:
            number = 0
            while line := stream.readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    while line and not line.endswith("\n"):
                        line = stream.readline(MAX_LINE)
                    yield number, f"the line is longer than {MAX_LINE} characters"
                elif line.strip("\ufeff \t\r\n"):
                    yield from _of_line(number, line.lstrip("\ufeff"))


def _of_line(number: int, line: str) -> Iterator[tuple[int, Record | str]]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        yield number, f"the line is no JSON ({error}): the file may be cut off"
        return
    page = _lists(value) if isinstance(value, dict) else None
    for one in [value] if page is None else page:
        yield number, one if isinstance(one, dict) else "it is no JSON object"


def _lists(document: Mapping[str, Any]) -> list[Any] | None:
    """Return the list of tickets in a document; None where there is none."""
    found = (document[name] for name in _LISTS if isinstance(document.get(name), list))
    return next(found, None)


def _tickets(document: Any) -> list[Any]:
    if isinstance(document, list):
        return document
    listed = _lists(document) if isinstance(document, dict) else None
    if listed is not None and any(not isinstance(one, dict) for one in listed):
        return _by_id(document, listed)
    single = [document] if isinstance(document, dict) and document.get("id") else []
    return single if listed is None else listed


def _by_id(document: Mapping[str, Any], ids: list[Any]) -> list[Any]:
    """Return the tickets that a search lists by id only, from the assets beside it."""
    assets = document.get("assets")
    known = assets.get("Ticket") if isinstance(assets, dict) else None
    if not isinstance(known, dict):
        return ids
    return [known.get(str(one), one) for one in ids]


class FlatTable:
    """The tickets of a JSON file as rows and columns."""

    def __init__(self, file: JsonFile, flatten: Flatten) -> None:
        self._file, self._flatten = file, flatten
        names: dict[str, None] = {}
        good = (one for _, one in file.records() if isinstance(one, dict))
        for one in islice(good, SAMPLE):
            names |= dict.fromkeys(flatten(one))
        self.columns = list(names)

    def records(self) -> Iterator[tuple[int, list[str] | str]]:
        """Yield (row number, cells), or the reason instead of the cells."""
        for number, one in self._file.records():
            yield number, one if isinstance(one, str) else self._cells(one)

    def _cells(self, one: Record) -> list[str] | str:
        flat = self._flatten(one)
        cells = [_storable(flat.get(name, "")) for name in self.columns]
        if any("\0" in cell for cell in cells):
            return "the ticket holds a zero character: export the file again"
        return cells


def _storable(value: str) -> str:
    # JSON can name half a character (\ud800); no database takes it.
    return value.encode("utf-8", "replace").decode("utf-8")

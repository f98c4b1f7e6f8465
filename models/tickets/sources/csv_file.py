"""Tickets in a CSV file, as help desk systems and spreadsheets export them.

The plain source: any columns whose names say what they hold, or that ``--map`` names.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from models.errors import InvalidError
from models.language.encoding import encoding_of
from models.tickets.sources.columns import guessed
from models.tickets.sources.source import TicketSource

_DELIMITERS = ",;\t|"
_BLANK = "\0 \r\n" + _DELIMITERS
_UNLIKELY = 0.1


SOURCE = TicketSource(
    name="csv", title="CSV", recognises=lambda head: _UNLIKELY if head.columns else 0.0
)


class CsvTable:
    """The rows of a CSV file.

    Parameters
    ----------
    file
        Comma, semicolon, tab or ``|`` between the columns; UTF-8, UTF-16 or cp1252.

    Raises
    ------
    InvalidError
        When the file is missing or empty.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._encoding = encoding_of(file)
        self._delimiter, self.columns = self._head()

    def _head(self) -> tuple[str, list[str]]:
        with self._file.open(encoding=self._encoding, errors="replace", newline="") as stream:
            line = next((line for line in stream if line.strip(_BLANK)), "")
        if not line:
            raise InvalidError(f"{self._file}: the file is empty; export it again")
        heads = [(sign, _cells_of_header(line, sign)) for sign in _DELIMITERS]
        return max(heads, key=lambda head: (len(guessed(head[1])), len(head[1])))

    def records(self) -> Iterator[tuple[int, list[str] | str]]:
        """Yield (row number, cells), or the reason instead of the cells."""
        with self._file.open(encoding=self._encoding, errors="replace", newline="") as stream:
            reader = csv.reader(stream, delimiter=self._delimiter, strict=True)
            number, below = 0, False
            while True:
                before = reader.line_num
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    number += 1
                    yield number, _broken(error, before + 1, reader.line_num)
                    continue
                number += 1
                if not any(cell.strip(_BLANK) for cell in cells):
                    continue
                if below:
                    yield number, self._fitted(cells)
                below = True

    def _fitted(self, cells: list[str]) -> list[str] | str:
        width = len(self.columns)
        if len(cells) < width:
            return (
                f"the row ends after {len(cells)} of {width} columns: the file may be cut off, "
                "or a line break stands in a text without quotes"
            )
        if any(cell.strip() for cell in cells[width:]):
            return (
                f"the row has {len(cells)} instead of {width} columns: put texts that hold "
                f"{self._delimiter!r} in quotes"
            )
        if any("\0" in cell for cell in cells):
            return "the row holds a zero byte: export the file again"
        return cells[:width]


def _cells_of_header(line: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter))
    except csv.Error:
        return []
    return [cell.strip("\0 \t\r\n") for cell in cells]


def _broken(error: csv.Error, first: int, last: int) -> str:
    where = f"line {first}" if last <= first else f"lines {first} to {last}"
    return (
        f"{where} cannot be read ({error}): a quote is missing or not doubled, or the file is "
        "cut off"
    )

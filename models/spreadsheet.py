"""CSV for spreadsheets: their letters are read as they are, and no cell runs as a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, TextIO

# With a byte order mark, else Excel takes å, ä, ö for something else.
_ENCODING = "utf-8-sig"
# A spreadsheet takes a text that begins so for a formula, and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(file: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows that no spreadsheet runs; return how many."""
    with file.open("w", encoding=_ENCODING, newline="") as out:
        return _write(out, columns, rows)


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return the same file as bytes; None becomes an empty cell."""
    out = StringIO(newline="")
    _write(out, columns, rows)
    return out.getvalue().encode(_ENCODING)


def escape_formula(value: Any) -> Any:
    """Return a cell that no spreadsheet runs: such a text gets an apostrophe in front. Pure."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value


def _write(out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    number = 0
    for row in rows:
        writer.writerow([escape_formula(value) for value in row])
        number += 1
    return number

"""CSV for spreadsheets: their letters are read as they are, and no cell runs as a formula."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, TextIO

# With a byte order mark, else Excel takes å, ä, ö for something else.
_ENCODING = "utf-8-sig"
# A spreadsheet takes a text that begins so for a formula, and runs it; some cut blanks first,
# and those of East Asia take the wide signs for the same.
_FORMULA = tuple("=+-@＝＋－＠﹢﹣−")
_BREAKS = ("\t", "\r", "\n")
_UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\x00"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


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
    return f"'{value}" if isinstance(value, str) and runs_as_formula(value) else value


def runs_as_formula(text: str) -> bool:
    """Return whether a spreadsheet may take a text for a formula; a number below zero is none."""
    begins = text
    while begins != (begins := begins.lstrip().lstrip(_UNSEEN)):
        pass
    before = text[: len(text) - len(begins)]
    if any(sign in before for sign in _BREAKS):
        return True
    return begins.startswith(_FORMULA) and not _NUMBER.fullmatch(text)


def _write(out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    number = 0
    for row in rows:
        writer.writerow([escape_formula(value) for value in row])
        number += 1
    return number

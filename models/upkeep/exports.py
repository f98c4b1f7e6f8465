"""The figures as files for spreadsheets and for programs such as Power BI and Tableau.

What is written are the views (`models.store.views`): the whole desk, no names, no texts.
All files show the same moment. A table with a row a ticket is left out where fewer than
five people work at the desk, unless it is asked for: there it would say who did what.
"""

import importlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from models.errors import InvalidError
from models.governance.small_groups import may_list
from models.spreadsheet import write_csv
from models.store.transaction import Store, UnitOfWork
from models.store.views import ROWS_OF_TICKETS, VIEWS

Form = Literal["csv", "json", "jsonl", "parquet"]
Rows = Iterator[tuple[Any, ...]]
Writer = Callable[[Path, Sequence[str], Rows], int]


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file that was written, with its number of rows."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and which tables were left out because the desk is small."""

    files: tuple[ExportedFile, ...]
    left_out: tuple[str, ...] = ()


def export(
    store: Store, folder: Path, form: Form, staff: frozenset[str], *, tickets: bool = False
) -> Exported:
    """Write each view into a file of its own; files of the same name are replaced.

    Parameters
    ----------
    staff
        Slack ids of the support staff, user groups among them.
    tickets
        Write rows of tickets on a small desk too.

    Raises
    ------
    InvalidError
        For Parquet where pyarrow is not installed, or when the folder or a file cannot be
        written.
    """
    write = _writer(form)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with store.snapshot() as unit:
            left_out = () if tickets or may_list(unit, staff) else ROWS_OF_TICKETS
            views = [view for view in VIEWS if view not in left_out]
            files = tuple(_file(unit, view, folder, form, write) for view in views)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InvalidError(f"{folder}: cannot be written ({reason}); check the path") from error
    return Exported(files, tuple(_name(view) for view in left_out))


def _file(unit: UnitOfWork, view: str, folder: Path, form: Form, write: Writer) -> ExportedFile:
    file = folder / f"{_name(view)}.{form}"
    unfinished = file.with_suffix(f".{form}.part")
    rows = (tuple(map(_plain, row)) for row in unit.views.rows(view))
    number = write(unfinished, tuple(VIEWS[view]), rows)
    unfinished.replace(file)
    return ExportedFile(file.name, number)


def _name(view: str) -> str:
    return view.removeprefix("v_")


def _plain(value: Any) -> Any:
    """Return a value as both databases give it: numbers, and days and instants as text."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else value


# One function a format ---------------------------------------------------------------------


def _writer(form: Form) -> Writer:
    writers: dict[str, Writer] = {
        "csv": write_csv,
        "json": _json,
        "jsonl": _json_lines,
        "parquet": _parquet,
    }
    if form == "parquet":
        _pyarrow()  # before anything is written
    return writers[form]


def _json(file: Path, columns: Sequence[str], rows: Rows) -> int:
    number = 0
    with file.open("w", encoding="utf-8") as out:
        out.write("[")
        for row in rows:
            line = json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False)
            out.write(f"{',' if number else ''}\n{line}")
            number += 1
        out.write("\n]\n")
    return number


def _json_lines(file: Path, columns: Sequence[str], rows: Rows) -> int:
    """Write an object a line, so that a program need not hold the whole file."""
    number = 0
    with file.open("w", encoding="utf-8", newline="\n") as out:
        for row in rows:
            line = json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False)
            out.write(f"{line}\n")
            number += 1
    return number


def _parquet(file: Path, columns: Sequence[str], rows: Rows) -> int:
    pyarrow = _pyarrow()
    found = list(rows)
    cells = list(zip(*found, strict=True)) if found else [()] * len(columns)
    table = pyarrow.table(dict(zip(columns, map(list, cells), strict=True)))
    importlib.import_module("pyarrow.parquet").write_table(table, file)
    return len(found)


def _pyarrow() -> Any:
    try:
        return importlib.import_module("pyarrow")
    except ImportError as error:
        raise InvalidError(
            "Parquet needs pyarrow: install it beside Lotsen (pip install pyarrow), or write "
            "--format csv, json or jsonl"
        ) from error

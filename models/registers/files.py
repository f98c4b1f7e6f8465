"""Registers as files: CSV that comes back as it went, JSON, Markdown. Pure.

A cell of a CSV file that a spreadsheet would take for a formula gets an apostrophe in
front, and loses it again when the file is read.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.errors import InvalidError
from models.form import Value
from models.language import Translator
from models.registers.declaration import CurrentLine, LinkedLine, Register
from models.registers.showing import Names, table
from models.spreadsheet import runs_as_formula

Quoted = Callable[[str], str]
"""Pseudonym → how a file names the person, so that it is found again."""

NUMBER, VERSION = "number", "version"
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row of a CSV file; ``number`` is the line's, 0 for a new one, -1 where it is none."""

    row: int
    number: int
    version: int | None
    raw: Mapping[str, str]


def as_json(
    register: Register, lines: Sequence[CurrentLine], entries: Sequence[LinkedLine], quoted: Quoted
) -> list[dict[str, Any]]:
    """Return each line as one flat object: its fields, then what follows from them."""
    return [
        {
            NUMBER: line.number,
            VERSION: line.version,
            "retired": line.retired,
            "changed_at": line.changed_at.isoformat(),
            **{
                item.key: _plain(item.kind, entry.values.get(item.key), quoted)
                for item in register.fields
            },
            **{item.key: item.of(entry) for item in register.derived},
        }
        for line, entry in zip(lines, entries, strict=True)
    ]


def json_text(kind: str, lines: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps({"kind": kind, "lines": lines}, ensure_ascii=False, indent=2) + "\n"


def csv_text(register: Register, lines: Sequence[CurrentLine], quoted: Quoted) -> str:
    """Return number, version and fields of each line; what follows from them is left out."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([NUMBER, VERSION, *(item.key for item in register.fields)])
    for line in lines:
        cells = [
            _written(_plain(item.kind, line.values.get(item.key), quoted))
            for item in register.fields
        ]
        writer.writerow([line.number, line.version, *cells])
    return _BOM + out.getvalue()


def markdown_text(
    register: Register, entries: Sequence[LinkedLine], words: Translator, names: Names
) -> str:
    """Return the list as a Markdown table under its title."""
    drawn = table(register, entries, words, names)
    rows = [drawn.header, tuple("---" for _ in drawn.header), *drawn.rows]
    body = "\n".join(f"| {' | '.join(map(_escaped, row))} |" for row in rows)
    return f"# {words.gettext(register.title)}\n\n{body}\n"


def read_csv(register: Register, text: str) -> Iterator[ImportRow]:
    """Yield the rows of a CSV file.

    Raises
    ------
    InvalidError
        For a file without a usable header, naming what is wrong with it.
    """
    head = text.lstrip(_BOM).partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text.lstrip(_BOM)), delimiter=delimiter)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        _check_header(register, header)
        for at, cells in enumerate(reader, start=2):
            if at > _MOST_ROWS + 1:
                raise InvalidError(f"the file has more than {_MOST_ROWS} rows: split it")
            if any(value.strip() for value in cells):
                yield _row(at, dict(zip(header, cells, strict=False)))
    except csv.Error as error:
        raise InvalidError(f"line {reader.line_num} cannot be read: {error}") from error


def _check_header(register: Register, header: Sequence[str]) -> None:
    known = {NUMBER, VERSION, *(item.key for item in register.fields)}
    strange = [name for name in header if name not in known]
    twice = sorted({name for name in header if header.count(name) > 1})
    if not header or strange or twice:
        wrong = ", ".join(map(repr, strange or twice)) or "nothing"
        raise InvalidError(
            f"the first row names {wrong}; each column once, out of: {', '.join(sorted(known))}"
        )


def _row(at: int, cells: Mapping[str, str]) -> ImportRow:
    number, version = cells.get(NUMBER, "").strip(), cells.get(VERSION, "").strip()
    raw = {key: _unwritten(text) for key, text in cells.items() if key not in (NUMBER, VERSION)}
    return ImportRow(
        row=at,
        number=_whole(number) if number else 0,
        version=_whole(version) if version else None,
        raw=raw,
    )


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1


def _plain(kind: str, value: Value, quoted: Quoted) -> Value:
    return quoted(str(value)) if kind == "person" and value else value


def _written(value: Value) -> str:
    if value is None:
        return ""
    text = str(value)
    return "'" + text if _is_quoted(text) else text


def _unwritten(text: str) -> str:
    return text[1:] if text.startswith("'") and _is_quoted(text) else text


def _is_quoted(text: str) -> bool:
    # What begins with an apostrophe of its own gets another one, so that it comes back whole.
    return runs_as_formula(text.lstrip("'"))


def _escaped(text: str) -> str:
    # A cell must not end the table, nor become a link, a picture or HTML.
    return re.sub(r"([\\|<>\[\]`*_!])", r"\\\1", " ".join(text.split()))

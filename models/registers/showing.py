"""A register for people to read: its lines as a table, a line as pairs, what they all say. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from models.errors import NotFoundError
from models.form import Field, Value
from models.language import N_, Translator
from models.message import Fields, Note, Run, Table
from models.registers.declaration import (
    REVIEW_ON,
    CurrentLine,
    Derived,
    LinkedLine,
    Register,
    RegisterSnapshot,
    Remark,
)

Names = Mapping[str, str]
"""Pseudonym → name."""
_MOST_IN_A_CELL = 80


def entries_of(lines: Sequence[CurrentLine], shelf: RegisterSnapshot) -> list[LinkedLine]:
    return [LinkedLine(line.values, shelf, line.number) for line in lines]


def narrowed(
    register: Register,
    lines: Sequence[CurrentLine],
    shelf: RegisterSnapshot,
    wanted: Mapping[str, str],
) -> list[CurrentLine]:
    """Return the lines whose fields and derived columns have the wanted values.

    Raises
    ------
    NotFoundError
        When there is no such field or column, naming those there are.
    """
    columns = {item.key: item for item in register.derived}
    keys = [*(item.key for item in register.fields), *columns]
    strange = [key for key in wanted if key not in keys]
    if strange:
        raise NotFoundError(f"{register.kind} has no {strange[0]!r}; it has: {', '.join(keys)}")

    def value(line: CurrentLine, key: str) -> str:
        entry = LinkedLine(line.values, shelf, line.number)
        found = columns[key].of(entry) if key in columns else line.values.get(key)
        return "" if found is None else f"{found:g}" if isinstance(found, float) else str(found)

    return [
        line
        for line in lines
        if all(value(line, key).casefold() == text.casefold() for key, text in wanted.items())
    ]


def shown_value(item: Field | Derived, value: Value, words: Translator, names: Names) -> str:
    """Return a value as a reader sees it; a dash where there is none."""
    if value is None or value == "":
        return "–"
    if item.choices:
        return words.gettext(dict(item.choices).get(str(value), str(value)))
    if isinstance(item, Derived) or item.kind == "number":
        return words.number(float(value), item.digits)
    if item.kind == "day":
        return words.day(date.fromisoformat(str(value)), "d MMM y")
    if item.kind == "person":
        return names.get(str(value), "") or words.gettext("somebody without a name")
    return f"{value}" if item.kind != "line" else f"#{value}"


def table(
    register: Register, entries: Sequence[LinkedLine], words: Translator, names: Names
) -> Table:
    """Return the list: number, name and the columns that are listed."""
    named = register.field(register.name)
    fields = [item for item in register.fields if item.listed and item is not named]
    derived = [item for item in register.derived if item.listed]
    first = [words.gettext("No."), *([words.gettext(named.title)] if named else [])]
    columns: list[Field | Derived] = [*fields, *derived]
    header = (*first, *(words.gettext(item.title) for item in columns))
    rows = [
        (
            str(entry.number),
            *([cell(named, entry.values.get(named.key), words, names)] if named else []),
            *(cell(item, entry.values.get(item.key), words, names) for item in fields),
            *(cell(item, item.of(entry), words, names) for item in derived),
        )
        for entry in entries
    ]
    return Table(header, tuple(rows))


def cell(item: Field | Derived, value: Value, words: Translator, names: Names) -> str:
    """Return a value on one short line."""
    text = " ".join(shown_value(item, value, words, names).split())
    return text if len(text) <= _MOST_IN_A_CELL else text[: _MOST_IN_A_CELL - 1] + "…"


def pairs(register: Register, entry: LinkedLine, words: Translator, names: Names) -> Fields:
    """Return everything that a line says."""
    filled: list[tuple[Field | Derived, Value]] = [
        *((item, entry.values.get(item.key)) for item in register.fields),
        *((item, item.of(entry)) for item in register.derived),
    ]
    shown = [
        (words.gettext(item.title), shown_value(item, value, words, names))
        for item, value in filled
        if value not in (None, "")
    ]
    return Fields(tuple((title, (Run(text),)) for title, text in shown))


def remarks(register: Register, entries: Sequence[LinkedLine], words: Translator) -> list[Note]:
    """Return what is to be said of all lines together."""
    return [Note((Run(_remark(item, words)),)) for item in register.remarks(entries)]


def _remark(remark: Remark, words: Translator) -> str:
    titles = {name: ", ".join(map(words.gettext, known)) for name, known in remark.titles.items()}
    return words.gettext(remark.text, **remark.values, **titles)


def differences(
    register: Register, before: Mapping[str, Value], after: Mapping[str, Value]
) -> list[Field]:
    """Return the fields whose values differ; the day of the next review counts too."""
    return [item for item in register.fields if before.get(item.key) != after.get(item.key)]


def title_of(register: Register, line: CurrentLine, words: Translator, names: Names) -> str:
    """Return what a line is called."""
    named = register.field(register.name)
    return cell(named, line.values.get(named.key), words, names) if named else str(line.number)


def review_day(line: CurrentLine) -> date | None:
    """Return when the line is to be looked at again."""
    day = line.values.get(REVIEW_ON)
    return date.fromisoformat(day) if isinstance(day, str) else None


CHANGES = {
    "added": N_("added"),
    "amended": N_("amended"),
    "retired": N_("retired"),
    "restored": N_("restored"),
}

"""A register for people to read: its lines as a table, a line as pairs, what they all say. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from models.errors import UnknownError
from models.form import Choices, Field, Value
from models.language import Words, noted
from models.message import Fields, Note, Run, Table
from models.registers.declaration import REVIEW_ON, Derived, Entry, Line, Register, Shelf

Names = Mapping[str, str]
"""Pseudonym → name."""
_MOST_IN_A_CELL = 80


def entries_of(lines: Sequence[Line], shelf: Shelf) -> list[Entry]:
    return [Entry(line.values, shelf, line.number) for line in lines]


def narrowed(
    register: Register, lines: Sequence[Line], shelf: Shelf, wanted: Mapping[str, str]
) -> list[Line]:
    """Return the lines whose fields and derived columns have the wanted values.

    Raises
    ------
    UnknownError
        When there is no such field or column, naming those there are.
    """
    columns = {item.key: item for item in register.derived}
    keys = [*(item.key for item in register.fields), *columns]
    strange = [key for key in wanted if key not in keys]
    if strange:
        raise UnknownError(f"{register.kind} has no {strange[0]!r}; it has: {', '.join(keys)}")

    def value(line: Line, key: str) -> str:
        entry = Entry(line.values, shelf, line.number)
        found = columns[key].of(entry) if key in columns else line.values.get(key)
        return "" if found is None else f"{found:g}" if isinstance(found, float) else str(found)

    return [
        line
        for line in lines
        if all(value(line, key).casefold() == text.casefold() for key, text in wanted.items())
    ]


def said(item: Field | Derived, value: Value, words: Words, names: Names) -> str:
    """Return a value as a reader sees it; a dash where there is none."""
    if value is None or value == "":
        return "–"
    if item.choices:
        return words.say(_title(item.choices, str(value)))
    if isinstance(item, Derived) or item.kind == "number":
        return words.number(float(value), item.digits)
    if item.kind == "day":
        return words.day(date.fromisoformat(str(value)), "d MMM y")
    if item.kind == "person":
        return names.get(str(value), "") or words.say("somebody without a name")
    return f"{value}" if item.kind != "line" else f"#{value}"


def table(register: Register, entries: Sequence[Entry], words: Words, names: Names) -> Table:
    """Return the list: number, name and the columns that are listed."""
    named = register.field(register.name)
    fields = [item for item in register.fields if item.listed and item is not named]
    derived = [item for item in register.derived if item.listed]
    first = [words.say("No."), *([words.say(named.title)] if named else [])]
    columns: list[Field | Derived] = [*fields, *derived]
    header = (*first, *(words.say(item.title) for item in columns))
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


def cell(item: Field | Derived, value: Value, words: Words, names: Names) -> str:
    """Return a value on one short line."""
    text = " ".join(said(item, value, words, names).split())
    return text if len(text) <= _MOST_IN_A_CELL else text[: _MOST_IN_A_CELL - 1] + "…"


def pairs(register: Register, entry: Entry, words: Words, names: Names) -> Fields:
    """Return everything that a line says."""
    filled: list[tuple[Field | Derived, Value]] = [
        *((item, entry.values.get(item.key)) for item in register.fields),
        *((item, item.of(entry)) for item in register.derived),
    ]
    shown = [
        (words.say(item.title), said(item, value, words, names))
        for item, value in filled
        if value not in (None, "")
    ]
    return Fields(tuple((title, (Run(text),)) for title, text in shown))


def remarks(register: Register, entries: Sequence[Entry], words: Words) -> list[Note]:
    """Return what is to be said of all lines together."""
    found = register.remarks(entries)
    return [Note((Run(words.say(item.text, **item.values)),)) for item in found]


def differences(
    register: Register, before: Mapping[str, Value], after: Mapping[str, Value]
) -> list[Field]:
    """Return the fields whose values differ; the day of the next review counts too."""
    return [item for item in register.fields if before.get(item.key) != after.get(item.key)]


def title_of(register: Register, line: Line, words: Words, names: Names) -> str:
    """Return what a line is called."""
    named = register.field(register.name)
    return cell(named, line.values.get(named.key), words, names) if named else str(line.number)


def review_day(line: Line) -> date | None:
    """Return when the line is to be looked at again."""
    day = line.values.get(REVIEW_ON)
    return date.fromisoformat(day) if isinstance(day, str) else None


def _title(choices: Choices, value: str) -> str:
    return next((title for known, title in choices if known == value), value)


CHANGES = {
    "added": noted("added"),
    "amended": noted("amended"),
    "retired": noted("retired"),
    "restored": noted("restored"),
}

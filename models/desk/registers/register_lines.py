"""The lines of registers as they stand and stood, read inside a transaction, and their rows.

Costs are the ledger's: its entries are shown as lines.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NoReturn

from models.errors import UnknownError
from models.form import Value
from models.registers.catalogue import register_of, registers
from models.registers.declaration import Line, Register, Shelf
from models.registers.showing import Names
from models.store.registers import content_of, is_retired
from models.store.transaction import Unit
from models.tables import CostEntry, CostKind, RegisterChange, RegisterLine
from models.value.money.costs import cents_of

_QUOTED = re.compile(r".*\((?P<id>[UW][A-Z0-9]+)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Listing:
    """A register as it stands, with what is needed to show it."""

    register: Register
    lines: Sequence[Line]
    shelf: Shelf
    names: Names


@dataclass(frozen=True, slots=True)
class Version:
    """A line as it once stood; ``change`` is what made it so."""

    line: Line
    change: RegisterChange


# Reading ----------------------------------------------------------------------------------------


def listing(unit: Unit, register: Register, *, everything: bool = False) -> Listing:
    """Return a register as it stands; ``everything`` has the retired lines too."""
    chosen = all_lines(unit, register) if everything else lines_in(unit, register)
    return Listing(register, chosen, shelf_in(unit), names_in(unit, register, chosen))


def lines_in(unit: Unit, register: Register) -> list[Line]:
    """Return the lines of a register that are in use."""
    return [line for line in all_lines(unit, register) if not line.retired]


def shelf_in(unit: Unit) -> Shelf:
    """Return the lines in use of all registers, the ledger's apart."""
    return {
        kind: lines_in(unit, register)
        for kind, register in registers().items()
        if not register.ledger
    }


def find_line(unit: Unit, register: Register, number: int) -> Line:
    """Return a line as it stands.

    Raises
    ------
    UnknownError
        When there is none, naming how to see those there are.
    """
    line = next((line for line in all_lines(unit, register) if line.number == number), None)
    if line is None:
        missing(register, number)
    return line


def missing(register: Register, number: int) -> NoReturn:
    """Raise that there is no such line.

    Raises
    ------
    UnknownError
        Always, naming how to see those there are.
    """
    raise UnknownError(
        f"there is no line {number} in {register.kind}; see: lotsen register list {register.kind}"
    )


def versions(unit: Unit, register: Register, number: int) -> list[Version]:
    """Return how a line stood, the newest first; empty where there is no such line."""
    if register.ledger:
        lines = [line for line in all_lines(unit, register) if line.number == number]
        return [Version(line, RegisterChange.ADDED) for line in lines]
    erased = frozenset(unit.erasure.erased())
    rows = unit.registers.history(register.kind, number)
    return [Version(line_of(register, row, erased), row.change) for row in rows]


def names_in(unit: Unit, register: Register, lines: Iterable[Line]) -> dict[str, str]:
    """Return the names of the people whom lines mention and of those who changed them."""
    keys = [item.key for item in register.fields if item.kind == "person"]
    found = {str(line.values[key]) for line in lines for key in keys if line.values.get(key)}
    found |= {line.changed_by for line in lines if line.changed_by}
    people = (unit.people.get(person) for person in sorted(found))
    return {person.id: person.name or person.slack_id or "" for person in people if person}


def quoted_in(unit: Unit, pseudonym: str) -> str:
    """Return how a file names a person, so that `pseudonym_in` finds the same one."""
    person = unit.people.get(pseudonym)
    if person is None:
        return ""
    return f"{person.name} ({person.slack_id})".strip() if person.slack_id else person.name


def pseudonym_in(unit: Unit, text: str) -> str:
    """Return the pseudonym of who is meant: a Slack id, a name, ``Name (U123)``, a pseudonym."""
    text = text.strip().removeprefix("<@").removesuffix(">")
    quoted = _QUOTED.fullmatch(text)
    people = unit.people.known_as(quoted["id"] if quoted else text)
    return people[0].id if len(people) == 1 else ""


# Rows and lines ---------------------------------------------------------------------------------


def all_lines(unit: Unit, register: Register) -> list[Line]:
    """Return the lines of a register, the retired ones too."""
    if register.ledger:
        return [_cost(register, row) for row in unit.figures.all_costs()]
    erased = frozenset(unit.erasure.erased())
    return [line_of(register, row, erased) for row in unit.registers.newest(register.kind)]


def line_of(register: Register, row: RegisterLine, erased: frozenset[str] = frozenset()) -> Line:
    """Return a row as a line; ``erased`` are the pseudonyms of those who were erased."""
    values: Mapping[str, Value] = content_of(row)
    people = {item.key for item in register.fields if item.kind == "person"}
    return Line(
        kind=row.kind,
        number=row.number,
        version=row.version,
        # Whoever was erased owns nothing any more.
        values={k: v for k, v in values.items() if not (k in people and v in erased)},
        retired=is_retired(row),
        changed_at=row.at,
        changed_by="" if row.by in erased else row.by,
        origin=row.origin,
    )


def row_of(
    register: Register,
    values: Mapping[str, Value],
    current: Line | None,
    *,
    number: int,
    change: RegisterChange,
    by: str,
    now: datetime,
    origin: str = "",
) -> RegisterLine:
    """Return the next version of a line; what it says of a person stands apart."""
    about = str(values.get(register.about_person) or "") if register.about_person else ""
    return RegisterLine(
        kind=register.kind,
        number=number,
        version=current.version + 1 if current else 1,
        change=change,
        content={} if about else dict(values),
        about=about,
        told=json.dumps(values, ensure_ascii=False) if about else "",
        origin=current.origin if current else origin,
        by=by,
        at=now,
    )


def _cost(register: Register, row: CostEntry) -> Line:
    return Line(
        kind=register.kind,
        number=row.id or 0,
        version=1,
        values={
            "description": row.description,
            "kind": row.kind.value,
            "eur": row.cents / 100,
            "booked_on": row.booked_on.isoformat(),
        },
        retired=False,
        changed_at=row.recorded_at,
    )


def book(unit: Unit, values: Mapping[str, Value], now: datetime) -> Line:
    """Book a cost.

    Raises
    ------
    InvalidError
        For an amount of nothing, of parts of a cent, or beyond all measure.
    """
    row = CostEntry(
        kind=CostKind(str(values["kind"])),
        description=str(values["description"]),
        cents=cents_of(Decimal(str(values["eur"]))),
        booked_on=date.fromisoformat(str(values["booked_on"])),
        recorded_at=now,
    )
    return _cost(register_of("costs"), unit.figures.add_cost(row))

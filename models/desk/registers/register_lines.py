"""The lines of registers: read as they stand and stood, and changed, inside a transaction.

Each change is a new version: nothing is overwritten. Costs are the ledger's: its entries are
shown as lines, and a correction is a new entry.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import NoReturn

from models.currency import EURO, Currency
from models.errors import NotFoundError
from models.form import Value
from models.language import N_
from models.registers.catalogue import register_of, registers
from models.registers.deciding import Decided, FindPerson, LineChange, LineProblem, decide
from models.registers.declaration import (
    REVIEW_ON,
    CurrentLine,
    Register,
    RegisterSnapshot,
    Values,
)
from models.registers.showing import Names
from models.store.registers import content_of, is_retired
from models.store.transaction import UnitOfWork
from models.tables import CostEntry, CostKind, RegisterChange, RegisterLine
from models.value.money.costs import cents_of

LEDGER = N_("An entry of the ledger stays as it is: book its correction as a new line.")
NOTHING = N_("Nothing cannot be booked: write another amount than 0.")
_CHANGES = {
    "save": RegisterChange.AMENDED,
    "retire": RegisterChange.RETIRED,
    "restore": RegisterChange.RESTORED,
}
_NEVER = datetime.min.replace(tzinfo=UTC)
_QUOTED = re.compile(r".*\((?P<id>[UW][A-Z0-9]+)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Listing:
    """A register as it stands, with what is needed to show it and what its reader may do."""

    register: Register
    lines: Sequence[CurrentLine]
    shelf: RegisterSnapshot
    names: Names
    can_add: bool = False
    can_change: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """A line as it once stood; ``change`` is what made it so."""

    line: CurrentLine
    change: RegisterChange


@dataclass(frozen=True, slots=True)
class Revision:
    """How a line gets a new version; ``by`` is a pseudonym, empty for Lotsen itself."""

    change: RegisterChange
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class SeededLine:
    """A line that Lotsen wrote into a register, known by its origin."""

    kind: str
    origin: str


# Reading ----------------------------------------------------------------------------------------


def listing(unit: UnitOfWork, register: Register, *, everything: bool = False) -> Listing:
    """Return a register as it stands; ``everything`` has the retired lines too."""
    chosen = all_lines(unit, register) if everything else lines_in(unit, register)
    return Listing(register, chosen, shelf_in(unit), names_in(unit, register, chosen))


def lines_in(unit: UnitOfWork, register: Register) -> list[CurrentLine]:
    """Return the lines of a register that are in use."""
    return [line for line in all_lines(unit, register) if not line.retired]


def shelf_in(unit: UnitOfWork) -> RegisterSnapshot:
    """Return the lines in use of all registers, the ledger's apart."""
    return {
        kind: lines_in(unit, register)
        for kind, register in registers().items()
        if not register.ledger
    }


def find_line(unit: UnitOfWork, register: Register, number: int) -> CurrentLine:
    """Return a line as it stands.

    Raises
    ------
    NotFoundError
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
    NotFoundError
        Always, naming how to see those there are.
    """
    raise NotFoundError(
        f"there is no line {number} in {register.kind}; see: lotsen register list {register.kind}"
    )


def versions(unit: UnitOfWork, register: Register, number: int) -> list[Version]:
    """Return how a line stood, the newest first; empty where there is no such line."""
    if register.ledger:
        lines = [line for line in all_lines(unit, register) if line.number == number]
        return [Version(line, RegisterChange.ADDED) for line in lines]
    erased = frozenset(unit.erasure.erased())
    rows = unit.registers.history(register.kind, number)
    return [Version(line_of(register, row, erased), row.change) for row in rows]


def names_in(unit: UnitOfWork, register: Register, lines: Iterable[CurrentLine]) -> dict[str, str]:
    """Return the names of the people whom lines mention and of those who changed them."""
    keys = [item.key for item in register.fields if item.kind == "person"]
    found = {str(line.values[key]) for line in lines for key in keys if line.values.get(key)}
    found |= {line.changed_by for line in lines if line.changed_by}
    people = (unit.people.get(person) for person in sorted(found))
    return {person.id: person.name or person.slack_id or "" for person in people if person}


def quoted_in(unit: UnitOfWork, pseudonym: str) -> str:
    """Return how a file names a person, so that `pseudonym_in` finds the same one."""
    person = unit.people.get(pseudonym)
    if person is None:
        return ""
    return f"{person.name} ({person.slack_id})".strip() if person.slack_id else person.name


def pseudonym_in(unit: UnitOfWork, text: str) -> str:
    """Return the pseudonym of who is meant: a Slack id, a name, ``Name (U123)``, a pseudonym."""
    text = text.strip().removeprefix("<@").removesuffix(">")
    quoted = _QUOTED.fullmatch(text)
    people = unit.people.known_as(quoted["id"] if quoted else text)
    return people[0].id if len(people) == 1 else ""


# Rows and lines ---------------------------------------------------------------------------------


def all_lines(unit: UnitOfWork, register: Register) -> list[CurrentLine]:
    """Return the lines of a register, the retired ones too."""
    if register.ledger:
        return [_cost(register, row) for row in unit.figures.all_costs()]
    erased = frozenset(unit.erasure.erased())
    return [line_of(register, row, erased) for row in unit.registers.newest(register.kind)]


def line_of(
    register: Register, row: RegisterLine, erased: frozenset[str] = frozenset()
) -> CurrentLine:
    """Return a row as a line; ``erased`` are the pseudonyms of those who were erased."""
    values: Mapping[str, Value] = content_of(row)
    people = {item.key for item in register.fields if item.kind == "person"}
    return CurrentLine(
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


def new_line(register: Register, number: int, origin: str = "") -> CurrentLine:
    """Return what the first version of a line follows: a line without values, version 0."""
    return CurrentLine(
        register.kind, number, 0, {}, retired=False, changed_at=_NEVER, origin=origin
    )


def row_of(
    register: Register, current: CurrentLine, values: Values, revision: Revision
) -> RegisterLine:
    """Return the next version of a line; what it says of a person stands apart."""
    about = str(values.get(register.about_person) or "") if register.about_person else ""
    return RegisterLine(
        kind=register.kind,
        number=current.number,
        version=current.version + 1,
        change=revision.change,
        content={} if about else dict(values),
        about=about,
        told=json.dumps(values, ensure_ascii=False) if about else "",
        origin=current.origin,
        by=revision.by,
        at=revision.at,
    )


def amend_seeded(
    unit: UnitOfWork, line: SeededLine, changes: Callable[[Values], Values], now: datetime
) -> bool:
    """Bring a line that Lotsen wrote up to date; return whether it changed.

    A line that somebody retired stays as it is. ``changes`` gets the line's values and returns
    those that are others now.
    """
    register = register_of(line.kind)
    unit.lock(f"register:{line.kind}")
    number = unit.registers.origins(line.kind).get(line.origin)
    current = find_line(unit, register, number) if number else None
    if current is None or current.retired:
        return False
    values = {**current.values, **changes(current.values)}
    if values == current.values:
        return False
    unit.registers.save(row_of(register, current, values, Revision(RegisterChange.AMENDED, now)))
    return True


def _cost(register: Register, row: CostEntry) -> CurrentLine:
    return CurrentLine(
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


def book(unit: UnitOfWork, values: Mapping[str, Value], now: datetime) -> CurrentLine:
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
    return _cost(register_of("costs"), unit.figures.save(row))


# Changing ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a change: the line as it stands, or what is wrong with the change."""

    line: CurrentLine | None
    problems: tuple[LineProblem, ...] = ()
    same: bool = False


@dataclass(frozen=True, slots=True)
class Editor:
    """Who wants a change.

    Attributes
    ----------
    by
        Their pseudonym; empty at the command line.
    approver
        Whether they may move a line into a step that needs approval.
    find_person
        How whom they name is found; else by what is known of people.
    currency
        What costs are in, until the first sum is written down.
    """

    by: str = ""
    approver: bool = False
    find_person: FindPerson | None = None
    currency: Currency = EURO


OPERATOR = Editor(approver=True)
"""Whoever holds the key to the machine."""


class OpenRegister:
    """A register that was read once, to be changed any number of times in its transaction.

    Parameters
    ----------
    today
        The office's day.
    """

    def __init__(self, unit: UnitOfWork, register: Register, today: date, now: datetime) -> None:
        self._unit, self._register, self._today, self._now = unit, register, today, now
        self._lines = {line.number: line for line in all_lines(unit, register)}
        self._by_content = {_content_of(line.values): line for line in self._lines.values()}
        self._shelf = shelf_in(unit)
        self._known = cache(lambda text: pseudonym_in(unit, text))

    @classmethod
    def for_writing(
        cls, unit: UnitOfWork, register: Register, today: date, now: datetime
    ) -> "OpenRegister":
        """Read a register that nobody else changes until the transaction ends."""
        unit.lock(f"register:{register.kind}")
        return cls(unit, register, today, now)

    def check(self, change: LineChange, editor: Editor) -> tuple[LineProblem, ...]:
        """Return what is wrong with a change; reads only.

        A person whom nobody has heard of yet passes: a form offers real people only.

        Raises
        ------
        NotFoundError
            When there is no such line.
        """

        def someone(text: str) -> str:
            return self._known(text) or text

        return self._decided(change, replace(editor, find_person=someone)).problems

    def save(self, change: LineChange, editor: Editor, *, twins: bool = True) -> Saved:
        """Write a new version of a line, if the change is in order.

        Parameters
        ----------
        twins
            Whether a new line may say the same as another.

        Raises
        ------
        NotFoundError
            When there is no such line.
        """
        current = self._current(change)
        decided = self._decided(change, editor)
        if decided.problems or decided.same:
            return Saved(current, decided.problems, decided.same)
        twin = None if current or twins else self._by_content.get(_content_of(decided.values))
        if twin is not None and not twin.retired:
            return Saved(twin, same=True)
        line = self._written(current, change, decided.values, editor)
        self._lines[line.number] = self._by_content[_content_of(line.values)] = line
        return Saved(line)

    def _current(self, change: LineChange) -> CurrentLine | None:
        if not change.number:
            return None
        if change.number not in self._lines:
            missing(self._register, change.number)
        return self._lines[change.number]

    def _decided(self, change: LineChange, editor: Editor) -> Decided:
        current = self._current(change)
        if self._register.ledger and (current is not None or change.verb != "save"):
            return Decided({}, (LineProblem("", LEDGER),))
        decided = decide(
            self._register,
            self._shelf,
            current,
            change,
            today=self._today,
            find_person=editor.find_person or self._known,
            actor=editor.by,
            approver=editor.approver,
        )
        if self._register.ledger and not decided.problems and not decided.values["eur"]:
            return replace(decided, problems=(LineProblem("eur", NOTHING),))
        return decided

    def _written(
        self, current: CurrentLine | None, change: LineChange, values: Values, editor: Editor
    ) -> CurrentLine:
        if self._register.ledger:
            self._unit.lock("currency")
            self._unit.money.keep_currency(editor.currency, self._now)
            return book(self._unit, values, self._now)
        how = _CHANGES[change.verb] if current else RegisterChange.ADDED
        before = current or new_line(self._register, max(self._lines, default=0) + 1)
        row = row_of(self._register, before, values, Revision(how, self._now, editor.by))
        return line_of(self._register, self._unit.registers.save(row))


def _content_of(values: Values) -> frozenset[tuple[str, Value]]:
    """Return what a line says; when it is looked at again does not count."""
    return frozenset(item for item in values.items() if item[0] != REVIEW_ON)

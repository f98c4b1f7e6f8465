"""Add, amend, retire and restore lines inside a transaction.

Each change is a new version: nothing is overwritten. In the ledger a correction is a new
entry.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from models.desk.registers.register_lines import (
    all_lines,
    book,
    line_of,
    missing,
    pseudonym_in,
    row_of,
    shelf_in,
)
from models.form import Value
from models.language import noted
from models.registers.deciding import Change, Decided, FindPerson, Problem, decide
from models.registers.declaration import REVIEW_ON, Line, Register, Values
from models.store.transaction import Unit
from models.tables import RegisterChange

LEDGER = noted("An entry of the ledger stays as it is: book its correction as a new line.")
NOTHING = noted("Nothing cannot be booked: write another amount than 0.")
_CHANGES = {
    "save": RegisterChange.AMENDED,
    "retire": RegisterChange.RETIRED,
    "restore": RegisterChange.RESTORED,
}


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a change: the line as it stands, or what is wrong with the change."""

    line: Line | None
    problems: tuple[Problem, ...] = ()
    same: bool = False


class OpenRegister:
    """A register that was read once, to be changed any number of times in its transaction.

    Parameters
    ----------
    today
        The office's day.
    """

    def __init__(self, unit: Unit, register: Register, today: date, now: datetime) -> None:
        self._unit, self._register, self._today, self._now = unit, register, today, now
        self._lines = {line.number: line for line in all_lines(unit, register)}
        self._said = {_words_of(line.values): line for line in self._lines.values()}
        self._shelf = shelf_in(unit)
        self._known = cache(lambda text: pseudonym_in(unit, text))

    @classmethod
    def for_writing(
        cls, unit: Unit, register: Register, today: date, now: datetime
    ) -> "OpenRegister":
        """Read a register that nobody else changes until the transaction ends."""
        unit.lock(f"register:{register.kind}")
        return cls(unit, register, today, now)

    def check(self, change: Change, *, by: str, approver: bool) -> tuple[Problem, ...]:
        """Return what is wrong with a change; reads only.

        A person whom nobody has heard of yet passes: a form offers real people only.

        Raises
        ------
        UnknownError
            When there is no such line.
        """

        def someone(text: str) -> str:
            return self._known(text) or text

        return self._decided(change, someone, by=by, approver=approver).problems

    def save(
        self,
        change: Change,
        *,
        by: str,
        approver: bool,
        find_person: FindPerson | None = None,
        twins: bool = True,
    ) -> Saved:
        """Write a new version of a line, if the change is in order.

        Parameters
        ----------
        by
            Pseudonym of who wants it; empty at the command line.
        approver
            Whether they may move a line into a step that needs approval.
        twins
            Whether a new line may say the same as another.

        Raises
        ------
        UnknownError
            When there is no such line.
        """
        current = self._current(change)
        decided = self._decided(change, find_person or self._known, by=by, approver=approver)
        if decided.problems or decided.same:
            return Saved(current, decided.problems, decided.same)
        twin = None if current or twins else self._said.get(_words_of(decided.values))
        if twin is not None and not twin.retired:
            return Saved(twin, same=True)
        line = self._written(current, change, decided.values, by)
        self._lines[line.number] = self._said[_words_of(line.values)] = line
        return Saved(line)

    def _current(self, change: Change) -> Line | None:
        if not change.number:
            return None
        if change.number not in self._lines:
            missing(self._register, change.number)
        return self._lines[change.number]

    def _decided(
        self, change: Change, find_person: FindPerson, *, by: str, approver: bool
    ) -> Decided:
        current = self._current(change)
        if self._register.ledger and (current is not None or change.verb != "save"):
            return Decided({}, (Problem("", LEDGER),))
        decided = decide(
            self._register,
            self._shelf,
            current,
            change,
            today=self._today,
            find_person=find_person,
            actor=by,
            approver=approver,
        )
        if self._register.ledger and not decided.problems and not decided.values["eur"]:
            return replace(decided, problems=(Problem("eur", NOTHING),))
        return decided

    def _written(self, current: Line | None, change: Change, values: Values, by: str) -> Line:
        if self._register.ledger:
            return book(self._unit, values, self._now)
        row = row_of(
            self._register,
            values,
            current,
            number=current.number if current else max(self._lines, default=0) + 1,
            change=_CHANGES[change.verb] if current else RegisterChange.ADDED,
            by=by,
            now=self._now,
        )
        return line_of(self._register, self._unit.registers.write(row))


def _words_of(values: Values) -> frozenset[tuple[str, Value]]:
    """Return what a line says; when it is looked at again does not count."""
    return frozenset(item for item in values.items() if item[0] != REVIEW_ON)

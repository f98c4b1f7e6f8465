"""The registers for whoever holds the key to the machine: command line and clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.desk.registers import seed_registers
from models.desk.registers.register_cards import DueLine, reviews
from models.desk.registers.register_lines import (
    OPERATOR,
    Listing,
    OpenRegister,
    Saved,
    Version,
    find_line,
    listing,
    names_in,
    quoted_in,
    versions,
)
from models.errors import InvalidError, NotFoundError
from models.language import Translator, words_for
from models.message import Message
from models.registers.catalogue import register_of, registers
from models.registers.deciding import LineChange, LineProblem
from models.registers.declaration import CurrentLine, Register
from models.registers.files import read_csv
from models.registers.showing import Names, narrowed, review_day, title_of
from models.settings import Settings
from models.store.transaction import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file's rows; ``skipped`` are (row, what to do)."""

    added: int = 0
    amended: int = 0
    same: int = 0
    skipped: tuple[tuple[int, str], ...] = ()


class RegisterService:
    """Look at the registers, change them, and keep them up to date.

    Whoever may run commands on the machine may do what the IT lead may, but for what needs a
    name: ask for an AI tool, decide on one, and approve production. Nobody knows who they are.
    """

    def __init__(self, store: Store, settings: Settings, zone: ZoneInfo) -> None:
        self._store, self._settings, self._zone = store, settings, zone
        self._operator = replace(OPERATOR, currency=settings.currency)

    def listing(
        self, kind: str, wanted: Mapping[str, str] | None = None, *, everything: bool = False
    ) -> Listing:
        """Return a register as it stands; of its lines, those with the wanted values.

        Raises
        ------
        NotFoundError
            When there is no such register, field or column.
        """
        with self._store.snapshot() as unit:
            found = listing(unit, register_of(kind), everything=everything)
        lines = narrowed(found.register, found.lines, found.shelf, wanted or {})
        return replace(found, lines=lines)

    def change(self, kind: str, change: LineChange, now: datetime) -> Saved:
        """Add, amend, retire or restore a line.

        Raises
        ------
        NotFoundError
            When there is no such register or line.
        InvalidError
            Naming everything that is wrong, and what to do.
        """
        register = register_of(kind)
        with self._store.begin() as unit:
            saved = self._open(unit, register, now).save(change, self._operator)
        if saved.problems:
            raise InvalidError(describe_problems(saved.problems))
        return saved

    def history(self, kind: str, number: int) -> tuple[list[Version], Names]:
        """Return how a line stood, the newest first, and who changed it.

        Raises
        ------
        NotFoundError
            When there is no such register or line.
        """
        register = register_of(kind)
        with self._store.snapshot() as unit:
            find_line(unit, register, number)
            found = versions(unit, register, number)
            return found, names_in(unit, register, [version.line for version in found])

    def quoted(self, kind: str, lines: Sequence[CurrentLine]) -> dict[str, str]:
        """Return how a file names the people of ``lines``."""
        with self._store.snapshot() as unit:
            names = names_in(unit, register_of(kind), lines)
            return {person: quoted_in(unit, person) for person in names}

    def read_file(self, kind: str, text: str, now: datetime) -> Imported:
        """Take the rows of a CSV file as `export` writes it; rows in error are left out.

        A row with a number amends that line; one without adds a line, unless one says the same.

        Raises
        ------
        InvalidError
            When the file as a whole cannot be read.
        """
        register = register_of(kind)
        counts, skipped = {"added": 0, "amended": 0, "same": 0}, []
        with self._store.begin() as unit:
            opened = self._open(unit, register, now)
            for row in read_csv(register, text):
                change = LineChange(row.number, row.raw, row.version)
                try:
                    saved = opened.save(change, self._operator, twins=False)
                except NotFoundError:
                    wrong = f"there is no line {row.number}: leave its number empty to add it"
                    skipped.append((row.row, wrong))
                    continue
                if saved.problems:
                    skipped.append((row.row, describe_problems(saved.problems)))
                else:
                    counts[_became(change, saved)] += 1
        return Imported(**counts, skipped=tuple(skipped))

    def _open(self, unit: UnitOfWork, register: Register, now: datetime) -> OpenRegister:
        today = now.astimezone(self._zone).date()
        return OpenRegister.for_writing(unit, register, today, now)

    # By the clock -------------------------------------------------------------------------------

    def prepare(self, now: datetime) -> int:
        """Write what the registers begin with, and Lotsen's own models; return how many lines."""
        words = words_for(self._settings.lotsen_language)
        return seed_registers.prepare(self._store, self._settings, words, now)

    def rate_tickets(self, now: datetime) -> bool:
        """Bring the ticket store's own scores up to date; return whether they changed."""
        return seed_registers.rate_tickets(self._store, now)

    def review_message(self, now: datetime, words: Translator) -> Message | None:
        """Return what is to be reviewed by the end of the week, or nothing."""
        with self._store.snapshot() as unit:
            due = due_this_week(unit, now.astimezone(self._zone).date(), words)
        return reviews(sorted(due, key=lambda item: item.day), words) if due else None


def due_this_week(unit: UnitOfWork, today: date, words: Translator) -> list[DueLine]:
    """Return the lines of all registers that are to be looked at by the end of the week."""
    end = today + timedelta(days=6 - today.weekday())
    return [
        item
        for register in registers().values()
        if register.review_days
        for item in _due(unit, register, words)
        if item.day <= end
    ]


def _due(unit: UnitOfWork, register: Register, words: Translator) -> list[DueLine]:
    found = listing(unit, register)
    return [
        DueLine(
            register,
            line,
            day,
            "" if register.confidential else title_of(register, line, words, found.names),
        )
        for line in found.lines
        if (day := review_day(line)) is not None
    ]


def describe_problems(problems: Sequence[LineProblem]) -> str:
    """Return what is wrong, for a terminal."""
    words = words_for("en")
    return "; ".join(
        f"{problem.field}: {problem.explain(words)}" if problem.field else problem.explain(words)
        for problem in problems
    )


def _became(change: LineChange, saved: Saved) -> str:
    if saved.same:
        return "same"
    return "amended" if change.number else "added"

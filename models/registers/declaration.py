"""What a register is: fields, derived columns, rules and gates, declared and never acting.

A file in `models.registers.kinds` holds one `Register`. Reading, deciding, listing, files
and forms know registers by their declaration only, so that a new one takes one file.

Texts are English, marked by `N_`, and said in the reader's language.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.form import Choices, Field, Value
from models.language import N_

Values = Mapping[str, Value]
"""Field → value."""
REVIEW_ON = "review_on"


@dataclass(frozen=True, slots=True)
class CurrentLine:
    """A line of a register as it stands; ``changed_by`` is a pseudonym, empty for Lotsen."""

    kind: str
    number: int
    version: int
    values: Values
    retired: bool
    changed_at: datetime
    changed_by: str = ""
    origin: str = ""


RegisterSnapshot = Mapping[str, Sequence[CurrentLine]]
"""Register → its lines in use."""


@dataclass(frozen=True, slots=True)
class LinkedLine:
    """A line with what stands in the other registers; ``number`` is 0 before it is stored."""

    values: Values
    shelf: RegisterSnapshot = field(default_factory=dict)
    number: int = 0

    def text(self, key: str) -> str:
        return str(self.values.get(key) or "")

    def score(self, key: str) -> float | None:
        """Return a number; None where nobody gave one, which is not the same as 0."""
        value = self.values.get(key)
        return value if isinstance(value, int | float) else None

    def filled(self, *keys: str) -> bool:
        return all(self.values.get(key) not in (None, "") for key in keys)

    def linked(self, kind: str, key: str) -> CurrentLine | None:
        """Return the line of another register that the field ``key`` names."""
        lines = self.shelf.get(kind, ())
        return next((line for line in lines if line.number == self.values.get(key)), None)


@dataclass(frozen=True, slots=True)
class Derived:
    """A column that follows from the others; ``choices`` name its values for readers."""

    key: str
    title: str
    of: Callable[[LinkedLine], Value]
    choices: Choices = ()
    digits: int = 0
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """What the fields of a line must fulfil together; ``message`` says what to do."""

    field: str
    message: str
    holds: Callable[[LinkedLine], bool]


def needed_when(holds: Callable[[LinkedLine], bool], *needed: tuple[str, str]) -> tuple[Rule, ...]:
    """Return the rules that fields are filled where something holds: (field, message) each."""

    def rule(key: str, message: str) -> Rule:
        return Rule(key, message, lambda entry: not holds(entry) or entry.filled(key))

    return tuple(rule(*one) for one in needed)


@dataclass(frozen=True, slots=True)
class StateGate:
    """What must be there before a line may be in ``state``, and as long as it is."""

    state: str
    field: str
    message: str
    holds: Callable[[LinkedLine], bool]


@dataclass(frozen=True, slots=True)
class Flow:
    """The states of a line: one step on at a time, back or aside at any time.

    Attributes
    ----------
    field : the choice that holds the state
    steps : in their order; a line begins in the first
    aside : states beside the steps, from which it begins again
    gates : those of all steps up to the line's own hold
    approved : steps into which only the IT lead moves a line, and amends it there
    signed : states in which the field ``signer`` holds who decided: whoever moved the line
        there, or amended it there last; nobody types it
    """

    field: str
    steps: tuple[str, ...]
    aside: frozenset[str]
    gates: tuple[StateGate, ...]
    approved: frozenset[str]
    signed: frozenset[str] = frozenset()
    signer: str = ""

    def may_move(self, before: str | None, after: str) -> bool:
        """Return whether the order of the steps allows it; None before the line is stored."""
        if before is None or before in self.aside:
            return after in (before, self.steps[0])
        if after in self.aside:
            return True
        return self.steps.index(after) <= self.steps.index(before) + 1

    def missing(self, entry: LinkedLine, state: str) -> list[StateGate]:
        """Return the gates on the way to ``state`` that do not hold."""
        if state not in self.steps:
            return []
        passed = self.steps[: self.steps.index(state) + 1]
        return [gate for gate in self.gates if gate.state in passed and not gate.holds(entry)]


@dataclass(frozen=True, slots=True)
class Preset:
    """A line that a register begins with, once; ``said`` are English texts to translate."""

    origin: str
    said: Mapping[str, str]
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reader of the whole register should know.

    ``values`` are data; ``titles`` are lists of English texts to translate.
    """

    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, Sequence[str]] = field(default_factory=dict)


def naming(text: str, entries: Iterable[LinkedLine]) -> Iterator[Remark]:
    """Yield what is to be said of lines, with their ``{names}``; nothing where there are none."""
    if names := "; ".join(entry.text("name") for entry in entries):
        yield Remark(text, {"names": names})


def named_where(
    *said: tuple[str, Callable[[LinkedLine], bool]],
) -> Callable[[Sequence[LinkedLine]], Iterable[Remark]]:
    """Return the remarks of a register that name the lines of which something holds."""
    return lambda entries: (
        remark for text, holds in said for remark in naming(text, filter(holds, entries))
    )


_nothing = named_where()


@dataclass(frozen=True, slots=True)
class Register:
    """A register.

    Attributes
    ----------
    name : the field that names a line; required
    about_person : the field that says whom a line is about, if it is about a person; then
        erasing the person empties the whole line
    asked_by : the field that says who asked, if everybody may add a line; they see their own.
        It is whoever adds the line, and stays so
    asks : what they fill in
    review_days : after so many days somebody looks at a line again; 0 for never
    guarded : only the IT lead may change it, the staff may see it
    confidential : only the IT lead, and the person a line is about, may see it
    ledger : its lines are the ledger's; here they are shown and booked
    remarks : (entries in use) → what is to be said of them all
    """

    kind: str
    title: str
    about: str
    name: str
    own_fields: tuple[Field, ...]
    derived: tuple[Derived, ...] = ()
    rules: tuple[Rule, ...] = ()
    flow: Flow | None = None
    presets: tuple[Preset, ...] = ()
    remarks: Callable[[Sequence[LinkedLine]], Iterable[Remark]] = _nothing
    about_person: str = ""
    asked_by: str = ""
    asks: tuple[str, ...] = ()
    review_days: int = 0
    guarded: bool = False
    confidential: bool = False
    ledger: bool = False

    @property
    def fields(self) -> tuple[Field, ...]:
        """The register's own fields, and when it is looked at again."""
        return (*self.own_fields, _REVIEW) if self.review_days else self.own_fields

    @property
    def known_by_acting(self) -> tuple[str, ...]:
        """The fields that say who did something: nobody fills them but by doing it."""
        signer = self.flow.signer if self.flow else ""
        return tuple(filter(None, (self.asked_by, signer)))

    def field(self, key: str) -> Field | None:
        return next((item for item in self.fields if item.key == key), None)


def scored(key: str, title: str, text: str = "", *, required: bool = True) -> Field:
    """Return a field for a score from 1 to 5."""
    return Field(key, title, "number", required, low=1, high=5, help=text, listed=True)


def choice(key: str, title: str, choices: Choices, **more: Any) -> Field:
    """Return a field in which one of some values is chosen."""
    return Field(key, title, "choice", choices=choices, **more)


YES_NO: Choices = (("yes", N_("yes")), ("no", N_("no")))
YES_NO_UNKNOWN: Choices = (*YES_NO, ("unknown", N_("not known")))
LOW_TO_HIGH: Choices = (
    ("low", N_("low")),
    ("medium", N_("medium")),
    ("high", N_("high")),
)

_REVIEW = Field(
    REVIEW_ON,
    N_("Next review"),
    "day",
    help=N_("Empty: as long from today as this register is usually left."),
)

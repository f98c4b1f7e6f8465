"""A form: what people are asked, field by field, whoever draws it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Value = str | int | float | None
"""A day is ISO 8601, a person a pseudonym, a line of a register its number; None is empty."""
Kind = Literal["text", "long", "choice", "radio", "number", "day", "person", "people", "line"]
"""``choice`` and ``radio`` differ in looks alone; ``line`` chooses from a register, ``people`` are
several in their order, with commas."""
Choices = tuple[tuple[str, str], ...]
"""(value as it is stored, title) in their order."""

MAX_TEXT, MAX_LONG = 255, 3000


@dataclass(frozen=True, slots=True)
class Field:
    """What people fill: a field of a form, and a column of a register.

    Attributes
    ----------
    low, high : bounds of a number, both included
    digits : decimals of a number
    of : the register whose line is meant, for ``line``
    listed : stands in the register's list, which has room for a few
    start : what it begins with
    limit : characters of a text, or number of people, at most; 0 for what its kind allows
    """

    key: str
    title: str
    kind: Kind = "text"
    required: bool = False
    choices: Choices = ()
    low: float = 0
    high: float = 1e9
    digits: int = 0
    of: str = ""
    help: str = ""
    listed: bool = False
    start: Value = None
    limit: int = 0

    @property
    def max_length(self) -> int:
        """The characters that a text may have."""
        return self.limit or (MAX_LONG if self.kind == "long" else MAX_TEXT)


@dataclass(frozen=True, slots=True)
class Form:
    """A form in its reader's language.

    Attributes
    ----------
    submit, cancel : words of the two buttons
    header, lines : what stands above the fields
    hidden : what comes back with the values; JSON
    input_id : the name of each field's input; empty for the field's own
    """

    callback_id: str
    title: str
    submit: str
    cancel: str
    fields: tuple[Field, ...]
    header: str = ""
    lines: tuple[str, ...] = ()
    hidden: Mapping[str, object] = field(default_factory=dict)
    input_id: str = "value"

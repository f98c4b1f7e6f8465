"""What a command prints: one JSON object, or something to read; hints go to standard error."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.text import Text as RichText

from bot.terminal import drawn, harmless
from models.errors import InvalidError
from models.message import Message, Part, Table

Progress = Callable[[int, int], None]
"""Called with the steps done and the steps in all."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A line on standard error, among lines that a person reads."""

    text: str


@dataclass(frozen=True, slots=True)
class Raw:
    """Text that is printed as it is, such as a file's content."""

    text: str


Text = str | Part | Message | Hint | Raw | Iterable["Text"]
"""What a person reads; strings are lines."""

# A file or a pipe has no width of its own; tables should not break there.
_WIDTH_OF_FILES = 140


def emit(value: object) -> None:
    """Print ``value`` as one line of JSON on standard output."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not utf8, allow_nan=False, default=_as_json), flush=True)


def show(text: Text) -> None:
    """Print what a person reads: lines, parts of a message, whole messages, in their order."""
    if isinstance(text, str):
        say(text)
    elif isinstance(text, Hint):
        hint(text.text)
    elif isinstance(text, Raw):
        sys.stdout.write(text.text)
    elif isinstance(text, Iterable):
        for one in text:
            show(one)
    else:
        for part in drawn(text if isinstance(text, Message) else Message("", (text,))):
            console().print(part)


def say(text: RenderableType) -> None:
    """Print a line for a person to read."""
    console().print(RichText(harmless(text)) if isinstance(text, str) else text)


def hint(text: str) -> None:
    """Print a line on standard error, where no script takes it for a result."""
    print(text, file=sys.stderr)


def write_file(file: Path, content: bytes) -> None:
    """Write a file that somebody named.

    Raises
    ------
    InvalidError
        When it cannot be written there.
    """
    try:
        file.write_bytes(content)
    except OSError as error:
        raise InvalidError(unwritable(file, error)) from error


def unwritable(file: Path, error: OSError) -> str:
    """Say that a file cannot be written, why, and what to do."""
    reason = error.strerror or type(error).__name__
    return f"{file}: cannot be written ({reason}); check the path"


def console() -> Console:
    """Return standard output as rich sees it; colours only where somebody looks at them."""
    width = None if sys.stdout.isatty() else _WIDTH_OF_FILES
    return Console(width=width, highlight=False, markup=False, emoji=False)


@contextmanager
def progress(title: str) -> Iterator[Progress | None]:
    """Show a bar on standard error while the block runs, if that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, steps: bar.update(task, completed=done, total=steps)


def table(
    header: tuple[str, ...], rows: Iterable[tuple[str, ...]], empty: Text | None = None
) -> Text:
    """Return a table of ``rows``, or ``empty`` where there is none."""
    lines = tuple(rows)
    return Table(header, lines) if lines or empty is None else empty


def fields_of(row: object, *names: str) -> dict[str, Any]:
    """Return named fields of a row as JSON takes them: moments and days as ISO 8601."""
    values = ((name, getattr(row, name)) for name in names)
    return {name: one.isoformat() if isinstance(one, date) else one for name, one in values}


def _as_json(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)

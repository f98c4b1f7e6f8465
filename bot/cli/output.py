"""What a command prints: one JSON object, or something to read; hints go to standard error."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from models.message import Message, Part

Progress = Callable[[int, int], None]
"""Called with the steps done and the steps in all."""

# A file or a pipe has no width of its own; tables should not break there.
_WIDTH_OF_FILES = 140


def emit(value: object) -> None:
    """Print ``value`` as one line of JSON on standard output."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not utf8, allow_nan=False, default=_as_json), flush=True)


def show(message: "Message") -> None:
    """Print a message for a person to read."""
    from bot.terminal import drawn

    for part in drawn(message):
        console().print(part)


def show_parts(*parts: "Part") -> None:
    """Print parts of a message for a person to read."""
    from models.message import Message

    show(Message("", parts))


def say(text: "RenderableType") -> None:
    """Print a line for a person to read."""
    from rich.text import Text

    from bot.terminal import harmless

    console().print(Text(harmless(text)) if isinstance(text, str) else text)


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
    from models.errors import InvalidError

    try:
        file.write_bytes(content)
    except OSError as error:
        raise InvalidError(unwritable(file, error)) from error


def unwritable(file: Path, error: OSError) -> str:
    """Say that a file cannot be written, why, and what to do."""
    reason = error.strerror or type(error).__name__
    return f"{file}: cannot be written ({reason}); check the path"


def console() -> "Console":
    """Return standard output as rich sees it; colours only where somebody looks at them."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDTH_OF_FILES
    return Console(width=width, highlight=False, markup=False, emoji=False)


@contextmanager
def progress(title: str) -> Iterator[Progress | None]:
    """Show a bar on standard error while the block runs, if that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, steps: bar.update(task, completed=done, total=steps)


def _as_json(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)

"""Message → text for terminals.

Whatever a person, a ticket or a model wrote is shown as it is, without the control
characters by which a text could take over a terminal.
"""

import unicodedata
from collections.abc import Iterator
from functools import singledispatch
from io import StringIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table as Grid
from rich.text import Text

from models.message import (
    Buttons,
    Chart,
    Divider,
    Excerpt,
    Fields,
    Heading,
    Message,
    Note,
    Paragraph,
    Part,
    Picture,
    Quote,
    Run,
    Runs,
    Select,
    Table,
    Verbatim,
    sparkline,
)

_STYLES = {"plain": "", "bold": "bold", "italic": "italic", "code": "cyan"}
# Marks that turn the direction of writing: they can make a line read as another one.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def harmless(text: str) -> str:
    """Return ``text`` without control characters, line breaks and tabs apart."""
    return "".join(
        sign
        for sign in text
        if sign in "\n\t" or (unicodedata.category(sign) != "Cc" and sign not in _TURNS)
    )


def drawn(message: Message) -> Iterator[RenderableType]:
    """Yield the parts of a message, drawn for `rich.console.Console.print`."""
    for part in message.parts:
        if isinstance(part, Select) and not part.chosen:
            continue  # a list to choose from: nobody can choose in a terminal
        yield _draw(part)


def as_text(message: Message, width: int = 100) -> str:
    """Return a message as plain text with lines of at most ``width`` characters."""
    console = Console(file=StringIO(), width=width, color_system=None, force_terminal=False)
    with console.capture() as captured:
        for part in drawn(message):
            console.print(part, highlight=False, markup=False, emoji=False)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


@singledispatch
def _draw(part: Part) -> RenderableType:
    """Draw one part; a kind of part is one function below."""
    raise TypeError(f"no drawing for {type(part).__name__}")


@_draw.register
def _(part: Heading) -> RenderableType:
    title = harmless(part.text)
    return Text(f"{title}\n{'=' * len(title)}", style="bold")


@_draw.register
def _(part: Paragraph) -> RenderableType:
    return _text(part.runs)


@_draw.register
def _(part: Quote) -> RenderableType:
    lines = harmless(part.text).splitlines() or [""]
    return Text("\n".join(f"> {line}" for line in lines), style="italic")


@_draw.register
def _(part: Verbatim) -> RenderableType:
    return Padding(Text(harmless(part.text)), (0, 0, 0, 2), expand=False)


@_draw.register
def _(part: Excerpt) -> RenderableType:
    return Padding(_text(part.runs), (0, 0, 0, 2), expand=False)


@_draw.register
def _(part: Note) -> RenderableType:
    note = _text(part.runs)
    note.stylize("dim")
    return note


@_draw.register
def _(part: Fields) -> RenderableType:
    grid = Grid.grid(padding=(0, 2))
    for label, value in part.pairs:
        grid.add_row(Text(f"{harmless(label)}:"), _text(value) if value else Text("–"))
    return grid


@_draw.register
def _(_part: Divider) -> RenderableType:
    return Rule(style="dim")


@_draw.register
def _(part: Table) -> RenderableType:
    grid = Grid(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for name in part.header:
        grid.add_column(Text(harmless(name)), overflow="fold")
    for row in part.rows:
        grid.add_row(*(Text(harmless(cell)) for cell in row))
    return grid


@_draw.register
def _(part: Chart) -> RenderableType:
    lines = (f"{harmless(name)} {sparkline(values)}" for name, values in part.lines)
    span = f"{part.labels[0]}–{part.labels[-1]}" if part.labels else ""
    return Text("\n".join((f"{harmless(part.title)} ({harmless(span)})", *lines)))


@_draw.register
def _(part: Picture) -> RenderableType:
    title = f"{harmless(part.title)}. " if part.title else ""
    return Text(f"{title}{harmless(part.alt)}", style="dim")


@_draw.register
def _(part: Buttons) -> RenderableType:
    shown = (*part.buttons, *part.more)
    return Text(" ".join(f"[{harmless(button.label)}]" for button in shown))


@_draw.register
def _(part: Select) -> RenderableType:
    chosen = next((label for value, label in part.options if value == part.chosen), "–")
    return Text(f"{harmless(part.label)}: {harmless(chosen)}")


def _text(runs: Runs) -> Text:
    return Text.assemble(*((_words(run), _STYLES[run.style]) for run in runs))


def _words(run: Run) -> str:
    if run.person:
        return f"@{harmless(run.text or run.person)}"
    text = harmless(run.text)
    return f"{text} ({harmless(run.link)})" if run.link and run.link != run.text else text

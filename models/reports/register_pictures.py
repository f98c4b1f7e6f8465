"""Registers as pictures: the matrix of use cases, the heat map of risks, who is ready (PNG).

matplotlib (extra `report`) is imported when a picture is drawn, and drawn without a screen.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil
from typing import TYPE_CHECKING, Final

from models.errors import InvalidError
from models.language import Translator
from models.registers.declaration import LinkedLine
from models.registers.kinds.risks import LEVELS, level
from models.registers.kinds.systems import EARLY, questions
from models.registers.kinds.use_cases import parked
from models.reports.chart_picture import GRID, INK, PALE, figure_of, label, plain_axes, png_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BLUE, _GREEN = "#2f6db5", "#2e8b57"
_ORANGE = "#e0701a"
_HEAT = {"low": "#cfe8d5", "medium": "#fbe7a1", "high": "#f6b98b", "critical": "#e58b8b"}
_MOST_IN_A_CELL = 8
_MOST_BARS = 30
_MOST_NAMES = 28
_LONGEST_NAME = 44
_A_ROW = 3


@dataclass(frozen=True, slots=True)
class RegisterPicture:
    """A PNG file, and how many lines it shows; those without a score are left out."""

    png: bytes
    shown: int


def draw(kind: str, entries: Sequence[LinkedLine], words: Translator) -> RegisterPicture:
    """Draw a register.

    Raises
    ------
    InvalidError
        Without the extra `report`, for a register that has no picture, or without a line
        that could be shown.
    """
    painter = _PAINTERS.get(kind)
    if painter is None:
        raise InvalidError(f"{kind} has no picture; there are: {', '.join(_PAINTERS)}")
    wanted, paint = painter
    shown = drawable(kind, entries)
    if not shown:
        raise InvalidError(f"no line of {kind} has {' and '.join(wanted)}: amend one first")
    n = len(shown)
    if kind == "systems":
        n = min(n, _MOST_BARS)
        figure = figure_of(8.0, 1.6 + 0.36 * n, layout="constrained")
    else:
        figure = figure_of(10.0, 6.4)
    paint(figure, shown, words)
    return RegisterPicture(png_of(figure), n)


def drawable(kind: str, entries: Sequence[LinkedLine]) -> list[LinkedLine]:
    """Return the lines that have what the picture of their register needs."""
    wanted, _ = _PAINTERS[kind]
    return [entry for entry in entries if all(entry.score(key) is not None for key in wanted)]


def _square(figure: "Figure") -> "Axes":
    """Return five by five fields on the left; their right is for the names."""
    return figure.add_axes((0.08, 0.1, 0.55, 0.76), anchor="W")


def _matrix(figure: "Figure", entries: Sequence[LinkedLine], words: Translator) -> None:
    axes = _square(figure)
    _scale(axes, words.gettext("Effort"), words.gettext("Value"))
    axes.axhline(3.5, color=PALE, linewidth=0.8, linestyle=(0, (4, 4)))
    axes.axvline(3.5, color=PALE, linewidth=0.8, linestyle=(0, (4, 4)))
    corners = (
        (0.55, 5.42, "left", words.gettext("do first")),
        (5.45, 5.42, "right", words.gettext("plan with care")),
        (0.55, 0.58, "left", words.gettext("when there is time")),
        (5.45, 0.58, "right", words.gettext("leave")),
    )
    for x, y, side, text in corners:
        axes.text(x, y, text, ha=side, va="center", color=PALE, fontsize=9, style="italic")
    for (effort, value), group in _places(entries, "effort", "value").items():
        for at, entry in enumerate(group):
            place = _beside(at, len(group), effort, value)
            size = 30 + 60 * (entry.score("feasibility") or 1)
            colour = PALE if parked(entry) else _BLUE
            ring = _ORANGE if entry.text("state") == "poc" else "white"
            axes.scatter(
                *place, s=size, color=colour, alpha=0.8, edgecolor=ring, linewidth=2, zorder=3
            )
            axes.annotate(
                str(entry.number), place, ha="center", va="center", color="white",
                fontsize=7.5, weight="bold", zorder=4,
            )  # fmt: skip
    note = words.gettext(
        "The larger the dot, the more feasible. Grey: park it. Orange ring: proof of concept only."
    )
    _titled(axes, words.gettext("Use cases"), note)
    _legend(figure, entries)


def _heat_map(figure: "Figure", entries: Sequence[LinkedLine], words: Translator) -> None:
    from matplotlib.patches import Rectangle

    axes = _square(figure)
    _scale(axes, words.gettext("Likelihood"), words.gettext("Impact"))
    for row, column in product(range(1, 6), repeat=2):
        colour = _HEAT[level(LinkedLine({"likelihood": column, "impact": row})) or "low"]
        corner = (column - 0.5, row - 0.5)
        axes.add_patch(Rectangle(corner, 1, 1, facecolor=colour, edgecolor="white", lw=2))
    for (x, y), group in _places(entries, "likelihood", "impact").items():
        numbers = [str(entry.number) for entry in group]
        left = len(numbers) - _MOST_IN_A_CELL
        shown = [*numbers[:_MOST_IN_A_CELL], *([f"+{left}"] if left > 0 else [])]
        rows = ["  ".join(shown[at : at + 3]) for at in range(0, len(shown), 3)]
        axes.text(
            x, y, "\n".join(rows), ha="center", va="center", color=INK, fontsize=11, weight="bold"
        )
    axes.grid(visible=False)
    _titled(
        axes,
        words.gettext("Risks"),
        words.gettext("Likelihood × impact; numbers as in the register."),
    )
    _legend(figure, entries)
    _levels(figure, words)


def _levels(figure: "Figure", words: Translator) -> None:
    """Name the colours below the picture's names."""
    for at, (key, title) in enumerate(LEVELS):
        x = 0.625 + at * 0.09
        figure.text(x, 0.1, "■", color=_HEAT[key], fontsize=14, va="center")
        figure.text(x + 0.018, 0.1, words.gettext(title), color=INK, fontsize=9, va="center")


def _readiness(figure: "Figure", entries: Sequence[LinkedLine], words: Translator) -> None:
    axes = figure.add_subplot()
    ranked = sorted(entries, key=lambda entry: (entry.score("readiness") or 0, questions(entry)))
    ranked = ranked[-_MOST_BARS:]
    places = range(len(ranked))
    scores = [entry.score("readiness") or 0 for entry in ranked]
    colours = [_GREEN if score >= EARLY else PALE for score in scores]
    axes.barh(places, scores, color=colours, height=0.62, zorder=3)
    axes.set_yticks(list(places), [_short(entry) for entry in ranked])
    axes.set_xlim(0, 5.9)
    axes.set_xticks(range(6))
    axes.set_ylim(-0.6, len(ranked) - 0.4)
    axes.set_xlabel(words.gettext("Readiness for AI"))
    for place, entry, score in zip(places, ranked, scores, strict=True):
        axes.text(score + 0.08, place, f"{questions(entry)}/4", va="center", color=INK, fontsize=9)
    axes.axvline(EARLY, color=_GREEN, linewidth=1, linestyle=(0, (4, 4)), zorder=2)
    _plain_axes(axes)
    axes.grid(axis="x", color=GRID, zorder=0)
    note = words.gettext("Green: early candidates (4 or 5). n/4: yes to the four questions.")
    _titled(axes, words.gettext("Systems"), note)


_Painter = Callable[["Figure", Sequence[LinkedLine], Translator], None]
_PAINTERS: Final[dict[str, tuple[tuple[str, ...], _Painter]]] = {
    "use_cases": (("value", "effort", "feasibility"), _matrix),
    "risks": (("likelihood", "impact"), _heat_map),
    "systems": (("readiness",), _readiness),
}


def _places(
    entries: Sequence[LinkedLine], across: str, up: str
) -> dict[tuple[float, float], list[LinkedLine]]:
    found: dict[tuple[float, float], list[LinkedLine]] = defaultdict(list)
    for entry in entries:
        found[(entry.score(across) or 0, entry.score(up) or 0)].append(entry)
    return found


def _beside(at: int, n: int, x: float, y: float) -> tuple[float, float]:
    """Return where one of ``n`` dots stands that share a place: in rows of three."""
    rows, across = ceil(n / _A_ROW), min(n, _A_ROW)
    step = min(0.3, 0.9 / rows)
    row, column = divmod(at, _A_ROW)
    return x + (column - (across - 1) / 2) * 0.3, y + ((rows - 1) / 2 - row) * step


def _scale(axes: "Axes", across: str, up: str) -> None:
    axes.set_xlim(0.5, 5.5)
    axes.set_ylim(0.5, 5.5)
    axes.set_xticks(range(1, 6))
    axes.set_yticks(range(1, 6))
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.set_aspect("equal")
    _plain_axes(axes)


def _plain_axes(axes: "Axes") -> None:
    plain_axes(axes)
    axes.grid(color=GRID)


def _titled(axes: "Axes", title: str, note: str) -> None:
    axes.set_title(title, loc="left", color=INK, fontsize=14, weight="bold", pad=24)
    axes.text(0, 1.015, note, transform=axes.transAxes, color=PALE, fontsize=9)


def _legend(figure: "Figure", entries: Sequence[LinkedLine]) -> None:
    """Name the numbers beside the picture."""
    shown = entries[:_MOST_NAMES]
    left = len(entries) - len(shown)
    for at, entry in enumerate(shown):
        y = 0.84 - at * 0.026
        figure.text(0.625, y, str(entry.number), ha="right", color=INK, fontsize=9, weight="bold")
        figure.text(0.635, y, _short(entry), color=INK, fontsize=9)
    if left > 0:
        figure.text(0.635, 0.84 - len(shown) * 0.026, f"+ {left}", color=PALE, fontsize=9)


def _short(entry: LinkedLine) -> str:
    return label(" ".join(entry.text("name").split()), _LONGEST_NAME)

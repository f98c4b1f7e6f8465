"""A chart of a message as a picture (PNG), for a face that draws none itself.

matplotlib (extra `report`) is imported when a picture is drawn, and drawn without a screen.
"""

import io
from importlib.util import find_spec
from typing import TYPE_CHECKING

from models.message import Chart, File

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _PALE, _GRID = "#1d2b3a", "#8a97a5", "#e7ebef"
_COLOURS = ("#2f6db5", "#e0a800", "#2e8b57", "#c0392b", "#7d5ba6", "#5f6b77")
_FEWEST_LABELS = 12
_WHOLE_FROM = 3
"""Above this the axis counts in whole numbers, which read the same in every language."""


def can_draw() -> bool:
    """Return whether pictures can be drawn here: the extra `report` is installed."""
    return find_spec("matplotlib") is not None


def draw_chart(chart: Chart, name: str) -> File | None:
    """Return a chart as a PNG file with its values in words; None without the extra `report`."""
    if not can_draw():
        return None
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.0, 3.2), facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    places = range(len(chart.labels))
    for at, (label, values) in enumerate(chart.lines):
        # A single dash marks later lines for whoever does not tell colours apart.
        style = "-" if at == 0 else (0, (5, 2 + at))
        colour = _COLOURS[at % len(_COLOURS)]
        axes.plot(
            list(places), list(values), color=colour, linestyle=style, marker="o", markersize=4,
            label=_harmless(label), zorder=3,
        )  # fmt: skip
    _frame(axes, chart)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=150, metadata={"Software": None})
    return File(name, out.getvalue(), chart.title, in_words(chart))


def in_words(chart: Chart) -> str:
    """Return what a chart shows: each line with its points."""
    lines = (
        f"{name}: "
        + ", ".join(
            f"{label} {value:g}" for label, value in zip(chart.labels, values, strict=False)
        )
        for name, values in chart.lines
    )
    return ". ".join((chart.title, *lines))


def _frame(axes: "Axes", chart: Chart) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_title(_harmless(chart.title), loc="left", color=_INK, fontsize=12, weight="bold")
    step = 1 + len(chart.labels) // _FEWEST_LABELS
    places = list(range(0, len(chart.labels), step))
    axes.set_xticks(places, [_harmless(chart.labels[at]) for at in places])
    axes.set_ylim(bottom=0)
    highest = max((value for _, values in chart.lines for value in values), default=0.0)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=highest > _WHOLE_FROM))
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, colors=_INK, labelsize=9)
    axes.grid(axis="y", color=_GRID, zorder=0)
    axes.set_axisbelow(True)
    if len(chart.lines) > 1:
        axes.legend(frameon=False, fontsize=9, labelcolor=_INK)
    else:
        axes.set_ylabel(_harmless(chart.lines[0][0]) if chart.lines else "", color=_PALE)


def _harmless(text: str) -> str:
    # A dollar sign would begin a formula.
    return text.replace("$", r"\$")

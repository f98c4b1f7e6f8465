"""A chart of a message as a picture (PNG), for a face that draws none itself.

matplotlib (extra `report`) is imported when a picture is drawn, and drawn without a screen.
"""

import io
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from models.errors import InvalidError
from models.message import Chart, File

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, PALE, GRID = "#1d2b3a", "#8a97a5", "#e7ebef"
_COLOURS = ("#2f6db5", "#e0a800", "#2e8b57", "#c0392b", "#7d5ba6", "#5f6b77")
_FEWEST_LABELS = 12
_WHOLE_FROM = 3
"""Above this the axis counts in whole numbers, which read the same in every language."""


def can_draw() -> bool:
    """Return whether pictures can be drawn here: the extra `report` is installed."""
    return find_spec("matplotlib") is not None


def figure_of(width: float, height: float, **options: Any) -> "Figure":
    """Return an empty figure in inches.

    Raises
    ------
    InvalidError
        Without the extra `report`.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InvalidError(
            "a picture needs the report extra: pip install 'lotsen[report]'"
        ) from error
    return Figure(figsize=(width, height), facecolor="white", **options)


def draw_chart(chart: Chart, name: str) -> File | None:
    """Return a chart as a PNG file with its values in words; None without the extra `report`."""
    if not can_draw():
        return None
    figure = figure_of(8.0, 3.2, layout="constrained")
    axes = figure.add_subplot()
    places = range(len(chart.labels))
    for at, (name_of_line, values) in enumerate(chart.lines):
        # A single dash marks later lines for whoever does not tell colours apart.
        style = "-" if at == 0 else (0, (5, 2 + at))
        colour = _COLOURS[at % len(_COLOURS)]
        axes.plot(
            list(places), list(values), color=colour, linestyle=style, marker="o", markersize=4,
            label=label(name_of_line), zorder=3,
        )  # fmt: skip
    _frame(axes, chart)
    return File(name, png_of(figure), chart.title, in_words(chart))


def png_of(figure: "Figure", dpi: int = 150) -> bytes:
    """Return a figure as PNG; the same figure gives the same bytes."""
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=dpi, metadata={"Software": None})
    return out.getvalue()


def plain_axes(axes: "Axes") -> None:
    """Leave only numbers and names of the axes, in ink."""
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, colors=INK)
    axes.set_axisbelow(True)


def label(text: str, longest: int | None = None) -> str:
    """Return a text as matplotlib takes it, cut where it is too long."""
    # A dollar sign would begin a formula.
    name = text.replace("$", r"\$")
    return name if longest is None or len(name) <= longest else name[: longest - 1] + "…"


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

    axes.set_title(label(chart.title), loc="left", color=INK, fontsize=12, weight="bold")
    step = 1 + len(chart.labels) // _FEWEST_LABELS
    places = list(range(0, len(chart.labels), step))
    axes.set_xticks(places, [label(chart.labels[at]) for at in places])
    axes.set_ylim(bottom=0)
    highest = max((value for _, values in chart.lines for value in values), default=0.0)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=highest > _WHOLE_FROM))
    plain_axes(axes)
    axes.tick_params(labelsize=9)
    axes.grid(axis="y", color=GRID, zorder=0)
    if len(chart.lines) > 1:
        axes.legend(frameon=False, fontsize=9, labelcolor=INK)
    else:
        axes.set_ylabel(label(chart.lines[0][0]) if chart.lines else "", color=PALE)

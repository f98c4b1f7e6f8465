"""A chart of lines as points to draw: what Slack's own clients do with the block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log10
from typing import Any

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 40, 16, 12, 26


@dataclass(frozen=True, slots=True)
class Point:
    """A value in its place, in pixels."""

    x: float
    y: float
    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Series:
    """A series: its points, and the path through them."""

    name: str
    points: tuple[Point, ...]

    @property
    def path(self) -> str:
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


@dataclass(frozen=True, slots=True)
class LineChart:
    """All that the page draws; ``ticks`` are (y, value) of the lines across."""

    lines: tuple[Series, ...]
    labels: tuple[tuple[float, str], ...]
    ticks: tuple[tuple[float, float], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def line_chart(chart: Mapping[str, Any]) -> LineChart:
    """Place the series of a ``data_visualization`` block of type line on a canvas."""
    series: Sequence[Mapping[str, Any]] = chart.get("series") or ()
    labels = [str(label) for label in (chart.get("axis_config") or {}).get("categories") or ()]
    values = [float(point["value"]) for line in series for point in line["data"]]
    top = nice_top(max(values, default=0.0))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(labels) - 1)

    def x(at: int) -> float:
        return LEFT + at * step

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)

    lines = tuple(
        Series(
            str(line["name"]),
            tuple(
                Point(x(at), y(float(point["value"])), str(point["label"]), float(point["value"]))
                for at, point in enumerate(line["data"])
            ),
        )
        for line in series
    )
    ticks = tuple((y(top * part / 4), top * part / 4) for part in range(5))
    return LineChart(lines, tuple((x(at), label) for at, label in enumerate(labels)), ticks)


def nice_top(highest: float) -> float:
    """Return where the axis ends: 1, 2, 4 or 8 times a power of ten that holds the highest."""
    if highest <= 1:
        return 1.0
    power = 10.0 ** (ceil(log10(highest)) - 1)
    return next((size * power for size in (1, 2, 4, 8, 10) if size * power >= highest), highest)

"""A chart of lines is drawn in its place, and its figures can be read without eyes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.page.charts import BOTTOM, HEIGHT, TOP, line_chart, nice_top

CHART = {
    "type": "line",
    "axis_config": {"categories": ["46", "47", "48"]},
    "series": [
        {
            "name": "Median",
            "data": [
                {"label": w, "value": v}
                for w, v in zip(("46", "47", "48"), (20, 10, 40), strict=True)
            ],
        },
    ],
}


def test_the_highest_stands_highest_and_time_runs_to_the_right() -> None:
    drawn = line_chart(CHART)
    (line,) = drawn.lines
    xs, ys = [point.x for point in line.points], [point.y for point in line.points]
    assert xs == sorted(xs)
    assert ys[2] == min(ys) == TOP
    assert ys[1] == max(ys) < HEIGHT - BOTTOM
    assert [label for _, label in drawn.labels] == ["46", "47", "48"]


def test_a_chart_without_points_is_an_empty_canvas() -> None:
    assert line_chart({"type": "line", "series": []}).lines == ()


@given(st.floats(0, 1e9))
def test_the_axis_holds_every_value_and_little_more(value: float) -> None:
    top = nice_top(value)
    assert top >= value
    assert top <= max(1.0, value * 2.5)


@pytest.mark.parametrize(("value", "top"), [(0, 1), (29, 40), (41, 80), (85, 100), (1, 1)])
def test_the_axis_ends_at_a_round_number(value: float, top: float) -> None:
    assert nice_top(value) == top

"""The plan as a picture: bars where tasks lie, colours for how they stand."""

import sys
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.errors import InvalidError
from models.language import words_for
from models.programme.facts import Facts
from models.programme.plan_status import plan_status
from models.reports import plan_picture
from models.reports.plan_picture import draw
from models.tables import PlanAct, PlanChange
from models.tickets.hours import calendar_for
from tests.pictures import size_of

pytest.importorskip("matplotlib")
WORDS = words_for("sv")
OFFICE = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
STARTED, TODAY = date(2026, 11, 23), date(2026, 12, 25)
NOW = datetime(2026, 12, 18, 9, tzinfo=ZoneInfo("UTC"))
CHANGES = [
    PlanChange(plan_id=1, key="w1", act=PlanAct.DONE, told="x", at=NOW),
    PlanChange(plan_id=1, key="w4.skills", act=PlanAct.BLOCKED, told="x", at=NOW),
    PlanChange(plan_id=1, key="w5.case", act=PlanAct.MOVED, day=date(2027, 1, 8), at=NOW),
]


def course(started: date | None = STARTED) -> Any:
    return plan_status(started, TODAY, CHANGES, Facts(), {}, OFFICE, WORDS)


@pytest.mark.slow
def test_a_plan_is_drawn() -> None:
    drawn = draw(course(), OFFICE, WORDS)

    width, height = size_of(drawn)
    assert width > 800
    assert height > 400
    assert draw(course(), OFFICE, WORDS) == drawn
    assert draw(course(date(2026, 12, 7)), OFFICE, WORDS) != drawn


def test_each_task_has_a_bar_that_ends_on_its_due_day_in_the_colour_of_its_state() -> None:
    from matplotlib.colors import to_hex
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    status = course()
    plan_picture._tasks(axes, status.tasks, STARTED)

    bars: list[Any] = list(axes.patches)
    ends = [date.fromordinal(round(bar.get_x() + bar.get_width()) - 1) for bar in bars]
    assert ends == [task.due for task in status.tasks]
    colours = {
        task.key: to_hex(bar.get_facecolor()) for task, bar in zip(status.tasks, bars, strict=True)
    }
    shown = {name: colour for name, (colour, _) in plan_picture._COLOURS.items()}
    assert colours["w1.interviews"] == shown["done"]
    assert colours["w2.sources"] == shown["late"]
    assert colours["w4.skills"] == shown["blocked"]
    assert colours["w5.case"] == shown["moved"]
    assert colours["w5.plan"] == shown["todo"]


def test_without_a_plan_or_matplotlib_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidError, match="plan start"):
        draw(course(None), OFFICE, WORDS)

    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(InvalidError, match=r"lotsen\[report\]"):
        draw(course(), OFFICE, WORDS)

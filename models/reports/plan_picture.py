"""The 90-day plan as a timeline (PNG).

matplotlib (extra `report`) is imported when a picture is drawn, and drawn without a screen.
"""

from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

from models.errors import InvalidError
from models.language import N_, Translator
from models.programme.dates import first_day_of
from models.programme.posts import PHASES, title_of
from models.programme.status import PlanStatus, TaskState, TaskStatus
from models.programme.tasks import DAYS, WEEKS
from models.reports.chart_picture import GRID, INK, PALE, figure_of, label, plain_axes, png_of
from models.tickets.hours import Calendar

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_OFF, _TODAY = "#f1f3f5", "#c0392b"
_BANDS: Final = ("#dde8f4", "#cfe8d5", "#fbe7a1")
_LONGEST_TITLE = 64
_ROOM_INCH = 0.2  # else the longest title touches the edge
_COLOURS: Final = {
    "done": ("#2e8b57", N_("done")),
    "todo": ("#a9c4e4", N_("to do")),
    "moved": ("#2f6db5", N_("moved")),
    "blocked": ("#e0a800", N_("blocked")),
    "late": ("#c0392b", N_("late")),
}


def draw(status: PlanStatus, calendar: Calendar, words: Translator) -> bytes:
    """Draw the plan as it stands: tasks by week, gates, days off, today.

    Raises
    ------
    InvalidError
        Without the extra `report`, or without a plan.
    """
    if status.started is None:
        raise InvalidError("no plan has begun: lotsen plan start")
    figure = figure_of(14.0, 9.0)
    figure.set_layout_engine("constrained", w_pad=_ROOM_INCH, h_pad=_ROOM_INCH)
    axes = figure.add_subplot()
    _background(axes, status, calendar, words)
    _tasks(axes, status.tasks, status.started)
    _gates(axes, status, words)
    _frame(axes, status, words)
    _legend(figure, words)
    return png_of(figure, dpi=120)


def _span(status: PlanStatus) -> tuple[date, date]:
    started = status.started or status.today
    dues = [task.due for task in status.tasks if task.due]
    dues += [gate.due for gate in status.gates if gate.due]
    return started, max([started + timedelta(days=DAYS), *dues]) + timedelta(days=5)


def _background(axes: "Axes", status: PlanStatus, calendar: Calendar, words: Translator) -> None:
    first, last = _span(status)
    for day in (first + timedelta(days=n) for n in range((last - first).days)):
        if not calendar.is_working_day(day):
            axes.axvspan(_x(day), _x(day) + 1, color=_OFF, zorder=0, linewidth=0)
    for phase, colour in enumerate(_BANDS, start=1):
        start = first + timedelta(days=30 * (phase - 1))
        axes.barh(-1.6, 30, left=_x(start), height=0.9, color=colour, zorder=1)
        said = words.gettext(PHASES[phase])
        axes.text(_x(start) + 15, -1.6, said, ha="center", va="center", fontsize=9, color=INK)
    if first <= status.today <= last:
        axes.axvline(_x(status.today) + 0.5, color=_TODAY, linewidth=1.4, zorder=4)


def _tasks(axes: "Axes", tasks: tuple[TaskStatus, ...], started: date) -> None:
    for row, task in enumerate(tasks):
        if task.due is None:
            continue
        begins = first_day_of(task.week, started)
        length = max(1, (task.due - begins).days + 1)
        late = task.late and task.state is not TaskState.BLOCKED
        colour = _COLOURS["late" if late else task.state.value][0]
        axes.barh(row, length, left=_x(begins), height=0.62, color=colour, zorder=3)


def _gates(axes: "Axes", status: PlanStatus, words: Translator) -> None:
    bottom = len(status.tasks) - 0.4
    for gate in status.gates:
        if gate.due is None:
            continue
        decided = gate.state in (TaskState.DONE, TaskState.STOPPED)
        x = _x(gate.due) + 0.5
        axes.plot([x, x], [-0.6, bottom], color=PALE, linestyle=(0, (4, 4)), zorder=2)
        axes.scatter(
            [x], [-0.6], marker="D", s=70, zorder=5, edgecolor=INK,
            color=_COLOURS["done"][0] if decided else "white",
        )  # fmt: skip
        said = words.gettext("Gate {n}", n=gate.day)
        axes.text(x, bottom + 0.75, said, ha="center", va="center", fontsize=9, color=INK)


def _frame(axes: "Axes", status: PlanStatus, words: Translator) -> None:
    first, last = _span(status)
    axes.set_xlim(_x(first) - 0.5, _x(last))
    axes.set_ylim(len(status.tasks) + 0.9, -2.4)
    axes.set_yticks(
        range(len(status.tasks)), [label(task.title, _LONGEST_TITLE) for task in status.tasks]
    )
    weeks = [first_day_of(week, first) for week in range(1, WEEKS + 2)]
    labels = [words.day(day, "d MMM") for day in weeks]
    axes.set_xticks([_x(day) for day in weeks], labels)
    for _, group in groupby(enumerate(status.tasks), key=lambda pair: pair[1].week):
        row = next(group)[0]
        axes.axhline(row - 0.5, color=GRID, linewidth=1, zorder=1)
    plain_axes(axes)
    axes.tick_params(labelsize=9)
    axes.grid(axis="x", color=GRID, zorder=0)
    title = title_of(status, words)
    axes.set_title(title, loc="left", color=INK, fontsize=14, weight="bold", pad=12)


def _legend(figure: "Figure", words: Translator) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    shown = [Patch(color=colour, label=words.gettext(text)) for colour, text in _COLOURS.values()]
    off = Patch(color=_OFF, label=words.gettext("day off"))
    today = Line2D([], [], color=_TODAY, label=words.gettext("today"))
    figure.legend(
        handles=[*shown, off, today], loc="outside lower center", ncols=7, frameon=False, fontsize=9
    )


def _x(day: date) -> float:
    return float(day.toordinal())

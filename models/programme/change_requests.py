"""What somebody wants of a task or a gate, and what is wrong with it. Pure."""

from dataclasses import dataclass
from dataclasses import field as given
from datetime import date, timedelta
from typing import Final, Literal

from models.language import N_, Translator
from models.programme.plan_status import CHECKPOINT_KEYS, KEYS
from models.programme.status import PlanStatus, TaskState
from models.programme.tasks import TASKS
from models.tables import PlanAct

MAX_TOLD: Final = 3000
_FURTHEST: Final = timedelta(days=366)
_INEFFICIENCIES: Final = 3
_WAITS: Final = {task.key: task.after for task in TASKS}


@dataclass(frozen=True, slots=True)
class PlanChangeRequest:
    """What is to be written; ``told`` is the evidence of what is done, else the reason.

    A gate is passed by DONE, put off by MOVED, and ends the plan by STOPPED.
    """

    key: str
    act: PlanAct
    told: str = ""
    day: date | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """What is wrong and what to do; ``field`` is where it is to be mended."""

    field: Literal["told", "day", ""]
    message: str
    values: dict[str, str] = given(default_factory=dict)

    def explain(self, words: Translator) -> str:
        return words.gettext(self.message, **self.values)


def validate(wish: PlanChangeRequest, status: PlanStatus) -> PlanProblem | None:
    """Return the first thing that is wrong with a wish, or None."""
    if status.started is None:
        return PlanProblem("", N_("No plan has begun: `lotsen plan start`."))
    if wish.key not in KEYS and wish.key not in CHECKPOINT_KEYS:
        return PlanProblem("", N_("There is no such task."))
    if status.gate(wish.key):
        return _gate(wish, status) or _told(wish) or _day(wish, status)
    return _task(wish, status) or _told(wish) or _day(wish, status)


def _task(wish: PlanChangeRequest, status: PlanStatus) -> PlanProblem | None:
    task = status.task(wish.key)
    if wish.act is PlanAct.STOPPED or (task is None and wish.act is not PlanAct.DONE):
        return PlanProblem("", N_("There is no such task."))
    if task and not task.is_open and wish.act in (PlanAct.BLOCKED, PlanAct.MOVED):
        return PlanProblem("", N_("This is done already."))
    return None


def _gate(wish: PlanChangeRequest, status: PlanStatus) -> PlanProblem | None:
    gate = status.gate(wish.key)
    if wish.act is PlanAct.REOPENED:
        return None
    if wish.act not in (PlanAct.DONE, PlanAct.MOVED, PlanAct.STOPPED):
        return PlanProblem("", N_("A gate is decided: go on, wait or stop."))
    if gate and not gate.is_open:
        return PlanProblem("", N_("This gate is decided already."))
    if gate and wish.act is PlanAct.DONE and not gate.criteria:
        return PlanProblem(
            "told",
            N_(
                "The phase that begins now has no success criterion yet: add one with key "
                "figure, baseline, target, day and owner in `{command}`."
            ),
            {"command": "/lotsen register criteria"},
        )
    return None


def _told(wish: PlanChangeRequest) -> PlanProblem | None:
    text = wish.told.strip()
    if not text and wish.act is PlanAct.DONE and wish.key in _WAITS:
        return PlanProblem(
            "told", N_("Say in a sentence what shows that it is done, or link to it.")
        )
    if not text and wish.act is not PlanAct.OWNED:
        return PlanProblem("told", N_("Say why, in a sentence."))
    if len(text) > MAX_TOLD:
        return PlanProblem("told", N_("Write less than 3,000 characters, or link to a page."))
    if wish.act is PlanAct.DONE and wish.key == "w1.inefficiencies":
        return _three(text)
    return None


def _three(text: str) -> PlanProblem | None:
    lines = [line for line in text.replace(";", "\n").splitlines() if line.strip()]
    if len(lines) == _INEFFICIENCIES and all(any(map(str.isdigit, line)) for line in lines):
        return None
    return PlanProblem(
        "told",
        N_("Write three lines, each with its minutes a week, such as: Passwords, 300 minutes."),
    )


def _day(wish: PlanChangeRequest, status: PlanStatus) -> PlanProblem | None:
    if wish.act is not PlanAct.MOVED:
        return None
    if wish.day is None or wish.day < status.today:
        return PlanProblem("day", N_("Choose a day from today on."))
    if wish.day > status.today + _FURTHEST:
        return PlanProblem("day", N_("Choose a day within a year."))
    for key in _WAITS.get(wish.key, ()):
        first = status.task(key)
        if first and first.state is not TaskState.DONE and first.due and first.due > wish.day:
            return PlanProblem(
                "day",
                N_("It waits for “{task}”, due {day}. Move that first, or choose a later day."),
                {"task": first.title, "day": first.due.isoformat()},
            )
    return None

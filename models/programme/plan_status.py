"""Where the plan stands: what people said and the store attests, folded into states. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from models.language import N_, Translator
from models.programme.dates import due_days, first_day_of, friday_of
from models.programme.facts import Facts, TaskEvidence, evidence_of
from models.programme.status import (
    CheckpointState,
    CheckpointStatus,
    GateStatus,
    PlanStatus,
    TaskState,
    TaskStatus,
)
from models.programme.tasks import (
    GATES,
    TASKS,
    TITLES,
    PlanGate,
    Task,
    tasks_of,
    weeks_of,
)
from models.registers.kinds.criteria import of_phase
from models.tables import PlanAct, PlanChange
from models.tickets.hours import Calendar


@dataclass(frozen=True, slots=True)
class TaskLog:
    """What people said of a task, the last word of each kind."""

    state: TaskState = TaskState.TODO
    evidence: str = ""
    reason: str = ""
    owner: str = ""


_STATES: Final = {
    PlanAct.DONE: TaskState.DONE,
    PlanAct.BLOCKED: TaskState.BLOCKED,
    PlanAct.MOVED: TaskState.MOVED,
    PlanAct.REOPENED: TaskState.TODO,
    PlanAct.STOPPED: TaskState.STOPPED,
}
KEYS: Final = frozenset({*(task.key for task in TASKS), *(gate.key for gate in GATES)})
CHECKPOINT_KEYS: Final = tuple(f"w{week}" for week in range(1, len(TITLES) + 1))
_A_WEEK: Final = timedelta(days=7)
_OWNERLESS: Final = N_("somebody without a name")


def task_logs(changes: Sequence[PlanChange]) -> tuple[dict[str, TaskLog], dict[str, date]]:
    """Fold changes in their order into what was told of each task, and what was moved."""
    told: dict[str, TaskLog] = {}
    moved: dict[str, date] = {}
    for change in changes:
        for key in _keys_of(change.key):
            told[key] = _after(told.get(key, TaskLog()), change)
            if change.day is not None:
                moved[key] = change.day
    return told, moved


def plan_status(
    started: date | None,
    today: date,
    changes: Sequence[PlanChange],
    facts: Facts,
    names: Mapping[str, str],
    calendar: Calendar,
    words: Translator,
) -> PlanStatus:
    """Return where the plan stands on ``today``.

    Parameters
    ----------
    changes
        In the order in which they were written.
    names
        Pseudonym → name, of owners.
    """
    told, moved = task_logs(changes)
    due = due_days(started, moved, calendar) if started else {}
    tasks = tuple(
        _task(task, told.get(task.key, TaskLog()), due.get(task.key), today, facts, names, words)
        for task in TASKS
    )
    day = (today - started).days + 1 if started else 0
    return PlanStatus(
        started=started,
        today=today,
        week_ends=friday_of(today, calendar),
        day=max(0, day),
        week=min((day - 1) // 7 + 1, 13) if day > 0 else 0,
        checkpoints=tuple(
            _checkpoint(week, tasks, started, today, words) for week in range(1, len(TITLES) + 1)
        ),
        tasks=tasks,
        gates=tuple(
            _gate(gate, told.get(gate.key, TaskLog()), due.get(gate.key), today, tasks, facts)
            for gate in GATES
        ),
    )


def _keys_of(key: str) -> tuple[str, ...]:
    # Evidence for a week as a whole is evidence for each of its tasks.
    if key in CHECKPOINT_KEYS:
        return tuple(task.key for task in tasks_of(int(key[1:])))
    return (key,)


def _after(told: TaskLog, change: PlanChange) -> TaskLog:
    if change.act is PlanAct.OWNED:
        return TaskLog(told.state, told.evidence, told.reason, change.owner)
    state = _STATES[change.act]
    if state is TaskState.DONE:
        return TaskLog(state, change.told, "", told.owner)
    return TaskLog(state, "", change.told, told.owner)


def _task(
    task: Task,
    told: TaskLog,
    due: date | None,
    today: date,
    facts: Facts,
    names: Mapping[str, str],
    words: Translator,
) -> TaskStatus:
    shown = evidence_of(task.key, facts, words) if due else TaskEvidence()
    begun = due is not None and (not task.in_time or today > due - _A_WEEK)
    done = told.state is TaskState.DONE or (shown.enough and begun)
    owner = names.get(told.owner, "") or words.gettext(_OWNERLESS) if told.owner else ""
    return TaskStatus(
        key=task.key,
        week=task.week,
        title=words.gettext(task.title),
        needs=words.gettext(task.needs),
        owner=owner or words.gettext(task.owner),
        due=due,
        state=TaskState.DONE if done else told.state,
        late=not done and due is not None and today > due,
        evidence=" · ".join(text for text in (told.evidence, shown.said) if text),
        reason="" if done else told.reason,
    )


def _gate(
    gate: PlanGate,
    told: TaskLog,
    due: date | None,
    today: date,
    tasks: Sequence[TaskStatus],
    facts: Facts,
) -> GateStatus:
    weeks = weeks_of(gate.phase)
    decided = told.state in (TaskState.DONE, TaskState.STOPPED)
    return GateStatus(
        key=gate.key,
        day=gate.day,
        phase=gate.phase,
        due=due,
        state=told.state,
        late=not decided and due is not None and today > due,
        reason=told.reason or told.evidence,
        missing=tuple(task.key for task in tasks if task.week in weeks and task.is_open),
        criteria=tuple(
            entry.text("name") for entry in of_phase(facts.entries("criteria"), gate.phase + 1)
        ),
    )


def _checkpoint(
    week: int, tasks: Sequence[TaskStatus], started: date | None, today: date, words: Translator
) -> CheckpointStatus:
    mine = [task for task in tasks if task.week == week]
    dues = [task.due for task in mine if task.due]
    texts = dict.fromkeys(task.evidence for task in mine if task.evidence)
    return CheckpointStatus(
        key=f"w{week}",
        week=week,
        title=words.gettext(TITLES[week - 1]),
        due=max(dues, default=None),
        state=_stands(week, mine, started, today),
        evidence=" · ".join(texts),
    )


def _stands(
    week: int, tasks: Sequence[TaskStatus], started: date | None, today: date
) -> CheckpointState:
    if started is None:
        return CheckpointState.UPCOMING
    if not any(task.is_open for task in tasks):
        return CheckpointState.DONE
    if any(task.late for task in tasks):
        return CheckpointState.LATE
    begun = today >= first_day_of(week, started)
    return CheckpointState.DUE if begun else CheckpointState.UPCOMING

"""The shapes of where the plan stands: tasks, gates, weeks, and the whole."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from models.programme.tasks import DAYS, phase_of


class TaskState(StrEnum):
    """How a task or a gate stands."""

    TODO = "todo"
    DONE = "done"
    BLOCKED = "blocked"
    MOVED = "moved"  # still to do, on another day
    STOPPED = "stopped"  # of a gate: the plan ends here


class CheckpointState(StrEnum):
    """Where a week's checkpoint stands on a day."""

    UPCOMING = "upcoming"
    DUE = "due"  # its week has begun
    LATE = "late"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class CheckpointStatus:
    """A week and whether all its tasks are done; without a plan it has no due day."""

    key: str
    week: int
    title: str
    due: date | None
    state: CheckpointState
    evidence: str


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """A task as it stands, in words of a reader.

    ``evidence`` is what shows that it is done, or how far it is; ``reason`` is why it is
    blocked or was moved. ``late`` says that it is open and its day has passed.
    """

    key: str
    week: int
    title: str
    needs: str
    owner: str
    due: date | None
    state: TaskState
    late: bool
    evidence: str
    reason: str

    @property
    def is_open(self) -> bool:
        return self.state is not TaskState.DONE


@dataclass(frozen=True, slots=True)
class GateStatus:
    """A gate.

    ``missing`` are the keys of its phase's tasks that are not done, ``criteria`` what the
    phase that it opens is to reach.
    """

    key: str
    day: int
    phase: int
    due: date | None
    state: TaskState
    late: bool
    reason: str
    missing: tuple[str, ...]
    criteria: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state in (TaskState.TODO, TaskState.MOVED)


@dataclass(frozen=True, slots=True)
class PlanStatus:
    """Where the plan stands; ``started`` is None when there is none.

    ``day`` and ``week`` are 0 before the first day; week 13 is the time to decide
    (days 85–90), and ``day`` runs on after day 90. ``week_ends`` is the Friday by which this
    week's tasks are due, or the next working day.
    """

    started: date | None
    today: date
    week_ends: date
    day: int
    week: int
    checkpoints: tuple[CheckpointStatus, ...]
    tasks: tuple[TaskStatus, ...]
    gates: tuple[GateStatus, ...]

    @property
    def phase(self) -> int:
        return phase_of(self.day)

    @property
    def days_left(self) -> int:
        return max(0, DAYS - self.day)

    @property
    def stopped(self) -> bool:
        """Whether a gate ended the plan."""
        return any(gate.state is TaskState.STOPPED for gate in self.gates)

    @property
    def late(self) -> tuple[TaskStatus, ...]:
        """The tasks that are overdue, the oldest first."""
        return _by_day(task for task in self.tasks if task.late)

    @property
    def due(self) -> tuple[TaskStatus, ...]:
        """The open tasks that are due this week."""
        return _by_day(
            task
            for task in self.tasks
            if task.is_open and task.due and self.today <= task.due <= self.week_ends
        )

    @property
    def next_gate(self) -> GateStatus | None:
        return next((gate for gate in self.gates if gate.is_open), None)

    def task(self, key: str) -> TaskStatus | None:
        return next((task for task in self.tasks if task.key == key), None)

    def gate(self, key: str) -> GateStatus | None:
        return next((gate for gate in self.gates if gate.key == key), None)

    def to_json(self) -> dict[str, Any]:
        """Return the keys of ``lotsen plan status --json``."""
        running = self.started is not None
        return {
            "started": _iso(self.started),
            "day": self.day if running else None,
            "week": self.week if running else None,
            "phase": self.phase if running else None,
            "days_left": self.days_left if running else None,
            "stopped": self.stopped,
            "checkpoints": [_dated(item) for item in self.checkpoints],
            "tasks": [_dated(item) for item in self.tasks],
            "gates": [_dated(item) for item in self.gates],
        }


def _by_day(tasks: Iterable[TaskStatus]) -> tuple[TaskStatus, ...]:
    return tuple(sorted(tasks, key=lambda task: (task.due or date.max, task.week)))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _dated(item: CheckpointStatus | TaskStatus | GateStatus) -> dict[str, Any]:
    return {**asdict(item), "due": _iso(item.due)}

"""The roadmap of the next twelve to eighteen months, from the ranked use cases. Pure.

Roadmap: the whole takes 12–18 months, a phase 3–6. Projects come one after another, the one
that is tried first, then by priority; how long one takes follows from its rated effort.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models.registers.declaration import LinkedLine
from models.registers.kinds.use_cases import parked, priority

LEAST_MONTHS, MOST_MONTHS = 3, 6
"""Of a phase."""
WHOLE_MONTHS: Final = (12, 18)
PHASES: Final = 3
_MONTHS: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 6}
"""Effort, 1 (days) to 5 (more than half a year) → months until it is in production."""
_RUNNING: Final = ("pilot", "poc")
_NO_PROJECT: Final = ("production", "stopped")


@dataclass(frozen=True, slots=True)
class Project:
    """A use case with its rank's figures; ``months`` is an estimate."""

    name: str
    priority: float
    months: int
    state: str


@dataclass(frozen=True, slots=True)
class Phase:
    """Months ``first`` to ``last`` and what is done in them."""

    number: int
    first: int
    last: int
    projects: tuple[Project, ...]

    @property
    def months(self) -> int:
        return self.last - self.first + 1

    @property
    def unusual(self) -> bool:
        """Whether it is shorter or longer than phases usually are."""
        return not LEAST_MONTHS <= self.months <= MOST_MONTHS


@dataclass(frozen=True, slots=True)
class Roadmap:
    """Phases in their order; ``later`` found no room, ``parked`` and ``unrated`` no rank."""

    phases: tuple[Phase, ...]
    later: tuple[Project, ...]
    parked: tuple[str, ...]
    unrated: tuple[str, ...]

    @property
    def months(self) -> int:
        return self.phases[-1].last if self.phases else 0


def roadmap_of(cases: Sequence[LinkedLine]) -> Roadmap:
    """Rank the use cases and lay them into phases of four months or a little more."""
    candidates = [case for case in cases if case.text("state") not in _NO_PROJECT]
    rated = [case for case in candidates if priority(case) is not None]
    wanted = [case for case in rated if not parked(case) or case.text("state") in _RUNNING]
    ranked = sorted(
        (_project(case) for case in wanted),
        key=lambda one: (one.state not in _RUNNING, -one.priority, one.name),
    )
    phases, later = _laid_out(ranked)
    return Roadmap(
        phases=phases,
        later=later,
        parked=tuple(case.text("name") for case in rated if case not in wanted),
        unrated=tuple(case.text("name") for case in candidates if case not in rated),
    )


def _project(case: LinkedLine) -> Project:
    effort = round(case.score("effort") or 3)
    return Project(
        case.text("name"), priority(case) or 0.0, _MONTHS.get(effort, 2), case.text("state")
    )


def _laid_out(ranked: Sequence[Project]) -> tuple[tuple[Phase, ...], tuple[Project, ...]]:
    phases: list[Phase] = []
    current: list[Project] = []
    month = 1
    usual = WHOLE_MONTHS[0] // PHASES
    for at, project in enumerate(ranked):
        current.append(project)
        months = sum(one.months for one in current)
        if months >= usual or at == len(ranked) - 1:
            phases.append(Phase(len(phases) + 1, month, month + months - 1, tuple(current)))
            month, current = month + months, []
        if len(phases) == PHASES:
            return tuple(phases), tuple(ranked[at + 1 :])
    return tuple(phases), ()

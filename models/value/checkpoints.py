"""The twelve weeks of the roadmap's 90-day plan: what is to be done by the end of each."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Protocol

from models.language import noted

DAYS = 90
WEEKS = 12
FRIDAY = 4


class WorkingDays(Protocol):
    """The part of a calendar that a plan asks."""

    def is_working_day(self, day: date) -> bool: ...


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a week is to achieve; ``title`` is English, for `Words.say`."""

    key: str
    week: int
    title: str


class CheckpointState(StrEnum):
    """Where a checkpoint stands on a day."""

    UPCOMING = "upcoming"
    DUE = "due"  # its week has begun
    LATE = "late"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class CheckpointStatus:
    """A checkpoint; without a plan it has no due day."""

    key: str
    week: int
    title: str
    due: date | None
    state: CheckpointState
    evidence: str


@dataclass(frozen=True, slots=True)
class PlanStatus:
    """Where the plan stands; ``started`` is None when there is none.

    ``day`` and ``week`` are 0 before the first day; week 13 is the time to decide
    (days 85–90), and ``day`` runs on after day 90.
    """

    started: date | None
    today: date
    day: int
    week: int
    checkpoints: tuple[CheckpointStatus, ...]

    @property
    def phase(self) -> int:
        return phase_of(self.day)

    @property
    def days_left(self) -> int:
        return max(0, DAYS - self.day)

    def to_json(self) -> dict[str, Any]:
        """Return the keys of ``lotsen plan status --json``."""
        lines = [
            {**asdict(item), "due": item.due and item.due.isoformat()} for item in self.checkpoints
        ]
        started = self.started and self.started.isoformat()
        running = self.started is not None
        return {
            "started": started,
            "day": self.day if running else None,
            "week": self.week if running else None,
            "phase": self.phase if running else None,
            "days_left": self.days_left if running else None,
            "checkpoints": lines,
        }


# Roadmap: "90-dagars startplanen". A fortnight there is two checkpoints here.
CHECKPOINTS: tuple[Checkpoint, ...] = tuple(
    Checkpoint(f"w{week}", week, title)
    for week, title in enumerate(
        (
            noted("Interview the department heads; name the three largest inefficiencies"),
            noted("List all data sources and rate their quality"),
            noted("Check the infrastructure: cloud, interfaces, security"),
            noted("Map skills and training needs; find the AI champions"),
            noted("Choose one use case; plan it with milestones"),
            noted("Set the success criteria and freeze the baseline"),
            noted("Begin the prototype, with simple tools"),
            noted("Have a first prototype that works"),
            noted("Let real users test it"),
            noted("Test it hard; collect feedback and figures"),
            noted("Evaluate the results; work out the pilot's ROI"),
            noted("Write the 12-month roadmap with ranked projects"),
        ),
        start=1,
    )
)

# Real tickets that attest weeks 9 and 10: as many as the quarterly statement needs to
# say anything, and as many as it takes to show −40 % with a power of 80 % when the log
# of the handling time scatters by 1: 7.85 σ² / (ln 0.6)² / ½² = 120.
TICKETS_NEEDED = {"w9": 30, "w10": 120}


def first_day_of(week: int, started: date) -> date:
    """Return the first day of a plan's week, 1 to 13."""
    return started + timedelta(days=7 * (week - 1))


def due_day(week: int, started: date, calendar: WorkingDays) -> date:
    """Return the Friday of a plan's week, or the last working day before it in that week.

    In a week without such a day it is the first working day after the Friday, and in a
    week without any the Friday all the same.
    """
    first = first_day_of(week, started)
    friday = first + timedelta(days=(FRIDAY - first.weekday()) % 7)
    before = [friday - timedelta(days=back) for back in range((friday - first).days + 1)]
    after = [friday + timedelta(days=on) for on in range(1, 7 - (friday - first).days)]
    working = (day for day in (*before, *after) if calendar.is_working_day(day))
    return next(working, friday)


def phase_of(day: int) -> int:
    """Return the phase of a day of the plan: 1 for days 1–30, 2 for 31–60, 3 from day 61."""
    return min(max(day - 1, 0) // 30 + 1, 3)

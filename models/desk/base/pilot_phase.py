"""Whether Lotsen assists yet: it must not before it is known how the desk did without it.

What is locked are automatic labels and answers to questions in Slack. Tickets, imports,
searches that somebody asks for, `lotsen classify` and `lotsen ask` go on as ever.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from models.store.transaction import UnitOfWork
from models.tables import BaselineChoice, BaselineStep


class PilotPhase(StrEnum):
    """Whether Lotsen assists, and why not."""

    ACTIVE = "open"
    UNDECIDED = "undecided"  # the lead was asked what to compare with, and has not answered
    OBSERVING = "observing"  # it listens until enough is known


_INACTIVE = {BaselineStep.ASKED: PilotPhase.UNDECIDED, BaselineStep.OBSERVE: PilotPhase.OBSERVING}


def phase_after(choices: Sequence[BaselineChoice], *, frozen: bool) -> PilotPhase:
    """Return the phase: a frozen baseline opens for good, else the last step decides. Pure.

    A desk where nobody was ever asked is active: only a first start asks.
    """
    if frozen or not choices:
        return PilotPhase.ACTIVE
    return _INACTIVE.get(choices[-1].step, PilotPhase.ACTIVE)


def assisted_since(
    choices: Sequence[BaselineChoice], first_day: date, last_day: date, zone: ZoneInfo
) -> date | None:
    """Return since when Lotsen assisted without a baseline on some of these days. Pure.

    None where it did not: figures of days on which it helped are no baseline.
    """
    since: date | None = None
    for choice in choices:
        day = choice.at.astimezone(zone).date()
        if choice.step is BaselineStep.OVERRIDE:
            since = since or day
        elif choice.step is BaselineStep.OBSERVE and since is not None:
            if since <= last_day and first_day < day:
                return since
            since = None
    return since if since is not None and since <= last_day else None


def phase_of(unit: UnitOfWork) -> PilotPhase:
    """Return the phase as the store has it: the same for every replica, after every restart."""
    choices = unit.surveys.choices()
    return phase_after(choices, frozen=bool(choices) and unit.figures.latest_baseline() is not None)


def is_active(unit: UnitOfWork) -> bool:
    """Return whether Lotsen may answer and label by itself; in the sandbox it always may."""
    return unit.in_sandbox or phase_of(unit) is PilotPhase.ACTIVE

"""When the plan's tasks and gates are due: Fridays, holidays, slips. Pure.

A day off moves a due day to the next working day. What somebody moves takes along what
waits for it: a task keeps a working week after the one it waits for, or the distance that
was planned where that was shorter. Slack is used up first.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from models.programme.tasks import GATES, TASKS
from models.tickets.hours import Calendar

FRIDAY: Final = 4
A_WEEK: Final = 5
"""Working days that a task takes."""
LATE_AFTER: Final = 2
"""Working days after which something overdue is told, once."""
_DAY = timedelta(days=1)
# No office rests longer: with a calendar without any working day every day is one.
_LONGEST_REST = 30


def first_day_of(week: int, started: date) -> date:
    """Return the first day of a plan's week, 1 to 13."""
    return started + timedelta(days=7 * (week - 1))


def due_day(week: int, started: date, calendar: Calendar) -> date:
    """Return the Friday of a plan's week, or the next working day."""
    return friday_of(first_day_of(week, started), calendar)


def friday_of(day: date, calendar: Calendar) -> date:
    """Return the Friday on or after ``day``, or the next working day."""
    return working_day(day + timedelta(days=(FRIDAY - day.weekday()) % 7), calendar)


def gate_day(day: int, started: date, calendar: Calendar) -> date:
    """Return when a gate is decided: on its day of the plan, or the next working day."""
    return working_day(started + timedelta(days=day - 1), calendar)


def due_days(started: date, moved: Mapping[str, date], calendar: Calendar) -> dict[str, date]:
    """Return when each task and gate is due.

    Parameters
    ----------
    moved
        What somebody moved, to which day.
    """
    planned = {task.key: due_day(task.week, started, calendar) for task in TASKS}
    found: dict[str, date] = {}
    for task in TASKS:
        first = [
            later(
                found[key],
                min(A_WEEK, _between(planned[key], planned[task.key], calendar)),
                calendar,
            )
            for key in task.after
            if found[key] != planned[key]
        ]
        own = working_day(moved.get(task.key, planned[task.key]), calendar)
        found[task.key] = max([own, *first])
    for gate in GATES:
        day = moved.get(gate.key)
        found[gate.key] = (
            working_day(day, calendar) if day else gate_day(gate.day, started, calendar)
        )
    return found


def overdue_notice_day(due: date, calendar: Calendar) -> date:
    """Return the one day on which it is told that something is overdue."""
    return later(due, LATE_AFTER, calendar)


def working_day(day: date, calendar: Calendar) -> date:
    """Return ``day``, or the first working day after it."""
    days = (day + timedelta(days=n) for n in range(_LONGEST_REST))
    return next(filter(calendar.is_working_day, days), day)


def later(day: date, n: int, calendar: Calendar) -> date:
    """Return the ``n``-th working day after ``day``."""
    for _ in range(n):
        day = working_day(day + _DAY, calendar)
    return day


def _between(first: date, last: date, calendar: Calendar) -> int:
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(calendar.is_working_day(day) for day in days)

"""What is posted of the 90-day plan."""

from dataclasses import replace
from datetime import date, datetime, time

from jobs.timetable import Daily, Due, Weekly, job
from models.lotsen import Lotsen
from models.message import Message


@job(Weekly("fri", time(13), reports="this", early=True), to=("lead",))
def plan_check_in(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Ask how this week of the 90-day plan went, Friday 13:00 or the last working day before.

    Ask of each task that should be done by now; nothing when no plan runs.

    After a standstill there is one check-in, as of now, that names the weeks without one.
    """
    return lotsen.plan.check_in_message(
        now, due.period, due.missed, lotsen.settings.lotsen_language
    )


@job(Weekly("mon", time(8), reports="this"), to=("lead",), catch_up="every")
def plan_checkpoint(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Post what this week of the 90-day plan asks for, Monday 08:00 or the next working day.

    Write the week's post as of the day it was due; nothing when no plan runs.
    """
    return lotsen.plan.monday_message(due.at, now, lotsen.settings.lotsen_language)


@job(Daily(time(9)), to=("lead",))
def plan_gates(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Ask for the decision at a gate of the 90-day plan, on the day that it is due at 09:00.

    Say what is missing at the gates of the day, and of the days that Lotsen missed.
    """
    days = [date.fromisoformat(period) for period in (*due.missed, due.period)]
    return lotsen.plan.gate_message(days, now, lotsen.settings.lotsen_language)


@job(Daily(time(9, 30)), to=("management", "lead"))
def plan_overdue(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Tell once what the 90-day plan is two working days late with, at 09:30.

    Write one post for the day, and for the days that Lotsen missed; else nothing.
    """
    days = [date.fromisoformat(period) for period in (*due.missed, due.period)]
    return lotsen.plan.overdue_message(days, now, lotsen.settings.lotsen_language)


@job(Weekly("wed", time(10), reports="this"), to=("lead",), catch_up="every")
def plan_roadmap(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Post the roadmap that follows the 90-day plan, Wednesday 10:00 of its week 12.

    Write it once, from the use cases as they are rated; in other weeks nothing.
    With the extra `report` the programme in pictures stands below it as a PDF.
    """
    message = lotsen.plan.roadmap_post(due.at, now, lotsen.settings.lotsen_language)
    file = lotsen.programme.file(now, lotsen.settings.lotsen_language) if message else None
    return replace(message, files=(file,)) if message and file else message

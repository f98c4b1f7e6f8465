"""Tell once what the 90-day plan is two working days late with, at 09:30."""

from datetime import date, datetime, time

from jobs.timetable import Daily, Due, job
from models.lotsen import Lotsen
from models.message import Message


@job(Daily(time(9, 30)), to=("management", "lead"))
def plan_overdue(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Write one post for the day, and for the days that Lotsen missed; else nothing."""
    days = [date.fromisoformat(period) for period in (*due.missed, due.period)]
    return lotsen.plan.overdue_message(days, now, lotsen.settings.lotsen_language)

"""Ask the owners of articles that are about to expire whether they are still true."""

from datetime import date, datetime, time, timedelta

from jobs.timetable import Daily, Due, JobContext, job
from models.message import Message


@job(Daily(time(9, 15)), late=timedelta(hours=6))
def still_true(lotsen: JobContext, due: Due, now: datetime) -> Message | None:
    """Ask each owner in a post of their own, five a working day at most; post nothing here."""
    day = date.fromisoformat(due.period)
    care = lotsen.aftercare
    if care is not None and lotsen.calendar.is_working_day(day) and not lotsen.dry_run:
        care.ask_owners(day, now)
    return None

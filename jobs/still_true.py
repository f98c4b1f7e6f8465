"""Ask the owners of articles that are about to expire whether they are still true."""

from datetime import date, datetime, time, timedelta

from jobs.timetable import Daily, Due, job
from models.lotsen import Lotsen
from models.message import Message


@job(Daily(time(9, 15)), late=timedelta(hours=6))
def still_true(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Ask each owner in a post of their own, five a working day at most; post nothing here."""
    day = date.fromisoformat(due.period)
    if lotsen.calendar.is_working_day(day) and not due.dry_run:
        lotsen.knowledge_maintenance.ask_owners(day, now)
    return None

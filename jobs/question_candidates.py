"""Offer the support team questions that articles could learn, five a working day at most."""

from datetime import date, datetime, time, timedelta

from jobs.timetable import Daily, Due, job
from models.lotsen import Lotsen
from models.message import Message


@job(Daily(time(9, 30)), to=("support",), late=timedelta(hours=6))
def question_candidates(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Write the day's post; without anything to offer, and on days off, there is none."""
    day = date.fromisoformat(due.period)
    if not lotsen.calendar.is_working_day(day):
        return None
    return lotsen.knowledge_maintenance.offer_questions(day, dry_run=due.dry_run)

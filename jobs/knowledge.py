"""What keeps stored answers true: questions to learn, owners to ask, tips."""

from datetime import date, datetime, time, timedelta

from jobs.timetable import Daily, Due, Weekly, job
from models.desk.curation.follow_up import ask_silent
from models.lotsen import Lotsen
from models.message import Message


@job(Weekly("tue", time(9, 30), reports="this"), late=timedelta(hours=8))
def champion_tip(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Send each area's champions a tip, Tuesday 09:30 or the next working day.

    Write each champion a direct message; post nothing here.
    """
    if not due.dry_run:
        lotsen.knowledge_maintenance.tip_champions(due.period, now)
    return None


@job(Daily(time(9, 30)), to=("support",), late=timedelta(hours=6))
def question_candidates(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Offer the support team questions that articles could learn, five a working day at most.

    Write the day's post; without anything to offer, and on days off, there is none.
    """
    day = date.fromisoformat(due.period)
    if not lotsen.calendar.is_working_day(day):
        return None
    return lotsen.knowledge_maintenance.offer_questions(day, dry_run=due.dry_run)


@job(Daily(time(9, 15)), late=timedelta(hours=6))
def still_true(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Ask the owners of articles that are about to expire whether they are still true.

    Ask each owner in a post of their own, five a working day at most; post nothing here.
    """
    day = date.fromisoformat(due.period)
    if lotsen.calendar.is_working_day(day) and not due.dry_run:
        lotsen.knowledge_maintenance.ask_owners(day, now)
    return None


@job(Daily(time(10, 0)), late=timedelta(hours=6))
def follow_up(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Ask a random tenth of those who got an answer and said nothing whether it helped.

    Write each a direct message on working days; post nothing here.
    """
    day = date.fromisoformat(due.period)
    if lotsen.calendar.is_working_day(day) and not due.dry_run:
        ask_silent(lotsen.desk, day, now)
    return None

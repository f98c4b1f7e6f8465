"""Post which lines of the registers are to be reviewed, Monday 08:30 or the next working day."""

from datetime import datetime, time

from jobs.timetable import Due, JobContext, Weekly, job
from models.language import words_for
from models.message import Message


@job(Weekly("mon", time(8, 30), reports="this"), to=("lead",), catch_up="latest")
def register_reviews(lotsen: JobContext, due: Due, now: datetime) -> Message | None:
    """Write one post for the week; without anything due, or without registers, none."""
    if lotsen.registers is None:
        return None
    if not lotsen.dry_run:
        lotsen.registers.prepare(now)
        lotsen.registers.rate_tickets(now)
    return lotsen.registers.review_message(due.at, words_for(lotsen.language))

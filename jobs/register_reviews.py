"""Post which lines of the registers are to be reviewed, Monday 08:30 or the next working day."""

from datetime import datetime, time

from jobs.timetable import Due, Weekly, job
from models.language import words_for
from models.lotsen import Lotsen
from models.message import Message


@job(Weekly("mon", time(8, 30), reports="this"), to=("lead",), catch_up="latest")
def register_reviews(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Write one post for the week; without anything due none."""
    if not due.dry_run:
        lotsen.registers.prepare(now)
        lotsen.registers.rate_tickets(now)
    return lotsen.registers.review_message(due.at, words_for(lotsen.settings.lotsen_language))

"""Post what this week of the 90-day plan asks for, Monday 08:00 or the next working day."""

from datetime import datetime, time

from jobs.timetable import Due, Weekly, job
from models.lotsen import Lotsen
from models.message import Message


@job(Weekly("mon", time(8), reports="this"), to=("lead",), catch_up="every")
def plan_checkpoint(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Write the week's post as of the day it was due; nothing when no plan runs."""
    return lotsen.plan.monday_message(due.at, now, lotsen.settings.lotsen_language)

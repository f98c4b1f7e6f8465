"""Send each area's champions a tip, Tuesday 09:30 or the next working day."""

from datetime import datetime, time, timedelta

from jobs.timetable import Due, JobContext, Weekly, job
from models.message import Message


@job(Weekly("tue", time(9, 30), reports="this"), late=timedelta(hours=8))
def champion_tip(lotsen: JobContext, due: Due, now: datetime) -> Message | None:
    """Write each champion a direct message; post nothing here."""
    if lotsen.aftercare is not None and not lotsen.dry_run:
        lotsen.aftercare.tip_champions(due.period, now)
    return None

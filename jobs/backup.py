"""Copy the SQLite database each night and check the copy; seven are kept."""

from datetime import datetime, time, timedelta

from jobs.timetable import Daily, Due, JobContext, job
from models.message import Message


@job(Daily(time(1, 30)), late=timedelta(hours=20), lease=timedelta(minutes=30), slow=True)
def backup(lotsen: JobContext, due: Due, now: datetime) -> Message | None:
    """Post nothing; a copy that fails is tried again, and `lotsen jobs list` says so."""
    if lotsen.nightly is not None and not lotsen.dry_run:
        lotsen.nightly.back_up(now)
    return None

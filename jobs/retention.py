"""Empty the texts that have had their time; the figures stay."""

from datetime import datetime, time, timedelta

from jobs.timetable import Daily, Due, JobContext, job
from models.message import Message


# After the backup, so that a copy of what goes exists for as long as copies are kept.
@job(Daily(time(3, 40)), late=timedelta(hours=12), slow=True)
def retention(lotsen: JobContext, due: Due, now: datetime) -> Message | None:
    """Post nothing; the log says how much was emptied."""
    if lotsen.nightly is not None and not lotsen.dry_run:
        lotsen.nightly.forget(now)
    return None

"""Delete what was tried out in the sandbox more than a day ago, here and in Slack."""

from datetime import datetime

from jobs.timetable import Due, Hourly, JobContext, job
from models.message import Message


@job(Hourly())
def sandbox_sweep(lotsen: JobContext, due: Due, now: datetime) -> Message | None:
    """Post nothing; what Slack shows is deleted by the delivery, a little later."""
    if lotsen.sweep_sandbox is not None and not lotsen.dry_run:
        lotsen.sweep_sandbox(now)
    return None

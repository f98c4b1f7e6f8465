"""Delete what was tried out in the sandbox more than a day ago, here and in Slack."""

from datetime import datetime

from jobs.timetable import Due, Hourly, job
from models.desk.privacy.sandbox import sweep
from models.lotsen import Lotsen
from models.message import Message


@job(Hourly())
def sandbox_sweep(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Post nothing; what Slack shows is deleted by the delivery, a little later."""
    if not due.dry_run:
        sweep(lotsen.store, lotsen.settings.lotsen_sandbox_channel, now)
    return None

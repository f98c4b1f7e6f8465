"""Copy the SQLite database each night and check the copy; seven are kept."""

from datetime import datetime, time, timedelta

from jobs.timetable import Daily, Due, job
from models.lotsen import Lotsen
from models.message import Message
from models.upkeep.nightly import Nightly


@job(Daily(time(1, 30)), late=timedelta(hours=20), lease=timedelta(minutes=30), slow=True)
def backup(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Post nothing; a copy that fails is tried again, and `lotsen jobs list` says so."""
    if not due.dry_run:
        Nightly(lotsen.settings, lotsen.store).back_up(now)
    return None

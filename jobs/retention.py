"""Empty the texts that have had their time; the figures stay."""

from datetime import datetime, time, timedelta

from jobs.timetable import Daily, Due, job
from models.lotsen import Lotsen
from models.message import Message
from models.upkeep.nightly import Nightly


# After the backup, so that a copy of what goes exists for as long as copies are kept.
@job(Daily(time(3, 40)), late=timedelta(hours=12), slow=True)
def retention(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Post nothing; the log says how much was emptied."""
    if not due.dry_run:
        Nightly(lotsen.settings, lotsen.store).forget(now)
    return None

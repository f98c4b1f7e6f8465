"""Note each night who asked nearly the same again, so that answers are not called confirmed."""

from datetime import datetime, time, timedelta

from jobs.timetable import Daily, Due, job
from models.lotsen import Lotsen
from models.message import Message


# Late is no harm: it looks back nine days. Before the texts that had their time are emptied.
@job(Daily(time(3, 20)), late=timedelta(hours=20))
def answer_returns(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Post nothing; the outcome of an answer follows from what is noted."""
    if not due.dry_run:
        lotsen.knowledge_maintenance.note_returns(now)
    return None

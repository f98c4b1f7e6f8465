"""Post the quarter's review of the AI systems, on the first working day of the quarter."""

from datetime import datetime, time

from jobs.timetable import Due, JobContext, Quarterly, job
from models.kpis.periods import Period
from models.message import Message


@job(Quarterly(time(8, 15)), to=("lead",), catch_up="every")
def governance_review(lotsen: JobContext, due: Due, now: datetime) -> Message | None:
    """Write the review of the quarter before."""
    if lotsen.review is None:
        return None
    return lotsen.review(Period.parse(due.period), now, lotsen.language)

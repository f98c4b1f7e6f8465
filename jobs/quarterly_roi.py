"""Post the last quarter's return on the pilot, on the first working day of the quarter."""

from datetime import datetime, time

from jobs.timetable import Due, JobContext, Quarterly, job
from models.kpis.periods import Period
from models.message import Message


@job(Quarterly(time(8)), to=("management", "lead"), catch_up="every")
def quarterly_roi(lotsen: JobContext, due: Due, now: datetime) -> Message:
    """Write the statement of the quarter before."""
    return lotsen.value.report(Period.parse(due.period), now, lotsen.language)

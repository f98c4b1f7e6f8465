"""Post the last quarter's return on the pilot, on the first working day of the quarter.

With the extra `report` it stands below the post as a PDF too.
"""

from dataclasses import replace
from datetime import datetime, time

from jobs.timetable import Due, JobContext, Quarterly, job
from models.kpis.periods import Period
from models.message import Message


@job(Quarterly(time(8)), to=("management", "lead"), catch_up="every")
def quarterly_roi(lotsen: JobContext, due: Due, now: datetime) -> Message:
    """Write the statement of the quarter before."""
    quarter = Period.parse(due.period)
    message = lotsen.value.report(quarter, now, lotsen.language)
    file = lotsen.quarter_file(quarter, now, lotsen.language)
    return replace(message, files=(*message.files, file)) if file else message

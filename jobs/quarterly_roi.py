"""Post the last quarter's return on the pilot, on the first working day of the quarter.

With the extra `report` it stands below the post as a PDF too.
"""

from dataclasses import replace
from datetime import datetime, time

from jobs.timetable import Due, Quarterly, job
from models.kpis.periods import Period
from models.lotsen import Lotsen
from models.message import Message


@job(Quarterly(time(8)), to=("management", "lead"), catch_up="every")
def quarterly_roi(lotsen: Lotsen, due: Due, now: datetime) -> Message:
    """Write the statement of the quarter before."""
    quarter = Period.parse(due.period)
    message = lotsen.value.report(quarter, now, lotsen.settings.lotsen_language)
    file = lotsen.quarter_file(quarter, now, lotsen.settings.lotsen_language)
    return replace(message, files=(*message.files, file)) if file else message

"""Post the quarter's review of the AI systems, on the first working day of the quarter."""

from datetime import datetime, time

from jobs.timetable import Due, Quarterly, job
from models.kpis.periods import Period
from models.lotsen import Lotsen
from models.message import Message


@job(Quarterly(time(8, 15)), to=("lead",), catch_up="every")
def governance_review(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Write the review of the quarter before."""
    return lotsen.review(Period.parse(due.period), now, lotsen.settings.lotsen_language)

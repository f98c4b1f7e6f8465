"""Post last week's key figures to the IT lead, Monday 08:00 or the next working day."""

from datetime import datetime, time

from jobs.timetable import Due, Weekly, job
from models.kpis.periods import Period
from models.lotsen import Lotsen
from models.message import Message


@job(Weekly("mon", time(8)), to=("lead",), catch_up="latest")
def weekly_digest(lotsen: Lotsen, due: Due, now: datetime) -> Message:
    """Write the digest of the week before; it names the weeks that got none."""
    return lotsen.value.digest(
        Period.parse(due.period), due.missed, now, lotsen.settings.lotsen_language
    )

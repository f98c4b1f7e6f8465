"""Ask how this week of the 90-day plan went, Friday 13:00 or the last working day before."""

from datetime import datetime, time

from jobs.timetable import Due, Weekly, job
from models.lotsen import Lotsen
from models.message import Message


@job(Weekly("fri", time(13), reports="this", early=True), to=("lead",))
def plan_check_in(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Ask of each task that should be done by now; nothing when no plan runs.

    After a standstill there is one check-in, as of now, that names the weeks without one.
    """
    return lotsen.plan.check_in_message(
        now, due.period, due.missed, lotsen.settings.lotsen_language
    )

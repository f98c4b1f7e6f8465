"""Send each area's champions a tip, Tuesday 09:30 or the next working day."""

from datetime import datetime, time, timedelta

from jobs.timetable import Due, Weekly, job
from models.lotsen import Lotsen
from models.message import Message


@job(Weekly("tue", time(9, 30), reports="this"), late=timedelta(hours=8))
def champion_tip(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Write each champion a direct message; post nothing here."""
    if not due.dry_run:
        lotsen.knowledge_maintenance.tip_champions(due.period, now)
    return None

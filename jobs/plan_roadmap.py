"""Post the roadmap that follows the 90-day plan, Wednesday 10:00 of its week 12.

With the extra `report` the programme in pictures stands below it as a PDF.
"""

from dataclasses import replace
from datetime import datetime, time

from jobs.timetable import Due, Weekly, job
from models.lotsen import Lotsen
from models.message import Message


@job(Weekly("wed", time(10), reports="this"), to=("lead",), catch_up="every")
def plan_roadmap(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Write it once, from the use cases as they are rated; in other weeks nothing."""
    message = lotsen.plan.roadmap_post(due.at, now, lotsen.settings.lotsen_language)
    file = lotsen.programme.file(now, lotsen.settings.lotsen_language) if message else None
    return replace(message, files=(file,)) if message and file else message

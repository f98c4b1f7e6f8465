"""Freeze the baseline when the weeks of observation are over, and write it down."""

from datetime import datetime, time

from jobs.timetable import Daily, Due, job
from models.lotsen import Lotsen
from models.message import Message


@job(Daily(time(7, 45)), to=("lead",), catch_up="latest")
def baseline_observation(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Post that it is still too early, once a week; the baseline's own post comes with it."""
    return lotsen.baselines.end_observation(now, dry_run=due.dry_run)

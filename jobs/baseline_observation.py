"""Freeze the baseline when the weeks of observation are over, and write it down."""

from datetime import datetime, time

from jobs.timetable import Daily, Due, JobContext, job
from models.message import Message


@job(Daily(time(7, 45)), to=("lead",), catch_up="latest")
def baseline_observation(lotsen: JobContext, due: Due, now: datetime) -> Message | None:
    """Post that it is still too early, once a week; the baseline's own post comes with it."""
    if lotsen.baselines is None:
        return None
    return lotsen.baselines.end_observation(now, dry_run=lotsen.dry_run)

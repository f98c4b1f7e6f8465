"""Ask for the decision at a gate of the 90-day plan, on the day that it is due at 09:00."""

from datetime import date, datetime, time

from jobs.timetable import Daily, Due, job
from models.lotsen import Lotsen
from models.message import Message


@job(Daily(time(9)), to=("lead",))
def plan_gates(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Say what is missing at the gates of the day, and of the days that Lotsen missed."""
    days = [date.fromisoformat(period) for period in (*due.missed, due.period)]
    return lotsen.plan.gate_message(days, now, lotsen.settings.lotsen_language)

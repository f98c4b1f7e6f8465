"""Whom the clock tells that they are on duty."""

from datetime import datetime, time, timedelta

from jobs.timetable import Due, Weekly, job
from models.desk.setup.rota_posts import tell_week
from models.lotsen import Lotsen
from models.message import Message


# Told two days later it would be no news: what is urgent has reached them by then.
@job(Weekly("mon", time(7, 30), reports="this"), late=timedelta(days=2))
def duty_week(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Tell those who are on duty this week by the rota, Monday 07:30 or the next working day.

    Write each a direct message; without a rota nobody, and post nothing here.
    """
    if not due.dry_run:
        tell_week(lotsen.desk, due.period, now)
    return None

"""Train the classifier anew each night where people gave new labels, behind a gate."""

from datetime import datetime, time, timedelta

from jobs.timetable import Daily, Due, job
from models.lotsen import Lotsen
from models.message import Message
from models.triage.nightly_message import night_message
from models.triage.training_process import LIMIT


# Not between 02:00 and 03:00, which summer time skips or repeats. The lease outlasts the
# training's own time limit, and everything else that is due runs meanwhile.
@job(
    Daily(time(3, 10)),
    to=("lead",),
    late=timedelta(hours=12),
    lease=LIMIT + timedelta(minutes=10),
    slow=True,
)
def retrain(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Say what changed; without a change nothing is posted."""
    act = lotsen.learning.night if due.dry_run else lotsen.learning.nightly
    return night_message(act(due.at, now), lotsen.settings.lotsen_language)

"""What runs at night or by the hour."""

from datetime import datetime, time, timedelta

from jobs.timetable import Daily, Due, Hourly, job
from models.desk.privacy.sandbox import sweep
from models.errors import InvalidError
from models.lotsen import Lotsen
from models.message import Message
from models.triage.nightly_message import night_message
from models.triage.training_process import LIMIT
from models.upkeep.nightly import Nightly

_NAMED = 5
"""Tickets that are named where their times differ."""


# Late is no harm: it looks back nine days. Before the texts that had their time are emptied.
@job(Daily(time(3, 20)), late=timedelta(hours=20))
def answer_returns(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Note each night who asked nearly the same again, so that answers are not called confirmed.

    Post nothing; the outcome of an answer follows from what is noted.
    """
    if not due.dry_run:
        lotsen.knowledge_maintenance.note_returns(now)
    return None


@job(Daily(time(1, 30)), late=timedelta(hours=20), lease=timedelta(minutes=30), slow=True)
def backup(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Copy the SQLite database each night and check the copy; seven are kept.

    Post nothing; a copy that fails is tried again, and `lotsen jobs list` says so.
    """
    if not due.dry_run:
        Nightly(lotsen.settings, lotsen.store).back_up(now)
    return None


# After the backup, so that a copy of what goes exists for as long as copies are kept.
@job(Daily(time(3, 40)), late=timedelta(hours=12), slow=True)
def retention(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Empty the texts that have had their time; the figures stay.

    Post nothing; the log says how much was emptied.
    """
    if not due.dry_run:
        Nightly(lotsen.settings, lotsen.store).forget(now)
    return None


# The lease outlasts a million tickets.
@job(Daily(time(4, 10)), late=timedelta(hours=12), lease=timedelta(hours=4), slow=True)
def ticket_times(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Compute each ticket's times anew from its events each night, and compare.

    Keep how many people the settings say work here, of which figures are told too. Post nothing; where some differ the run fails, and `lotsen doctor` names them.
    """
    if due.dry_run:
        return None
    lotsen.value.keep_headcount(now)
    wrong = list(lotsen.kpis.misprojected())
    if wrong:
        first = ", ".join(map(str, wrong[:_NAMED]))
        raise InvalidError(
            f"the times of {len(wrong)} tickets are not what their events come to ({first}): "
            "run lotsen kpi rebuild"
        )
    return None


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
    """Train the classifier anew each night where people gave new labels, behind a gate.

    Say what changed; without a change nothing is posted.
    """
    act = lotsen.learning.night if due.dry_run else lotsen.learning.nightly
    return night_message(act(due.at, now), lotsen.settings.lotsen_language)


@job(Hourly())
def sandbox_sweep(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Delete what was tried out in the sandbox more than a day ago, here and in Slack.

    Post nothing; what Slack shows is deleted by the delivery, a little later.
    """
    if not due.dry_run:
        sweep(lotsen.store, lotsen.settings.lotsen_sandbox_channel, now)
    return None

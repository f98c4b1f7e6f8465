"""What is posted of the figures and the registers."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from jobs.timetable import Daily, Due, Kept, Monthly, Quarterly, Weekly, job
from models.desk.surveys.survey_answers import pulse_question
from models.kpis.periods import Period
from models.language import words_for
from models.lotsen import Lotsen
from models.message import Message


@job(Daily(time(7, 45)), to=("lead",), catch_up="latest")
def baseline_observation(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Freeze the baseline when the weeks of observation are over, and write it down.

    Post that it is still too early, once a week; the baseline's own post comes with it.
    """
    return lotsen.baselines.end_observation(now, dry_run=due.dry_run)


@job(Quarterly(time(8, 15)), to=("lead",), catch_up="every")
def governance_review(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Post the quarter's review of the AI systems, on the first working day of the quarter.

    Write the review of the quarter before.
    """
    return lotsen.review(Period.parse(due.period), now, lotsen.settings.lotsen_language)


# Asked late in the month it would be open for a few days only.
@job(Monthly(time(10)), to=("help",), late=timedelta(days=14), catch_up="latest")
def pulse(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Ask everybody one anonymous question, on the first working day of the month.

    Write the month's question; what was answered shows in `/lotsen kpi` next month.
    """
    return pulse_question(due.period, words_for(lotsen.settings.lotsen_language))


@job(Quarterly(time(8)), to=("management", "lead"), catch_up="every")
def quarterly_roi(lotsen: Lotsen, due: Due, now: datetime) -> Message | Kept:
    """Post the last quarter's return on the pilot, on the first working day of the quarter.

    Write the statement of the quarter before, and keep it as it is posted.
    With the extra `report` its picture and its PDF stand below the post.
    """
    language = lotsen.settings.lotsen_language
    issue = lotsen.value.issue(Period.parse(due.period), now, language)
    files = lotsen.quarter_files(issue.statement, language)
    message = replace(issue.message, files=(*issue.message.files, *files))
    return Kept(message, issue.row) if issue.row else message


@job(Weekly("mon", time(8, 30), reports="this"), to=("lead",), catch_up="latest")
def register_reviews(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Post which lines of the registers are to be reviewed, Monday 08:30 or the next working day.

    Write one post for the week; without anything due none.
    """
    if not due.dry_run:
        lotsen.registers.prepare(now)
        lotsen.registers.rate_tickets(now)
    return lotsen.registers.review_message(due.at, words_for(lotsen.settings.lotsen_language))


@job(Weekly("mon", time(8)), to=("lead",), catch_up="latest")
def weekly_digest(lotsen: Lotsen, due: Due, now: datetime) -> Message:
    """Post last week's key figures to the IT lead, Monday 08:00 or the next working day.

    Write the digest of the week before; it names the weeks that got none.
    """
    return lotsen.value.digest(
        Period.parse(due.period), due.missed, now, lotsen.settings.lotsen_language
    )

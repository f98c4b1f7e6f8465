"""Ask everybody one anonymous question, on the first working day of the month."""

from datetime import datetime, time, timedelta

from jobs.timetable import Due, Monthly, job
from models.desk.surveys.survey_answers import pulse_question
from models.language import words_for
from models.lotsen import Lotsen
from models.message import Message


# Asked late in the month it would be open for a few days only.
@job(Monthly(time(10)), to=("help",), late=timedelta(days=14), catch_up="latest")
def pulse(lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
    """Write the month's question; what was answered shows in `/lotsen kpi` next month."""
    return pulse_question(due.period, words_for(lotsen.settings.lotsen_language))

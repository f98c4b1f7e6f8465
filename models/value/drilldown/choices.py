"""The list "What is behind …" below a post with figures, and what can be chosen from it. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from models.kpis.definitions import KPIS, WEEK, WEEK_PREFIX
from models.kpis.measurement import Measurement
from models.language import Translator
from models.message import Button, Buttons, Message, Select
from models.value.digest.week import WeekFacts
from models.value.drilldown.statement_figures import ROI, ROI_PREFIX, StatementWithSources
from models.value.statement.evidence import after
from models.value.statement.quarter_statement import Statement
from models.value.statement.statement_report import title_in

ACTION = "figure_behind"
CHALLENGE = "challenge"
"""What a click on "Try to break this" asks about, in place of a figure."""
_SEPARATOR = "@"


def asked_about(value: str) -> tuple[str, str]:
    """Return the figure's key and the period of a chosen entry, as they were written."""
    key, _, period = value.rpartition(_SEPARATOR)
    return key, period


def kpis_with_list(message: Message, measured: Measurement, words: Translator) -> Message:
    """Return a table of key figures with that list below."""
    figures = ((kpi.key, measured.period.key, kpi.title) for kpi in measured.kpis)
    return _with_list(message, figures, words)


def digest_with_list(message: Message, facts: WeekFacts, words: Translator) -> Message:
    """Return a digest with the list "What is behind …" below."""
    week = facts.week.key
    figures = [(f"{WEEK_PREFIX}{key}", week, spec.title) for key, spec in WEEK.items()]
    figures += [(kpi.key, week, kpi.title) for kpi in facts.kpis]
    return _with_list(message, figures, words)


def statement_with_list(message: Message, told: StatementWithSources, words: Translator) -> Message:
    """Return a statement with that list; its key figures are of the days after the baseline."""
    statement, quarter = told.statement, told.quarter.period
    figures = [
        (f"{ROI_PREFIX}{key}", quarter.key, title_in(key, statement))
        for key in _shown_in(statement)
    ]
    days = (after(told.baseline, quarter) or quarter).key
    shown = (*statement.hard, *statement.soft)
    figures += [(one.key, days, KPIS[one.key].title) for one in shown if one.key in KPIS]
    if statement.effect.is_success:
        asked = f"{CHALLENGE}{_SEPARATOR}{quarter.key}"
        tried = Button("statement_challenge", words.gettext("Try to break this"), asked)
        message = replace(message, parts=(*message.parts, Buttons("statement", (tried,))))
    return _with_list(message, figures, words)


def _shown_in(statement: Statement) -> tuple[str, ...]:
    """Return the keys of the figures that the statement shows, key figures aside."""
    hard = tuple(figure.key for figure in statement.hard if figure.key in ROI)
    if not statement.shows_benefit:
        return (*hard, "benefit")  # "not shown", which is worth asking about
    if not statement.shows_return:
        return (*hard, "benefit")
    known = [key for key, value in statement.money.items() if value is not None]
    if not statement.shows_payback:
        return (*hard, "benefit", *(key for key in known if key != "npv_eur"))
    return (*hard, "benefit", *known, "payback_month")


def _with_list(
    message: Message, figures: Iterable[tuple[str, str, str]], words: Translator
) -> Message:
    """Return a message with the list below; of each figure its key, period and English title."""
    options = tuple(
        (f"{key}{_SEPARATOR}{period}", words.gettext(title)) for key, period, title in figures
    )
    select = Select("figures", ACTION, words.gettext("What is behind …"), options)
    return Message(message.text, (*message.parts, select))

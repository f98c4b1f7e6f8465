"""Which figures of the digest and of the statement can be chosen from their list. Pure."""

from models.kpis.definitions import KPIS
from models.language import Translator
from models.message import Message
from models.value.digest.week import WeekFacts
from models.value.drilldown.drilldown import ROI_PREFIX, WEEK_PREFIX
from models.value.drilldown.drilldown_roi import shown_in
from models.value.drilldown.drilldown_select import with_select
from models.value.drilldown.drilldown_sets import StatementWithSources
from models.value.drilldown.drilldown_week import WEEK
from models.value.statement.evidence import after
from models.value.statement.statement_report import title_in

Options = list[tuple[str, str, str]]


def digest_with_list(message: Message, facts: WeekFacts, words: Translator) -> Message:
    """Return a digest with the list "What is behind …" below."""
    week = facts.week.key
    options: Options = [(f"{WEEK_PREFIX}{key}", week, figure.title) for key, figure in WEEK.items()]
    options += [(kpi.key, week, kpi.title) for kpi in facts.kpis]
    return with_select(message, options, words)


def statement_with_list(message: Message, told: StatementWithSources, words: Translator) -> Message:
    """Return a statement with that list; its key figures are of the days after the baseline."""
    statement, quarter = told.statement, told.quarter.period
    options: Options = [
        (f"{ROI_PREFIX}{key}", quarter.key, title_in(key, statement)) for key in shown_in(statement)
    ]
    days = (after(told.baseline, quarter) or quarter).key
    shown = (*statement.hard, *statement.soft)
    options += [(one.key, days, KPIS[one.key].title) for one in shown if one.key in KPIS]
    return with_select(message, options, words)

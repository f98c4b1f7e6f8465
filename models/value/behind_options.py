"""Which figures of the digest and of the statement can be chosen from their list. Pure."""

from models.kpis.definitions import KPIS
from models.language import Words
from models.message import Message
from models.value.behind import ROI_PREFIX, WEEK_PREFIX
from models.value.behind_roi import shown_in
from models.value.behind_select import with_select
from models.value.behind_sets import Told
from models.value.behind_week import WEEK
from models.value.evidence import after
from models.value.report import title_in
from models.value.week import WeekFacts

Options = list[tuple[str, str, str]]


def digest_with_list(message: Message, facts: WeekFacts, words: Words) -> Message:
    """Return a digest with the list "What is behind …" below."""
    week = facts.week.key
    options: Options = [(f"{WEEK_PREFIX}{key}", week, figure.title) for key, figure in WEEK.items()]
    options += [(kpi.key, week, kpi.title) for kpi in facts.kpis]
    return with_select(message, options, words)


def statement_with_list(message: Message, told: Told, words: Words) -> Message:
    """Return a statement with that list; its key figures are of the days after the baseline."""
    statement, quarter = told.statement, told.quarter.period
    options: Options = [
        (f"{ROI_PREFIX}{key}", quarter.key, title_in(key, statement)) for key in shown_in(statement)
    ]
    days = (after(told.baseline, quarter) or quarter).key
    shown = (*statement.hard, *statement.soft)
    options += [(one.key, days, KPIS[one.key].title) for one in shown if one.key in KPIS]
    return with_select(message, options, words)

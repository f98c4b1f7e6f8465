"""Of all questions, the share that Lotsen helped with. Pure: what happened goes in.

A question is helped where its asker got an article, shown or chosen, and called it solved.
Whoever says nothing counts only by what others in silence said when they were asked the day
after (`models.desk.curation.follow_up` asks a random tenth of them).
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from models.kpis.figure import Aggregate
from models.kpis.outcomes import AnswerOutcome, outcomes
from models.language.words import N_
from models.statistics.estimates import NOTHING, Estimate, wilson, wilson_of
from models.store.figures import CaseStep
from models.tables import EventKind


class Help(StrEnum):
    """What became of a question, as far as help by Lotsen goes."""

    HELPED = "helped"
    NOT_HELPED = "not_helped"
    SILENT = "silent"
    SAID_YES = "said_yes"  # asked the day after, for saying nothing
    SAID_NO = "said_no"


_OUTCOMES: Mapping[AnswerOutcome, Help] = {
    AnswerOutcome.CONFIRMED: Help.HELPED,
    AnswerOutcome.FAILED: Help.NOT_HELPED,
    AnswerOutcome.RETURNED: Help.NOT_HELPED,
    AnswerOutcome.SILENT: Help.SILENT,
}
_ASKED: Mapping[Help, Help] = {Help.HELPED: Help.SAID_YES, Help.NOT_HELPED: Help.SAID_NO}


def help_of(
    steps: Iterable[CaseStep], start: datetime, end: datetime
) -> dict[int, tuple[datetime, Help]]:
    """Return for each question asked in [start, end) when that was, and what became of it.

    Left out is what was taken back, and what needed neither an answer nor a person.
    """
    known = list(steps)
    kinds: dict[int, set[EventKind]] = {}
    asked: dict[int, datetime] = {}
    answered: dict[int, datetime] = {}
    for step in known:
        kinds.setdefault(step.case_id, set()).add(step.kind)
        if step.kind is EventKind.ASKED and start <= step.at < end:
            asked[step.case_id] = step.at
        elif step.kind is EventKind.ANSWERED:
            answered[step.case_id] = min(step.at, answered.get(step.case_id, step.at))
    became = outcomes(known, {case: at for case, at in answered.items() if case in asked})
    found: dict[int, tuple[datetime, Help]] = {}
    for case, at in asked.items():
        if EventKind.WITHDRAWN in kinds[case]:
            continue
        if case in became:
            found[case] = (at, _help(became[case], kinds[case]))
        elif EventKind.OPENED in kinds[case]:
            found[case] = (at, Help.NOT_HELPED)
    return found


def _help(outcome: AnswerOutcome, kinds: Collection[EventKind]) -> Help:
    found = _OUTCOMES[outcome]
    return _ASKED.get(found, found) if EventKind.FOLLOWED_UP in kinds else found


def value_of(kind: Help, silent: float) -> float:
    """Return what a question counts; ``silent`` is the share helped among those in silence."""
    if kind is Help.SILENT:
        return silent
    return float(kind in (Help.HELPED, Help.SAID_YES))


def silent_share(kinds: Collection[Help]) -> Estimate:
    """Return the share helped among those in silence who replied when they were asked."""
    given = list(kinds)
    yes, no = given.count(Help.SAID_YES), given.count(Help.SAID_NO)
    if not yes + no:
        return Estimate(0, None, 0.0, 1.0)
    low, high = wilson(yes, yes + no)
    return Estimate(yes + no, yes / (yes + no), low, high)


def helped_share(kinds: Collection[Help]) -> Estimate:
    """Return the share of helped questions with an interval of at least 95 %.

    Its ends are those of Wilson's interval with the silent ones at either end of theirs: as
    long as nobody in silence was asked, they may all have been helped, or none.
    """
    n = len(kinds)
    if not n:
        return NOTHING
    silent = silent_share(kinds)

    def share(of_silent: float) -> float:
        return sum(value_of(kind, of_silent) for kind in kinds) / n

    value = share(silent.value or 0.0)
    low, _ = wilson_of(share(silent.low or 0.0), n)
    _, high = wilson_of(share(1.0 if silent.high is None else silent.high), n)
    return Estimate(n, value, min(value, low), max(value, high))


HELPED_SHARE = Aggregate(
    "share, silent ones by what those asked said",
    lambda frame: helped_share([Help(group) for group in frame["group"]]),
    N_(
        "95 % at least: Wilson's interval, with those who said nothing at either end of what the "
        "replies of those asked allow."
    ),
)

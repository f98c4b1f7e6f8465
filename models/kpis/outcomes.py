"""What became of each answered question, and how long a search took. Pure: events in.

An answered question is one of four, decided for good seven days after its answer:

- *failed*: the asker said so, wanted a person, or it became a ticket;
- *returned*: nearly the same was asked again by the same person, answered with the same
  article again, or that person opened a ticket, whatever the place and whatever about;
- *confirmed*: the asker called it solved, or said "found it" below that very article, and
  nothing of the above happened;
- *silent*: the asker said nothing. That is no success: nobody knows.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from models.store.figures import CaseStep
from models.tables import EventKind

WINDOW = timedelta(days=7)
"""So long after an answer its outcome may change."""

_FAILED = frozenset({EventKind.ANSWER_NOT_SOLVED, EventKind.HUMAN_WANTED, EventKind.OPENED})


class AnswerOutcome(StrEnum):
    """What became of an answered question."""

    CONFIRMED = "confirmed"
    SILENT = "silent"
    FAILED = "failed"
    RETURNED = "returned"


def outcomes(
    steps: Iterable[CaseStep], answered: Mapping[int, datetime]
) -> dict[int, AnswerOutcome]:
    """Return what became of each answered case.

    Parameters
    ----------
    steps
        All that happened from the first answer on until seven days after the last one;
        more does no harm, and neither does another order or an event that came twice.
    answered
        Case → when it was answered first.
    """
    of_case: dict[int, list[CaseStep]] = defaultdict(list)
    of_person: dict[str, list[CaseStep]] = defaultdict(list)
    kept = list(steps)
    askers = {step.case_id: step.actor for step in kept if step.kind is EventKind.ASKED}
    for step in kept:
        of_case[step.case_id].append(step)
        asker = askers.get(step.case_id, step.actor)
        if asker:
            of_person[asker].append(step)
    return {
        case: _outcome(_within(of_case[case], at), _others(case, at, askers, of_person))
        for case, at in answered.items()
    }


def counts(found: Mapping[int, AnswerOutcome]) -> dict[AnswerOutcome, int]:
    """Return how many questions there are of each outcome."""
    given = Counter(found.values())
    return {outcome: given[outcome] for outcome in AnswerOutcome}


def searches(
    asked: Mapping[int, datetime], found: Sequence[tuple[int, datetime]]
) -> dict[int, float]:
    """Return the minutes from a question to its first "found it", for each case that has both.

    Parameters
    ----------
    asked
        Case → when it was asked.
    found
        Case and time of each "found it".
    """
    first: dict[int, datetime] = {}
    for case, at in found:
        first[case] = min(at, first.get(case, at))
    return {
        case: (at - asked[case]).total_seconds() / 60
        for case, at in sorted(first.items())
        if case in asked and at >= asked[case]
    }


def _within(steps: Iterable[CaseStep], at: datetime) -> list[CaseStep]:
    return [step for step in steps if at <= step.at <= at + WINDOW]


def _others(
    case: int, at: datetime, askers: Mapping[int, str], of_person: Mapping[str, list[CaseStep]]
) -> list[CaseStep]:
    """Return what the same person did in other cases within the window."""
    asker = askers.get(case, "")
    steps = of_person.get(asker, []) if asker else []
    return [step for step in _within(steps, at) if step.case_id != case]


def _outcome(own: Sequence[CaseStep], others: Sequence[CaseStep]) -> AnswerOutcome:
    kinds = {step.kind for step in own}
    if kinds & _FAILED:
        return AnswerOutcome.FAILED
    if EventKind.RETURNED in kinds or _came_back(own, others):
        return AnswerOutcome.RETURNED
    return AnswerOutcome.CONFIRMED if _is_confirmed_by_asker(own) else AnswerOutcome.SILENT


def _is_confirmed_by_asker(own: Sequence[CaseStep]) -> bool:
    """Return whether the asker called it solved, or found it in the article that was the answer."""
    shown = {step.article for step in own if step.kind is EventKind.ANSWERED}
    return any(
        step.kind is EventKind.ANSWER_SOLVED
        or (step.kind is EventKind.FOUND and step.article in shown)
        for step in own
    )


def _came_back(own: Sequence[CaseStep], others: Sequence[CaseStep]) -> bool:
    shown = {step.article for step in own if step.kind is EventKind.ANSWERED}
    return any(
        step.kind is EventKind.OPENED or (step.kind is EventKind.ANSWERED and step.article in shown)
        for step in others
    )

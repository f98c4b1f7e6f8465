"""What became of each answered question, and how long a search took. Pure: events in.

An answered question is one of four, decided for good seven days after its answer:

- *failed*: the asker said so, wanted a person, or it became a ticket;
- *returned*: nearly the same was asked again by the same person, answered with the same
  article again, or that person opened a ticket, whatever the place and whatever about;
- *confirmed*: the asker called it solved, or said "found it" below that very article, and
  nothing of the above happened;
- *silent*: the asker said nothing. That is no success: nobody knows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from models.store.columns import Flags, Moments, Whole, Words, moments_of, places_of, spots
from models.store.figures import NO_ARTICLE, NOBODY, CaseStep, StepColumns
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


class AnsweredCases(NamedTuple):
    """Answered questions as columns of shape (n,): when each was answered first, and who asked."""

    case: Whole
    at: Moments
    person: Whole


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
    kept = list(steps)
    askers = {step.case_id: step.actor for step in kept if step.kind is EventKind.ASKED}
    people = Words({"": NOBODY})
    columns = StepColumns(
        case=np.array([step.case_id for step in kept], dtype=np.int64),
        kind=StepColumns.numbers(step.kind for step in kept),
        at=moments_of(step.at for step in kept),
        person=np.array(
            [people[askers.get(step.case_id, step.actor)] for step in kept], dtype=np.int64
        ),
        article=np.array(
            [NO_ARTICLE if step.article is None else step.article for step in kept], dtype=np.int64
        ),
    )
    cases = AnsweredCases(
        np.array(list(answered), dtype=np.int64),
        moments_of(answered.values()),
        np.array([people[askers.get(case, "")] for case in answered], dtype=np.int64),
    )
    return dict(
        zip(answered, map(AnswerOutcome, outcomes_in(columns, cases).tolist()), strict=True)
    )


def outcomes_in(steps: StepColumns, cases: AnsweredCases) -> npt.NDArray[np.str_]:
    """Return the outcome of each case; the steps are those that `outcomes` takes."""
    n = len(cases.case)
    if not n or not len(steps.case):
        return np.full(n, AnswerOutcome.SILENT.value)
    place = places_of(steps.case, cases.case)
    since = cases.at[place]
    own = (place >= 0) & (steps.at >= since) & (steps.at <= since + np.timedelta64(WINDOW))

    def some(chosen: Flags) -> Flags:
        return np.bincount(place[own & chosen], minlength=n) > 0

    articles, about = np.unique(steps.article, return_inverse=True)
    pair = place * len(articles) + about
    shown = pair[own & steps.of(EventKind.ANSWERED)]
    found = steps.of(EventKind.FOUND) & np.isin(pair, shown)
    came_back = _opened(steps, cases)
    of_them, of_own = np.unique(shown, return_counts=True)
    whose, which = np.divmod(of_them, len(articles))
    seen = cases.person[whose] * len(articles) + which
    # Of a person and an article as of one; the case's own are among them, and no return.
    again = steps.of(EventKind.ANSWERED) & (steps.person != NOBODY)
    at = spots(steps.person * len(articles) + about, steps.at)[again]
    back = (cases.person[whose] != NOBODY) & (_within(at, seen, cases.at[whose]) > of_own)
    came_back[whose[back]] = True
    return np.select(
        (
            some(steps.of(*_FAILED)),
            some(steps.of(EventKind.RETURNED)) | came_back,
            some(steps.of(EventKind.ANSWER_SOLVED) | found),
        ),
        (AnswerOutcome.FAILED.value, AnswerOutcome.RETURNED.value, AnswerOutcome.CONFIRMED.value),
        AnswerOutcome.SILENT.value,
    )


def _opened(steps: StepColumns, cases: AnsweredCases) -> Flags:
    """Return whose askers opened a ticket within the window; one of the case itself is a failure."""
    opened = steps.of(EventKind.OPENED) & (steps.person != NOBODY)
    n = _within(spots(steps.person, steps.at)[opened], cases.person, cases.at)
    came_back: Flags = (cases.person != NOBODY) & (n > 0)
    return came_back


def _within(
    happened: npt.NDArray[np.complex128], whose: Whole, since: Moments
) -> npt.NDArray[np.intp]:
    """Return how often something happened to each within the window after a moment."""
    ordered = np.sort(happened)
    until = spots(whose, since + np.timedelta64(WINDOW))
    return np.searchsorted(ordered, until, side="right") - np.searchsorted(
        ordered, spots(whose, since), side="left"
    )


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

"""How long employees wait: from a question to its solution, by a person or by an article. Pure.

No button of the staff is needed for it, and the questions that an answer solved are in it: what
handling time cannot see.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from models.kpis.figure import OPEN, FigureRow, RowKind
from models.kpis.outcomes import AnsweredCases, AnswerOutcome, outcomes, outcomes_in
from models.store.columns import MOMENT, Flags, Floats, Moments, Whole, moments_of, places_of, utc
from models.store.drilldown import WaitLine
from models.store.figures import CaseStep, StepColumns
from models.tables import EventKind
from models.tickets.hours import Calendar

SILENT_DAYS: Final = 2
"""Office days after which nobody knows any more whether a silent asker still waited."""

CAP_DAYS: Final = 10
"""Office days up to which a wait counts: two weeks and two months are both too long."""

_SOLVED = (EventKind.ANSWER_SOLVED, EventKind.FOUND)


class AskedQuestions(NamedTuple):
    """Questions, and tickets that came from none, as columns of shape (n,); moments are UTC.

    Attributes
    ----------
    asked
        A ticket without a question counts from its opening.
    opened, resolved
        Of its ticket, the last resolution; NaT where it has none.
    business
        Business minutes from the one to the other; NaN where they are still to be counted.
    waits
        Whether its ticket is not resolved.
    solved
        When its asker called an article the solution, and nothing spoke against it; NaT.
    is_answered
        Whether it was answered at all.
    """

    asked: Moments
    opened: Moments
    resolved: Moments
    business: Floats
    waits: npt.NDArray[np.bool_]
    solved: Moments
    is_answered: npt.NDArray[np.bool_]


class Waits(NamedTuple):
    """How long each waited or was followed, up to the cap; NaN for what is left out.

    ``so_far`` are the business minutes since it was asked.
    """

    minutes: Floats
    is_open: npt.NDArray[np.bool_]
    so_far: Floats


class Replies(NamedTuple):
    """What was said to an answer, as columns of shape (n,): of each question.

    ``solved`` and ``is_answered`` are those of `AskedQuestions`.
    """

    solved: Moments
    is_answered: Flags
    is_taken_back: Flags


def cap_of(calendar: Calendar) -> float:
    """Return the business minutes up to which a wait counts."""
    return CAP_DAYS * calendar.minutes_a_day


def silent_of(calendar: Calendar) -> float:
    """Return the business minutes for which a silent asker is followed."""
    return SILENT_DAYS * calendar.minutes_a_day


def waited(questions: AskedQuestions, calendar: Calendar, now: datetime) -> Waits:
    """Return the wait of each question as it was known at a moment.

    A question that became a ticket waits until its last resolution, or still does. One that an
    article solved waited until its asker said so. Whoever says nothing may have been helped at
    once or wait still: the wait is censored at `SILENT_DAYS`. What needed neither an answer nor a
    person, and tickets that were closed unsolved, are left out.
    """
    at, asked = np.datetime64(utc(now)), questions.asked
    so_far = calendar.minutes_between(asked, np.full(len(asked), at))
    has_ticket = questions.opened < at
    is_resolved = has_ticket & (questions.resolved < at)
    still = has_ticket & ~is_resolved & (questions.waits | (questions.resolved >= at))
    is_solved = ~has_ticket & (questions.solved < at)
    is_silent = ~has_ticket & ~is_solved & questions.is_answered
    until = np.where(is_resolved, questions.resolved, questions.solved)
    taken = calendar.minutes_between(asked, until)
    as_timed = is_resolved & ~(questions.opened > asked) & ~np.isnan(questions.business)
    minutes = np.select(
        (as_timed, is_resolved | is_solved, still, is_silent),
        (questions.business, taken, so_far, np.minimum(so_far, silent_of(calendar))),
        np.nan,
    )
    return Waits(np.minimum(minutes, cap_of(calendar)), still | is_silent, so_far)


def replies_of(steps: StepColumns, case: Whole, person: Whole) -> Replies:
    """Return what was said to the answers of these questions, and who asked each."""
    place = places_of(steps.case, case)

    def first(*kinds: EventKind) -> Moments:
        chosen = (place >= 0) & steps.of(*kinds)
        found = np.full(len(case), np.datetime64("NaT"), dtype=MOMENT)
        np.fmin.at(found, place[chosen], steps.at[chosen])
        return found

    answered, solved = first(EventKind.ANSWERED), first(*_SOLVED)
    said = ~np.isnat(answered) & ~np.isnat(solved)
    became = outcomes_in(steps, AnsweredCases(case[said], answered[said], person[said]))
    said[said] = became == AnswerOutcome.CONFIRMED
    solved[~said] = np.datetime64("NaT")
    return Replies(solved, ~np.isnat(answered), ~np.isnat(first(EventKind.WITHDRAWN)))


def waits_of(
    steps: Iterable[CaseStep],
    lines: Iterable[WaitLine],
    span: tuple[datetime, datetime],
    calendar: Calendar,
    now: datetime,
) -> Iterator[FigureRow]:
    """Yield the wait of each question asked in a span, and of each ticket without a question.

    What was taken back is left out; what `waited` leaves out has a value of NaN.
    """
    known, kept = list(lines), list(steps)
    asked = _asked(kept, span)
    tickets = {line.case_id: line for line in known}
    about: list[tuple[datetime, int, WaitLine | None]] = [
        (line.opened_at, 0, line)
        for line in known
        if line.case_id is None and line.opened_at < span[1]
    ]
    about += [(at, case, tickets.get(case)) for case, at in asked.items()]
    found = waited(_columns(about, solutions(kept, asked)), calendar, now)
    categories = {step.case_id: step.category for step in kept if step.category}
    for (at, case, line), minutes, is_open in zip(
        about, found.minutes.tolist(), found.is_open.tolist(), strict=True
    ):
        row = FigureRow(RowKind.QUESTION, minutes, at, at, case, group=OPEN if is_open else "")
        yield _with_ticket(row, line) if line else replace(row, category=categories.get(case, ""))


def _with_ticket(row: FigureRow, line: WaitLine) -> FigureRow:
    return replace(
        row,
        kind=RowKind.TICKET,
        opened=line.opened_at,
        number=line.number,
        category=line.category,
    )


def _columns(
    about: Sequence[tuple[datetime, int, WaitLine | None]],
    solved: Mapping[int, datetime | None],
) -> AskedQuestions:
    lines = [line for _, _, line in about]
    business = [line.business if line else None for line in lines]
    return AskedQuestions(
        asked=moments_of(at for at, _, _ in about),
        opened=moments_of(line.opened_at if line else None for line in lines),
        resolved=moments_of(line.resolved_at if line else None for line in lines),
        business=np.array(business, dtype=np.float64),
        waits=np.array([line is not None and line.waits for line in lines], dtype=bool),
        solved=moments_of(solved.get(case) for _, case, _ in about),
        is_answered=np.array([case in solved for _, case, _ in about], dtype=bool),
    )


def solutions(steps: Sequence[CaseStep], cases: Collection[int]) -> dict[int, datetime | None]:
    """Return of each of these questions that was answered when an article solved it, if one did."""
    became = outcomes(steps, _first(steps, (EventKind.ANSWERED,), cases))
    solved = _first(steps, _SOLVED, cases)
    return {
        case: solved[case] if outcome is AnswerOutcome.CONFIRMED else None
        for case, outcome in became.items()
    }


def taken_back(steps: Iterable[CaseStep]) -> set[int]:
    """Return the questions that were taken back."""
    return {step.case_id for step in steps if step.kind is EventKind.WITHDRAWN}


def _asked(steps: Sequence[CaseStep], span: tuple[datetime, datetime]) -> dict[int, datetime]:
    """Return when each question of a span was asked, without those that were taken back."""
    start, end = span
    gone = taken_back(steps)
    return {
        step.case_id: step.at
        for step in steps
        if step.kind is EventKind.ASKED and start <= step.at < end and step.case_id not in gone
    }


def _first(
    steps: Iterable[CaseStep], kinds: Collection[EventKind], cases: Collection[int]
) -> dict[int, datetime]:
    """Return when one of these kinds of things happened first to each of these questions."""
    first: dict[int, datetime] = {}
    for step in steps:
        if step.kind in kinds and step.case_id in cases:
            first[step.case_id] = min(step.at, first.get(step.case_id, step.at))
    return first

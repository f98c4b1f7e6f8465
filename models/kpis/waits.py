"""How long employees wait: from a question to its solution, by a person or by an article. Pure.

No button of the staff is needed for it, and the questions that an answer solved are in it: what
handling time cannot see.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Final

from models.kpis.figure import OPEN, FigureRow, RowKind
from models.kpis.outcomes import AnswerOutcome, outcomes
from models.store.drilldown import WaitLine
from models.store.figures import CaseStep
from models.tables import EventKind
from models.tickets.hours import Calendar

SILENT_DAYS: Final = 2
"""Office days after which nobody knows any more whether a silent asker still waited."""

CAP_DAYS: Final = 10
"""Office days up to which a wait counts: two weeks and two months are both too long."""

_SOLVED = (EventKind.ANSWER_SOLVED, EventKind.FOUND)


class WaitClock:
    """Counts business minutes up to the cap."""

    def __init__(self, calendar: Calendar, now: datetime) -> None:
        self._calendar, self.now = calendar, now
        self.day = calendar.minutes_a_day

    def minutes(self, start: datetime, end: datetime) -> float:
        return self.capped(self._calendar.business_minutes(start, end))

    def capped(self, minutes: float) -> float:
        return min(minutes, CAP_DAYS * self.day)

    def silent(self, start: datetime) -> float:
        """Return how long somebody who says nothing is known to have waited."""
        return min(self.minutes(start, self.now), SILENT_DAYS * self.day)


def waits_of(
    steps: Iterable[CaseStep],
    lines: Iterable[WaitLine],
    span: tuple[datetime, datetime],
    clock: WaitClock,
) -> Iterator[FigureRow]:
    """Yield the wait of each question asked in a span, and of each ticket without a question.

    A question that became a ticket waits until its last resolution, or still does. One that an
    article solved waited until its asker said so. Whoever says nothing may have been helped at
    once or wait still: the wait is censored at `SILENT_DAYS`. What was taken back, what needed
    neither an answer nor a person, and tickets that were closed unsolved are left out.
    """
    known = list(lines)
    for line in known:
        if line.case_id is None and line.opened_at < span[1]:
            yield from _of_ticket(line, line.opened_at, clock)
    kept = list(steps)
    asked = _asked(kept, span)
    became = outcomes(kept, _first(kept, (EventKind.ANSWERED,), asked))
    solved = _first(kept, _SOLVED, asked)
    tickets = {line.case_id: line for line in known}
    for case, at in asked.items():
        if case in tickets:
            yield from _of_ticket(tickets[case], at, clock)
        elif became.get(case) is AnswerOutcome.CONFIRMED:
            yield FigureRow(RowKind.QUESTION, clock.minutes(at, solved[case]), at, at, case)
        elif case in became:
            yield FigureRow(RowKind.QUESTION, clock.silent(at), at, at, case, group=OPEN)


def _asked(steps: Iterable[CaseStep], span: tuple[datetime, datetime]) -> dict[int, datetime]:
    """Return when each question of a span was asked, without those that were taken back."""
    start, end = span
    asked: dict[int, datetime] = {}
    gone = set[int]()
    for step in steps:
        if step.kind is EventKind.WITHDRAWN:
            gone.add(step.case_id)
        elif step.kind is EventKind.ASKED and start <= step.at < end:
            asked[step.case_id] = step.at
    return {case: at for case, at in asked.items() if case not in gone}


def _of_ticket(line: WaitLine, asked: datetime, clock: WaitClock) -> Iterator[FigureRow]:
    if line.resolved_at is not None and line.business is not None:
        later = line.opened_at > asked
        minutes = clock.minutes(asked, line.resolved_at) if later else clock.capped(line.business)
    elif line.waits:
        minutes = clock.minutes(asked, clock.now)
    else:
        return
    yield FigureRow(
        kind=RowKind.TICKET,
        value=minutes,
        at=asked,
        opened=line.opened_at,
        number=line.number,
        category=line.category,
        group="" if line.resolved_at else OPEN,
    )


def _first(
    steps: Iterable[CaseStep], kinds: Collection[EventKind], cases: Collection[int]
) -> dict[int, datetime]:
    """Return when one of these kinds of things happened first to each of these questions."""
    first: dict[int, datetime] = {}
    for step in steps:
        if step.kind in kinds and step.case_id in cases:
            first[step.case_id] = min(step.at, first.get(step.case_id, step.at))
    return first

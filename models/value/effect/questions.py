"""Questions that were answered without a ticket, and the minutes of work that each spared. Pure.

Before the pilot every question became a ticket. Now some do not, the easy ones first: a mean of
the tickets alone would rise although nobody works more. So each question counts: with no minutes
where its asker called it solved, and where the asker was silent by the share that said yes when
asked the day after. What is left of it counts like a ticket of its category.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import numpy as np

from models.kpis.helped import Help, help_of, silent_share, value_of
from models.store.figures import CaseStep
from models.tables import EventKind
from models.value.effect.case_mix import TicketColumns, means_of


class AnsweredQuestion(NamedTuple):
    """A question without a ticket: when it was asked, about what, and the share spared (0–1)."""

    at: datetime
    category: str
    spared: float


def answered_questions(
    steps: Iterable[CaseStep], start: datetime, end: datetime
) -> list[AnsweredQuestion]:
    """Return the questions asked in [start, end) that got an answer and became no ticket."""
    known = list(steps)
    with_ticket = {step.case_id for step in known if step.kind is EventKind.OPENED}
    categories = {step.case_id: step.category for step in known if step.category}
    helped = help_of(known, start, end)
    silent = silent_share([kind for _, kind in helped.values()]).value or 0.0
    return [
        AnsweredQuestion(at, categories.get(case, ""), value_of(kind, silent))
        for case, (at, kind) in helped.items()
        if case not in with_ticket and kind is not Help.NOT_HELPED
    ]


def with_answered(
    tickets: TicketColumns,
    answered: Sequence[tuple[int, AnsweredQuestion]],
    usual: Mapping[str, float],
) -> TicketColumns:
    """Return the tickets of some weeks with the questions that were answered without one.

    Parameters
    ----------
    answered
        Each with its week, as in ``tickets``.
    usual
        Mean minutes by category before the pilot, for categories that have no ticket now.
    """
    if not answered:
        return tickets
    means = {**usual, **means_of(tickets)}
    overall = float(np.average(tickets.minutes, weights=tickets.count)) if tickets.n else 0.0
    groups: dict[tuple[int, str], list[float]] = defaultdict(list)
    for week, one in answered:
        groups[week, one.category].append(one.spared)
    columns: list[tuple[int, str, float, float]] = []
    shares = _shares(tickets)
    for (week, category), spared in sorted(groups.items()):
        # What nothing is known of is spread as the tickets are.
        spread = {category: 1.0} if category or not shares else shares
        for key, share in spread.items():
            left = 1 - sum(spared) / len(spared)
            columns.append((week, key, share * len(spared), left * means.get(key, overall)))
    weeks, keys, counts, minutes = zip(*columns, strict=True)
    none = np.zeros(len(columns))
    return replace(
        tickets,
        minutes=np.concatenate([tickets.minutes, np.array(minutes)]),
        count=np.concatenate([tickets.count, np.array(counts)]),
        category=np.concatenate([tickets.category.astype(str), np.array(keys, dtype=str)]),
        week=np.concatenate([tickets.week, np.array(weeks)]),
        missing=None if tickets.missing is None else np.concatenate([tickets.missing, none]),
    )


def _shares(tickets: TicketColumns) -> Mapping[str, float]:
    """Return how frequent each category is among the tickets."""
    counts: dict[str, float] = defaultdict(float)
    for key, n in zip(tickets.keys, tickets.count.tolist(), strict=True):
        counts[key] += n
    total = sum(counts.values())
    return {key: n / total for key, n in counts.items()} if total else {}

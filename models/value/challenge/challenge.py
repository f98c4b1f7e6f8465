"""Try to break a quarter's statement: the same figures, compared otherwise. Pure.

What is claimed is *less work a question* and *paid*. A claim that falls when one week, one category
or one half of the baseline is left out rests on that alone; whoever reads the statement may know.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np

from models.value.effect.by_chance import cut_of, some_cases
from models.value.effect.by_weeks import cut_between
from models.value.effect.case_mix import TicketColumns, of_categories
from models.value.effect.proof import ComparedCases, ComparedWeeks
from models.value.effect.reduction import Reduction
from models.value.statement.quarter_statement import (
    AssumedValue,
    Statement,
    StatementEvidence,
    StatementVerdict,
)
from models.value.statement.roi import statement


class ChallengeKind(StrEnum):
    """What is done otherwise."""

    EARLIER_HALF = "baseline_earlier_half"
    LATER_HALF = "baseline_later_half"
    ALL_HISTORY = "all_history"
    PLACEBO = "placebo"
    BEST_WEEK = "without_best_week"
    CATEGORY = "without_category"
    MISSING = "missing_minutes_at_the_cap"
    COSTS = "costs_doubled"
    RECAPTURE = "lowest_recapture"


class Challenge(NamedTuple):
    """A claim put to the test.

    Attributes
    ----------
    subject
        The category that is left out.
    cut
        What is shown so; None where money is tried, or where nothing can be compared.
    p_covered
        Chance that all costs so far are covered; None where work is tried.
    survives
        Whether the claim still holds; of a placebo, whether nothing is shown where nothing changed.
    """

    kind: ChallengeKind
    survives: bool
    cut: Reduction | None = None
    p_covered: float | None = None
    subject: str = ""

    def to_json(self) -> dict[str, Any]:
        cut = self.cut
        return {
            "kind": self.kind.value,
            "subject": self.subject or None,
            "survives": self.survives,
            "value": cut and cut.value,
            "low": cut and cut.low,
            "high": cut and cut.high,
            "p_covered": self.p_covered,
        }


def challenges(
    said: Statement, compared: ComparedWeeks | ComparedCases | None
) -> tuple[Challenge, ...]:
    """Return each claim's tests; nothing where no success is claimed: there is nothing to break."""
    effect = said.effect
    if not effect.is_success or compared is None or effect.cut is None:
        return ()
    error = effect.cut.interval_error
    tried = (
        _of_cases(compared, error)
        if isinstance(compared, ComparedCases)
        else _of_weeks(compared, effect.untouched, error)
    )
    return (*tried, *_of_money(said))


def _less(kind: ChallengeKind, cut: Reduction | None, subject: str = "") -> Challenge:
    return Challenge(kind, cut is not None and cut.low > 0, cut, subject=subject)


# By weeks ----------------------------------------------------------------------------------


def _of_weeks(
    compared: ComparedWeeks, untouched: frozenset[str], error: float
) -> Iterator[Challenge]:
    before, now = compared.before.questions, compared.now.questions

    def tried(
        kind: ChallengeKind, then: TicketColumns, since: TicketColumns, subject: str = ""
    ) -> Challenge:
        return _less(kind, cut_between(then, since, untouched, error), subject)

    middle = (int(before.week.max()) + 1) // 2 if len(before.week) else 0
    earlier, later = before.chosen(before.week < middle), before.chosen(before.week >= middle)
    yield tried(ChallengeKind.EARLIER_HALF, earlier, now)
    yield tried(ChallengeKind.LATER_HALF, later, now)
    yield tried(ChallengeKind.ALL_HISTORY, compared.history, now)
    placebo = cut_between(earlier, later, untouched, error)
    clear = placebo is not None and placebo.low <= 0 <= placebo.high
    yield Challenge(ChallengeKind.PLACEBO, clear, placebo)
    yield tried(ChallengeKind.BEST_WEEK, before, now.chosen(now.week != _best_week(now)))
    yield tried(ChallengeKind.MISSING, before, now.at_worst(compared.plan.cap))
    for key in sorted(set(now.keys) - untouched):
        one = frozenset({key})
        then, since = (of_categories(side, one, inside=False) for side in (before, now))
        yield tried(ChallengeKind.CATEGORY, then, since, key)


def _best_week(tickets: TicketColumns) -> int:
    """Return the week with the fewest minutes a question."""
    weeks = np.unique(tickets.week[tickets.count > 0])
    means = [
        float(np.average(tickets.minutes[here], weights=tickets.count[here]))
        for here in (tickets.week == week for week in weeks)
    ]
    return int(weeks[int(np.argmin(means))]) if len(weeks) else -1


# By chance ---------------------------------------------------------------------------------


def _of_cases(compared: ComparedCases, error: float) -> Iterator[Challenge]:
    cases, plan = compared.cases, compared.plan
    helped = ~cases.is_held
    weeks = np.unique(compared.week[helped])
    means = [float(cases.minutes[helped & (compared.week == week)].mean()) for week in weeks]
    best = weeks[int(np.argmin(means))] if len(weeks) else -1
    yield _less(
        ChallengeKind.BEST_WEEK, cut_of(some_cases(cases, compared.week != best), plan, error)
    )
    keys = np.array(compared.category, dtype=str)
    for key in np.unique(keys[np.unique(cases.stratum)]).tolist():
        cut = cut_of(some_cases(cases, (keys != key)[cases.stratum]), plan, error)
        yield _less(ChallengeKind.CATEGORY, cut, key)


# Money -------------------------------------------------------------------------------------


def _of_money(said: Statement) -> Iterator[Challenge]:
    if said.verdict is not StatementVerdict.PAID:
        return
    twice = replace(
        _evidence(said),
        cost_eur=2 * said.cost_eur,
        months=tuple(replace(month, cost_eur=2 * month.cost_eur) for month in said.months),
    )
    lowest = next(one.value for one in said.assumptions if one.key == "recapture_low")
    least = tuple(
        replace(one, value=lowest) if one.key.startswith("recapture") else one
        for one in said.assumptions
    )
    yield _paid(ChallengeKind.COSTS, twice, said.assumptions)
    yield _paid(ChallengeKind.RECAPTURE, _evidence(said), least)


def _evidence(said: Statement) -> StatementEvidence:
    return StatementEvidence(
        quarter=said.quarter,
        effect=said.effect,
        volume=said.volume,
        resolved=said.resolved,
        cost_eur=said.cost_eur,
        months=said.months,
        worse=said.worse,
        has_gaps_in_costs=said.has_gaps_in_costs,
    )


def _paid(
    kind: ChallengeKind, evidence: StatementEvidence, assumed: Sequence[AssumedValue]
) -> Challenge:
    again = statement(evidence, assumed)
    return Challenge(kind, again.verdict is StatementVerdict.PAID, p_covered=again.p_covered)

"""What the pilot changed of the employees' waiting, by the designs that judge handling time.

From a question to its solution, in business minutes up to ten office days. Nobody has to press
anything for it. It stands beside the money and never becomes any.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from models.kpis.baseline import FrozenBaseline
from models.kpis.handling import Handling
from models.kpis.periods import office_weeks, whole_weeks
from models.kpis.wait_weeks import (
    WAIT,
    WeeklyWaits,
    cells_of_waits,
    ripe_weeks,
    weekly_waits,
)
from models.kpis.waits import CAP_DAYS
from models.statistics.looks import latest_look
from models.store.columns import of_utc
from models.store.effect import BegunCases
from models.store.transaction import UnitOfWork
from models.value.effect.by_chance import by_hold_out, plan_by_chance, waiting_cases
from models.value.effect.by_weeks import by_weeks
from models.value.effect.case_mix import TicketColumns, tickets_of, weeks_side
from models.value.effect.comparison import (
    LEAST_WEEKS,
    Comparison,
    Design,
    DesignPlan,
    VerdictReason,
    explored_after,
    nothing,
)
from models.value.effect.proof import DAY, Proof, seen_before_frozen
from models.value.money.untouched import ControlCategories, read_untouched

_TARGET = WAIT.cut or 0.0
_SETTLED = timedelta(days=7 * CAP_DAYS / 5)
"""About so long after a question its wait is settled; for the rate of a forecast."""


class JudgedFigures(NamedTuple):
    """The two figures that are judged: the staff's handling time, and the employees' waiting.

    Money rests on the first alone.
    """

    handling: Comparison
    wait: Comparison


@dataclass(frozen=True, slots=True)
class PilotJudgement:
    """Judges both figures, as they are known at a moment."""

    proof: Proof

    def both(self, now: datetime, explored: frozenset[str] = frozenset()) -> JudgedFigures:
        """Return what the pilot changed of both; parameters are those of `Proof.effect`."""
        with self.proof.store.snapshot() as unit:
            return self.both_in(unit, now, explored)

    def both_in(
        self, unit: UnitOfWork, now: datetime, explored: frozenset[str] = frozenset()
    ) -> JudgedFigures:
        """`both` within a transaction: what is read beside it is of the same moment."""
        begun = unit.effects.begun(now)
        return JudgedFigures(
            self.proof.effect_of(unit, begun, now, explored),
            self._wait(unit, begun, now, explored),
        )

    def _wait(
        self, unit: UnitOfWork, begun: BegunCases, now: datetime, explored: frozenset[str]
    ) -> Comparison:
        baseline = self.proof.kpis.baseline_in(unit)
        if baseline is None:
            return nothing(VerdictReason.NO_BASELINE, _TARGET)
        before = baseline.waits
        if before is None or not before.cells:
            return nothing(VerdictReason.NO_WAITS, _TARGET)
        plan = plan_by_chance(begun, before, _TARGET)
        if plan is not None:
            return self._by_chance(unit, baseline, begun, plan, now)
        return self._by_weeks(unit, baseline, before, now, explored)

    def _by_chance(
        self,
        unit: UnitOfWork,
        baseline: FrozenBaseline,
        begun: BegunCases,
        plan: DesignPlan,
        now: datetime,
    ) -> Comparison:
        first = of_utc(begun.drawn[0])
        steps = unit.figures.replies(first, now)
        drawn = waiting_cases(begun, now, self.proof.calendar, steps)
        weeks = max((now - _SETTLED - first) / timedelta(weeks=1), 0.0)
        today = now.astimezone(self.proof.calendar.zone).date()
        found = by_hold_out(drawn.cases, plan, weeks=weeks, today=today)
        return explored_after(found, late=baseline.frozen_at > first)

    def _by_weeks(
        self,
        unit: UnitOfWork,
        baseline: FrozenBaseline,
        before: Handling,
        now: datetime,
        explored: frozenset[str],
    ) -> Comparison:
        zone = self.proof.calendar.zone
        today = now.astimezone(zone).date()
        begun = baseline.period.last_day + DAY
        left = ControlCategories(explored)
        if not explored:
            left = read_untouched(unit, begun, now, zone, self.proof.sources)
        earlier = office_weeks(baseline.period, self.proof.calendar.is_working_day)[: before.weeks]
        frozen = tickets_of(before.cells)
        weeks = ripe_weeks(whole_weeks(begun, today - DAY), self.proof.calendar, now)
        waits = weekly_waits(unit, weeks, self.proof.calendar, self.proof.sources, now)
        since = questions_by_look(waits, before.cap)
        sides = (
            weeks_side(frozen, frozen, earlier, self.proof.headcount),
            replace(
                weeks_side(since, since, weeks, self.proof.headcount),
                at_best=questions_by_look(_if_silence_was_help(waits, before.cap), before.cap),
            ),
        )
        plan = DesignPlan(_TARGET, before.cap)
        found = by_weeks(*sides, plan, today=today, untouched=left.keys)
        chosen = bool(explored) and found.design is Design.DIFFERENCE
        late = seen_before_frozen(baseline, today, zone)
        return replace(explored_after(found, late=late, chosen=chosen), helped=left.helped)


def questions_by_look(waits: WeeklyWaits, cap: float) -> TicketColumns:
    """Return the waits of weeks as columns, those that are judged at their parts in each other.

    What came after the latest look changes nothing of them.
    """
    asked = np.unique(waits.week[waits.known])
    look = latest_look(len(asked), LEAST_WEEKS)
    judged = waits.week <= (asked[look.at - 1] if look else np.inf)
    parts = (waits.only(judged), waits.only(~judged))
    return tickets_of([cell for part in parts for cell in cells_of_waits(part, cap)])


def _if_silence_was_help(waits: WeeklyWaits, cap: float) -> WeeklyWaits:
    is_silent = waits.is_open & (waits.minutes < cap)
    return replace(
        waits,
        minutes=np.where(is_silent, 0.0, waits.minutes),
        is_open=waits.is_open & ~is_silent,
    )

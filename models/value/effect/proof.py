"""What the pilot changed, read from the store: the strongest design that the data allow."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np

from models.headcount import Headcount
from models.kpis.baseline import FrozenBaseline
from models.kpis.definitions import KPIS
from models.kpis.handling import Cell, Handling, cells_of
from models.kpis.measurement import REAL, Kpis
from models.kpis.outcomes import WINDOW
from models.kpis.periods import Period, week_of, whole_weeks
from models.store.columns import of_utc
from models.store.drilldown import ArmLine
from models.store.transaction import Store, UnitOfWork
from models.tables import Arm, Source
from models.tickets.hours import Calendar
from models.value.effect.by_chance import (
    MATURITY,
    Cases,
    DrawnCases,
    by_hold_out,
    judged_of,
    ripe_cases,
    some_cases,
    weeks_of,
)
from models.value.effect.by_weeks import by_weeks, judged_weeks
from models.value.effect.case_mix import TicketColumns, WeeksSide, means_of
from models.value.effect.comparison import (
    Comparison,
    Design,
    DesignPlan,
    EffectVerdict,
    VerdictReason,
)
from models.value.effect.forecast import planned_cases
from models.value.effect.questions import answered_questions, with_answered
from models.value.effect.reduction import Floats, Labels
from models.value.money.untouched import ControlCategories, read_untouched

_DAY = timedelta(days=1)
_TARGET = KPIS["handling_time"].cut or 0.0


class JudgedCase(NamedTuple):
    """A case by which a hold-out was judged: its minutes up to the cap, its weight in its arm.

    ``number``, ``opened_at`` and ``evidence`` are of its ticket, as far as it had one then.
    """

    at: datetime
    number: int | None
    opened_at: datetime | None
    category: str
    evidence: str
    is_held: bool
    minutes: float
    weight: float


class JudgedWeeks(NamedTuple):
    """One side of before and after: questions by week, counted from a first Monday."""

    first_day: date
    questions: TicketColumns


class ComparedWeeks(NamedTuple):
    """Both sides of before and after as they are judged, and all imported history before."""

    before: WeeksSide
    now: WeeksSide
    history: TicketColumns
    plan: DesignPlan


class ComparedCases(NamedTuple):
    """The cases by which a hold-out is judged, in which week each came, and of which category.

    ``category`` are the categories of `Cases.stratum`, by its numbers.
    """

    cases: Cases
    week: Labels
    category: Sequence[str]
    plan: DesignPlan


class _Pilot(NamedTuple):
    """Ripe cases of both arms, what was planned, since when, and in how many weeks they came."""

    drawn: DrawnCases
    plan: DesignPlan
    begun: datetime
    weeks: float


@dataclass(frozen=True, slots=True)
class Proof:
    """The pilot's effect on handling time.

    Parameters
    ----------
    sources
        Which tickets count; the same as for the key figures.
    headcount
        How many people work here; without it, before and after are not judged.
    """

    store: Store
    calendar: Calendar
    kpis: Kpis
    sources: tuple[Source, ...] = REAL
    headcount: Headcount = field(default_factory=Headcount)

    def effect(self, now: datetime, explored: frozenset[str] = frozenset()) -> Comparison:
        """Return what the pilot changed, as it is known at ``now``.

        Parameters
        ----------
        explored
            Categories to compare with instead of those that were named beforehand; what is
            found so is exploratory.

        Raises
        ------
        InvalidError
            When the baseline was changed after it was frozen.
        """
        with self.store.snapshot() as unit:
            return self.effect_in(unit, now, explored)

    def effect_in(
        self, unit: UnitOfWork, now: datetime, explored: frozenset[str] = frozenset()
    ) -> Comparison:
        """`effect` within a transaction: what is read beside it is of the same moment."""
        baseline = self.kpis.baseline_in(unit)
        if baseline is None:
            return _nothing(VerdictReason.NO_BASELINE)
        before = _before(baseline)
        if before is None:
            return _nothing(VerdictReason.TOO_FEW if baseline.has_times else VerdictReason.NO_TIMES)
        today = now.astimezone(self.calendar.zone).date()
        pilot = self._pilot(unit, before, now)
        if pilot is not None:
            found = by_hold_out(pilot.drawn.cases, pilot.plan, weeks=pilot.weeks, today=today)
            return _explored(found, late=baseline.frozen_at > pilot.begun)
        left = ControlCategories(explored)
        if not explored:
            first, zone = baseline.period.last_day + _DAY, self.calendar.zone
            left = read_untouched(unit, first, now, zone, self.sources)
        plan = DesignPlan(_TARGET, before.cap)
        sides = self._sides(unit, baseline, before, now)
        found = by_weeks(*sides, plan, today=today, untouched=left.keys)
        chosen = bool(explored) and found.design is Design.DIFFERENCE
        late = self._seen_before_frozen(baseline, today)
        return replace(_explored(found, late=late, chosen=chosen), helped=left.helped)

    def _seen_before_frozen(self, baseline: FrozenBaseline, today: date) -> bool:
        """Return whether a week that is compared was over when the baseline was frozen."""
        frozen = baseline.frozen_at.astimezone(self.calendar.zone).date()
        weeks = whole_weeks(baseline.period.last_day + _DAY, today - _DAY)
        return bool(weeks) and weeks[0].last_day < frozen

    def rows_by_case(self, unit: UnitOfWork, now: datetime) -> tuple[JudgedCase, ...]:
        """Return the cases by which a hold-out is judged at ``now``; none where there is none."""
        baseline = self.kpis.baseline_in(unit)
        before = _before(baseline) if baseline else None
        pilot = self._pilot(unit, before, now) if before else None
        if pilot is None:
            return ()
        judged = judged_of(pilot.drawn.cases, pilot.plan)
        lines = {line.case: line for line in unit.drilldown.arms(pilot.begun, now)}
        columns = (pilot.drawn.case[judged.at], judged.is_held, judged.minutes, judged.weights())
        return tuple(
            _judged(lines[case], now, is_held, minutes, weight)
            for case, is_held, minutes, weight in zip(
                *(column.tolist() for column in columns), strict=True
            )
        )

    def rows_by_week(self, unit: UnitOfWork, now: datetime) -> tuple[JudgedWeeks, ...]:
        """Return the weeks of both sides by which before and after are judged; none without them."""
        baseline = self.kpis.baseline_in(unit)
        before = _before(baseline) if baseline else None
        if baseline is None or before is None:
            return ()
        then, since = self._sides(unit, baseline, before, now)
        judged = judged_weeks(since, DesignPlan(_TARGET, before.cap))
        first = whole_weeks(baseline.period.first_day, baseline.period.last_day)[0].first_day
        begun = baseline.period.last_day + _DAY
        pilot = week_of(begun if begun.weekday() == 0 else begun + 7 * _DAY).first_day
        return JudgedWeeks(first, then.questions), JudgedWeeks(pilot, judged.questions)

    def inputs_to_compare_again(
        self, unit: UnitOfWork, now: datetime
    ) -> ComparedWeeks | ComparedCases | None:
        """Return what is compared at ``now``, to compare it otherwise; None without a baseline."""
        baseline = self.kpis.baseline_in(unit)
        before = _before(baseline) if baseline else None
        if baseline is None or before is None:
            return None
        pilot = self._pilot(unit, before, now)
        if pilot is not None:
            drawn = pilot.drawn
            at = judged_of(drawn.cases, pilot.plan).at
            return ComparedCases(
                some_cases(drawn.cases, at), weeks_of(drawn.drawn)[at], drawn.category, pilot.plan
            )
        plan = DesignPlan(_TARGET, before.cap)
        then, since = self._sides(unit, baseline, before, now)
        return ComparedWeeks(
            then, judged_weeks(since, plan), self._history(unit, baseline, before.cap), plan
        )

    def _history(self, unit: UnitOfWork, baseline: FrozenBaseline, cap: float) -> TicketColumns:
        """Return all tickets up to the baseline's last day, as the tables hold them today."""
        known = unit.figures.history(self.sources)
        first = known[0].astimezone(self.calendar.zone).date() if known else None
        last = baseline.period.last_day
        weeks = whole_weeks(first, last) if first and first <= last else []
        return tickets_of(cells_of(unit, weeks, self.calendar.zone, self.sources, cap))

    def _pilot(self, unit: UnitOfWork, before: Handling, now: datetime) -> _Pilot | None:
        """Return the cases that can be compared by chance; None where nothing is held out."""
        found = unit.effects.begun(now)
        if not any(draw["mode"] == Arm.HELD_OUT for draw in found.draws):
            return None
        share = float(found.draws[found.draw[0]].get("share") or 0.5)
        half_days = any(draw.get("half_day") for draw in found.draws)
        planned = planned_cases(before.as_is, before.with_cut, share, by_half_days=half_days)
        plan = DesignPlan(_TARGET, before.cap, planned)
        ripe = ripe_cases(found, now, self.calendar)
        begun = of_utc(ripe.drawn[0]) if len(ripe.drawn) else now
        weeks = (now - MATURITY - begun) / timedelta(weeks=1)
        return _Pilot(ripe, plan, begun, max(weeks, 0.0))

    def _sides(
        self, unit: UnitOfWork, baseline: FrozenBaseline, before: Handling, now: datetime
    ) -> tuple[WeeksSide, WeeksSide]:
        """Return the weeks that were frozen, and the whole weeks since that are over."""
        zone = self.calendar.zone
        today = now.astimezone(zone).date()
        earlier = whole_weeks(baseline.period.first_day, baseline.period.last_day)
        weeks = whole_weeks(baseline.period.last_day + _DAY, today - _DAY)
        frozen = tickets_of(before.cells)
        tickets = tickets_of(cells_of(unit, weeks, zone, self.sources, before.cap))
        questions = tickets
        if weeks:
            start, end = weeks[0].start(zone), weeks[-1].end(zone)
            answered = answered_questions(
                unit.figures.case_steps(start, min(end + WINDOW, now)), start, end
            )
            at_week = [
                ((one.at.astimezone(zone).date() - weeks[0].first_day).days // 7, one)
                for one in answered
            ]
            questions = with_answered(tickets, at_week, means_of(frozen))
        since = self._side(questions, tickets, weeks)
        judged = judged_weeks(since, DesignPlan(_TARGET, before.cap)).staff_minutes
        if len(judged):
            # Of the judged weeks alone: between two looks everything stands.
            end = weeks[len(judged) - 1].end(zone)
            ways = unit.effects.ways_timed(weeks[0].start(zone), end, self.sources)
            since = replace(since, ways=ways)
        return replace(self._side(frozen, frozen, earlier), ways=before.ways), since

    def _side(
        self,
        questions: TicketColumns,
        tickets: TicketColumns,
        weeks: Sequence[Period],
    ) -> WeeksSide:
        n, known = len(weeks), tickets.n
        per_week = np.bincount(
            tickets.week.astype(np.int64), weights=tickets.minutes * tickets.count, minlength=n
        )
        all_of_known = (known + tickets.unknown) / known if known else 1.0
        people = [self.headcount.on(week.first_day) for week in weeks]
        return WeeksSide(
            questions,
            np.asarray(per_week * all_of_known, dtype=np.float64),
            _column(people) if self.headcount else None,
        )


def _before(baseline: FrozenBaseline) -> Handling | None:
    """Return the handling times that were frozen; None without any."""
    before = baseline.handling
    return before if before and before.cells else None


def _judged(
    line: ArmLine, now: datetime, is_held: bool, minutes: float, weight: float
) -> JudgedCase:
    opened = line.opened_at if line.opened_at and line.opened_at < now else None
    number = line.number if opened else None
    about = (line.at, number, opened, line.category, line.evidence if opened else "")
    return JudgedCase(*about, is_held, minutes, weight)


def tickets_of(cells: Sequence[Cell]) -> TicketColumns:
    """Return cells as columns."""
    missing = _column([cell.unknown for cell in cells])
    return TicketColumns(
        minutes=_column([cell.minutes for cell in cells]),
        count=_column([cell.n for cell in cells]),
        category=np.array([cell.category for cell in cells], dtype=str),
        week=np.array([cell.week for cell in cells], dtype=np.int64),
        unknown=int(missing.sum()),
        missing=missing,
    )


def _column(values: Sequence[float | None]) -> Floats:
    return np.array(values, dtype=np.float64)


def _nothing(why: VerdictReason) -> Comparison:
    return Comparison(
        Design.ASSOCIATION, EffectVerdict.NOT_JUDGED, why, _TARGET, cut=None, n=0, n_before=0
    )


def _explored(effect: Comparison, *, late: bool, chosen: bool = False) -> Comparison:
    """Return an effect, exploratory where what it is compared with was chosen afterwards."""
    return replace(effect, is_exploratory=late or chosen, frozen_late=late)

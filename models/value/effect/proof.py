"""What the pilot changed, read from the store: the strongest design that the data allow."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.headcount import Headcount
from models.kpis.baseline import FrozenBaseline
from models.kpis.definitions import KPIS
from models.kpis.handling import Handling, cells_of
from models.kpis.measurement import REAL, Kpis
from models.kpis.outcomes import WINDOW
from models.kpis.periods import Period, office_weeks, week_of, whole_weeks
from models.store.columns import of_utc
from models.store.drilldown import ArmLine
from models.store.effect import BegunCases
from models.store.transaction import Store, UnitOfWork
from models.tables import Source
from models.tickets.hours import Calendar
from models.value.effect.by_chance import (
    MATURITY,
    Cases,
    DrawnCases,
    by_hold_out,
    judged_of,
    plan_by_chance,
    ripe_cases,
    some_cases,
    weeks_of,
)
from models.value.effect.by_weeks import by_weeks, judged_weeks
from models.value.effect.case_mix import TicketColumns, WeeksSide, means_of, tickets_of, weeks_side
from models.value.effect.comparison import (
    Comparison,
    Design,
    DesignPlan,
    VerdictReason,
    explored_after,
    nothing,
)
from models.value.effect.questions import answered_questions, with_answered
from models.value.effect.reduction import Labels
from models.value.money.untouched import ControlCategories, read_untouched

DAY = timedelta(days=1)
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
        return self.effect_of(unit, unit.effects.begun(now), now, explored)

    def effect_of(
        self,
        unit: UnitOfWork,
        begun: BegunCases,
        now: datetime,
        explored: frozenset[str] = frozenset(),
    ) -> Comparison:
        """`effect` of cases that were read already."""
        baseline = self.kpis.baseline_in(unit)
        if baseline is None:
            return nothing(VerdictReason.NO_BASELINE, _TARGET)
        before = _before(baseline)
        if before is None:
            why = VerdictReason.TOO_FEW if baseline.has_times else VerdictReason.NO_TIMES
            return nothing(why, _TARGET)
        today = now.astimezone(self.calendar.zone).date()
        pilot = self._pilot(unit, before, now, begun)
        if pilot is not None:
            found = by_hold_out(pilot.drawn.cases, pilot.plan, weeks=pilot.weeks, today=today)
            return explored_after(found, late=baseline.frozen_at > pilot.begun)
        left = ControlCategories(explored)
        if not explored:
            first, zone = baseline.period.last_day + DAY, self.calendar.zone
            left = read_untouched(unit, first, now, zone, self.sources)
        plan = DesignPlan(_TARGET, before.cap)
        sides = self._sides(unit, baseline, before, now)
        found = by_weeks(*sides, plan, today=today, untouched=left.keys)
        chosen = bool(explored) and found.design is Design.DIFFERENCE
        late = seen_before_frozen(baseline, today, self.calendar.zone)
        return replace(explored_after(found, late=late, chosen=chosen), helped=left.helped)

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
        first = week_of(self._frozen_weeks(baseline, before)[0].first_day).first_day
        begun = baseline.period.last_day + DAY
        pilot = week_of(begun if begun.weekday() == 0 else begun + 7 * DAY).first_day
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

    def _frozen_weeks(self, baseline: FrozenBaseline, before: Handling) -> list[Period]:
        """Return the weeks that the frozen cells are counted in."""
        return self._office_weeks(baseline.period)[: before.weeks]

    def _office_weeks(self, days: Period) -> list[Period]:
        return office_weeks(days, self.calendar.is_working_day)

    def _history(self, unit: UnitOfWork, baseline: FrozenBaseline, cap: float) -> TicketColumns:
        """Return all tickets up to the baseline's last day, as the tables hold them today."""
        known = unit.figures.history(self.sources)
        first = known[0].astimezone(self.calendar.zone).date() if known else None
        last = baseline.period.last_day
        weeks = self._office_weeks(Period.between(first, last)) if first and first <= last else []
        return tickets_of(cells_of(unit, weeks, self.calendar.zone, self.sources, cap))

    def _pilot(
        self,
        unit: UnitOfWork,
        before: Handling,
        now: datetime,
        begun: BegunCases | None = None,
    ) -> _Pilot | None:
        """Return the cases that can be compared by chance; None where nothing is held out."""
        found = unit.effects.begun(now) if begun is None else begun
        plan = plan_by_chance(found, before, _TARGET)
        if plan is None:
            return None
        ripe = ripe_cases(found, now, self.calendar)
        first = of_utc(ripe.drawn[0]) if len(ripe.drawn) else now
        weeks = (now - MATURITY - first) / timedelta(weeks=1)
        return _Pilot(ripe, plan, first, max(weeks, 0.0))

    def _sides(
        self, unit: UnitOfWork, baseline: FrozenBaseline, before: Handling, now: datetime
    ) -> tuple[WeeksSide, WeeksSide]:
        """Return the weeks that were frozen, and the whole weeks since that are over."""
        zone = self.calendar.zone
        today = now.astimezone(zone).date()
        earlier = self._frozen_weeks(baseline, before)
        weeks = whole_weeks(baseline.period.last_day + DAY, today - DAY)
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
        since = weeks_side(questions, tickets, weeks, self.headcount)
        judged = judged_weeks(since, DesignPlan(_TARGET, before.cap)).staff_minutes
        if len(judged):
            # Of the judged weeks alone: between two looks everything stands.
            end = weeks[len(judged) - 1].end(zone)
            ways = unit.effects.ways_timed(weeks[0].start(zone), end, self.sources)
            since = replace(since, ways=ways)
        return replace(weeks_side(frozen, frozen, earlier, self.headcount), ways=before.ways), since


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


def seen_before_frozen(baseline: FrozenBaseline, today: date, zone: ZoneInfo) -> bool:
    """Return whether a week that is compared was over when the baseline was frozen."""
    frozen = baseline.frozen_at.astimezone(zone).date()
    weeks = whole_weeks(baseline.period.last_day + DAY, today - DAY)
    return bool(weeks) and weeks[0].last_day < frozen

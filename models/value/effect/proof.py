"""What the pilot changed, read from the store: the strongest design that the data allow."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
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
from models.store.effect import Assigned
from models.store.ticket_times import WAITING
from models.store.transaction import Store, UnitOfWork
from models.tables import Arm, Source
from models.tickets.hours import Calendar
from models.value.effect.by_chance import Cases, by_hold_out, judged_of, some_cases
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
from models.value.effect.guardrails import GuardrailColumns
from models.value.effect.questions import answered_questions, with_answered
from models.value.effect.reduction import Floats, Labels
from models.value.money.untouched import ControlCategories, read_untouched

MATURITY = timedelta(days=7)
"""A case counts once it is so old, in either arm: by then a helped one may still become a
ticket, and most tickets are done."""
_DAY = timedelta(days=1)
_TARGET = KPIS["handling_time"].cut or 0.0


class JudgedCase(NamedTuple):
    """A case by which a hold-out was judged: its minutes up to the cap, its weight in its arm."""

    case: Assigned
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
    """The cases by which a hold-out is judged, and in which week each came."""

    cases: Cases
    week: Labels
    plan: DesignPlan


class _Pilot(NamedTuple):
    """Ripe cases of both arms as they stood, what was planned, and in how many weeks they came."""

    compared: Sequence[Assigned]
    plan: DesignPlan
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
            cases, plan = self._cases(unit, pilot.compared, now), pilot.plan
            found = by_hold_out(cases, plan, weeks=pilot.weeks, today=today)
            begun = pilot.compared[0].at if pilot.compared else now
            return _explored(found, late=baseline.frozen_at > begun)
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
        judged = judged_of(self._cases(unit, pilot.compared, now), pilot.plan)
        columns = (judged.at, judged.is_held, judged.minutes, judged.weights())
        return tuple(
            JudgedCase(pilot.compared[at], is_held, minutes, weight)
            for at, is_held, minutes, weight in zip(
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
            cases = self._cases(unit, pilot.compared, now)
            at = judged_of(cases, pilot.plan).at
            begun = pilot.compared[0].at if pilot.compared else now
            weeks = [(case.at - begun).days // 7 for case in pilot.compared]
            return ComparedCases(
                some_cases(cases, at), np.array(weeks, dtype=np.int64)[at], pilot.plan
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
        assigned = unit.effects.assigned(now)
        if not any(case.detail["mode"] == Arm.HELD_OUT for case in assigned):
            return None
        share = float(assigned[0].detail.get("share") or 0.5)
        half_days = any(case.detail.get("half_day") for case in assigned)
        planned = planned_cases(before.as_is, before.with_cut, share, by_half_days=half_days)
        plan = DesignPlan(_TARGET, before.cap, planned)
        ripe = [
            _as_of(case, now)
            for case in assigned
            if case.detail["mode"] != Arm.EXEMPT and case.at <= now - MATURITY
        ]
        weeks = (now - MATURITY - ripe[0].at) / timedelta(weeks=1) if ripe else 0.0
        return _Pilot(ripe, plan, weeks)

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

    def _cases(self, unit: UnitOfWork, compared: Sequence[Assigned], now: datetime) -> Cases:
        begun = unit.effects.cases_begun(compared[0].at, now) if compared else {}
        return cases_of(compared, begun, self.calendar)


def _before(baseline: FrozenBaseline) -> Handling | None:
    """Return the handling times that were frozen; None without any."""
    before = baseline.handling
    return before if before and before.cells else None


def _as_of(case: Assigned, moment: datetime) -> Assigned:
    """Return a case as it stood: what was opened or resolved later was not known then."""
    if case.ticket_opened_at is not None and case.ticket_opened_at >= moment:
        return case._replace(
            ticket_opened_at=None,
            status=None,
            handling_minutes=None,
            first_response_minutes=None,
            ticket_id=None,
        )
    if case.resolved_at is not None and case.resolved_at >= moment:
        return case._replace(handling_minutes=None)
    return case


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


def cases_of(
    assigned: Sequence[Assigned], begun: Mapping[str, Sequence[datetime]], calendar: Calendar
) -> Cases:
    """Return cases as columns.

    Parameters
    ----------
    begun
        When each person began cases, in the order of time, to see who came back.
    """
    half_days = [case.detail.get("half_day", "") for case in assigned]
    return Cases(
        is_held=np.array([case.detail["mode"] == Arm.HELD_OUT for case in assigned], dtype=bool),
        stratum=np.array([_stratum(case) for case in assigned], dtype=str),
        minutes=_column([_minutes(case) for case in assigned]),
        guarded=GuardrailColumns(
            reopened=_column([_once(case.reopened) for case in assigned]),
            reassigned=_column([_once(case.reassigned) for case in assigned]),
            came_back=_column([_came_back(case, begun) for case in assigned]),
            to_human=_column([_to_human(case, calendar) for case in assigned]),
        ),
        half_day=np.array(half_days, dtype=str) if any(half_days) else None,
    )


def _stratum(case: Assigned) -> str:
    """Return what the arms are compared within: where the share changed, time would confound."""
    return f"{case.detail.get('share')} {case.detail.get('category') or ''}"


def _minutes(case: Assigned) -> float | None:
    """Return what the case cost the staff; nothing without a ticket, None if not known yet."""
    if case.status is None:
        return 0.0
    return None if case.status in WAITING else case.handling_minutes


def _once(times: int | None) -> float | None:
    return None if times is None else float(times > 0)


def _came_back(case: Assigned, begun: Mapping[str, Sequence[datetime]]) -> float:
    moments = begun.get(case.person_id, ())
    return float(bisect_right(moments, case.at + MATURITY) > bisect_right(moments, case.at))


def _to_human(case: Assigned, calendar: Calendar) -> float | None:
    """Return the business minutes from the question, not only from the ticket."""
    if case.first_response_minutes is None or case.ticket_opened_at is None:
        return None
    return case.first_response_minutes + calendar.business_minutes(case.at, case.ticket_opened_at)


def _column(values: Sequence[float | None]) -> Floats:
    return np.array(values, dtype=np.float64)


def _nothing(why: VerdictReason) -> Comparison:
    return Comparison(
        Design.ASSOCIATION, EffectVerdict.NOT_JUDGED, why, _TARGET, cut=None, n=0, n_before=0
    )


def _explored(effect: Comparison, *, late: bool, chosen: bool = False) -> Comparison:
    """Return an effect, exploratory where what it is compared with was chosen afterwards."""
    return replace(effect, is_exploratory=late or chosen, frozen_late=late)

"""What a quarter's statement is computed from, read from the store."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.kpis.baseline import FrozenBaseline
from models.kpis.comparison import KpiVerdict as Reading
from models.kpis.handling import Cell
from models.kpis.measurement import KpiValue, Measurement
from models.kpis.periods import Period, month_of, months_in, weeks_in
from models.store.transaction import UnitOfWork
from models.tables import Arm, Source
from models.tickets.hours import Calendar
from models.value.effect.case_mix import TicketColumns
from models.value.effect.control_categories import ControlCategories
from models.value.effect.estimation import Effect
from models.value.effect.proof import tickets_of
from models.value.statement.quarter_statement import Figure, Month, Savings, StatementEvidence
from models.value.statement.savings import is_judged, of_hold_out, of_weeks, pending_of

_DAY = timedelta(days=1)
_TIMES = ("first_response_time", "resolution_time_business")
_SOFT = ("csat", "confirmed_answers", "automatic_share", "reopened_share", "reassigned_share")
_GUARDRAILS = ("csat", "reopened_share", "reassigned_share", "first_response_time")
NO_CAP = 1e9
NONE = ControlCategories()
Counts = Callable[[str], bool]
"""Whether tickets of a category are counted."""


@dataclass(frozen=True, slots=True)
class QuarterSources:
    """A quarter as it is known at ``now``: ``effect`` is told up to its end.

    ``cap`` is up to how many minutes a handling time counts, as was frozen with the
    baseline; ``untouched`` were named before the first day that is compared.
    """

    period: Period
    now: datetime
    measured: Measurement
    effect: Effect
    cap: float = NO_CAP
    untouched: ControlCategories = NONE

    @property
    def baseline(self) -> FrozenBaseline | None:
        return self.measured.baseline


def _every(_category: str) -> bool:
    return True


class EvidenceReader:
    """Reads evidence inside one snapshot."""

    def __init__(self, unit: UnitOfWork, calendar: Calendar, sources: tuple[Source, ...]) -> None:
        self._unit, self._calendar, self._sources = unit, calendar, sources

    def evidence(self, quarter: QuarterSources) -> StatementEvidence:
        """Return what the statement is computed from, by the strongest design there is."""
        period, measured = quarter.period, quarter.measured
        tickets = self._tickets(period, quarter)
        helped, exempt, held = self._arms(quarter)
        is_held_out = is_judged(quarter.effect) and bool(held and helped[period.key])
        effect = quarter.effect
        saving = of_hold_out(effect) if is_held_out else self._by_weeks(tickets, quarter)
        booked = self._unit.drilldown.costs(period.first_day, period.last_day)
        beside = tuple(_figure(measured[key]) for key in _TIMES)
        arms = (
            _count("cases_helped", helped[period.key]),
            _count("cases_exempt", exempt),
            _count("cases_held_out", held),
        )
        return StatementEvidence(
            quarter=period.key,
            saving=saving,
            volume=helped[period.key] if is_held_out else saving.n,
            resolved=int(tickets.count.sum()) + tickets.unknown,
            cost_eur=sum(entry.cents for entry in booked) / 100,
            months=self._months(quarter, saving, helped if is_held_out else None),
            times=(*arms, *beside) if is_held_out else beside,
            soft=tuple(_figure(measured[key]) for key in _SOFT),
            worse=_worse(quarter),
            pending=pending_of(effect) if held or helped[period.key] else None,
            helped=quarter.untouched.helped,
        )

    def _by_weeks(self, now: TicketColumns, quarter: QuarterSources) -> Savings:
        baseline = quarter.baseline
        if baseline is None:
            return of_weeks(tickets_of((), 0), now, weeks_before=0.0)
        days = baseline.period
        before = self._cells(days, days.end(self._calendar.zone), quarter.cap)
        return of_weeks(
            before,
            now,
            weeks_before=((days.last_day - days.first_day).days + 1) / 7,
            untouched=quarter.untouched.keys,
        )

    def _arms(self, quarter: QuarterSources) -> tuple[Counter[str], int, int]:
        """Return helped cases by month and quarter, and exempt and held-out ones of the quarter."""
        zone, period = self._calendar.zone, quarter.period
        end = min(quarter.now, period.end(zone))
        helped: Counter[str] = Counter()
        others: Counter[Arm] = Counter()
        for at, arm in self._unit.effects.arms(end):
            day = at.astimezone(zone).date()
            if arm is Arm.HELPED:
                helped[month_of(day).key] += 1
            if day >= period.first_day:
                helped[period.key] += arm is Arm.HELPED
                others[arm] += 1
        return helped, others[Arm.EXEMPT], others[Arm.HELD_OUT]

    def _months(
        self, quarter: QuarterSources, saving: Savings, helped: Counter[str] | None
    ) -> tuple[Month, ...]:
        last = quarter.period.last_day
        costs = [row for row in self._unit.figures.all_costs() if row.booked_on <= last]
        starts = [quarter.period.first_day, *(row.booked_on for row in costs)]
        if quarter.baseline is not None:
            starts.append(quarter.baseline.period.last_day + _DAY)
        months = []
        for month in months_in(Period.between(min(starts), last)):
            booked = (row.cents for row in costs if month_of(row.booked_on) == month)
            spent = sum(booked) / 100
            if helped is not None:
                months.append(Month(month.key, helped[month.key], 0.0, spent))
                continue
            tickets = self._tickets(month, quarter, saving.counts)
            minutes = float((tickets.minutes * tickets.count).sum())
            usual = _usual_minutes(tickets, saving)
            months.append(Month(month.key, tickets.n, minutes, spent, usual))
        return tuple(_from_first_sign(months))

    def _tickets(
        self, period: Period, quarter: QuarterSources, counts: Counts = _every
    ) -> TicketColumns:
        """Return the tickets resolved in a period, as far as they came after the baseline."""
        days = after(quarter.baseline, period)
        if days is None:
            return tickets_of((), 0)
        end = min(days.end(self._calendar.zone), quarter.now)
        return self._cells(days, end, quarter.cap, counts)

    def _cells(
        self, days: Period, end: datetime, cap: float, counts: Counts = _every
    ) -> TicketColumns:
        """Return tickets by week and category; the weeks at the ends may be parts of weeks."""
        cells, unknown, zone = [], 0, self._calendar.zone
        for at, week in enumerate(weeks_in(days)):
            start, stop = max(week.start(zone), days.start(zone)), min(week.end(zone), end)
            if start >= stop:
                continue
            for one in self._unit.effects.handling_cells(start, stop, self._sources, cap):
                if not counts(one.category):
                    continue
                unknown += one.unknown
                if one.n:
                    cells.append(Cell(at, one.category, one.n, one.minutes))
        return tickets_of(cells, unknown)


def after(baseline: FrozenBaseline | None, period: Period) -> Period | None:
    """Return the part of ``period`` after the baseline's last day; None when there is none."""
    if baseline is None or baseline.period.last_day < period.first_day:
        return period
    if baseline.period.last_day >= period.last_day:
        return None
    return Period.between(baseline.period.last_day + _DAY, period.last_day)


def first_day_of_pilot(baseline: FrozenBaseline | None) -> date | None:
    return None if baseline is None else baseline.period.last_day + _DAY


def _usual_minutes(tickets: TicketColumns, saving: Savings) -> float | None:
    """Return what these tickets would have taken before the pilot, by their categories."""
    if saving.without is None or not saving.usual:
        return None
    means = [saving.usual.get(key, saving.without) for key in tickets.keys]
    return float((tickets.count * means).sum())


def _worse(quarter: QuarterSources) -> tuple[str, ...]:
    """Return what is worse than in the baseline, and what is worse than in the hold-out."""
    measured = quarter.measured
    keys = (key for key in _GUARDRAILS if measured[key].verdict is Reading.WORSE)
    return (*keys, *quarter.effect.worse)


def _from_first_sign(months: list[Month]) -> list[Month]:
    """Leave out the months before the first ticket or cost."""
    signs = [at for at, month in enumerate(months) if month.n or month.cost_eur]
    return months[signs[0] :] if signs else []


def _figure(kpi: KpiValue) -> Figure:
    return Figure(kpi.key, kpi.value, kpi.unit, kpi.n, kpi.low, kpi.high)


def _count(key: str, n: int) -> Figure:
    return Figure(key, float(n), "count")

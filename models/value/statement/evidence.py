"""What a quarter's statement is computed from, read from the store."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from models.kpis.baseline import FrozenBaseline
from models.kpis.comparison import KpiVerdict as Reading
from models.kpis.measurement import KpiValue, Measurement
from models.kpis.outcomes import WINDOW
from models.kpis.periods import Period, month_of, months_in
from models.store.columns import Moments, of_utc, utc
from models.store.effect import HandlingCell
from models.store.transaction import UnitOfWork
from models.tables import Arm, Source
from models.tickets.hours import Calendar
from models.value.effect.comparison import Comparison
from models.value.effect.questions import answered_questions
from models.value.statement.quarter_statement import Figure, Month, StatementEvidence

_DAY = timedelta(days=1)
_TIMES = ("first_response_time", "resolution_time_business")
_SOFT = ("csat", "confirmed_answers", "automatic_share", "reopened_share", "reassigned_share")
_GUARDRAILS = ("csat", "reopened_share", "reassigned_share", "first_response_time")
NO_CAP = 1e9


@dataclass(frozen=True, slots=True)
class QuarterSources:
    """A quarter as it is known at ``now``: ``effect`` and ``wait`` are told up to its end.

    ``cap`` is up to how many minutes a handling time counts, as was frozen with the baseline.
    """

    period: Period
    now: datetime
    measured: Measurement
    effect: Comparison
    cap: float = NO_CAP
    wait: Comparison | None = None

    @property
    def baseline(self) -> FrozenBaseline | None:
        return self.measured.baseline


class EvidenceReader:
    """Reads evidence inside one snapshot."""

    def __init__(self, unit: UnitOfWork, calendar: Calendar, sources: tuple[Source, ...]) -> None:
        self._unit, self._calendar, self._sources = unit, calendar, sources

    def evidence(self, quarter: QuarterSources) -> StatementEvidence:
        """Return what the statement is computed from, by the strongest design there is."""
        period, measured, effect = quarter.period, quarter.measured, quarter.effect
        helped, exempt, held, of_helped = self._arms(quarter)
        by_chance = effect.design.is_by_chance
        by_category = of_helped if by_chance else self._questions(period, quarter)
        booked = self._unit.drilldown.costs(period.first_day, period.last_day)
        beside = tuple(_figure(measured[key]) for key in _TIMES)
        arms = (
            _count("cases_helped", helped[period.key]),
            _count("cases_exempt", exempt),
            _count("cases_held_out", held),
        )
        return StatementEvidence(
            quarter=period.key,
            effect=effect,
            wait=quarter.wait,
            volume=by_category.total(),
            by_category=by_category,
            resolved=sum(cell.n + cell.unknown for cell in self._tickets(period, quarter)),
            cost_eur=sum(entry.cents for entry in booked) / 100,
            months=self._months(quarter, helped if by_chance else None),
            times=(*arms, *beside) if by_chance else beside,
            soft=tuple(_figure(measured[key]) for key in _SOFT),
            worse=_worse(quarter),
        )

    def _arms(self, quarter: QuarterSources) -> tuple[Counter[str], int, int, Counter[str]]:
        """Return helped cases by month and quarter, and exempt and held-out ones of the quarter.

        Last the quarter's helped ones by category.
        """
        zone, period = self._calendar.zone, quarter.period
        end = min(quarter.now, period.end(zone))
        helped: Counter[str] = Counter()
        others: Counter[Arm] = Counter()
        by_category: Counter[str] = Counter()
        for arm, category, at in self._unit.effects.arms(end):
            n = int(np.count_nonzero(at >= utc(period.start(zone))))
            others[arm] += n
            if arm is Arm.HELPED and len(at):
                helped[period.key] += n
                by_category[category] += n
                helped.update(_by_month(at, zone))
        return helped, others[Arm.EXEMPT], others[Arm.HELD_OUT], by_category

    def _questions(self, period: Period, quarter: QuarterSources) -> Counter[str]:
        """Return the questions of a period that save something, after the baseline, by category.

        These are tickets with a known handling time, and questions answered without a ticket.
        """
        days = after(quarter.baseline, period)
        if days is None:
            return Counter()
        counts, zone = quarter.effect.counts, self._calendar.zone
        start, end = days.start(zone), min(days.end(zone), quarter.now)
        steps = self._unit.figures.case_steps(start, min(end + WINDOW, quarter.now))
        found: Counter[str] = Counter()
        for cell in self._tickets(period, quarter):
            found[cell.category] += cell.n if counts(cell.category) else 0
        for one in answered_questions(steps, start, end):
            found[one.category] += not one.category or counts(one.category)
        return found

    def _tickets(self, period: Period, quarter: QuarterSources) -> list[HandlingCell]:
        """Return the tickets resolved in a period by category, as far as they came after the baseline."""
        days = after(quarter.baseline, period)
        if days is None:
            return []
        zone = self._calendar.zone
        end = min(days.end(zone), quarter.now)
        return self._unit.effects.handling_cells(days.start(zone), end, self._sources, quarter.cap)

    def _months(self, quarter: QuarterSources, helped: Counter[str] | None) -> tuple[Month, ...]:
        last = quarter.period.last_day
        costs = [row for row in self._unit.figures.all_costs() if row.booked_on <= last]
        starts = [quarter.period.first_day, *(row.booked_on for row in costs)]
        if quarter.baseline is not None:
            starts.append(quarter.baseline.period.last_day + _DAY)
        months = []
        for month in months_in(Period.between(min(starts), last)):
            spent = sum(row.cents for row in costs if month_of(row.booked_on) == month) / 100
            n = self._questions(month, quarter).total() if helped is None else helped[month.key]
            months.append(Month(month.key, n, spent))
        return tuple(_from_first_sign(months))


def _by_month(at: Moments, zone: ZoneInfo) -> dict[str, int]:
    """Return how many of these moments, one at least, lie in which local month."""
    first, last = (of_utc(one).astimezone(zone).date() for one in (at.min(), at.max()))
    months = months_in(Period.between(first, last))
    ends = np.array([utc(month.end(zone)) for month in months])
    n = np.bincount(np.searchsorted(ends, at, side="right"), minlength=len(months))
    return dict(zip((month.key for month in months), n.tolist(), strict=True))


def after(baseline: FrozenBaseline | None, period: Period) -> Period | None:
    """Return the part of ``period`` after the baseline's last day; None when there is none."""
    if baseline is None or baseline.period.last_day < period.first_day:
        return period
    if baseline.period.last_day >= period.last_day:
        return None
    return Period.between(baseline.period.last_day + _DAY, period.last_day)


def first_day_of_pilot(baseline: FrozenBaseline | None) -> date | None:
    return None if baseline is None else baseline.period.last_day + _DAY


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

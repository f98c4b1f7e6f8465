"""The ledger of costs and assumptions, and what it makes of the figures: digest and statement."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from models.errors import InvalidError
from models.kpis.baseline import FrozenBaseline
from models.kpis.comparison import Verdict as Reading
from models.kpis.measurement import REAL, Kpis, KpiValue, Measurement
from models.kpis.periods import Period, month_of, week_of
from models.language import Language, words_for
from models.message import Message
from models.store.transaction import Store, Unit
from models.tables import Assumption, CostEntry, CostKind, Source
from models.tickets.hours import Calendar
from models.value.digest import digest
from models.value.proof import Proof
from models.value.report import roi_message
from models.value.roi import statement
from models.value.statement import DEFAULTS, Assumed, Evidence, Figure, Floats, Month, Statement
from models.value.week import DigestSetting, WeekFacts, read_week

_DAY = timedelta(days=1)
_TIMES = ("first_response_time", "resolution_time_business")
_SOFT = ("csat", "confirmed_answers", "automatic_share", "reopened_share", "reassigned_share")
_GUARDRAILS = ("csat", "reopened_share", "reassigned_share", "first_response_time")
# Cents in a 64-bit column, and nothing a company of this size would book.
_MOST_EUR = Decimal(100_000_000)


class Value:
    """What the pilot costs and what it is worth.

    Parameters
    ----------
    sources
        Which tickets count; the same as for the key figures.
    digest_setting
        What the settings say to a digest; a small desk without a model unless told.
    """

    def __init__(
        self,
        store: Store,
        calendar: Calendar,
        kpis: Kpis,
        sources: tuple[Source, ...] = REAL,
        digest_setting: DigestSetting | None = None,
    ) -> None:
        self._store, self._calendar, self._kpis = store, calendar, kpis
        self._sources = sources
        self._setting = digest_setting or DigestSetting()
        self.proof = Proof(store, calendar, kpis, sources)

    # The ledger --------------------------------------------------------------------------

    def book(
        self, kind: CostKind, description: str, euros: Decimal, booked_on: date, now: datetime
    ) -> CostEntry:
        """Book a cost; a correction is a new entry with the opposite sign.

        Raises
        ------
        InvalidError
            For an amount of nothing, of parts of a cent, or beyond all measure.
        """
        cents = euros * 100 if euros.is_finite() else Decimal(0)
        if not cents or cents != cents.to_integral_value() or abs(euros) > _MOST_EUR:
            raise InvalidError(f"{euros} EUR cannot be booked: write an amount such as 1200.50")
        row = CostEntry(
            kind=kind,
            description=description,
            cents=int(cents),
            booked_on=booked_on,
            recorded_at=now,
        )
        with self._store.begin() as unit:
            return unit.figures.add_cost(row)

    def assumptions(self) -> tuple[Assumed, ...]:
        """Return the numbers that the statement rests on: decided ones, else the defaults."""
        with self._store.snapshot() as unit:
            return _assumed(unit)

    def assume(self, key: str, value: float, source: str, now: datetime) -> None:
        """Decide a number that the statement rests on.

        Raises
        ------
        InvalidError
            For an unknown key, a negative number, a share above 1, or no source.
        """
        default = {assumed.key: assumed for assumed in DEFAULTS}.get(key)
        if default is None:
            known = ", ".join(assumed.key for assumed in DEFAULTS)
            raise InvalidError(f"no assumption {key!r}; there are: {known}")
        if not 0 <= value <= (1 if "share" in default.unit else 10_000) or not source.strip():
            raise InvalidError(f"{key} = {value} {default.unit}: out of range, or without a source")
        with self._store.begin() as unit:
            decided = replace(default, value=value, source=source)
            _require_order([decided if old.key == key else old for old in _assumed(unit)])
            unit.figures.put_assumption(
                Assumption(key=key, value=value, unit=default.unit, source=source, changed_at=now)
            )

    # The quarterly statement ---------------------------------------------------------------

    def statement(self, quarter: Period, now: datetime) -> Statement:
        """Compute the statement of a quarter from what is known at ``now``."""
        pilot = _after(self._kpis.baseline(), quarter)
        measured = self._kpis.measure(pilot or quarter, now)
        # What is worse than in the hold-out is worse, whatever the baseline was.
        end = min(now, quarter.end(self._calendar.zone))
        held_worse = self.proof.effect(end).worse if measured.baseline else ()
        with self._store.snapshot() as unit:
            evidence = self._evidence(unit, quarter, measured, held_worse, now)
            return statement(evidence, _assumed(unit))

    def report(self, quarter: Period, now: datetime, language: Language) -> Message:
        """Write the quarterly statement for people."""
        return roi_message(self.statement(quarter, now), words_for(language))

    # The weekly digest ------------------------------------------------------------------------

    def week(self, week: Period, missed: tuple[str, ...], now: datetime) -> WeekFacts:
        """Collect what the digest of a week says."""
        measured = self._kpis.measure(week, now)
        effect = self.proof.effect(now) if measured.baseline else None
        with self._store.snapshot() as unit:
            read = read_week(unit, week, self._calendar, self._sources, self._setting.staff, now)
        return WeekFacts(
            week=week,
            opened=read.opened,
            resolved=read.resolved,
            kpis=measured.kpis,
            has_baseline=measured.baseline is not None,
            waits=read.waits,
            missed=missed,
            suggest_only=measured.suggest_only,
            effect=effect,
            half_resolved=read.half_resolved,
            watched=read.watched,
            trend=read.trend,
            spent_eur=read.spent_eur,
            cap_eur=self._setting.llm_cap_eur,
            gaps=tuple(self._setting.gaps(now)),
            felt=read.felt,
        )

    def digest(
        self, week: Period, missed: tuple[str, ...], now: datetime, language: Language
    ) -> Message:
        """Write the weekly digest."""
        return digest(self.week(week, missed, now), words_for(language))

    # Evidence ------------------------------------------------------------------------------------

    def _evidence(
        self,
        unit: Unit,
        quarter: Period,
        measured: Measurement,
        held_worse: tuple[str, ...],
        now: datetime,
    ) -> Evidence:
        baseline = measured.baseline
        weeks = [
            self._handling(unit, week.first_day, week.last_day, quarter, baseline, now)
            for week in _weeks(quarter)
        ]
        resolved = np.concatenate([np.zeros(0), *weeks])
        costs = unit.figures.costs_between(quarter.first_day, quarter.last_day)
        return Evidence(
            quarter=quarter.key,
            before=self._before(unit, baseline),
            now=_known(resolved),
            weeks_before=_weeks_of(baseline),
            weeks_now=sum(len(_known(minutes)) > 0 for minutes in weeks),
            resolved=len(resolved),
            cost_eur=sum(entry.cents for entry in costs) / 100,
            months=self._months(unit, quarter, baseline, now),
            times=tuple(_figure(measured[key]) for key in _TIMES),
            soft=tuple(_figure(measured[key]) for key in _SOFT),
            worse=(
                *(key for key in _GUARDRAILS if measured[key].verdict is Reading.WORSE),
                *held_worse,
            ),
        )

    def _before(self, unit: Unit, baseline: FrozenBaseline | None) -> Floats:
        if baseline is None:
            return np.zeros(0)
        zone, period = self._calendar.zone, baseline.period
        return _known(
            unit.figures.handling_between(period.start(zone), period.end(zone), self._sources)
        )

    def _handling(
        self,
        unit: Unit,
        first: date,
        last: date,
        within: Period,
        baseline: FrozenBaseline | None,
        now: datetime,
    ) -> Floats:
        """Return the handling minutes of these days; NaN where none were measured.

        Only days of ``within``, after the baseline's last: its tickets are no pilot.
        """
        begin, end = max(first, within.first_day), min(last, within.last_day)
        days = _after(baseline, Period.between(begin, end))
        if days is None:
            return np.zeros(0)
        zone = self._calendar.zone
        return unit.figures.handling_between(
            days.start(zone), min(days.end(zone), now), self._sources
        )

    def _months(
        self, unit: Unit, quarter: Period, baseline: FrozenBaseline | None, now: datetime
    ) -> tuple[Month, ...]:
        costs = [row for row in unit.figures.all_costs() if row.booked_on <= quarter.last_day]
        starts = [quarter.first_day, *(row.booked_on for row in costs)]
        if baseline is not None:
            starts.append(baseline.period.last_day + _DAY)
        span = Period.between(min(starts), quarter.last_day)
        months = []
        for month in _months_in(span):
            minutes = _known(
                self._handling(unit, month.first_day, month.last_day, span, baseline, now)
            )
            cents = sum(row.cents for row in costs if month_of(row.booked_on) == month)
            months.append(Month(month.key, len(minutes), float(minutes.sum()), cents / 100))
        return tuple(_from_first_sign(months))


def _assumed(unit: Unit) -> tuple[Assumed, ...]:
    decided = unit.figures.assumptions()
    return tuple(
        replace(default, value=row.value, source=row.source)
        if (row := decided.get(default.key))
        else default
        for default in DEFAULTS
    )


def _require_order(assumptions: list[Assumed]) -> None:
    values = {assumed.key: assumed.value for assumed in assumptions}
    if not values["recapture_low"] <= values["recapture_mid"] <= values["recapture_high"]:
        raise InvalidError("recapture: low must not exceed mid, nor mid high")


def _weeks(quarter: Period) -> list[Period]:
    first = week_of(quarter.first_day).first_day
    days = (quarter.last_day - first).days
    return [week_of(first + at * _DAY) for at in range(0, days + 1, 7)]


def _months_in(span: Period) -> list[Period]:
    months = [month_of(span.first_day)]
    while months[-1].last_day < span.last_day:
        months.append(month_of(months[-1].last_day + _DAY))
    return months


def _from_first_sign(months: list[Month]) -> list[Month]:
    """Leave out the months before the first ticket or cost."""
    signs = [at for at, month in enumerate(months) if month.n or month.cost_eur]
    return months[signs[0] :] if signs else []


def _after(baseline: FrozenBaseline | None, period: Period) -> Period | None:
    """Return the part of ``period`` after the baseline's last day; None when there is none."""
    if baseline is None or baseline.period.last_day < period.first_day:
        return period
    if baseline.period.last_day >= period.last_day:
        return None
    return Period.between(baseline.period.last_day + _DAY, period.last_day)


def _weeks_of(baseline: FrozenBaseline | None) -> float:
    if baseline is None:
        return 0.0
    return ((baseline.period.last_day - baseline.period.first_day).days + 1) / 7


def _known(minutes: Floats) -> Floats:
    return np.asarray(minutes[~np.isnan(minutes)], dtype=np.float64)


def _figure(kpi: KpiValue) -> Figure:
    return Figure(kpi.key, kpi.value, kpi.unit, kpi.n, kpi.low, kpi.high)

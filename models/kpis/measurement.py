"""Measure key figures, freeze them before the pilot, and compare."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy.typing as npt
from numpy import float64

from models.currency import EURO, Currency
from models.errors import InvalidError, NotFoundError
from models.kpis.agreement import Agreement, TimedTwice, agreement
from models.kpis.baseline import FEWEST, FrozenBaseline, FrozenKpi, baseline_row, read_baseline
from models.kpis.baseline_change import BaselineChange
from models.kpis.baseline_events import changed_since
from models.kpis.company import company_figure
from models.kpis.comparison import KpiVerdict, verdict_of
from models.kpis.definitions import KPIS
from models.kpis.figure import Better
from models.kpis.handling import Handling, handling_of
from models.kpis.outcomes import WINDOW, AnswerOutcome, counts, outcomes
from models.kpis.periods import Period
from models.kpis.rows import Declared, FigureQuery, FigureReader
from models.kpis.small_desks import FEWEST_ROWS, is_known_small, may_tell
from models.kpis.wait_weeks import waits_to_freeze
from models.statistics.estimates import Estimate
from models.store.baseline_events import EventRange
from models.store.transaction import Store, UnitOfWork
from models.tables import Baseline, CompanyKpi, KpiReading, Source, TicketTimes
from models.tickets.effort import AS_TIMED
from models.tickets.hours import Calendar, calendar_from
from models.tickets.projection import rebuilt

Floats = npt.NDArray[float64]

REAL = (Source.SLACK, Source.IMPORT)
ALL = (*REAL, Source.DEMO)


@dataclass(frozen=True, slots=True)
class KpiValue:
    """A key figure of a period beside its baseline, with what may be said of it.

    ``title`` is English, for `Translator.gettext`; ``low`` and ``high`` bound the 95 % interval.
    """

    key: str
    title: str
    unit: str
    better: Better
    n: int
    value: float | None
    low: float | None
    high: float | None
    baseline: float | None
    target: float | None
    verdict: KpiVerdict

    @property
    def estimate(self) -> Estimate:
        return Estimate(self.n, self.value, self.low, self.high)

    @property
    def withheld(self) -> bool:
        return self.verdict is KpiVerdict.WITHHELD


@dataclass(frozen=True, slots=True)
class Measurement:
    """All key figures of a period, as they are known at ``at``.

    ``suggest_only`` says that the classifier decides nothing just now.
    """

    period: Period
    at: datetime
    kpis: tuple[KpiValue, ...]
    baseline: FrozenBaseline | None
    suggest_only: bool = False
    currency: str = EURO.code

    def __getitem__(self, key: str) -> KpiValue:
        return next(kpi for kpi in self.kpis if kpi.key == key)


@dataclass(frozen=True, slots=True)
class Kpis:
    """Measure, freeze, compare.

    Parameters
    ----------
    store, calendar
        Where the tickets are, and when the office works.
    sources
        Which tickets count. Made-up ones are never real: only the playground counts `ALL`.
    staff
        Slack ids of the support staff, user groups among them: of one to four people no
        single day and no single ticket is shown.
    currency
        What sums are in, until the first of them is written down.
    """

    store: Store
    calendar: Calendar
    sources: tuple[Source, ...] = REAL
    staff: frozenset[str] = frozenset()
    currency: Currency = EURO

    def currency_in(self, unit: UnitOfWork) -> str:
        """Return the code of the currency that the company's sums are in."""
        return unit.money.currency(self.currency).code

    def measure(self, period: Period, now: datetime) -> Measurement:
        """Return every key figure of ``period`` that may be shown, beside the baseline in force."""
        with self.store.snapshot() as unit:
            return self.shown_in(unit, self.measure_in(unit, period, now))

    def shown_in(self, unit: UnitOfWork, measured: Measurement) -> Measurement:
        """Return what a small desk shows: no times of a single day, and none of a few tickets."""
        if not is_known_small(unit, self.staff):
            return measured
        of_work = {figure.key for figure in figures_in(unit) if figure.of_work}
        told = may_tell(measured.period, measured.at.astimezone(self.calendar.zone).date())
        kpis = (
            kpi if kpi.key not in of_work or (told and kpi.n >= FEWEST_ROWS) else _withheld(kpi)
            for kpi in measured.kpis
        )
        return replace(measured, kpis=tuple(kpis))

    def measure_in(self, unit: UnitOfWork, period: Period, now: datetime) -> Measurement:
        """Return every key figure within a transaction: what is read beside is of that moment.

        To compute with. What people see of it goes through `shown_in`.
        """
        return self.values_of(self.reader(unit, period, now, figures_in(unit)))

    def reader(
        self, unit: UnitOfWork, period: Period, now: datetime, figures: Iterable[Declared]
    ) -> FigureReader:
        """Return who reads the rows of some figures."""
        return FigureReader(unit, FigureQuery(period, self.calendar, self.sources, now), figures)

    def values_of(self, reader: FigureReader) -> Measurement:
        """Return the figures of a reader, each beside the baseline or its own earlier days."""
        unit, asked = reader.unit, reader.asked
        frozen = self.baseline_in(unit)
        kpis = [
            _beside(figure, figure.estimate(reader), _before(figure, reader, frozen))
            for figure in reader.figures
        ]
        suggests, currency = unit.oversight.suggest_only(), self.currency_in(unit)
        return Measurement(asked.period, asked.now, tuple(kpis), frozen, suggests, currency)

    def is_small(self) -> bool:
        """Return whether one to four people are named as the support staff."""
        with self.store.snapshot() as unit:
            return is_known_small(unit, self.staff)

    def number_of_staff(self) -> int:
        """Return how many people are named as the support staff."""
        with self.store.snapshot() as unit:
            return unit.people.number_of(self.staff)

    def handling_minutes(self, period: Period, now: datetime) -> Floats:
        """Return the handling minutes of the tickets resolved in a period: quickly read."""
        zone = self.calendar.zone
        with self.store.snapshot() as unit:
            return unit.effects.handling_minutes(
                period.start(zone), min(period.end(zone), now), self.sources
            )

    def freeze(
        self, first_day: date | None, last_day: date | None, now: datetime
    ) -> FrozenBaseline:
        """Keep the figures of a range for good; the latest baseline is the one in force.

        Without days, the range is all imported history.

        Raises
        ------
        InvalidError
            With too few resolved tickets, or nothing imported; the message says what to do.
        """
        drafted = self.draft(first_day, last_day, now)
        with self.store.begin() as unit:
            unit.projection.keep_calendar(self.calendar.version, self.calendar.content)
            return read_baseline(unit.figures.save(drafted))

    def calendar_changed(self) -> bool:
        """Return whether the calendar in force is not the one that the baseline was timed by.

        Days after the baseline's may differ: each year has its own days off.
        """
        with self.store.snapshot() as unit:
            frozen = self.baseline_in(unit)
            content = unit.projection.calendar(frozen.calendar) if frozen else None
        if frozen is None or content is None:
            return False
        first, last = frozen.period.first_day, frozen.period.last_day
        return not self.calendar.works_like(calendar_from(content), first, last)

    def draft(self, first_day: date | None, last_day: date | None, now: datetime) -> Baseline:
        """Return what `freeze` would keep, as a row that is not stored yet.

        Raises
        ------
        InvalidError
            As `freeze` does.
        """
        with self.store.snapshot() as unit:
            period = self._range(unit, first_day, last_day)
            reader = self.reader(unit, period, now, KPIS.values())
            _require_enough(len(reader.tickets("resolved")), period)
            kpis = (_frozen(figure, figure.estimate(reader)) for figure in reader.figures)
            zone, last = self.calendar.zone, unit.baseline_events.newest()
            days = EventRange(period.start(zone), period.end(zone), self.sources)
            events = unit.baseline_events.lines(days, last)
            handling = self.handling(unit, period)
            waits = waits_to_freeze(unit, period, self.calendar, self.sources, now)
            basis = {
                **self._basis(),
                "handling": asdict(handling) if handling else None,
                "waits": asdict(waits) if waits else None,
            }
            # Nobody froze it before what was there: a clock that is set back changes nothing.
            seen = unit.baseline_events.latest() or now
            row = baseline_row(kpis, period, events, basis, max(now, seen))
            row.last_event = last
            return row

    def baseline(
        self, first_day: date | None = None, last_day: date | None = None
    ) -> FrozenBaseline | None:
        """Return the baseline in force, or the latest with these days; None without any.

        Raises
        ------
        InvalidError
            When it was changed after it was frozen.
        """
        with self.store.snapshot() as unit:
            return self.baseline_in(unit, first_day, last_day)

    def baseline_changed(self, frozen: FrozenBaseline) -> BaselineChange | None:
        """Return what was added to a baseline's days after it was frozen; None for nothing."""
        with self.store.snapshot() as unit:
            return changed_since(unit, frozen)

    def baseline_in(
        self, unit: UnitOfWork, first_day: date | None = None, last_day: date | None = None
    ) -> FrozenBaseline | None:
        """`baseline` within a transaction."""
        row = unit.figures.latest_baseline(first_day, last_day)
        return None if row is None else read_baseline(row)

    def handling(self, unit: UnitOfWork, period: Period) -> Handling | None:
        """Return the handling times of the whole weeks of a period, in sums."""
        cut = KPIS["handling_time"].cut or 0.0
        return handling_of(unit, period, self.calendar, self.sources, cut)

    def add(self, row: CompanyKpi) -> None:
        """Add a key figure of the company; from then on it stands beside the others.

        Raises
        ------
        InvalidError
            When there is one of that key.
        """
        with self.store.begin() as unit:
            if row.key in KPIS or unit.effects.company_kpi(row.key):
                raise InvalidError(f"there is a key figure {row.key!r}: choose another with --key")
            unit.effects.save(row)

    def read(self, key: str, value: float, on_day: date, now: datetime) -> None:
        """Keep what somebody read of a company's key figure on a day.

        Raises
        ------
        NotFoundError
            When there is none of that key.
        InvalidError
            When Lotsen measures it, or the value cannot be.
        """
        with self.store.begin() as unit:
            row = unit.effects.company_kpi(key)
            if row is None:
                raise NotFoundError(f"no key figure {key!r}; see lotsen kpi list")
            if row.measure:
                raise InvalidError(f"{key} is measured by Lotsen: nobody has to read it")
            if not 0 <= value <= (1 if row.unit == "share" else 1e9):
                raise InvalidError(
                    f"{value} {row.unit}: a share is written 0.8, nothing is below 0"
                )
            unit.effects.save(KpiReading(kpi_key=key, on_day=on_day, value=value, recorded_at=now))

    def company(self) -> list[tuple[CompanyKpi, KpiReading | None]]:
        """Return the key figures of the company, each with what was read last."""
        with self.store.snapshot() as unit:
            rows = unit.effects.company_kpis()
            return [(row, unit.effects.latest_reading(row.key)) for row in rows]

    def outcomes(self, period: Period) -> dict[AnswerOutcome, int]:
        """Return what became of the questions that were answered in a period."""
        zone = self.calendar.zone
        with self.store.snapshot() as unit:
            return outcomes_between(unit, period.start(zone), period.end(zone))

    def agreement(self) -> Agreement:
        """Return how well stated minutes agree with those of the buttons."""
        with self.store.snapshot() as unit:
            found = unit.projection.timed_twice(self.sources)
        told = (
            TimedTwice(minutes, float(detail["minutes"]), detail.get("via") == AS_TIMED)
            for minutes, detail in found.values()
            if "minutes" in detail
        )
        return agreement(list(told))

    def misprojected(self) -> Iterator[int]:
        """Yield the tickets whose times are not what their events come to; reads only.

        Each thousand is of one moment, so that what happens meanwhile is no difference.
        """
        last = 0
        while True:
            with self.store.snapshot() as unit:
                batch = unit.figures.events_after(last)
                if not batch:
                    return
                numbers = [ticket_id for ticket_id, _, _ in batch]
                stored = unit.projection.times_of(numbers)
                anew = {row.ticket_id: row for row in rebuilt(unit, batch, self.calendar)}
            yield from (one for one in numbers if _times(stored.get(one)) != _times(anew.get(one)))
            last = batch[-1][0]

    def rebuild(self) -> int:
        """Compute every ticket's times anew from its events; return how many tickets."""
        done, last = 0, 0
        while True:
            with self.store.begin() as unit:
                batch = unit.figures.events_after(last)
                if not batch:
                    return done
                times = rebuilt(unit, batch, self.calendar)
                unit.figures.replace_times([ticket_id for ticket_id, _, _ in batch], times)
            done, last = done + len(batch), batch[-1][0]

    def _range(self, unit: UnitOfWork, first_day: date | None, last_day: date | None) -> Period:
        if first_day is not None and last_day is not None:
            return Period.between(first_day, last_day)
        imported = [source for source in self.sources if source is not Source.SLACK]
        history = unit.figures.history(imported)
        if history is None:
            raise InvalidError(
                "nothing was imported yet: import older tickets (lotsen import tickets FILE), "
                "or name the days with --from and --to"
            )
        first, last = (at.astimezone(self.calendar.zone).date() for at in history)
        return Period.between(first_day or first, last_day or last)

    def _basis(self) -> dict[str, object]:
        calendar = self.calendar
        return {
            "office": [calendar.zone.key, str(calendar.opens), str(calendar.closes)],
            "calendar": calendar.version,
            "sources": sorted(self.sources),
        }


def outcomes_between(unit: UnitOfWork, start: datetime, end: datetime) -> dict[AnswerOutcome, int]:
    """Return what became of the questions answered in [start, end), as far as is known."""
    answered = unit.figures.answered_between(start, end)
    steps = unit.figures.case_steps(start, end + WINDOW) if answered else []
    return counts(outcomes(steps, answered))


def figures_in(unit: UnitOfWork) -> list[Declared]:
    """Return all key figures, those that the company added after the others."""
    return [*KPIS.values(), *map(company_figure, unit.effects.company_kpis())]


def _before(
    figure: Declared, reader: FigureReader, frozen: FrozenBaseline | None
) -> Estimate | None:
    """Return what a figure is compared with: the company says which days, else the baseline."""
    if figure.window is not None:
        return figure.estimate(reader.within(figure.window, figure))
    return frozen.estimate(figure.key) if frozen else None


def _frozen(figure: Declared, found: Estimate) -> FrozenKpi:
    return FrozenKpi(figure.key, figure.unit, figure.better, **asdict(found))


def _beside(kpi: Declared, now: Estimate, before: Estimate | None) -> KpiValue:
    value = before.value if before else None
    return KpiValue(
        *(kpi.key, kpi.title, kpi.unit, kpi.better),
        **asdict(now),
        baseline=value,
        target=kpi.target(value),
        verdict=verdict_of(kpi, now, before),
    )


def _withheld(kpi: KpiValue) -> KpiValue:
    """Return a figure without its value; one of no ticket is as it is."""
    if not kpi.n:
        return kpi
    return replace(kpi, value=None, low=None, high=None, verdict=KpiVerdict.WITHHELD)


def _times(row: TicketTimes | None) -> dict[str, Any] | None:
    return row.model_dump() if row else None


def _require_enough(resolved: int, period: Period) -> None:
    if resolved < FEWEST:
        raise InvalidError(
            f"{resolved} tickets were resolved from {period.first_day} to {period.last_day}; "
            f"a baseline needs at least {FEWEST}: import older tickets "
            "(lotsen import tickets FILE), or name more days with --from and --to"
        )

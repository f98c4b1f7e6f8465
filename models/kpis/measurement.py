"""Measure key figures, freeze them before the pilot, and compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models.errors import InvalidError
from models.kpis.baseline import FEWEST, FrozenBaseline, baseline_row, read_baseline
from models.kpis.comparison import Verdict, verdict_of
from models.kpis.definitions import KPIS, Better, Kpi, Sample, Unit
from models.kpis.periods import Period
from models.store.transaction import Store
from models.store.transaction import Unit as Transaction
from models.tables import CostKind, Source
from models.tickets.hours import Calendar
from models.tickets.times import times_of

REAL = (Source.SLACK, Source.IMPORT)
ALL = (*REAL, Source.DEMO)


@dataclass(frozen=True, slots=True)
class KpiValue:
    """A key figure of a period beside its baseline, with what may be said of it.

    ``title`` is English, for `Words.say`; ``low`` and ``high`` bound the 95 % interval.
    """

    key: str
    title: str
    unit: Unit
    better: Better
    n: int
    value: float | None
    low: float | None
    high: float | None
    baseline: float | None
    target: float | None
    verdict: Verdict


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

    def __getitem__(self, key: str) -> KpiValue:
        return next(kpi for kpi in self.kpis if kpi.key == key)


class Kpis:
    """Measure, freeze, compare.

    Parameters
    ----------
    store, calendar
        Where the tickets are, and when the office works.
    sources
        Which tickets count. Made-up ones are never real: only the playground counts `ALL`.
    """

    def __init__(self, store: Store, calendar: Calendar, sources: Sequence[Source] = REAL) -> None:
        self._store = store
        self._calendar = calendar
        self._sources = tuple(sources)

    def measure(self, period: Period, now: datetime) -> Measurement:
        """Return every key figure of ``period``, beside the baseline in force."""
        with self._store.snapshot() as unit:
            sample = self._sample(unit, period, now)
            baseline = _latest(unit)
            suggest_only = unit.oversight.suggest_only()
        kpis = tuple(_compared(kpi, sample, baseline) for kpi in KPIS.values())
        return Measurement(period, now, kpis, baseline, suggest_only)

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
        with self._store.snapshot() as unit:
            period = self._range(unit, first_day, last_day)
            sample = self._sample(unit, period, now)
            _require_enough(sample, period)
            start, end = period.start(self._calendar.zone), period.end(self._calendar.zone)
            events = unit.figures.event_lines(start, end, self._sources)
            row = baseline_row(period, sample, events, self._basis(), now)
        with self._store.begin() as unit:
            return read_baseline(unit.figures.add_baseline(row))

    def baseline(self) -> FrozenBaseline | None:
        """Return the baseline in force; None before the first.

        Raises
        ------
        InvalidError
            When it was changed after it was frozen.
        """
        with self._store.snapshot() as unit:
            return _latest(unit)

    def rebuild(self) -> int:
        """Compute every ticket's times anew from its events; return how many tickets."""
        done, last = 0, 0
        while True:
            with self._store.begin() as unit:
                batch = unit.figures.events_after(last)
                if not batch:
                    return done
                times = [
                    times_of(source, ticket_id, events, self._calendar)
                    for ticket_id, source, events in batch
                    if events
                ]
                unit.figures.replace_times([ticket_id for ticket_id, _, _ in batch], times)
            done, last = done + len(batch), batch[-1][0]

    def _sample(self, unit: Transaction, period: Period, now: datetime) -> Sample:
        start, end = period.start(self._calendar.zone), period.end(self._calendar.zone)
        frame = unit.figures.times_between(start, end, self._sources)
        answered, confirmed = unit.figures.answers_between(start, end)
        right, labelled = unit.oversight.blind_between(start, end, self._sources)
        cents = unit.figures.cents_spent(CostKind.CLOUD, period.first_day, period.last_day)
        return Sample(
            opened=frame.opened,
            resolved=frame.resolved,
            open_tickets=unit.figures.open_at(min(now, end), self._sources),
            answered=answered,
            confirmed=confirmed,
            cloud_eur=None if cents is None else cents / 100,
            blind_right=right,
            blind_labelled=labelled,
        )

    def _range(self, unit: Transaction, first_day: date | None, last_day: date | None) -> Period:
        if first_day is not None and last_day is not None:
            return Period.between(first_day, last_day)
        imported = [source for source in self._sources if source is not Source.SLACK]
        history = unit.figures.history(imported)
        if history is None:
            raise InvalidError(
                "nothing was imported yet: import older tickets (lotsen import tickets FILE), "
                "or name the days with --from and --to"
            )
        first, last = (at.astimezone(self._calendar.zone).date() for at in history)
        return Period.between(first_day or first, last_day or last)

    def _basis(self) -> dict[str, object]:
        calendar = self._calendar
        return {
            "office": [calendar.zone.key, str(calendar.opens), str(calendar.closes)],
            "sources": sorted(self._sources),
        }


def _latest(unit: Transaction) -> FrozenBaseline | None:
    row = unit.figures.latest_baseline()
    return None if row is None else read_baseline(row)


def _compared(kpi: Kpi, sample: Sample, baseline: FrozenBaseline | None) -> KpiValue:
    now = kpi.estimate(sample)
    before = baseline.estimate(kpi.key) if baseline else None
    value = before.value if before else None
    return KpiValue(
        key=kpi.key,
        title=kpi.title,
        unit=kpi.unit,
        better=kpi.better,
        n=now.n,
        value=now.value,
        low=now.low,
        high=now.high,
        baseline=value,
        target=kpi.target(value),
        verdict=verdict_of(kpi, now, before),
    )


def _require_enough(sample: Sample, period: Period) -> None:
    resolved = len(sample.resolved["resolution_minutes"])
    if resolved < FEWEST:
        raise InvalidError(
            f"{resolved} tickets were resolved from {period.first_day} to {period.last_day}; "
            f"a baseline needs at least {FEWEST}: import older tickets "
            "(lotsen import tickets FILE), or name more days with --from and --to"
        )

"""What a week's digest is written from, read from the store."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from models.currency import EURO
from models.governance.small_groups import may_list
from models.kpis.definitions import KPIS, WEEK
from models.kpis.measurement import KpiValue
from models.kpis.periods import Period, month_of, weeks_before
from models.kpis.ratings import published_ratings
from models.kpis.rows import Declared, FigureQuery, FigureReader
from models.kpis.satisfaction import UNKNOWN_SATISFACTION, Satisfaction, satisfaction
from models.kpis.small_desks import is_known_small, of_enough
from models.settings import Settings
from models.statistics.control_limits import ControlLimits, control_limits
from models.statistics.estimates import NOTHING, Estimate, median
from models.store.transaction import UnitOfWork
from models.value.digest.checks import Checks
from models.value.effect.comparison import Comparison

OLDEST = 3
SERIES_WEEKS = 12
FELT_WEEKS = 4
_LONG = timedelta(days=7)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


FEWEST_ALIKE = 3
"""Different people who must have asked alike before anybody's words are quoted."""


@dataclass(frozen=True, slots=True)
class WorstGap:
    """What people ask most in vain, and the minutes of work that it costs.

    Attributes
    ----------
    example
        One of the questions, without personal data; empty where fewer than `FEWEST_ALIKE`
        people asked alike, for a question of one's own is known by its words.
    titles
        The category of most of them by language; empty where they have none.
    article
        The nearest article; empty where none is near.
    """

    example: str
    minutes: float
    size: int
    titles: Mapping[str, str] = field(default_factory=dict)
    article: str = ""


Gaps = Callable[[datetime], Sequence[WorstGap]]


def _no_gaps(_now: datetime) -> Sequence[WorstGap]:
    return ()


@dataclass(frozen=True, slots=True)
class DigestSetting:
    """What a digest needs of the settings.

    ``staff`` are Slack ids of the support staff, user groups among them; ``gaps`` finds
    the questions that nothing answers, the most minutes first.
    """

    llm_cap_eur: float = 0.0
    staff: frozenset[str] = frozenset()
    gaps: Gaps = _no_gaps

    @classmethod
    def of(cls, settings: Settings, gaps: Gaps = _no_gaps) -> "DigestSetting":
        return cls(settings.lotsen_llm_monthly_cap, settings.staff, gaps)


@dataclass(frozen=True, slots=True)
class OldTicket:
    """An open ticket: number, age, category. Nobody's name."""

    number: int
    age_minutes: float
    titles: Mapping[str, str]
    category: str


@dataclass(frozen=True, slots=True)
class WaitingTickets:
    """Tickets that wait; ``oldest`` is empty for a small desk."""

    oldest: tuple[OldTicket, ...] = ()
    over_a_week: int = 0
    longest_minutes: float = 0.0


@dataclass(frozen=True, slots=True)
class MonitoredFigure:
    """A figure of the week beside the weeks before; ``limits`` None with too few of them."""

    key: str
    value: float | None
    earlier: tuple[float | None, ...]

    @property
    def limits(self) -> ControlLimits | None:
        is_share = self.key in KPIS and KPIS[self.key].unit == "share"
        return control_limits(self.earlier, 1.0 if is_share else math.inf)


@dataclass(frozen=True, slots=True)
class WeekFacts:
    """What a digest is written from.

    Attributes
    ----------
    half_resolved
        Minutes by the clock within which half of the tickets of the last four weeks were
        resolved, those that still wait counted as waiting.
    watched
        By key; ``opened`` is the number of new tickets.
    trend
        (week, median handling minutes), the oldest first.
    spent_eur, cap_eur
        What the language model cost in the month, and may cost; 0 without one.
    missed
        Weeks that got no digest, the oldest first.
    trials
        Names of use cases that are a proof of concept.
    effect, wait
        What is judged: the staff's handling time, and how long employees wait.
    felt
        Ratings and handling time of the last four weeks, and of the four before.
    """

    week: Period
    opened: int
    resolved: int
    kpis: tuple[KpiValue, ...] = ()
    has_baseline: bool = False
    waits: WaitingTickets = field(default_factory=WaitingTickets)
    missed: tuple[str, ...] = ()
    suggest_only: bool = False
    currency: str = EURO.code
    trials: tuple[str, ...] = ()
    effect: Comparison | None = None
    wait: Comparison | None = None
    half_resolved: Estimate = NOTHING
    watched: tuple[MonitoredFigure, ...] = ()
    trend: tuple[tuple[str, float | None], ...] = ()
    spent_eur: float = 0.0
    cap_eur: float = 0.0
    gaps: tuple[WorstGap, ...] = ()
    felt: Satisfaction = UNKNOWN_SATISFACTION
    checks: Checks = field(default_factory=Checks)

    def __getitem__(self, key: str) -> KpiValue:
        return next(kpi for kpi in self.kpis if kpi.key == key)

    def usual(self, key: str) -> ControlLimits | None:
        """Return between what a figure usually lies; None where nobody knows."""
        return next((one.limits for one in self.watched if one.key == key), None)


def read_week(unit: UnitOfWork, asked: FigureQuery, staff: frozenset[str]) -> WeekFacts:
    """Return what the store knows of a week and of the weeks before: no key figures yet."""
    week = asked.period
    weeks = [*weeks_before(week, SERIES_WEEKS), week]
    small = is_known_small(unit, staff)
    watched = [figure for figure in (*WEEK.values(), *KPIS.values()) if figure.watched]
    series = _series(unit, asked, weeks, (*watched, WEEK["resolved"]))
    # Before the first ticket there was no desk: those weeks say nothing of what is usual.
    first = next((at for at, one in enumerate(series["opened"]) if one.n), len(weeks) - 1)

    def told(estimate: Estimate) -> Estimate:
        return of_enough(estimate) if small else estimate

    shown = {
        figure.key: [(told(one) if figure.of_work else one).value for one in series[figure.key]]
        for figure in watched
    }
    month = unit.llm_calls.month(month_of(week.last_day).key)
    return WeekFacts(
        week=week,
        opened=series["opened"][-1].n,
        resolved=series["resolved"][-1].n,
        waits=_waits(unit, asked, staff),
        half_resolved=told(_half_resolved(unit, asked)),
        watched=tuple(
            MonitoredFigure(key, values[-1], tuple(values[first:-1]))
            for key, values in shown.items()
        ),
        trend=tuple(
            (one.key, value) for one, value in zip(weeks, shown["handling_time"], strict=True)
        ),
        spent_eur=month.spent_micros / 1e6 if month else 0.0,
        felt=_felt(unit, asked, weeks[-2 * FELT_WEEKS :]),
    )


def _series(
    unit: UnitOfWork, asked: FigureQuery, weeks: Sequence[Period], figures: Sequence[Declared]
) -> dict[str, list[Estimate]]:
    """Return each of some figures by its key, week after week."""
    readers = [FigureReader(unit, replace(asked, period=week), figures) for week in weeks]
    return {figure.key: [figure.estimate(one) for one in readers] for figure in figures}


def _half_resolved(unit: UnitOfWork, asked: FigureQuery) -> Estimate:
    figure = WEEK["half_resolved"]
    of = replace(asked, period=figure.period_in(asked.period))
    return figure.estimate(FigureReader(unit, of, (figure,)))


def _felt(unit: UnitOfWork, asked: FigureQuery, weeks: Sequence[Period]) -> Satisfaction:
    """Return what was felt and measured in the first half of some weeks, and in the other."""
    zone, known = asked.calendar.zone, unit.surveys.rated_weeks(asked.local_day(asked.now))
    halves = [
        Period.between(some[0].first_day, some[-1].last_day)
        for some in (weeks[:-FELT_WEEKS], weeks[-FELT_WEEKS:])
    ]
    felt_before, felt_now = (satisfaction(*published_ratings(known, half)) for half in halves)
    if felt_before.value is None or felt_now.value is None:
        return UNKNOWN_SATISFACTION
    minutes = (
        unit.effects.handling_minutes(half.start(zone), half.end(zone), asked.sources)
        for half in halves
    )
    before, now = (median(some).value for some in minutes)
    return Satisfaction(felt_before, felt_now, before, now)


def _waits(unit: UnitOfWork, asked: FigureQuery, staff: frozenset[str]) -> WaitingTickets:
    now = asked.now
    opened = unit.effects.waiting_since(_EVER, now, asked.sources)
    if not opened:
        return WaitingTickets()
    return WaitingTickets(
        oldest=tuple(_oldest(unit, now)) if may_list(unit, staff) else (),
        over_a_week=sum(at <= now - _LONG for at in opened),
        longest_minutes=(now - min(opened)).total_seconds() / 60,
    )


def _oldest(unit: UnitOfWork, now: datetime) -> Iterator[OldTicket]:
    titles = {category.key: category.titles for category in unit.tickets.categories()}
    for ticket in unit.tickets.unresolved(OLDEST):
        if ticket.opened_at <= now:
            age = (now - ticket.opened_at).total_seconds() / 60
            known = titles.get(ticket.category, {})
            yield OldTicket(ticket.id or 0, age, known, ticket.category)

"""What stands behind a figure that is shown: key figures, the digest's, the statement's.

A figure is named by its key: one of `KPIS`, one that the company added, ``week.`` and one of
the digest, or ``roi.`` and one of the quarterly statement.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from models.errors import InvalidError, NotFoundError
from models.kpis.definitions import BY_CLOCK, KPIS
from models.kpis.drilldown import (
    BEFORE,
    OPEN,
    Drilldown,
    FigureRow,
    FigureRows,
    FigureSpec,
    RowOrder,
    Sum,
    estimate_of,
    ordered,
)
from models.kpis.measurement import REAL, Kpis
from models.kpis.periods import Period, last_seven_days, previous_week, week_of, weeks_before
from models.kpis.rows import (
    INSTANT,
    READERS,
    FigureQuery,
    RowReader,
    company_spec,
    drilldown_of,
    figure_rows,
    of_opened,
    of_resolved,
    ticket_row,
)
from models.kpis.small_desks import is_small, require_long
from models.language import N_
from models.statistics.estimates import Estimate
from models.store.transaction import Store, UnitOfWork
from models.tables import Source
from models.tickets.hours import Calendar
from models.value.digest.week import RESOLVED_WEEKS
from models.value.drilldown.statement_figures import (
    ROI,
    StatementQuery,
    StatementWithSources,
    place_of,
)
from models.value.statement.evidence import NO_CAP
from models.value.statement.quarter_statement import Statement
from models.value.statement.statement_report import MONEY, title_in

ROI_PREFIX, WEEK_PREFIX = "roi.", "week."
_MINUTE = timedelta(minutes=1)
_OF_ALL_MONTHS = ("payback_month", "npv_eur", "p_covered")


@dataclass(frozen=True, slots=True)
class Drilldowns:
    """Read what stands behind any figure.

    Parameters
    ----------
    statement
        Computes a quarter's statement in the snapshot in which its rows are read, so that
        they agree.
    staff
        Slack ids of the support staff, user groups among them: fewer than five people get
        sums of weeks instead of a list of tickets.
    """

    store: Store
    calendar: Calendar
    kpis: Kpis
    statement: Callable[..., StatementWithSources]
    staff: frozenset[str] = frozenset()
    sources: tuple[Source, ...] = REAL

    def of(self, key: str, period: Period, now: datetime, *, tickets: bool = False) -> Drilldown:
        """Return what stands behind a figure of a period, as it is known at ``now``.

        Parameters
        ----------
        tickets
            List tickets on a small desk, too.

        Raises
        ------
        NotFoundError
            When there is no figure of that key; the message names those there are.
        InvalidError
            For a statement's figure of what is no quarter, and for days of a small desk.
        """
        asked = FigureQuery(period, self.calendar, self.sources, now)
        name, week = key.removeprefix(ROI_PREFIX), key.removeprefix(WEEK_PREFIX)
        with self.store.snapshot() as unit:
            small = is_small(unit, self.staff)
            listed = tickets or not small
            if key.startswith(ROI_PREFIX) and name in ROI:
                return self._of_statement(unit, name, asked, listed=listed)
            if not tickets:
                require_long(period, small=small)
            if (found := self._of_kpi(unit, key, asked, listed=listed)) is not None:
                return found
            if week in WEEK:
                return _of_week(unit, week, asked, listed=listed)
            if name in ROI:
                return self._of_statement(unit, name, asked, listed=listed)
        raise NotFoundError(f"no figure {key!r}; there are: {', '.join(self.keys())}")

    def usual_period(self, now: datetime) -> Period:
        """Return the last seven days; of a small desk the last week that is over."""
        today = now.astimezone(self.calendar.zone).date()
        with self.store.snapshot() as unit:
            small = is_small(unit, self.staff)
        return previous_week(today) if small else last_seven_days(today)

    def keys(self) -> tuple[str, ...]:
        """Return the keys of all figures."""
        with self.store.snapshot() as unit:
            added = [row.key for row in unit.effects.company_kpis()]
        return (
            *KPIS,
            *added,
            *(f"{WEEK_PREFIX}{key}" for key in WEEK),
            *(f"{ROI_PREFIX}{key}" for key in ROI),
        )

    def _of_kpi(
        self, unit: UnitOfWork, key: str, asked: FigureQuery, *, listed: bool
    ) -> Drilldown | None:
        added = None if key in KPIS else unit.effects.company_kpi(key)
        if key not in KPIS and added is None:
            return None
        spec = company_spec(added) if added else READERS[key]
        measured = self.kpis.measure_in(unit, asked.period, asked.now)
        if not listed:
            measured = self.kpis.shown_in(unit, measured)
        kpi, frozen = measured[key], measured.baseline
        found = figure_rows(unit, spec, asked)
        return replace(
            drilldown_of(key, spec, found, kpi.estimate, asked, listed=listed),
            baseline=kpi.baseline,
            sha256=frozen.sha256 if frozen and frozen.estimate(key) is not None else "",
            by_clock=key in BY_CLOCK,
            categories=tuple(added.categories) if added else (),
        )

    def _of_statement(
        self, unit: UnitOfWork, name: str, asked: FigureQuery, *, listed: bool
    ) -> Drilldown:
        if "Q" not in asked.period.key:
            raise InvalidError(
                f"{name} is a quarter's figure, and {asked.period.key} is no quarter: "
                "write one such as 2026Q4"
            )
        told = self.statement(unit, asked.period, asked.now, rows=True)
        return _of_statement(unit, name, told, asked, listed=listed)


# The digest's -------------------------------------------------------------------------------


def _half(unit: UnitOfWork, asked: FigureQuery) -> Iterator[FigureRow]:
    """Yield the tickets opened in the weeks: how long they took, or have gone on."""
    end = min(asked.end, asked.now)
    yield from of_opened(lambda line: line.resolution_minutes)(unit, asked)
    for line in unit.drilldown.open_before(asked.now + INSTANT, asked.sources):
        if asked.start <= line.opened_at < end and line.resolved_at is None:
            minutes = (asked.now - line.opened_at) / _MINUTE
            yield ticket_row(line, minutes, by_resolution=False, group=OPEN)


WEEK: Mapping[str, FigureSpec[RowReader]] = {
    "opened": FigureSpec(
        of_opened(lambda line: 1.0),
        Sum.COUNT,
        RowOrder.NEWEST,
        N_("Tickets opened in the period."),
        "count",
        title=N_("New in the week"),
    ),
    "resolved": FigureSpec(
        of_resolved(lambda line: 1.0),
        Sum.COUNT,
        RowOrder.NEWEST,
        N_("Tickets last resolved in the period."),
        "count",
        title=N_("Resolved in the week"),
    ),
    "half_resolved": FigureSpec(
        _half,
        Sum.MEDIAN_WITH_OPEN,
        RowOrder.MOST,
        N_(
            "Minutes by the clock within which half of the tickets opened in the last four weeks "
            "were resolved; those that still wait count as going on (Kaplan–Meier)."
        ),
        "minutes",
        title=N_("Half resolved within, open ones counted"),
    ),
}


def _of_week(unit: UnitOfWork, key: str, asked: FigureQuery, *, listed: bool) -> Drilldown:
    if key == "half_resolved":
        asked = replace(asked, period=_four_weeks(asked.period))
    found = figure_rows(unit, WEEK[key], asked)
    estimate = estimate_of(found.rows, found.sum)
    return replace(
        drilldown_of(key, WEEK[key], found, estimate, asked, listed=listed), by_clock=True
    )


def _four_weeks(period: Period) -> Period:
    week = week_of(period.last_day)
    first = weeks_before(week, RESOLVED_WEEKS - 1)[0]
    return Period.between(first.first_day, week.last_day)


# The statement's ----------------------------------------------------------------------------


def _of_statement(
    unit: UnitOfWork, key: str, told: StatementWithSources, asked: FigureQuery, *, listed: bool
) -> Drilldown:
    said = told.statement
    spec = replace(ROI[key][said.design], title=title_in(key, said))
    rows = ordered(spec.read(StatementQuery(unit, told, asked)), spec.order, spec.better)
    found = FigureRows(rows, spec.sum, spec.order)
    is_of_baseline = any(row.group == BEFORE for row in rows)
    rests_on_design = spec.sum not in (Sum.COUNT, Sum.TOTAL)
    return replace(
        drilldown_of(key, spec, found, _estimate(key, said, rows), asked, listed=listed),
        by_clock=True,
        sha256=told.baseline.sha256 if told.baseline and is_of_baseline else "",
        inputs=tuple(
            (one.key, one.value, one.unit) for one in said.assumptions if one.key in spec.inputs
        ),
        taken=tuple(_taken(told, spec.taken)),
        design=said.design.value if rests_on_design else "",
    )


def _estimate(key: str, statement: Statement, rows: tuple[FigureRow, ...]) -> Estimate:
    figure = next((one for one in statement.hard if one.key == key), None)
    if figure is not None:
        n = len(rows) if figure.n is None else figure.n
        return Estimate(n, figure.value, figure.low, figure.high)
    if key not in MONEY:  # a count that this design does not show
        return Estimate(len(rows), float(len(rows)))
    n = statement.volume if key not in _OF_ALL_MONTHS else len(rows)
    benefit = statement.benefit
    if not statement.shows_benefit or benefit is None:
        return Estimate(n, None)
    if key == "benefit":
        return Estimate(n, benefit.mid, benefit.low, benefit.high)
    if key == "payback_month":
        return Estimate(n, place_of(statement, rows))
    return Estimate(n, statement.money[key])


def _taken(told: StatementWithSources, keys: tuple[str, ...]) -> Iterator[tuple[str, float, str]]:
    """Yield the other figures that one is computed with; no benefit that is not shown."""
    said, found = told.statement, told.statement.difference
    known: Mapping[str, tuple[float | None, str]] = {
        "cap": (told.quarter.cap if told.quarter.cap < NO_CAP else None, "minutes"),
        "assisted": (float(said.volume), "count"),
        "benefit": (said.benefit.mid if said.shows_benefit and said.benefit else None, "EUR"),
        "cost": (said.cost_eur, "EUR"),
        "standard_error": (found.error if found else None, "minutes"),
        "degrees_of_freedom": (found.freedom if found else None, "count"),
    }
    for key in keys:
        value, unit = known[key]
        if value is not None:
            yield key, value, unit

"""What stands behind a figure that is shown: key figures, the digest's, the statement's.

A figure is named by its key: one of `KPIS`, one that the company added, ``week.`` and one of
the digest, or ``roi.`` and one of the quarterly statement.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from models.errors import InvalidError, NotFoundError
from models.kpis.company import company_figure
from models.kpis.definitions import KPIS, WEEK, WEEK_PREFIX
from models.kpis.drilldown import Drilldown, drilldown_of
from models.kpis.figure import BEFORE, COUNT, TOTAL, Frame
from models.kpis.measurement import REAL, Kpis
from models.kpis.periods import Period, last_seven_days, previous_week
from models.kpis.rows import Declared, FigureQuery, FigureReader
from models.kpis.small_desks import is_small, require_long
from models.statistics.estimates import Estimate
from models.store.transaction import Store, UnitOfWork
from models.tables import Source
from models.tickets.hours import Calendar
from models.value.drilldown.statement_figures import (
    ROI,
    ROI_PREFIX,
    StatementQuery,
    StatementWithSources,
    place_of,
)
from models.value.statement.evidence import NO_CAP
from models.value.statement.quarter_statement import Statement
from models.value.statement.statement_report import MONEY, title_in

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
        name = key.removeprefix(ROI_PREFIX)
        with self.store.snapshot() as unit:
            small = is_small(unit, self.staff)
            listed = tickets or not small
            of_statement = key.startswith(ROI_PREFIX) and name in ROI
            if not (of_statement or tickets):
                require_long(period, small=small)
            figure = None if of_statement else self._declared(unit, key)
            found = None
            if figure is not None:
                found = self._of(unit, figure, asked, listed=listed)
            elif name in ROI:
                found = self._of_statement(unit, name, asked, listed=listed)
            currency = self.kpis.currency_in(unit)
        if found is None:
            raise NotFoundError(f"no figure {key!r}; there are: {', '.join(self.keys())}")
        return replace(found, currency=currency)

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

    def _declared(self, unit: UnitOfWork, key: str) -> Declared | None:
        """Return a key figure, one of the company's or of the digest's; None where there is none."""
        if key in KPIS:
            return KPIS[key]
        added = unit.effects.company_kpi(key)
        return company_figure(added) if added else WEEK.get(key.removeprefix(WEEK_PREFIX))

    def _of(
        self, unit: UnitOfWork, figure: Declared, asked: FigureQuery, *, listed: bool
    ) -> Drilldown:
        asked = replace(asked, period=figure.period_in(asked.period))
        reader = FigureReader(unit, asked, (figure,), detailed=True)
        measured = self.kpis.values_of(reader)
        if not listed:
            measured = self.kpis.shown_in(unit, measured)
        kpi, frozen = measured[figure.key], measured.baseline
        return replace(
            drilldown_of(figure, figure.read(reader), kpi.estimate, asked, listed=listed),
            baseline=kpi.baseline,
            sha256=frozen.sha256 if frozen and frozen.estimate(figure.key) is not None else "",
            calls=figure.calls(reader) if figure.calls else (),
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


# The statement's ----------------------------------------------------------------------------


def _of_statement(
    unit: UnitOfWork, key: str, told: StatementWithSources, asked: FigureQuery, *, listed: bool
) -> Drilldown:
    said = told.statement
    figure = replace(ROI[key][said.design], key=key, title=title_in(key, said))
    frame = figure.read(StatementQuery(unit, told, asked))
    rests_on_design = figure.aggregate not in (COUNT, TOTAL)
    is_of_baseline = bool((frame["group"] == BEFORE).any())
    return replace(
        drilldown_of(figure, frame, _estimate(key, said, frame), asked, listed=listed),
        sha256=told.baseline.sha256 if told.baseline and is_of_baseline else "",
        inputs=tuple(
            (one.key, one.value, one.unit) for one in said.assumptions if one.key in figure.inputs
        ),
        taken=tuple(_taken(told, figure.taken)),
        design=said.design.value if rests_on_design else "",
    )


def _estimate(key: str, statement: Statement, frame: Frame) -> Estimate:
    figure = next((one for one in statement.hard if one.key == key), None)
    if figure is not None:
        n = len(frame) if figure.n is None else figure.n
        return Estimate(n, figure.value, figure.low, figure.high)
    if key not in MONEY:  # a count that this design does not show
        return Estimate(len(frame), float(len(frame)))
    n = statement.volume if key not in _OF_ALL_MONTHS else len(frame)
    benefit = statement.benefit
    if not statement.shows_benefit or benefit is None:
        return Estimate(n, None)
    if key == "benefit":
        return Estimate(n, benefit.mid, benefit.low, benefit.high)
    if key == "payback_month":
        return Estimate(n, place_of(statement, frame))
    return Estimate(n, statement.money[key])


def _taken(told: StatementWithSources, keys: tuple[str, ...]) -> Iterator[tuple[str, float, str]]:
    """Yield the other figures that one is computed with; no benefit that is not shown."""
    said, found = told.statement, told.statement.difference
    known: Mapping[str, tuple[float | None, str]] = {
        "cap": (told.quarter.cap if told.quarter.cap < NO_CAP else None, "minutes"),
        "assisted": (float(said.volume), "count"),
        "benefit": (said.benefit.mid if said.shows_benefit and said.benefit else None, "money"),
        "cost": (said.cost_eur, "money"),
        "standard_error": (found.error if found else None, "minutes"),
        "degrees_of_freedom": (found.freedom if found else None, "count"),
    }
    for key in keys:
        value, unit = known[key]
        if value is not None:
            yield key, value, unit

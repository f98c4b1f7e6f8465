"""What stands behind a figure that is shown: key figures, the digest's, the statement's.

A figure is named by its key: one of `KPIS`, one that the company added, ``week.`` and one of
the digest, or ``roi.`` and one of the quarterly statement.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from models.errors import InvalidError, NotFoundError
from models.kpis.company import as_kpi
from models.kpis.definitions import KPIS
from models.kpis.drilldown import Drilldown
from models.kpis.measurement import REAL, Kpis
from models.kpis.periods import Period, last_seven_days, previous_week
from models.kpis.rows import (
    FigureQuery,
    company_figure_rows,
    drilldown_of,
    figure_rows,
    for_readers,
)
from models.kpis.small_desks import require_long, size_of
from models.store.transaction import Store, UnitOfWork
from models.tables import Source
from models.tickets.hours import Calendar
from models.value.drilldown.drilldown_formulas import ROI
from models.value.drilldown.drilldown_roi import of_statement
from models.value.drilldown.drilldown_sets import StatementWithSources
from models.value.drilldown.drilldown_week import WEEK, of_week


class StatementReader(Protocol):
    """Computes a quarter's statement within a transaction."""

    def __call__(
        self, unit: UnitOfWork, quarter: Period, now: datetime, *, rows: bool
    ) -> StatementWithSources: ...


ROI_PREFIX, WEEK_PREFIX = "roi.", "week."


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
    statement: StatementReader
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
        if key.startswith(ROI_PREFIX) and name in ROI:
            return self._of_statement(name, asked, tickets=tickets)
        with self.store.snapshot() as unit:
            if not tickets:
                require_long(size_of(unit, self.staff), period)
            found = self._of_kpi(unit, key, asked, tickets=tickets)
            if found is not None:
                return found
            listed = tickets or not size_of(unit, self.staff).is_small
            if key.removeprefix(WEEK_PREFIX) in WEEK:
                return of_week(unit, key.removeprefix(WEEK_PREFIX), asked, listed=listed)
        if name in ROI:
            return self._of_statement(name, asked, tickets=tickets)
        raise NotFoundError(f"no figure {key!r}; there are: {', '.join(self.keys())}")

    def usual_period(self, now: datetime) -> Period:
        """Return the last seven days; of a small desk the last week that is over."""
        today = now.astimezone(self.calendar.zone).date()
        with self.store.snapshot() as unit:
            small = size_of(unit, self.staff).is_small
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
        self, unit: UnitOfWork, key: str, asked: FigureQuery, *, tickets: bool
    ) -> Drilldown | None:
        added = None if key in KPIS else unit.effects.company_kpi(key)
        if key not in KPIS and added is None:
            return None
        measured = self.kpis.measure_in(unit, asked.period, asked.now)
        found = company_figure_rows(unit, added, asked) if added else figure_rows(unit, key, asked)
        formula = as_kpi(added).formula if added else KPIS[key].formula
        listed = tickets or not size_of(unit, self.staff).is_small
        drilldown = drilldown_of(found, measured[key], formula, measured, asked)
        told = for_readers(drilldown, asked, listed=listed)
        return replace(told, categories=tuple(added.categories)) if added else told

    def _of_statement(self, name: str, asked: FigureQuery, *, tickets: bool) -> Drilldown:
        if not _is_quarter(asked.period):
            raise InvalidError(
                f"{name} is a quarter's figure, and {asked.period.key} is no quarter: "
                "write one such as 2026Q4"
            )
        with self.store.snapshot() as unit:
            told = self.statement(unit, asked.period, asked.now, rows=True)
            listed = tickets or not size_of(unit, self.staff).is_small
            return of_statement(unit, name, told, asked, listed=listed)


def _is_quarter(period: Period) -> bool:
    return "Q" in period.key

"""Forecast beside actual: what a year may cost, has cost, and will cost as things go. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median
from typing import Any, NamedTuple

from models.currency import EURO, Currency
from models.kpis.cost_bands import FIRST_YEAR_EUR, MONTH_EUR, RUNNING
from models.kpis.periods import Period, month_of, months_in
from models.tables import CostKind

FEWEST_MONTHS = 3
"""Whole months of costs below which nobody knows a rate."""
MOST_MONTHS = 12
NEAR_CAP = 0.8
"""Share of the language model's monthly cap from which on it is near."""
GOES_ON = (*RUNNING, CostKind.INTERNAL_HOURS)
"""Running costs; own working time goes on as well, though it is no running cost of a system."""
_YEAR = timedelta(days=365)
_LAST_DAY = (12, 31)


class Booked(NamedTuple):
    """An entry of the ledger."""

    kind: CostKind
    cents: int
    on: date


class Planned(NamedTuple):
    """A budget of a year (``2027``) or a month (``2027-03``); later ones of a period win."""

    kind: CostKind
    period: str
    cents: int


class BudgetStatus(StrEnum):
    """How what was spent stands to its budget."""

    NONE = "no budget"
    WITHIN = "within budget"
    HEADING_OVER = "heading over budget"
    OVER = "over budget"


@dataclass(frozen=True, slots=True)
class CostLine:
    """A kind of cost in a year, in the company's currency; ``kind`` None is their sum.

    Attributes
    ----------
    budget, planned
        Of the year, and of it up to the day; None without a budget.
    booked
        In the year up to the day.
    rate
        Median of the last whole months; None of costs that come once, and below three months.
    expected
        By the end of the year: what is booked and goes on at its rate; of the others the
        budget, or what is booked where that is more.
    """

    kind: CostKind | None
    budget: float | None
    planned: float | None
    booked: float
    rate: float | None
    expected: float
    course: BudgetStatus


class Band(NamedTuple):
    """A sum beside what is usual, in the company's currency."""

    eur: float
    least: int
    most: int


class FirstYear(NamedTuple):
    """What was booked in the 365 days from the first entry on, beside what is usual.

    ``inside`` says whether running costs are part of the sum; None: nobody said, they are.
    """

    first_day: date
    band: Band
    inside: bool | None


class SystemMonth(NamedTuple):
    """Running costs of the latest month that has some, for each system in use."""

    month: str
    systems: int
    band: Band


class Metered(NamedTuple):
    """What the language model's calls cost: metered in EUR, ``booked`` in the company's currency."""

    month: str
    month_eur: float
    cap_eur: float
    year_eur: float
    booked: float


class SwitchCounts(NamedTuple):
    """How often a tool was given up for another: ever, and within the last 365 days."""

    ever: int
    lately: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """A year's costs as they are known on a day."""

    as_of: date
    lines: tuple[CostLine, ...]
    total: CostLine
    first_year: FirstYear | None
    system_month: SystemMonth | None
    metered: Metered | None
    switches: SwitchCounts
    currency: str = EURO.code

    @property
    def year(self) -> int:
        return self.as_of.year

    def of(self, *courses: BudgetStatus) -> tuple[CostLine, ...]:
        """Return the kinds of cost that stand so."""
        return tuple(line for line in self.lines if line.course in courses)

    def to_json(self) -> dict[str, Any]:
        """Return the keys of ``lotsen cost status --json``."""
        first, month, metered = self.first_year, self.system_month, self.metered
        return {
            "year": self.year,
            "as_of": self.as_of.isoformat(),
            "currency": self.currency,
            "kinds": [_line_json(line) for line in self.lines],
            "total": _line_json(self.total),
            "first_year": first
            and {
                "first_day": first.first_day.isoformat(),
                "running_costs": _inside(first.inside),
                **_band_json(first.band),
            },
            "system_month": month
            and {"month": month.month, "systems": month.systems, **_band_json(month.band)},
            "llm": metered and {"currency": EURO.code, **metered._asdict()},
            "vendor_switches": self.switches._asdict(),
        }


def outlook(
    as_of: date,
    booked: Sequence[Booked],
    planned: Sequence[Planned],
    *,
    inside: bool | None = None,
    systems: int = 0,
    metered: Metered | None = None,
    switched_on: Sequence[date] = (),
    currency: Currency = EURO,
) -> Outlook:
    """Return the year of a day, from what was booked up to it.

    Parameters
    ----------
    planned
        In the order in which they were decided.
    systems
        How many systems are in use.
    """
    known = [entry for entry in booked if entry.on <= as_of]
    budgets = {(one.kind, one.period): one.cents for one in planned}
    kinds = {entry.kind for entry in known if entry.on.year == as_of.year}
    kinds |= {kind for kind, period in budgets if period[:4] == f"{as_of.year:04}"}
    lines = tuple(_line(kind, as_of, known, budgets) for kind in CostKind if kind in kinds)
    days = [day for day in switched_on if day <= as_of]
    return Outlook(
        as_of=as_of,
        lines=lines,
        total=_sum(lines),
        first_year=first_year(known, inside, currency),
        system_month=_system_month(known, systems, currency),
        metered=metered,
        switches=SwitchCounts(len(days), sum(day > as_of - _YEAR for day in days)),
        currency=currency.code,
    )


def _line(
    kind: CostKind,
    as_of: date,
    known: Sequence[Booked],
    budgets: Mapping[tuple[CostKind, str], int],
) -> CostLine:
    own = [entry for entry in known if entry.kind is kind]
    spent = _sum_of(entry for entry in own if entry.on.year == as_of.year)
    budget, so_far = _budget(kind, as_of, budgets)
    rate = _rate(own, as_of) if kind in GOES_ON else None
    if (as_of.month, as_of.day) == _LAST_DAY:
        expected = spent
    elif rate is None:
        expected = max(spent, budget or 0)
    else:
        this_month = _sum_of(entry for entry in own if month_of(entry.on) == month_of(as_of))
        is_over = month_of(as_of).last_day == as_of
        rest = 0 if is_over else max(0, rate - this_month)
        expected = spent + rest + rate * (12 - as_of.month)
    return _in_euros(kind, budget, so_far, spent, rate, expected)


def _budget(
    kind: CostKind, as_of: date, budgets: Mapping[tuple[CostKind, str], int]
) -> tuple[int | None, int | None]:
    """Return the budget of the year and of it up to the day: the year's own, else its months'.

    In cents, as all sums until they are shown: sums of floats are over a budget that they meet.
    """
    year = f"{as_of.year:04}"
    months = {
        period: cents
        for (of, period), cents in budgets.items()
        if of is kind and period[:5] == f"{year}-"
    }
    whole = budgets.get((kind, year), sum(months.values()) if months else None)
    if whole is None:
        return None, None
    if months:
        return whole, sum(cents for period, cents in months.items() if period <= f"{as_of:%Y-%m}")
    days = (date(as_of.year + 1, 1, 1) - date(as_of.year, 1, 1)).days
    return whole, round(whole * as_of.timetuple().tm_yday / days)


def _rate(own: Sequence[Booked], as_of: date) -> int | None:
    """Return the median of the last whole months: one yearly invoice is no rate."""
    if not own:
        return None
    since = Period.between(min(entry.on for entry in own), as_of)
    months = [month for month in months_in(since) if month.last_day <= as_of]
    if len(months) < FEWEST_MONTHS:
        return None
    last = months[-MOST_MONTHS:]
    return max(0, round(median(_of_month(own, one) for one in last)))


def _of_month(entries: Sequence[Booked], month: Period) -> int:
    return _sum_of(entry for entry in entries if month.first_day <= entry.on <= month.last_day)


def _in_euros(
    kind: CostKind | None,
    budget: int | None,
    planned: int | None,
    booked: int,
    rate: int | None,
    expected: int,
) -> CostLine:
    """Return a line from cents."""
    optional = (None if cents is None else cents / 100 for cents in (budget, planned, rate))
    budget_eur, planned_eur, rate_eur = optional
    return CostLine(
        kind=kind,
        budget=budget_eur,
        planned=planned_eur,
        booked=booked / 100,
        rate=rate_eur,
        expected=expected / 100,
        course=_course(budget, booked, expected),
    )


def _cents(euros: float) -> int:
    return round(euros * 100)


def _course(budget: int | None, booked: int, expected: int) -> BudgetStatus:
    if budget is None:
        return BudgetStatus.NONE
    if booked > budget:
        return BudgetStatus.OVER
    return BudgetStatus.HEADING_OVER if expected > budget else BudgetStatus.WITHIN


def _sum(lines: Sequence[CostLine]) -> CostLine:
    budgets = [_cents(line.budget) for line in lines if line.budget is not None]
    planned = [_cents(line.planned) for line in lines if line.planned is not None]
    return _in_euros(
        kind=None,
        # What has no budget of its own is taken from the whole.
        budget=sum(budgets) if budgets else None,
        planned=sum(planned) if planned else None,
        booked=sum(_cents(line.booked) for line in lines),
        rate=None,
        expected=sum(_cents(line.expected) for line in lines),
    )


def first_year(
    booked: Sequence[Booked], inside: bool | None, currency: Currency = EURO
) -> FirstYear | None:
    """Return the first year's costs; running ones left out where they stand ``apart``."""
    if not booked:
        return None
    first = min(entry.on for entry in booked)
    cents = _sum_of(
        entry
        for entry in booked
        if entry.on < first + _YEAR and (inside is not False or entry.kind not in RUNNING)
    )
    return FirstYear(first, Band(cents / 100, *currency.usual(FIRST_YEAR_EUR)), inside)


def _system_month(booked: Sequence[Booked], systems: int, currency: Currency) -> SystemMonth | None:
    running = [entry for entry in booked if entry.kind in RUNNING]
    if not running or not systems:
        return None
    month = month_of(max(entry.on for entry in running))
    each = _of_month(running, month) / 100 / systems
    return SystemMonth(month.key, systems, Band(each, *currency.usual(MONTH_EUR)))


def _sum_of(entries: Iterable[Booked]) -> int:
    return sum(entry.cents for entry in entries)


def _line_json(line: CostLine) -> dict[str, Any]:
    told = asdict(line)
    return {**told, "kind": line.kind.value if line.kind else None, "course": line.course.value}


def _band_json(band: Band) -> dict[str, Any]:
    return {"eur": band.eur, "usual_eur": [band.least, band.most]}


def _inside(inside: bool | None) -> str | None:
    return None if inside is None else "inside" if inside else "apart"

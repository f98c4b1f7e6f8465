"""What the proof of value is worth: simulated pilots, whose truth is known.

Desks are made up: six categories with means from 12 to 54 minutes, lognormal handling
times (σ = 0.9 within a category), weeks that share good and bad luck (σ = 0.1), and a
quarter of the cut from questions that need nobody any more. Every seed is fixed.
"""

import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from models.value.statement.savings import is_judged, of_hold_out, of_weeks
from sqlalchemy import insert

from models.kpis.comparison import KpiVerdict
from models.kpis.handling import Moments
from models.kpis.measurement import Kpis
from models.kpis.periods import previous_week
from models.statistics.estimates import Estimate, median, share
from models.statistics.survival import median_with_open
from models.store.migration import upgrade
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    Arm,
    Case,
    CaseState,
    DecidedBy,
    EventKind,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketTimes,
)
from models.tickets.hours import calendar_for
from models.value.effect.by_chance import Cases, by_hold_out
from models.value.effect.by_weeks import by_weeks
from models.value.effect.case_mix import TicketColumns
from models.value.effect.comparison import Comparison, Design, DesignPlan
from models.value.effect.forecast import planned_cases
from models.value.effect.guardrails import GuardrailColumns
from models.value.ledger import Value
from models.value.statement.quarter_statement import Month, Savings, StatementEvidence
from models.value.statement.quarter_statement import StatementVerdict as Paid
from models.value.statement.roi import statement

Floats = npt.NDArray[np.float64]
TODAY = date(2026, 11, 23)
MIX = (0.35, 0.25, 0.15, 0.12, 0.08, 0.05)
MEANS = (20.0, 33.0, 12.0, 44.0, 20.0, 54.0)
SPREAD, LUCK = 0.9, 0.10
TARGET = 0.40
A_WEEK = 60
BEGAN, DAYS = datetime(2024, 1, 1, 9, tzinfo=UTC), 3 * 365


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: shares are of ``pilots``."""

    what: str
    design: str
    weeks: int
    cut: float
    pilots: int
    coverage: float
    improved: float
    met: float
    worse: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """Tickets one by one, as they came."""

    minutes: Floats
    category: npt.NDArray[np.str_]
    week: npt.NDArray[np.int64]

    def capped(self, cap: float) -> TicketColumns:
        minutes = np.minimum(self.minutes, cap)
        return TicketColumns(minutes, np.ones(len(minutes)), self.category, self.week)


class Desk:
    """A desk without any pilot, and what a pilot would make of it."""

    def __init__(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)

    def tickets(self, weeks: int, cut: float = 0.0, mix: tuple[float, ...] = MIX) -> Drawn:
        n = int(self.chance.poisson(A_WEEK * weeks))
        week = self.chance.integers(weeks, size=n)
        category = self.chance.choice(len(mix), n, p=mix)
        minutes = self._minutes(category) * self._luck(weeks)[week] * (1 - cut)
        return Drawn(minutes, category.astype(str), week)

    def cases(self, weeks: int, cut: float, held_share: float, n: int = 0) -> Cases:
        n = n or int(self.chance.poisson(A_WEEK * weeks))
        category = self.chance.choice(len(MIX), n, p=MIX)
        week = self.chance.integers(weeks, size=n)
        held = self.chance.random(n) < held_share
        gone = cut / 4
        minutes = self._minutes(category) * self._luck(weeks)[week]
        helped = np.where(self.chance.random(n) < gone, 0.0, minutes * (1 - cut) / (1 - gone))
        guarded = GuardrailColumns(
            reopened=self._now_and_then(n, 0.06),
            reassigned=self._now_and_then(n, 0.08),
            came_back=self._now_and_then(n, 0.10),
            to_human=15 * np.exp(self.chance.standard_normal(n)),
        )
        return Cases(held, category.astype(str), np.where(held, minutes, helped), guarded)

    def _now_and_then(self, n: int, often: float) -> Floats:
        return (self.chance.random(n) < often).astype(np.float64)

    def _minutes(self, category: npt.NDArray[np.int64]) -> Floats:
        noise = SPREAD * self.chance.standard_normal(len(category)) - SPREAD**2 / 2
        return np.array(MEANS)[category] * np.exp(noise)

    def _luck(self, weeks: int) -> Floats:
        return np.exp(LUCK * self.chance.standard_normal(weeks) - LUCK**2 / 2)


def baseline() -> tuple[float, Moments, Moments]:
    """Return the cap and the moments that a long baseline would freeze."""
    minutes = Desk(0).tickets(500).minutes
    cap = float(np.quantile(minutes, 0.95))
    before, after = np.minimum(minutes, cap), np.minimum(minutes * (1 - TARGET), cap)
    as_is, with_cut = (Moments(float(one.mean()), float(one.var())) for one in (before, after))
    return cap, as_is, with_cut


@cache
def true_cut(cut: float, cap: float, *, whole: bool) -> float:
    """Return the cut of capped minutes: the cap takes more off the side without Lotsen."""
    category = np.random.default_rng(1).choice(len(MIX), 1_000_000, p=MIX)
    minutes = Desk(1)._minutes(category)
    gone = cut / 4 if whole else 0.0
    left = (1 - gone) * np.minimum(minutes * (1 - cut) / (1 - gone), cap).mean()
    return float(1 - left / np.minimum(minutes, cap).mean())


def measure(pilots: int = 1000) -> Iterator[Row]:
    """Simulate pilots of each kind and give what was claimed of them."""
    cap, as_is, with_cut = baseline()
    for held_share in (0.2, 0.5):
        planned = planned_cases(as_is, with_cut, held_share)
        plan = DesignPlan(TARGET, cap, planned)
        yield from _at_planned(plan, held_share, pilots)
        yield _looks(plan, held_share, pilots // 2)
        for weeks in (4, 8, 12):
            for cut in (0.0, 0.2, 0.4):
                truth = true_cut(cut, cap, whole=True)
                yield _row(
                    f"hold-out {held_share:.0%}, planned n {planned}",
                    weeks,
                    cut,
                    pilots,
                    truth,
                    _held(plan, weeks, cut, held_share),
                )
    plan = DesignPlan(TARGET, cap)
    for name, make in (("before/after", _after), ("difference in differences", _difference)):
        for weeks in (8, 12):
            for cut in (0.0, 0.2, 0.4):
                truth = true_cut(cut, cap, whole=False)
                yield _row(name, weeks, cut, pilots, truth, make(plan, weeks, cut))


def gone(pilots: int = 1000, weeks: int = 12) -> Iterator[Row]:
    """Let the dearest category disappear, and nothing else change: no time was saved."""
    plan = DesignPlan(TARGET, baseline()[0])

    def pilot(untouched: frozenset[str]) -> Callable[[int], Comparison]:
        def made(seed: int) -> Comparison:
            desk = Desk(seed)
            before, later = desk.tickets(weeks), desk.tickets(weeks)
            kept = later.category != "3"
            now = Drawn(later.minutes[kept], later.category[kept], later.week[kept])
            sides = (before.capped(plan.cap), now.capped(plan.cap))
            return by_weeks(*sides, plan, today=TODAY, untouched=untouched)

        return made

    for name, untouched in (("before/after", ""), ("difference in differences", "1")):
        row = _row(name, weeks, 0.0, pilots, 0.0, pilot(frozenset(untouched)))
        yield replace(row, what="a dear category went")


def _at_planned(plan: DesignPlan, held_share: float, pilots: int) -> Iterator[Row]:
    """Judge once, right at the planned number of cases."""

    def pilot(cut: float) -> Callable[[int], Comparison]:
        def made(seed: int) -> Comparison:
            cases = Desk(seed).cases(4, cut, held_share, n=plan.planned)
            return by_hold_out(cases, plan, weeks=4, today=TODAY)

        return made

    for cut in (0.0, 0.4):
        truth = true_cut(cut, plan.cap, whole=True)
        yield _row(
            f"hold-out {held_share:.0%}, at n {plan.planned}", 4, cut, pilots, truth, pilot(cut)
        )


def _looks(plan: DesignPlan, held_share: float, pilots: int, weeks: int = 12) -> Row:
    """Look each week for twelve, and count a pilot that was ever called anything."""

    def pilot(seed: int) -> Comparison:
        cases = Desk(seed).cases(weeks, 0.0, held_share)
        looks = (
            by_hold_out(_first(cases, week / weeks), plan, weeks=week, today=TODAY)
            for week in range(1, weeks + 1)
        )
        said = sorted(looks, key=lambda effect: _LOUDNESS[effect.verdict])
        return said[-1]

    return _row(f"hold-out {held_share:.0%}, looked at weekly", weeks, 0.0, pilots, 0.0, pilot)


_LOUDNESS = {
    KpiVerdict.NOT_SHOWN: 0,
    KpiVerdict.WORSE: 1,
    KpiVerdict.IMPROVED: 2,
    KpiVerdict.MET: 3,
}


def _first(cases: Cases, part: float) -> Cases:
    n = int(len(cases.minutes) * part)
    columns = (getattr(cases.guarded, one.name)[:n] for one in fields(GuardrailColumns))
    return Cases(
        cases.is_held[:n], cases.stratum[:n], cases.minutes[:n], GuardrailColumns(*columns)
    )


def _held(
    plan: DesignPlan, weeks: int, cut: float, held_share: float
) -> Callable[[int], Comparison]:
    def pilot(seed: int) -> Comparison:
        cases = Desk(seed).cases(weeks, cut, held_share)
        return by_hold_out(cases, plan, weeks=weeks, today=TODAY)

    return pilot


def _after(plan: DesignPlan, weeks: int, cut: float) -> Callable[[int], Comparison]:
    shifted = (0.25, 0.25, 0.2, 0.15, 0.1, 0.05)

    def pilot(seed: int) -> Comparison:
        desk = Desk(seed)
        before, after = desk.tickets(weeks), desk.tickets(weeks, cut, shifted)
        return by_weeks(before.capped(plan.cap), after.capped(plan.cap), plan, today=TODAY)

    return pilot


def _difference(plan: DesignPlan, weeks: int, cut: float) -> Callable[[int], Comparison]:
    """Let two categories be untouched; a trend makes everything 15 % quicker anyway."""

    def pilot(seed: int) -> Comparison:
        desk = Desk(seed)
        before, after = desk.tickets(weeks), desk.tickets(weeks)
        helped = ~np.isin(after.category, ("1", "3"))
        minutes = after.minutes * 0.85 * np.where(helped, 1 - cut, 1.0)
        now = Drawn(minutes, after.category, after.week).capped(plan.cap)
        known = before.capped(plan.cap)
        return by_weeks(known, now, plan, today=TODAY, untouched=frozenset(("1", "3")))

    return pilot


def _row(
    design: str,
    weeks: int,
    cut: float,
    pilots: int,
    truth: float,
    pilot: Callable[[int], Comparison],
) -> Row:
    found = [pilot(seed) for seed in range(pilots)]
    cuts = [effect.cut for effect in found if effect.cut]
    said = [effect.verdict for effect in found]
    return Row(
        what="nothing changed" if cut == 0 else f"{cut:.0%} less",
        design=design,
        weeks=weeks,
        cut=truth,
        pilots=pilots,
        coverage=sum(one.low <= truth <= one.high for one in cuts) / max(1, len(cuts)),
        improved=(said.count(KpiVerdict.IMPROVED) + said.count(KpiVerdict.MET)) / pilots,
        met=said.count(KpiVerdict.MET) / pilots,
        worse=said.count(KpiVerdict.WORSE) / pilots,
    )


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often a nominal 95 % interval held the truth."""

    interval: str
    n: int
    samples: int
    coverage: float


def intervals(samples: int = 4000) -> Iterator[Coverage]:
    """Check the intervals of the key figures themselves."""
    chance = np.random.default_rng(7)
    for n in (12, 40, 200):
        drawn = np.exp(SPREAD * chance.standard_normal((samples, n)))
        found = [median(values) for values in drawn]
        yield Coverage("median, order statistics", n, samples, _held_by(found, 1.0))
        hits = chance.binomial(n, 0.85, samples)
        shares = [share(int(k), n) for k in hits]
        yield Coverage("share of 85 %, Wilson", n, samples, _held_by(shares, 0.85))
    for n in (40, 200):
        few = samples // 4
        curves = [_with_open(chance, n) for _ in range(few)]
        yield Coverage("median with open ones, Kaplan–Meier", n, few, _held_by(curves, 1.0))


def _with_open(chance: np.random.Generator, n: int) -> Estimate:
    minutes = np.exp(SPREAD * chance.standard_normal(n))
    until = chance.uniform(0.5, 6.0, n)  # about a quarter is still open
    return median_with_open(np.minimum(minutes, until), minutes > until)


def _held_by(found: list[Estimate], truth: float) -> float:
    """Leave out those without an interval: they claim nothing."""
    bounds = [(one.low, one.high) for one in found if one.low is not None and one.high is not None]
    return sum(low <= truth <= high for low, high in bounds) / len(bounds)


@dataclass(frozen=True, slots=True)
class DigestRun:
    """How long a digest takes on a desk of so many tickets, two thirds of them in the baseline."""

    tickets: int
    assigned: int
    database_mb: float
    digest_seconds: float
    effect_seconds: float
    peak_mb: float


def digest_run(folder: Path, tickets: int = 50_000, assigned: int = 5_000) -> DigestRun:
    """Fill a database with three years of tickets and write a digest from it."""
    store = Store(f"sqlite:///{folder / 'desk.db'}")
    upgrade(store)
    office = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
    kpis = Kpis(store, office)
    _fill(store, tickets, assigned)
    first = (BEGAN + timedelta(days=1)).date()
    now = BEGAN + timedelta(days=DAYS)
    kpis.freeze(first, (BEGAN + timedelta(days=DAYS * 2 // 3)).date(), now)
    value = Value(store, office, kpis)
    began = perf_counter()
    value.digest(previous_week(now.date()), (), now, "sv")
    digest_seconds = perf_counter() - began
    began = perf_counter()
    value.proof.effect(now)
    effect_seconds = perf_counter() - began
    store.close()
    size = (folder / "desk.db").stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return DigestRun(tickets, assigned, size, digest_seconds, effect_seconds, peak)


def _fill(store: Store, tickets: int, assigned: int) -> None:
    desk = Desk(11)
    drawn = desk.tickets(tickets // A_WEEK + 200)
    opened = [BEGAN + timedelta(days=DAYS * n / tickets) for n in range(tickets)]
    with store.begin() as unit:
        session = unit.figures._session
        person = unit.people.by_slack_id("U1", BEGAN)
        # Two in a thousand still wait.
        rows = [
            {
                "id": n + 1,
                "source": Source.SLACK,
                "status": Status.SOLVED if n % 500 else Status.NEW,
                "decided_by": DecidedBy.PERSON,
                "category": str(drawn.category[n]),
                "opened_at": at,
            }
            for n, at in enumerate(opened)
        ]
        session.execute(insert(Ticket), rows)
        session.execute(insert(TicketTimes), [_times(row, drawn, n) for n, row in enumerate(rows)])
        for n in range(assigned):
            _assign(unit, person.id, tickets - assigned + n, opened[tickets - assigned + n])


def _times(row: dict[str, Any], drawn: Drawn, n: int) -> dict[str, Any]:
    done = row["status"] is Status.SOLVED
    return {
        "ticket_id": row["id"],
        "source": Source.SLACK,
        "opened_at": row["opened_at"],
        "resolved_at": row["opened_at"] + timedelta(hours=5) if done else None,
        "category": row["category"],
        "final_category": row["category"],
        "automatic": n % 3 == 0,
        "ack_minutes": 0.1,
        "first_response_minutes": float(drawn.minutes[n]),
        "handling_minutes": float(drawn.minutes[n]) if done else None,
        "resolution_minutes": 300.0 if done else None,
        "resolution_business_minutes": 240.0 if done else None,
        "evidence": "A",
        "reopened": int(n % 17 == 0),
        "reassigned": int(n % 23 == 0),
    }


def _assign(unit: UnitOfWork, person: str, ticket: int, at: datetime) -> None:
    case = unit.tickets.save(
        Case(
            person_id=person,
            channel="C",
            thread_ts=str(ticket),
            entrance="help",
            language="sv",
            state=CaseState.TICKET,
            opened_at=at,
            last_message_at=at,
            ticket_id=ticket + 1,
        )
    )
    arm = Arm.HELPED if ticket % 5 else Arm.HELD_OUT
    detail = {"mode": arm.value, "category": str(ticket % 6), "share": 0.2}
    unit.tickets.record(
        TicketEvent(
            case_id=case.id,
            kind=EventKind.RANDOMISED,
            at=at,
            actor=person,
            detail=detail,
            command_id=f"bench:{ticket}",
        )
    )


# Verdicts in euros ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """What the quarterly statement said of simulated pilots; shares are of ``pilots``."""

    what: str
    told_by: str
    weeks: int
    cost_eur: float
    pilots: int
    paid: float
    not_yet: float
    not_shown: float
    stop: float
    held: float


# A booked euro is the cheapest pilot there is: it is paid as soon as anything is shown.
CHEAPEST, USUAL = 1.0, 1000.0
QUARTER_WEEKS = 13
NO_TREND, TREND = 0.0, 0.15


def verdicts(pilots: int = 1000) -> Iterator[Judged]:
    """Let the statement judge pilots whose truth is known.

    ``held`` is how often the 95 % interval of the minutes saved held the truth. With the
    trend everything gets 15 % quicker by itself, in both arms. What is told by before and
    after is never called paid in words, but "costs covered, cause not shown".
    """
    cap, as_is, with_cut = baseline()
    plan = DesignPlan(TARGET, cap, planned_cases(as_is, with_cut, 0.2))
    for cut, trend, cost in (
        (0.0, NO_TREND, CHEAPEST),
        (0.0, TREND, CHEAPEST),
        (0.4, NO_TREND, CHEAPEST),
        (0.4, NO_TREND, USUAL),
    ):
        yield _judged(cut, trend, cost, pilots, "hold-out 20%", _case_saving(plan))
        yield _judged(cut, trend, cost, pilots, "before/after", _ticket_saving(plan))
        yield _judged(cut, trend, cost, pilots, "diff. in diff.", _untouched_saving(plan))


class _Saved(NamedTuple):
    saving: Savings
    volume: int
    true_minutes: float


_Pilot = Callable[[int, float, float], _Saved]


def _case_saving(plan: DesignPlan) -> _Pilot:
    """Compare arms; the true saving is that of the helped cases, each up to the cap."""

    def made(seed: int, cut: float, trend: float) -> _Saved:
        drawn = Desk(seed).cases(QUARTER_WEEKS, cut, 0.2)
        cases = replace(drawn, minutes=drawn.minutes * (1 - trend))
        effect = by_hold_out(cases, plan, weeks=QUARTER_WEEKS, today=TODAY)
        volume = int((~cases.is_held).sum())
        mean = float(np.minimum(cases.minutes[cases.is_held], plan.cap).mean())
        expected = _mean_minutes(plan.cap, trend) * true_cut(cut, plan.cap, whole=True)
        if is_judged(effect):
            return _Saved(of_hold_out(effect), volume, volume * expected)
        nothing = Savings(Design.HOLD_OUT, None, mean, None, 0, 0)
        return _Saved(nothing, volume, volume * expected)

    return made


def _ticket_saving(plan: DesignPlan) -> _Pilot:
    def made(seed: int, cut: float, trend: float) -> _Saved:
        desk = Desk(seed)
        before = desk.tickets(QUARTER_WEEKS).capped(plan.cap)
        later = desk.tickets(QUARTER_WEEKS, cut)
        now = replace(later, minutes=later.minutes * (1 - trend)).capped(plan.cap)
        saving = of_weeks(before, now, weeks_before=QUARTER_WEEKS)
        expected = _mean_minutes(plan.cap, trend) * true_cut(cut, plan.cap, whole=False)
        return _Saved(saving, saving.n, saving.n * expected)

    return made


def _untouched_saving(plan: DesignPlan) -> _Pilot:
    def made(seed: int, cut: float, trend: float) -> _Saved:
        desk = Desk(seed)
        before, later = desk.tickets(QUARTER_WEEKS), desk.tickets(QUARTER_WEEKS)
        helped = ~np.isin(later.category, ("1", "3"))
        minutes = later.minutes * (1 - trend) * np.where(helped, 1 - cut, 1.0)
        now = Drawn(minutes, later.category, later.week).capped(plan.cap)
        left = frozenset(("1", "3"))
        saving = of_weeks(before.capped(plan.cap), now, weeks_before=QUARTER_WEEKS, untouched=left)
        without = np.minimum(later.minutes * (1 - trend), plan.cap) - np.minimum(minutes, plan.cap)
        return _Saved(saving, saving.n, float(without[helped].sum()))

    return made


@cache
def _mean_minutes(cap: float, trend: float) -> float:
    minutes = Desk(1).tickets(20_000).minutes * (1 - trend)
    return float(np.minimum(minutes, cap).mean())


def _judged(
    cut: float, trend: float, cost: float, pilots: int, told_by: str, pilot: _Pilot
) -> Judged:
    said, held, known = [], 0, 0
    for seed in range(pilots):
        saved = pilot(seed, cut, trend)
        month = Month("2026-12", saved.volume, _minutes_of(saved), cost)
        evidence = StatementEvidence(
            "2026Q4", saved.saving, saved.volume, saved.volume, cost, (month,)
        )
        found = statement(evidence)
        said.append(found.verdict)
        if (difference := found.difference) is not None and saved.volume:
            known += 1
            held += difference.low <= saved.true_minutes / saved.volume <= difference.high
    what = f"{cut:.0%} less" if cut else "nothing changed"
    return Judged(
        what=what + (", trend −15%" if trend else ""),
        told_by=told_by,
        weeks=QUARTER_WEEKS,
        cost_eur=cost,
        pilots=pilots,
        paid=said.count(Paid.PAID) / pilots,
        not_yet=said.count(Paid.NOT_YET) / pilots,
        not_shown=said.count(Paid.NOT_SHOWN) / pilots,
        stop=said.count(Paid.STOP) / pilots,
        held=held / known if known else float("nan"),
    )


def _minutes_of(saved: _Saved) -> float:
    return (saved.saving.now or 0.0) * saved.volume


def show(table: Callable[[Sequence[dict[str, Any]]], None]) -> None:
    """Print the tables."""
    print("\nWhat the proof of value claims of simulated pilots whose truth is known")
    table([asdict(row) for row in (*measure(), *gone())])
    print("\nWhat the quarterly statement says of simulated pilots whose truth is known")
    table([asdict(row) for row in verdicts()])
    print("\nHow often nominal 95 % intervals hold the truth")
    table([asdict(row) for row in intervals()])
    print("\nA digest, from a database on disk")
    with TemporaryDirectory() as folder:
        table([asdict(digest_run(Path(folder)))])

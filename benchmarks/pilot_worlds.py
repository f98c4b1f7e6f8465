"""Made-up desks whose truth is known, and how a pilot of each is judged at its looks.

Six categories with means from 12 to 54 minutes, lognormal handling times, weeks that share good
and bad luck, a baseline of 13 weeks. As a verdict changes at a look only, each pilot is judged at
its looks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from models.kpis.handling import Moments
from models.kpis.wait_weeks import moments_of_waits
from models.kpis.waits import CAP_DAYS, SILENT_DAYS
from models.statistics.looks import first_look
from models.statistics.survival import pseudo_minutes
from models.value.effect.by_chance import Cases, by_hold_out, some_cases
from models.value.effect.by_weeks import by_weeks
from models.value.effect.case_mix import TicketColumns, WeeksSide
from models.value.effect.comparison import (
    LEAST_WEEKS,
    Comparison,
    DesignPlan,
)
from models.value.effect.forecast import planned_cases
from models.value.effect.guardrails import GuardrailColumns
from models.value.effect.questions import AnsweredQuestion, with_answered

Floats = npt.NDArray[np.float64]
TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, tzinfo=UTC)
MIX = (0.35, 0.25, 0.15, 0.12, 0.08, 0.05)
MEANS = (20.0, 33.0, 12.0, 44.0, 20.0, 54.0)
TARGET = 0.40
BASELINE_WEEKS, LONGEST_WEEKS = 13, 156
HALF_DAYS = np.array(
    [
        f"{date(2026, 1, 5) + timedelta(7 * week + day)} {half}"
        for week in range(LONGEST_WEEKS)
        for day in range(5)
        for half in ("am", "pm")
    ]
)
UNTOUCHED = frozenset(("1", "3"))


@dataclass(frozen=True, slots=True)
class World:
    """What a desk is like, and what happens to it.

    Attributes
    ----------
    a_month
        Questions a month.
    cut
        Share of the work that Lotsen spares; in ``deflected`` as questions answered outright.
    drift
        Share by which everything gets shorter by itself, over the first weeks.
    resemblance
        Correlation of the luck of a week with that of the week before.
    missing
        Share of the longest tickets whose minutes nobody states during the pilot.
    lost, lost_before
        Share of tickets whose minutes nobody states, whatever they took: in the pilot, before.
    unrecorded
        Whether the questions answered outright are recorded nowhere.
    worst_of
        Out of so many weeks before the pilot the baseline is the dearest stretch; 0: the last one.
    half_day_luck
        How much the questions of a half-day are alike: standard deviation of the logarithm.
    gone
        A category that stops coming.
    """

    a_month: int = 100
    cut: float = 0.0
    drift: float = 0.0
    resemblance: float = 0.0
    spread: float = 0.9
    luck: float = 0.10
    deflected: float = 0.0
    missing: float = 0.0
    lost: float = 0.0
    lost_before: float = 0.0
    unrecorded: bool = False
    worst_of: int = 0
    half_day_luck: float = 0.0
    gone: str = ""
    later_mix: tuple[float, ...] = MIX

    @property
    def a_week(self) -> float:
        return self.a_month * 12 / 52


@dataclass(frozen=True, slots=True)
class Drawn:
    """Tickets one by one, as they came."""

    minutes: Floats
    category: npt.NDArray[np.str_]
    week: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Looked:
    """A look: after how many weeks, what was found, and by how many questions or weeks."""

    weeks: float
    found: Comparison
    size: float
    today: date = TODAY


def tickets(chance: np.random.Generator, world: World, weeks: int, mix: tuple[float, ...]) -> Drawn:
    """Draw the tickets of some weeks, without any pilot."""
    n = int(chance.poisson(world.a_week * weeks))
    category = chance.choice(len(mix), n, p=mix)
    week = chance.integers(weeks, size=n)
    minutes = _minutes(chance, category, world.spread) * _luck(chance, world, weeks)[week]
    return Drawn(minutes, category.astype(str), week)


def _minutes(chance: np.random.Generator, category: npt.NDArray[np.int64], spread: float) -> Floats:
    noise = spread * chance.standard_normal(len(category)) - spread**2 / 2
    return np.array(MEANS)[category] * np.exp(noise)


def _luck(chance: np.random.Generator, world: World, weeks: int) -> Floats:
    rho, steps = world.resemblance, chance.standard_normal(weeks)
    for at in range(1, weeks):
        steps[at] = rho * steps[at - 1] + np.sqrt(1 - rho**2) * steps[at]
    return np.asarray(np.exp(world.luck * steps - world.luck**2 / 2), dtype=np.float64)


@cache
def frozen(spread: float) -> tuple[float, Moments, Moments]:
    """Return the cap and the moments that a long baseline would freeze."""
    drawn = tickets(np.random.default_rng(0), World(spread=spread), 2000, MIX)
    cap = float(np.quantile(drawn.minutes, 0.95))
    sides = (np.minimum(drawn.minutes * factor, cap) for factor in (1, 1 - TARGET))
    as_is, with_cut = (Moments(float(one.mean()), float(one.var())) for one in sides)
    return cap, as_is, with_cut


@cache
def true_cut(cut: float, spread: float) -> float:
    """Return the cut of capped minutes: the cap takes more off the side without Lotsen."""
    cap, minutes = (
        frozen(spread)[0],
        tickets(np.random.default_rng(1), World(spread=spread), 9000, MIX).minutes,
    )
    return float(1 - np.minimum(minutes * (1 - cut), cap).mean() / np.minimum(minutes, cap).mean())


# By chance ---------------------------------------------------------------------------------


def by_chance(
    world: World, held_share: float, *, by_half_days: bool = False
) -> Callable[[int], Iterator[Looked]]:
    """Return how to judge a pilot of which chance holds out a share of questions or half-days."""
    cap, as_is, with_cut = frozen(world.spread)
    planned = planned_cases(as_is, with_cut, held_share, by_half_days=by_half_days)
    plan = DesignPlan(TARGET, cap, planned)

    def pilot(seed: int) -> Iterator[Looked]:
        chance = np.random.default_rng(seed)
        drawn = tickets(chance, world, LONGEST_WEEKS, MIX)
        at = drawn.week * 10 + chance.integers(10, size=len(drawn.week))
        order = np.argsort(at, kind="stable")
        at, category, week = at[order], drawn.category[order], drawn.week[order]
        minutes = drawn.minutes[order]
        if world.half_day_luck:
            luck = world.half_day_luck * chance.standard_normal(10 * LONGEST_WEEKS)
            minutes = minutes * np.exp(luck - world.half_day_luck**2 / 2)[at]
        if by_half_days:
            rank = np.argsort(np.argsort(chance.random((LONGEST_WEEKS, 10)), axis=1), axis=1)
            held = (rank < round(10 * held_share)).ravel()[at]
        else:
            held = chance.random(len(minutes)) < held_share
        minutes = np.where(held, minutes, minutes * (1 - world.cut))
        if world.missing:
            longest = minutes > np.quantile(minutes[~held], 1 - world.missing)
            minutes = np.where(longest & ~held, np.nan, minutes)
        minutes = np.where(chance.random(len(minutes)) < world.lost, np.nan, minutes)
        cases = Cases(
            held, category, minutes, _quiet(len(minutes)), HALF_DAYS[at] if by_half_days else None
        )
        known = np.flatnonzero(~np.isnan(minutes))
        n = first_look(plan.planned)
        while n <= len(known):
            upto = int(known[n - 1]) + 1
            weeks = float(week[upto - 1] + 1)
            part = some_cases(cases, np.arange(upto))
            yield Looked(weeks, by_hold_out(part, plan, weeks=weeks, today=TODAY), n)
            n *= 2

    return pilot


def _quiet(n: int) -> GuardrailColumns:
    none = np.zeros(n)
    return GuardrailColumns(none, none, none, np.full(n, 15.0))


# Waits -------------------------------------------------------------------------------------

DAY_OF_OFFICE = 540.0
WAIT_CAP, FOLLOWED = CAP_DAYS * DAY_OF_OFFICE, SILENT_DAYS * DAY_OF_OFFICE
AT_ONCE = 5.0
"""Minutes after which an asker calls an answer the solution."""


@dataclass(frozen=True, slots=True)
class WaitingWorld:
    """How long employees wait without Lotsen, and what answers change.

    Attributes
    ----------
    at_once
        Share of questions that an answer solves within minutes.
    silent
        Share whose askers say nothing after an answer; nobody knows when they were helped.
    shorter
        Share by which every other wait gets shorter.
    left_out
        Share of questions, in either arm, whose wait is left out: closed unsolved, or taken back.
    """

    a_month: int = 100
    at_once: float = 0.0
    silent: float = 0.0
    shorter: float = 0.0
    left_out: float = 0.0
    spread: float = 1.2


def drawn_waits(
    chance: np.random.Generator, world: WaitingWorld, n: int
) -> tuple[Floats, npt.NDArray[np.str_]]:
    """Draw waits without Lotsen, ten hours of work in the mean."""
    category = chance.choice(len(MIX), n, p=MIX)
    return 22.0 * _minutes(chance, category, world.spread), category.astype(str)


def with_answers(
    chance: np.random.Generator, world: WaitingWorld, minutes: Floats
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return waits with Lotsen, and which of them nobody followed to their end."""
    luck = chance.random(len(minutes))
    solved, silent = luck < world.at_once, luck >= 1 - world.silent
    shorter = np.where(solved, AT_ONCE, minutes * (1 - world.shorter))
    return np.where(silent, FOLLOWED, shorter), silent


@cache
def frozen_waits(spread: float) -> tuple[Moments, Moments]:
    """Return the moments that a long baseline would freeze."""
    drawn, _ = drawn_waits(np.random.default_rng(0), WaitingWorld(spread=spread), 200_000)
    return moments_of_waits(np.minimum(drawn, WAIT_CAP), TARGET)


@cache
def true_cut_of_waits(world: WaitingWorld) -> float:
    """Return the cut of waits up to the cap, whoever says nothing followed for two office days."""
    chance = np.random.default_rng(1)
    before, _ = drawn_waits(chance, world, 1_000_000)
    now, silent = with_answers(chance, world, before)
    left = pseudo_minutes(now, silent, WAIT_CAP).mean()
    return float(1 - left / np.minimum(before, WAIT_CAP).mean())


def waits_by_chance(world: WaitingWorld, held_share: float) -> Callable[[int], Iterator[Looked]]:
    """Return how to judge the waits of a pilot of which chance holds out a share."""
    planned = planned_cases(*frozen_waits(world.spread), held_share)
    plan = DesignPlan(TARGET, WAIT_CAP, planned)

    def pilot(seed: int) -> Iterator[Looked]:
        chance = np.random.default_rng(seed)
        n = int(chance.poisson(world.a_month * 12 / 52 * LONGEST_WEEKS))
        week = np.sort(chance.integers(LONGEST_WEEKS, size=n))
        before, category = drawn_waits(chance, world, n)
        now, silent = with_answers(chance, world, before)
        held = chance.random(n) < held_share
        minutes = np.minimum(np.where(held, before, now), WAIT_CAP)
        minutes[chance.random(n) < world.left_out] = np.nan
        cases = Cases(held, category, minutes, _quiet(n), None, silent & ~held)
        known = np.flatnonzero(~np.isnan(minutes))
        size = first_look(plan.planned)
        while size <= len(known):
            upto = int(known[size - 1]) + 1
            weeks = float(week[upto - 1] + 1)
            part = some_cases(cases, np.arange(upto))
            yield Looked(weeks, by_hold_out(part, plan, weeks=weeks, today=TODAY), size)
            size *= 2

    return pilot


# By weeks ----------------------------------------------------------------------------------


def week_by_week(
    world: World, untouched: frozenset[str] = frozenset()
) -> Callable[[int], Iterator[Looked]]:
    """Return how to judge a pilot by before and after, or against untouched categories."""
    plan = DesignPlan(TARGET, frozen(world.spread)[0])

    def pilot(seed: int) -> Iterator[Looked]:
        chance = np.random.default_rng(seed)
        history = max(BASELINE_WEEKS, world.worst_of)
        whole = tickets(chance, world, history + LONGEST_WEEKS, MIX)
        earlier = whole.week < history
        first = _dearest(_part(whole, earlier, 0)) if world.worst_of else 0
        frozen_weeks = earlier & (whole.week >= first) & (whole.week < first + BASELINE_WEEKS)
        known = _part(whole, frozen_weeks, first)
        left_out = chance.random(len(known.minutes)) < world.lost_before
        before = _side(known, plan.cap, BASELINE_WEEKS, missing=left_out)
        later = _after(chance, world, _part(whole, ~earlier, history), untouched)
        now = _with_help(chance, world, later, plan.cap)
        weeks = LEAST_WEEKS
        while weeks <= LONGEST_WEEKS:
            found = by_weeks(before, now.up_to(weeks), plan, today=TODAY, untouched=untouched)
            yield Looked(float(weeks), found, float(weeks))
            weeks *= 2

    return pilot


def _dearest(drawn: Drawn) -> int:
    """Return the first of the weeks whose tickets took longest, as many as a baseline has."""
    n = int(drawn.week.max()) + 1 - BASELINE_WEEKS
    means = [
        drawn.minutes[(drawn.week >= at) & (drawn.week < at + BASELINE_WEEKS)].mean()
        for at in range(n + 1)
    ]
    return int(np.argmax(means))


def _part(drawn: Drawn, kept: npt.NDArray[np.bool_], first: int) -> Drawn:
    return Drawn(drawn.minutes[kept], drawn.category[kept], drawn.week[kept] - first)


def _after(
    chance: np.random.Generator, world: World, drawn: Drawn, untouched: frozenset[str]
) -> Drawn:
    """Return what the pilot's weeks make of the tickets."""
    if world.later_mix != MIX:
        drawn = tickets(chance, world, LONGEST_WEEKS, world.later_mix)
    if world.gone:
        drawn = _part(drawn, drawn.category != world.gone, 0)
    helped = ~np.isin(drawn.category, sorted(untouched))
    return replace(
        drawn, minutes=drawn.minutes * (1 - world.drift) * np.where(helped, 1 - world.cut, 1.0)
    )


def _with_help(chance: np.random.Generator, world: World, drawn: Drawn, cap: float) -> WeeksSide:
    if world.missing or world.lost:
        limit = np.quantile(drawn.minutes, 1 - world.missing)
        lost = chance.random(len(drawn.minutes)) < world.lost
        return _side(drawn, cap, LONGEST_WEEKS, missing=lost | (drawn.minutes > limit))
    if not world.deflected:
        return _side(drawn, cap, LONGEST_WEEKS)
    easy = drawn.minutes <= np.quantile(drawn.minutes, world.deflected)
    side = _side(_part(drawn, ~easy, 0), cap, LONGEST_WEEKS)
    if world.unrecorded:
        return side
    spared = [
        (int(week), AnsweredQuestion(AT, str(category), 1.0))
        for week, category in zip(drawn.week[easy], drawn.category[easy], strict=True)
    ]
    return replace(side, questions=with_answered(side.questions, spared, {}))


def _side(
    drawn: Drawn, cap: float, weeks: int, missing: npt.NDArray[np.bool_] | None = None
) -> WeeksSide:
    """Return tickets in cells of week and category."""
    lost = np.zeros(len(drawn.minutes), dtype=bool) if missing is None else missing
    minutes = np.minimum(drawn.minutes, cap)
    keys, codes = np.unique(drawn.category, return_inverse=True)
    cell = drawn.week * len(keys) + codes
    size = weeks * len(keys)
    n = np.bincount(cell[~lost], minlength=size).astype(np.float64)
    sums = np.bincount(cell[~lost], weights=minutes[~lost], minlength=size)
    unknown = np.bincount(cell[lost], minlength=size).astype(np.float64)
    columns = TicketColumns(
        minutes=sums / np.maximum(n, 1),
        count=n,
        category=np.tile(keys, weeks),
        week=np.repeat(np.arange(weeks), len(keys)),
        unknown=int(unknown.sum()),
        missing=unknown,
    )
    per_week = np.bincount(drawn.week[~lost], weights=minutes[~lost], minlength=weeks)
    known = max(1.0, float(n.sum()))
    return WeeksSide(
        columns,
        per_week * (known + unknown.sum()) / known,
        np.full(weeks, 100.0),
        {"A": int(known)},
    )


def spared_share(world: World) -> float:
    """Return the share of the work that questions answered without a ticket spare."""
    cap = frozen(world.spread)[0]
    minutes = np.minimum(tickets(np.random.default_rng(1), world, 9000, MIX).minutes, cap)
    easy = minutes <= np.quantile(minutes, world.deflected)
    return float(minutes[easy].sum() / minutes.sum())

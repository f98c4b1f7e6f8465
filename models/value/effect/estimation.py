"""What the pilot changed, by how much, and how sure that is. Pure.

Three designs, the strongest first. *Hold-out*: chance decides which cases Lotsen leaves
alone, so a difference is its doing. *Difference in differences*: categories that Lotsen
never touched show what would have changed anyway. *Association*: after beside before,
which says nothing of causes.

Fixed beforehand, so that nobody can choose after seeing the figures: handling times count
up to the baseline's 95th percentile (`DesignPlan.cap`), a verdict waits for the planned number
of cases, and cases stay in the arm that chance gave them, whatever happened later
(intention to treat).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from models.kpis.comparison import KpiVerdict
from models.value.effect.case_mix import Pair, TicketColumns, alike, mix_weights, of_categories
from models.value.effect.design import LEAST_CASES, LEAST_WEEKS, Design
from models.value.effect.forecast import Need, cases_needed, log_ratio, need, weeks_needed
from models.value.effect.guardrails import GuardrailColumns, worse_than_held
from models.value.effect.reduction import (
    Floats,
    Labels,
    Mean,
    MinutesSaved,
    Reduction,
    clustered_mean,
    difference,
    from_log,
    influences,
    pooled_strata,
    reduction,
    shares_of,
    spread,
    stratified_mean,
)


class EffectReason(StrEnum):
    """Why the verdict is what it is."""

    NO_BASELINE = "no baseline"
    NO_TIMES = "no handling times in the baseline"
    NOTHING_SHARED = "no category in common"
    TOO_FEW = "too few cases"
    TOO_SHORT = "too few weeks"
    TOO_EARLY = "the planned number of cases is not reached"
    NO_DIFFERENCE = "the interval holds no change"
    GUARDRAIL = "a guardrail is worse"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class DesignPlan:
    """What was fixed before the pilot.

    Attributes
    ----------
    target
        The cut to reach: 0.4 is 40 % less.
    cap
        Minutes up to which a handling time counts: one odd ticket must not decide.
    planned
        Cases, both arms together, at which a hold-out is judged, and again at each doubling.
    """

    target: float
    cap: float
    planned: int = 0


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases that chance assigned, in the order of time, as columns of shape (n,).

    Attributes
    ----------
    is_held
        Whether Lotsen left the case alone.
    stratum
        Category that the classifier thought of in silence when the case came in, in
        either arm, and the share that was held out then.
    minutes
        Handling minutes of the staff: 0 where nobody was needed, NaN where not known yet.
    guarded
        Guardrails of the same cases.
    """

    is_held: npt.NDArray[np.bool_]
    stratum: Labels
    minutes: Floats
    guarded: GuardrailColumns


@dataclass(frozen=True, slots=True)
class JudgedSample:
    """The cases by which a hold-out is judged, as columns of shape (n,).

    Attributes
    ----------
    at
        Which of the `Cases` they are.
    minutes
        Counted up to the cap.
    stratum
        What they are compared within; small ones are one.
    shares
        How frequent each stratum is among them.
    """

    at: npt.NDArray[np.intp]
    is_held: npt.NDArray[np.bool_]
    minutes: Floats
    stratum: Labels
    shares: Mapping[str, float]

    def means(self) -> tuple[Mean | None, Mean | None]:
        """Return the mean of the cases held out and of the others, each stratum at its share."""
        held, other = (
            stratified_mean(self.minutes[arm], self.stratum[arm], self.shares)
            for arm in (self.is_held, ~self.is_held)
        )
        return held, other

    def weights(self) -> Floats:
        """Return how often each case counts in its arm, for these means to be weighted ones."""
        found = np.ones(len(self.at))
        for arm in (self.is_held, ~self.is_held):
            for key, share in self.shares.items():
                inside = arm & (self.stratum == key)
                if inside.any():
                    found[inside] = share * arm.sum() / inside.sum()
        return found


class Minutes(NamedTuple):
    """Mean minutes of a case held out and of one with Lotsen, and what that saves."""

    without: float
    now: float
    saved: MinutesSaved


@dataclass(frozen=True, slots=True)
class Effect:
    """What was found.

    Attributes
    ----------
    helped
        Share of the untouched categories' tickets that Lotsen helped with, where these were too
        many to compare with.
    is_exploratory
        Whether the untouched categories were chosen after the figures could be seen: such a
        difference in differences claims no cause.
    minutes
        What the euros of a quarter follow from; of a hold-out only.
    n, n_before
        Cases with Lotsen and cases held out; else tickets after and before that are compared.
    weeks, weeks_before
        Weeks on each side with such a ticket; None for a hold-out.
    planned
        Cases from which on a hold-out is judged, as was fixed beforehand.
    later
        Cases that came after the judged ones; they count once their number has doubled.
    unknown
        Cases or tickets whose handling time is not known (yet), which do not count.
    worse
        Keys of guardrails that are worse; with one, nothing is *met* or *improved*.
    improved, met
        What it takes to show the target's effect, and that it reaches the target if the
        effect is what it seems so far.
    """

    design: Design
    verdict: KpiVerdict
    why: EffectReason
    target: float
    cut: Reduction | None
    n: int
    n_before: int
    weeks: int | None = None
    weeks_before: int | None = None
    planned: int = 0
    later: int = 0
    unknown: int = 0
    worse: tuple[str, ...] = ()
    improved: Need | None = None
    met: Need | None = None
    minutes: Minutes | None = None
    helped: float | None = None
    is_exploratory: bool = False

    @property
    def claims_cause(self) -> bool:
        return self.design.is_causal and not self.is_exploratory


def by_hold_out(cases: Cases, plan: DesignPlan, *, weeks: float, today: date) -> Effect:
    """Compare the cases with Lotsen to those that chance held out.

    Parameters
    ----------
    weeks
        How long cases have been assigned, for the forecast.
    """
    known = int((~np.isnan(cases.minutes)).sum())
    judged = judged_of(cases, plan)
    held = judged.is_held
    n_held = int(held.sum())
    n = len(held) - n_held
    before, now = judged.means()
    cut = reduction(now, before) if now and before else None
    worse = worse_than_held(cases.guarded, cases.is_held)
    enough = min(n, n_held) >= LEAST_CASES
    why = (
        EffectReason.TOO_FEW
        if not enough
        else EffectReason.TOO_EARLY
        if len(held) < plan.planned
        else None
    )
    verdict, why = judge(cut, plan.target, worse, why)
    rate = known / weeks if weeks > 0 else 0.0
    improved, met = _needs(cut.error**2 * len(held) if cut else 0.0, cut, plan)
    return Effect(
        design=Design.HOLD_OUT,
        verdict=verdict,
        why=why,
        target=plan.target,
        cut=cut,
        n=n,
        n_before=n_held,
        planned=plan.planned,
        later=known - len(held),
        unknown=len(cases.minutes) - known,
        worse=worse,
        improved=need(known, improved, a_week=rate, today=today) if cut else None,
        met=need(known, met, a_week=rate, today=today) if cut else None,
        minutes=Minutes(before.value, now.value, difference(before, now))
        if now and before
        else None,
    )


def judged_of(cases: Cases, plan: DesignPlan) -> JudgedSample:
    """Return the cases that are judged: the first whose minutes are known, up to a planned look."""
    known = np.flatnonzero(~np.isnan(cases.minutes))
    at = known[: look_at(len(known), plan.planned)]
    held = cases.is_held[at]
    strata = pooled_strata(cases.stratum[at].astype(str), held).astype(str)
    return JudgedSample(
        at=at,
        is_held=held,
        minutes=np.minimum(cases.minutes[at], plan.cap),
        stratum=strata,
        shares=shares_of(strata) if len(strata) else {},
    )


def look_at(known: int, planned: int) -> int:
    """Return how many cases are judged: the planned number, or as often doubled as it can be.

    Who looked at every week's figures and stopped at a lucky one would find an effect
    where there is none, three times as often as the intervals say.
    """
    if not planned or known < planned:
        return known
    return planned << int(math.log2(known / planned))


def _needs(one: float, cut: Reduction | None, plan: DesignPlan) -> tuple[int | None, int | None]:
    """Return how many cases show the target's effect, and that it reaches the target.

    ``one`` is the variance of the logarithm of the ratio, for one case.
    """
    if cut is None:
        return None, None
    beyond = log_ratio(cut.value) - log_ratio(plan.target) if cut.value < 1 else 0.0
    needed = (cases_needed(one, log_ratio(plan.target)), cases_needed(one, beyond))
    improved, met = (n and max(n, plan.planned) for n in needed)
    return improved, met


def by_weeks(
    before: TicketColumns,
    now: TicketColumns,
    plan: DesignPlan,
    *,
    today: date,
    untouched: frozenset[str] = frozenset(),
) -> Effect:
    """Compare after with before, week by week, in the baseline's mix of categories.

    Only categories that both sides know are compared (`alike`).

    Parameters
    ----------
    untouched
        Categories that Lotsen left to people; with them on both sides it is a
        difference in differences, else an association.
    """
    sides = tuple(of_categories(side, untouched, inside=False) for side in (before, now))
    treated = alike(*sides)
    control = alike(*(of_categories(side, untouched, inside=True) for side in (before, now)))
    differs = bool(untouched) and min(control.before.weeks, control.now.weeks) > 1
    means = _weekly(treated)
    if differs:
        found = against_control(treated, control)
    else:
        found = reduction(means[1], means[0]) if means[0] and means[1] else None
    weeks_before, weeks = treated.before.weeks, treated.now.weeks
    compared = (treated.before, treated.now) if treated else sides
    verdict, why = judge(found, plan.target, (), _too_soon(compared, is_alike=bool(treated)))
    improved, met = _weeks_needed(means, found, plan.target, weeks)
    return Effect(
        design=Design.DIFFERENCE if differs else Design.ASSOCIATION,
        verdict=verdict,
        why=why,
        target=plan.target,
        cut=found,
        n=compared[1].n,
        n_before=compared[0].n,
        weeks=weeks,
        weeks_before=weeks_before,
        unknown=before.unknown + now.unknown,
        improved=need(weeks, improved, a_week=1.0, today=today) if found else None,
        met=need(weeks, met, a_week=1.0, today=today) if found else None,
    )


def _too_soon(sides: tuple[TicketColumns, ...], *, is_alike: bool) -> EffectReason | None:
    rules = (
        (min(side.n for side in sides) < LEAST_CASES, EffectReason.TOO_FEW),
        (not is_alike, EffectReason.NOTHING_SHARED),
        (min(side.weeks for side in sides) < LEAST_WEEKS, EffectReason.TOO_SHORT),
    )
    return next((why for holds, why in rules if holds), None)


def judge(
    cut: Reduction | None, target: float, worse: tuple[str, ...], too_soon: EffectReason | None
) -> tuple[KpiVerdict, EffectReason]:
    """Return the verdict: *met* when the whole interval reaches the target."""
    if too_soon or cut is None:
        return KpiVerdict.NOT_SHOWN, too_soon or EffectReason.TOO_FEW
    if cut.high < 0:
        return KpiVerdict.WORSE, EffectReason.SHOWN
    if cut.low <= 0:
        return KpiVerdict.NOT_SHOWN, EffectReason.NO_DIFFERENCE
    if worse:
        return KpiVerdict.NOT_SHOWN, EffectReason.GUARDRAIL
    return (KpiVerdict.MET if cut.low >= target else KpiVerdict.IMPROVED), EffectReason.SHOWN


def _weekly(pair: Pair) -> tuple[Mean | None, Mean | None]:
    """Return both means, the later one in the mix of categories of the earlier one."""
    if not pair:
        return None, None
    before, now = pair.before, pair.now
    return (
        clustered_mean(before.minutes, before.count, before.week),
        clustered_mean(now.minutes, mix_weights(now, before), now.week),
    )


def against_control(treated: Pair, control: Pair) -> Reduction | None:
    """Return the treated categories' cut, less the cut that the others had as well.

    Week by week the two sides are subtracted first, so that what troubled both cancels.
    None where either pair has nothing to compare.
    """
    if not (treated and control):
        return None
    total, parts = 0.0, []
    mixes = (treated.before, control.before)
    for sign, sides in ((-1, mixes), (1, (treated.now, control.now))):
        found = _log_of_ratio(sides, mixes)
        if found is None:
            return None
        log, variance, freedom = found
        total += sign * log
        parts.append((variance, freedom))
    return from_log(total, parts)


def _log_of_ratio(
    sides: tuple[TicketColumns, TicketColumns], mixes: tuple[TicketColumns, TicketColumns]
) -> tuple[float, float, float] | None:
    means, errors = [], []
    for tickets, mix in zip(sides, mixes, strict=True):
        weights = mix_weights(tickets, mix)
        if weights.sum() <= 0 or (mean := float(np.average(tickets.minutes, weights=weights))) <= 0:
            return None
        means.append(mean)
        added = influences(tickets.minutes, weights, tickets.week)
        errors.append({week: part / mean for week, part in added.items()})
    weeks: set[Any] = set(errors[0]) | set(errors[1])
    if len(weeks) < 2:
        return None
    together = [errors[0].get(week, 0.0) - errors[1].get(week, 0.0) for week in weeks]
    return float(np.log(means[0] / means[1])), spread(together), len(weeks) - 1.0


def _weeks_needed(
    means: tuple[Mean | None, Mean | None], cut: Reduction | None, target: float, weeks: int
) -> tuple[int | None, int | None]:
    before, now = means
    if cut is None or before is None or now is None:
        return None, None
    fixed, a_week = before.variance / before.value**2, weeks * now.variance / now.value**2
    beyond = log_ratio(cut.value) - log_ratio(target) if cut.value < 1 else 0.0
    return (
        weeks_needed(fixed, a_week, log_ratio(target), LEAST_WEEKS),
        weeks_needed(fixed, a_week, beyond, LEAST_WEEKS),
    )

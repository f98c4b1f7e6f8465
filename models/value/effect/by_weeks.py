"""What changed since the baseline, week by week. Pure.

*Difference in differences*: categories that Lotsen never touched show what would have changed
anyway. *Association*: after beside before, which says nothing of causes. The unit is the question
in both: before, each was a ticket.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import NamedTuple

import numpy as np

from models.kpis.figure import BEFORE, NOW, UNTOUCHED_BEFORE, UNTOUCHED_NOW
from models.statistics.long_run import long_run, resemblance
from models.statistics.looks import ERROR, Look, latest_look, look_after
from models.value.effect.case_mix import (
    Pair,
    TicketColumns,
    WeeksSide,
    alike,
    mix_of,
    mix_weights,
    of_categories,
)
from models.value.effect.comparison import (
    LEAST_CASES,
    LEAST_WEEKS,
    SUCCESSES,
    Comparison,
    Design,
    DesignPlan,
    EffectVerdict,
    KnownShares,
    PeopleEmployed,
    VerdictReason,
    judge,
    minutes_of,
)
from models.value.effect.forecast import log_ratio, need, weeks_needed
from models.value.effect.guards import (
    FAILURES,
    TIMED_OTHERWISE,
    MissingMinutes,
    VerdictGuard,
    after_guards,
    tickets_without,
    timed_otherwise,
)
from models.value.effect.reduction import (
    Floats,
    Mean,
    Reduction,
    clustered_mean,
    from_log,
    influences,
    reduction,
)

MOST_LEFT_OUT = 0.1
"""Share of questions in categories of one side only, from which on a success must hold with all."""
MOST_ALIKE = 0.5
"""How much weeks may resemble those before them for an interval to hold."""
PLACEBO_ERROR = 0.1
"""Two-sided error of the placebo: it is to find what is wrong, so it may err more often."""


class _Compared(NamedTuple):
    """Two sides compared, without a verdict."""

    design: Design
    treated: Pair
    sides: tuple[TicketColumns, TicketColumns]
    means: tuple[Mean | None, Mean | None]
    cut: Reduction | None
    weights: Mapping[str, Mapping[str, float]]
    resemblance: float


def by_weeks(
    before: WeeksSide,
    now: WeeksSide,
    plan: DesignPlan,
    *,
    today: date,
    untouched: frozenset[str] = frozenset(),
) -> Comparison:
    """Compare after with before, week by week, in the baseline's mix of categories.

    Only categories that both sides know are compared (`alike`). What is compared are questions:
    before, each was a ticket; now, some are answered without one. As somebody who can ask a bot
    asks more, the staff's minutes in all must not have changed the other way.

    Parameters
    ----------
    now
        Of all whole weeks since the baseline; judged are those up to the latest look.
    untouched
        Categories that Lotsen left to people; with them on both sides it is a
        difference in differences, else an association.
    """
    look = latest_look(now.questions.weeks, plan.first_week)
    judged = judged_weeks(now, plan)
    error = look.error if look else ERROR
    compared = _compare(before.questions, judged.questions, untouched, error)
    found, sides = compared.cut, compared.sides
    total = _total_cut(before, judged)
    has_people = all(side.minutes_a_person for side in (before, judged))
    verdict, why = judge(found, plan.target, _cannot_judge(compared, look, has_people=has_people))
    if verdict in SUCCESSES or verdict in FAILURES:
        guards = tuple(_guards(verdict, (before, judged), plan, compared, untouched))
        verdict, why = after_guards(verdict, why, plan.target, guards)
    treated, weeks = compared.treated, now.questions.weeks
    improved, met = _weeks_needed(compared, plan, look)
    mean = _mean(treated.now, treated.now) if treated else None
    return Comparison(
        design=compared.design,
        verdict=verdict,
        why=why,
        target=plan.target,
        cut=found,
        n=sides[1].n,
        n_before=sides[0].n,
        weeks=sides[1].weeks,
        weeks_before=sides[0].weeks,
        first_look=plan.first_week,
        later=now.questions.weeks - judged.questions.weeks,
        unknown=before.questions.unknown + judged.questions.unknown,
        known=_known(before.questions, judged.questions),
        total_cut=total.value if total else None,
        people=_people(before, judged),
        timed_otherwise=timed_otherwise(before.ways, judged.ways),
        improved=need(weeks, improved, a_week=1.0, today=today) if found else None,
        met=need(weeks, met, a_week=1.0, today=today) if found else None,
        minutes=minutes_of(found, mean),
        is_placebo_clear=_is_placebo_clear(before.questions, untouched)
        if compared.design is Design.DIFFERENCE
        else None,
        weights=compared.weights,
        counted=treated.counted,
        untouched=untouched if compared.design is Design.DIFFERENCE else frozenset(),
    )


def _people(before: WeeksSide, now: WeeksSide) -> PeopleEmployed | None:
    sides = [side.people for side in (before, now)]
    known = [float(people.mean()) for people in sides if people is not None and len(people)]
    return PeopleEmployed(*known) if len(known) == len(sides) else None


def _cannot_judge(
    compared: _Compared, look: Look | None, *, has_people: bool
) -> VerdictReason | None:
    sides = compared.sides
    rules = (
        (min(side.n for side in sides) < LEAST_CASES, VerdictReason.TOO_FEW),
        (not compared.treated, VerdictReason.NOTHING_SHARED),
        (min(side.weeks for side in sides) < LEAST_WEEKS or not look, VerdictReason.TOO_SHORT),
        (not has_people, VerdictReason.NO_PEOPLE),
        (compared.resemblance > MOST_ALIKE, VerdictReason.WEEKS_ALIKE),
    )
    return next((why for holds, why in rules if holds), None)


def cut_between(
    before: TicketColumns, now: TicketColumns, untouched: frozenset[str], error: float
) -> Reduction | None:
    """Return the cut of all weeks of both sides, whether there are enough of them or not."""
    return _compare(before, now, untouched, error).cut


def _guards(
    verdict: EffectVerdict,
    sides: tuple[WeeksSide, WeeksSide],
    plan: DesignPlan,
    compared: _Compared,
    untouched: frozenset[str],
) -> Iterator[VerdictGuard]:
    """Yield what a verdict must hold against."""
    known = _known(*compared.sides)
    if compared.cut is None or known is None:
        return
    error = compared.cut.interval_error
    control = untouched if compared.design is Design.DIFFERENCE else frozenset[str]()
    yield VerdictGuard(VerdictReason.IN_TOTAL, _in_total(verdict, sides, control, error))
    if timed_otherwise(*(side.ways for side in sides)) >= TIMED_OTHERWISE:
        yield VerdictGuard(VerdictReason.TIMED_OTHERWISE, None)
    if verdict in FAILURES and (best := sides[1].at_best) is not None:
        cut = cut_between(sides[0].questions, best, untouched, error)
        yield VerdictGuard(VerdictReason.SILENT, cut)
    missing = MissingMinutes(known, plan.cap)
    then, since = (
        tickets_without(side.questions, share, each, untouched)
        for side, share, each in zip(sides, missing.shares, missing.left_out(verdict), strict=True)
    )
    cut = cut_between(then, since, untouched, error)
    yield VerdictGuard(VerdictReason.MINUTES_MISSING, cut)
    if not control or _left_out(compared.treated, sides[1], control) > MOST_LEFT_OUT:
        then, since = (_as_one(side, untouched) for side in (then, since))
        cut = cut_between(then, since, untouched, error)
        yield VerdictGuard(VerdictReason.SORTED_OTHERWISE, cut)


def _in_total(
    verdict: EffectVerdict,
    sides: tuple[WeeksSide, WeeksSide],
    untouched: frozenset[str],
    error: float,
) -> Reduction | None:
    """Return the cut of the staff's minutes in all.

    For a success, of which the mean is shown already, it must not be against it; a failure it must
    show as well, and with untouched categories beside what changed in them.
    """
    if verdict in SUCCESSES:
        total = _total_cut(*sides, error)
        return total and replace(total, low=total.value)
    return _total_of_treated(*sides, untouched, error) if untouched else _total_cut(*sides, error)


def _total_of_treated(
    before: WeeksSide, now: WeeksSide, untouched: frozenset[str], error: float
) -> Reduction | None:
    """Return the cut of the treated categories' minutes in all, less that of the others."""
    sums = [_sums(side, untouched) for side in (before, now)]
    treated, control = (Pair(then, since) for then, since in zip(*sums, strict=True))
    return against_control(treated, control, error)


def _sums(side: WeeksSide, untouched: frozenset[str]) -> tuple[TicketColumns, TicketColumns]:
    """Return the staff's minutes of each week: for the treated categories, for the others."""
    left = of_categories(side.questions, untouched, inside=True)
    n = len(side.staff_minutes)
    week, known = left.week.astype(int), max(1, left.n)
    sums = np.bincount(week, weights=left.minutes * left.count, minlength=n)
    minutes: Floats = np.asarray(sums * (known + left.unknown) / known, dtype=np.float64)
    weeks, one = np.arange(n), np.ones(n)
    none = np.full(n, "")
    return (
        TicketColumns(np.maximum(side.staff_minutes - minutes, 0.0), one, none, weeks),
        TicketColumns(minutes, one, none, weeks),
    )


def _left_out(treated: Pair, now: WeeksSide, untouched: frozenset[str]) -> float:
    """Return the share of questions that are not compared, as the baseline knows none like them."""
    n = float(of_categories(now.questions, untouched, inside=False).count.sum())
    return 1 - float(treated.now.count.sum()) / n if n else 0.0


def _as_one(tickets: TicketColumns, untouched: frozenset[str]) -> TicketColumns:
    """Return the tickets without their categories, but for the untouched ones."""
    kept = [key if key in untouched else "" for key in tickets.keys]
    return replace(tickets, category=np.array(kept, dtype=str))


def judged_weeks(now: WeeksSide, plan: DesignPlan) -> WeeksSide:
    """Return the weeks up to the latest look; before the first one all of them."""
    look = latest_look(now.questions.weeks, plan.first_week)
    return now.up_to(now.asked[look.at - 1] + 1) if look else now


def _total_cut(before: WeeksSide, now: WeeksSide, error: float = ERROR) -> Reduction | None:
    """Return the cut of the staff's minutes a week and person employed."""
    then, since = before.minutes_a_person, now.minutes_a_person
    return reduction(since, then, error) if then and since else None


def _known(before: TicketColumns, now: TicketColumns) -> KnownShares | None:
    """Return the shares of questions with a known time; None where a side has no question."""
    sizes = [(side.n, side.n + side.unknown) for side in (before, now)]
    return KnownShares(*(n / of for n, of in sizes)) if all(of for _, of in sizes) else None


def _compare(
    before: TicketColumns, now: TicketColumns, untouched: frozenset[str], error: float
) -> _Compared:
    outside = tuple(of_categories(side, untouched, inside=False) for side in (before, now))
    treated = alike(*outside)
    control = alike(*(of_categories(side, untouched, inside=True) for side in (before, now)))
    differs = bool(untouched) and min(control.before.weeks, control.now.weeks) > 1
    means = _weekly(treated)
    weights = {
        BEFORE: treated.by_category(mix_of(treated.before, treated.before)),
        NOW: treated.by_category(mix_of(treated.now, treated.before)),
    }
    if differs:
        cut = against_control(treated, control, error)
        weights[UNTOUCHED_BEFORE] = control.by_category(mix_of(control.before, control.before))
        weights[UNTOUCHED_NOW] = control.by_category(mix_of(control.now, control.before))
    else:
        cut = reduction(means[1], means[0], error) if means[0] and means[1] else None
    return _Compared(
        design=Design.DIFFERENCE if differs else Design.ASSOCIATION,
        treated=treated,
        sides=(treated.before, treated.now) if treated else (outside[0], outside[1]),
        means=means,
        cut=cut,
        weights=weights if treated else {},
        resemblance=_resemblance(treated, control if differs else None),
    )


def _resemblance(treated: Pair, control: Pair | None) -> float:
    """Return how much the weeks that an error is taken from resemble those before them."""
    if not treated:
        return 0.0
    if control is None:
        sides = ((treated.before, treated.before), (treated.now, treated.before))
        series = [
            list(influences(side.minutes, mix_weights(side, mix), side.week).values())
            for side, mix in sides
        ]
        return resemblance(*series)
    if not control:
        return 0.0
    mixes = (treated.before, control.before)
    ratios = [_ratio(sides, mixes) for sides in (mixes, (treated.now, control.now))]
    return resemblance(*(parts for ratio in ratios if ratio for parts in [ratio[1]]))


def _is_placebo_clear(before: TicketColumns, untouched: frozenset[str]) -> bool:
    """Return whether the baseline's later half shows no effect against its earlier half.

    Nothing had changed then: a difference of the two sets of categories is one that comes
    without Lotsen. Where the halves are too short to compare, that is not known, and not clear.
    """
    weeks = int(before.week.max()) + 1 if len(before.week) else 0
    half = weeks // 2
    earlier, later = before.chosen(before.week < half), before.chosen(before.week >= half)
    found = _compare(earlier, later, untouched, PLACEBO_ERROR)
    if found.design is not Design.DIFFERENCE or found.cut is None:
        return False
    return found.cut.low <= 0 <= found.cut.high


def _weekly(pair: Pair) -> tuple[Mean | None, Mean | None]:
    """Return both means, the later one in the mix of categories of the earlier one."""
    if not pair:
        return None, None
    return _mean(pair.before, pair.before), _mean(pair.now, pair.before)


def _mean(tickets: TicketColumns, mix: TicketColumns) -> Mean | None:
    return clustered_mean(tickets.minutes, mix_weights(tickets, mix), tickets.week)


def against_control(treated: Pair, control: Pair, error: float = ERROR) -> Reduction | None:
    """Return the treated categories' cut, less the cut that the others had as well.

    Week by week the two sides are subtracted first, so that what troubled both cancels.
    None where either pair has nothing to compare.
    """
    if not (treated and control):
        return None
    mixes = (treated.before, control.before)
    then, now = (_ratio(sides, mixes) for sides in (mixes, (treated.now, control.now)))
    if then is None or now is None:
        return None
    return from_log(now[0] - then[0], [long_run(then[1]), long_run(now[1])], error)


def _ratio(
    sides: tuple[TicketColumns, TicketColumns], mixes: tuple[TicketColumns, TicketColumns]
) -> tuple[float, list[float]] | None:
    """Return the logarithm of the ratio of two means, and what each week adds to its error."""
    means, errors = [], []
    for tickets, mix in zip(sides, mixes, strict=True):
        weights = mix_weights(tickets, mix)
        if weights.sum() <= 0 or (mean := float(np.average(tickets.minutes, weights=weights))) <= 0:
            return None
        means.append(mean)
        added = influences(tickets.minutes, weights, tickets.week)
        errors.append({week: part / mean for week, part in added.items()})
    weeks = sorted(errors[0].keys() | errors[1].keys())
    if len(weeks) < 2:
        return None
    together = [errors[0].get(week, 0.0) - errors[1].get(week, 0.0) for week in weeks]
    return float(np.log(means[0] / means[1])), together


def _weeks_needed(
    compared: _Compared, plan: DesignPlan, look: Look | None
) -> tuple[int | None, int | None]:
    """Return at which look the target's effect is shown, and that it reaches the target."""
    cut, (before, now) = compared.cut, (side.weeks for side in compared.sides)
    if cut is None or not before or not now:
        return None, None
    # As if a week were as sure on either side: the few weeks of one alone say little of that.
    of_a_week = cut.error**2 / (1 / before + 1 / now)
    variances = of_a_week / before, of_a_week
    beyond = log_ratio(cut.value) - log_ratio(plan.target) if cut.value < 1 else 0.0
    improved, met = (
        look_after(
            look.at if look else 0,
            plan.first_week,
            partial(weeks_needed, variances, distance, cut.freedom),
        )
        for distance in (log_ratio(plan.target), beyond)
    )
    return improved, met

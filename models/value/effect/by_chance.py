"""What Lotsen changes, by cases that chance held out. Pure.

Chance decides which cases Lotsen leaves alone, so a difference is its doing. Fixed beforehand, so
that nobody can choose after seeing the figures: handling times count up to the baseline's 95th
percentile (`DesignPlan.cap`), a verdict waits for its look, and cases stay in the arm that chance
gave them, whatever happened later (intention to treat).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from models.kpis.handling import Handling
from models.kpis.waits import AskedQuestions, Replies, cap_of, replies_of, waited
from models.statistics.half_days import variance_of_sums
from models.statistics.looks import ERROR, Look, first_look, latest_look, look_after
from models.statistics.survival import pseudo_minutes
from models.store.columns import Moments, places_of, spots, utc
from models.store.effect import BegunCases
from models.store.figures import NO_ARTICLE, NOBODY, StepColumns
from models.tables import Arm, EventKind
from models.tickets.hours import Calendar
from models.value.effect.comparison import (
    LEAST_CASES,
    LEAST_HALF_DAYS,
    SUCCESSES,
    Comparison,
    Design,
    DesignPlan,
    EffectVerdict,
    KnownShares,
    VerdictReason,
    judge,
    minutes_of,
)
from models.value.effect.forecast import cases_needed, log_ratio, need, planned_cases
from models.value.effect.guardrails import GuardrailColumns, worse_than_held
from models.value.effect.guards import (
    FAILURES,
    MissingMinutes,
    VerdictGuard,
    after_guards,
    mean_without,
)
from models.value.effect.reduction import (
    Floats,
    Labels,
    Mean,
    Reduction,
    freedom_of,
    influences_within,
    pooled_strata,
    reduction,
    shares_of,
    stratified_mean,
)

MATURITY = timedelta(days=7)
"""A case counts once it is so old, in either arm: by then a helped one may still become a
ticket, and most tickets are done."""


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases that chance assigned, in the order of time, as columns of shape (n,).

    Attributes
    ----------
    is_held
        Whether Lotsen left the case alone.
    stratum
        Category that the classifier thought of in silence when the case came in, in
        either arm, and the share that was held out then: names, or numbers in their order.
    minutes
        Handling minutes of the staff: 0 where nobody was needed, NaN where not known yet.
    guarded
        Guardrails of the same cases.
    half_day
        Half-day with which the case was drawn; empty where it was drawn by itself. None: all were.
    is_open
        Whether it went on when it was no longer followed: of waits alone.
    """

    is_held: npt.NDArray[np.bool_]
    stratum: Labels
    minutes: Floats
    guarded: GuardrailColumns
    half_day: Labels | None = None
    is_open: npt.NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class JudgedSample:
    """The cases by which a hold-out is judged, as columns of shape (n,).

    Attributes
    ----------
    at
        Which of the `Cases` they are.
    minutes
        Counted up to the cap; where some went on, each one's part in the mean of its arm.
    stratum
        What they are compared within; small ones are one.
    shares
        How frequent each stratum is among them.
    half_day
        What each was drawn with; None where each was drawn by itself.
    """

    at: npt.NDArray[np.intp]
    is_held: npt.NDArray[np.bool_]
    minutes: Floats
    stratum: Labels
    shares: Mapping[Any, float]
    half_day: Labels | None = None

    def means(self) -> tuple[Mean | None, Mean | None]:
        """Return the mean of the cases held out and of the others, each stratum at its share."""
        return self._mean(self.is_held), self._mean(~self.is_held)

    def _mean(self, arm: npt.NDArray[np.bool_]) -> Mean | None:
        minutes, stratum = self.minutes[arm], self.stratum[arm]
        mean = stratified_mean(minutes, stratum, self.shares)
        if mean is None or self.half_day is None:
            return mean
        parts = variance_of_sums(
            influences_within(minutes, stratum, self.shares), self.half_day[arm]
        )
        return Mean(mean.value, sum(one for one, _ in parts), freedom_of(parts)) if parts else None

    @property
    def half_days(self) -> tuple[int, int] | None:
        """How many half-days there are with Lotsen and held out; None where none were drawn."""
        if self.half_day is None:
            return None
        ours, held = (set(self.half_day[arm].tolist()) for arm in (~self.is_held, self.is_held))
        return len(ours - {""}), len(held - {""})

    def weights(self) -> Floats:
        """Return how often each case counts in its arm, for these means to be weighted ones."""
        found = np.ones(len(self.at))
        for arm in (self.is_held, ~self.is_held):
            for key, share in self.shares.items():
                inside = arm & (self.stratum == key)
                if inside.any():
                    found[inside] = share * arm.sum() / inside.sum()
        return found


def by_hold_out(cases: Cases, plan: DesignPlan, *, weeks: float, today: date) -> Comparison:
    """Compare the cases with Lotsen to those that chance held out.

    Parameters
    ----------
    weeks
        How long cases have been assigned, for the forecast.
    """
    known = ~np.isnan(cases.minutes)
    n_known = int(known.sum())
    first = first_look(plan.planned)
    look = latest_look(n_known, first)
    judged = judged_of(cases, plan)
    held = judged.is_held
    n_held = int(held.sum())
    n = len(held) - n_held
    half_days = judged.half_days
    before, now = judged.means()
    error = look.error if look else ERROR
    cut = reduction(now, before, error) if now and before else None
    # In between two looks everything stands, guardrails and what is missing too.
    upto = slice(0, int(judged.at[-1]) + 1 if len(judged.at) else 0)
    guarded = some_cases(cases, judged.at).guarded
    worse = worse_than_held(guarded, held)
    missing = _missing(known[upto], cases.is_held[upto], plan.cap)
    if missing and cases.is_open is not None:
        missing = missing._replace(cap=_longest(judged, missing.shares))
    rules = (
        (min(n, n_held) < LEAST_CASES, VerdictReason.TOO_FEW),
        (min(half_days or (LEAST_HALF_DAYS,)) < LEAST_HALF_DAYS, VerdictReason.TOO_FEW_HALF_DAYS),
        (not look, VerdictReason.TOO_EARLY),
    )
    reason = next((why for holds, why in rules if holds), None)
    verdict, why = judge(cut, plan.target, reason)
    if before and now and missing:
        guards = _guards(verdict, (before, now), missing, error)
        if verdict in FAILURES and cases.is_open is not None:
            guards = (*guards, _if_silence_was_help(cases, cases.is_open, plan, error))
        verdict, why = after_guards(verdict, why, plan.target, guards)
    if verdict in SUCCESSES and worse:
        verdict, why = EffectVerdict.NOT_SHOWN, VerdictReason.GUARDRAIL
    rate = n_known / weeks if weeks > 0 else 0.0
    improved, met = _needs(cut.error**2 * len(held) if cut else 0.0, cut, plan, look)
    return Comparison(
        design=Design.SWITCHBACK if half_days else Design.HOLD_OUT,
        verdict=verdict,
        why=why,
        target=plan.target,
        cut=cut,
        n=n,
        n_before=n_held,
        half_days=half_days,
        planned=plan.planned,
        first_look=first,
        later=n_known - len(held),
        unknown=len(cases.minutes) - n_known,
        known=missing and missing.known,
        worse=worse,
        improved=need(n_known, improved, a_week=rate, today=today) if cut else None,
        met=need(n_known, met, a_week=rate, today=today) if cut else None,
        minutes=minutes_of(cut, now),
    )


def some_cases(cases: Cases, kept: npt.NDArray[Any]) -> Cases:
    """Return some of the cases, chosen by a mask or by their places."""
    guarded = GuardrailColumns(
        *(getattr(cases.guarded, one.name)[kept] for one in fields(GuardrailColumns))
    )
    half_day = None if cases.half_day is None else cases.half_day[kept]
    is_open = None if cases.is_open is None else cases.is_open[kept]
    return Cases(
        cases.is_held[kept], cases.stratum[kept], cases.minutes[kept], guarded, half_day, is_open
    )


def _missing(
    known: npt.NDArray[np.bool_], is_held: npt.NDArray[np.bool_], cap: float
) -> MissingMinutes | None:
    if not is_held.any() or is_held.all():
        return None
    shares = KnownShares(float(known[is_held].mean()), float(known[~is_held].mean()))
    return MissingMinutes(shares, cap)


def _guards(
    verdict: EffectVerdict, means: tuple[Mean, Mean], missing: MissingMinutes, error: float
) -> tuple[VerdictGuard, ...]:
    """Return what a verdict must hold against."""
    minutes = missing.left_out(verdict)
    then, since = (
        mean_without(mean, share, each)
        for mean, share, each in zip(means, missing.shares, minutes, strict=True)
    )
    return (VerdictGuard(VerdictReason.MINUTES_MISSING, reduction(since, then, error)),)


def _longest(judged: JudgedSample, shares: tuple[float, float]) -> float:
    """Return the mean of the longest waits, of the side and as many as are to be left out of it.

    Waits up to ten office days are mostly far below their cap: to leave out that would hide all.
    """
    for is_held, share in zip((True, False), shares, strict=True):
        if share:
            minutes = np.sort(judged.minutes[judged.is_held == is_held])
            return float(minutes[-math.ceil(share * len(minutes)) :].mean())
    return 0.0


def _if_silence_was_help(
    cases: Cases, is_open: npt.NDArray[np.bool_], plan: DesignPlan, error: float
) -> VerdictGuard:
    """Return the guard of a failure: whoever said nothing may have been helped at once."""
    is_silent = is_open & (cases.minutes < plan.cap) & ~cases.is_held
    minutes = np.where(is_silent, 0.0, cases.minutes)
    best = replace(cases, minutes=minutes, is_open=is_open & ~is_silent)
    before, now = judged_of(best, plan).means()
    cut = reduction(now, before, error) if now and before else None
    return VerdictGuard(VerdictReason.SILENT, cut)


def cut_of(cases: Cases, plan: DesignPlan, error: float) -> Reduction | None:
    """Return the cut of all cases whose minutes are known, whatever look is due."""
    before, now = judged_of(cases, replace(plan, planned=0)).means()
    return reduction(now, before, error) if now and before else None


def judged_of(cases: Cases, plan: DesignPlan) -> JudgedSample:
    """Return the cases that are judged: the first whose minutes are known, up to the latest look.

    Before the first look these are all.
    """
    known = np.flatnonzero(~np.isnan(cases.minutes))
    look = latest_look(len(known), first_look(plan.planned))
    at = known[: look.at] if look else known
    held = cases.is_held[at]
    strata = pooled_strata(cases.stratum[at], held)
    minutes = np.minimum(cases.minutes[at], plan.cap)
    if cases.is_open is not None:
        # Of the judged ones alone: between two looks everything stands.
        for arm in (held, ~held):
            minutes[arm] = pseudo_minutes(minutes[arm], cases.is_open[at][arm], plan.cap)
    return JudgedSample(
        at=at,
        is_held=held,
        minutes=minutes,
        stratum=strata,
        shares=shares_of(strata) if len(strata) else {},
        half_day=None if cases.half_day is None else cases.half_day[at],
    )


def _needs(
    one: float, cut: Reduction | None, plan: DesignPlan, look: Look | None
) -> tuple[int | None, int | None]:
    """Return at which look the target's effect is shown, and that it reaches the target.

    ``one`` is the variance of the logarithm of the ratio, for one case.
    """
    if cut is None:
        return None, None
    beyond = log_ratio(cut.value) - log_ratio(plan.target) if cut.value < 1 else 0.0
    judged, first = look.at if look else 0, first_look(plan.planned)
    improved, met = (
        look_after(judged, first, partial(cases_needed, one, distance))
        for distance in (log_ratio(plan.target), beyond)
    )
    return improved, met


# As the store has them ----------------------------------------------------------------------


class DrawnCases(NamedTuple):
    """Ripe cases of both arms as they stood at a moment, as columns of shape (n,).

    ``category`` is that of each stratum, by its number in `Cases.stratum`; ``case`` are the
    cases' numbers, ``drawn`` is when each was put into its arm.
    """

    cases: Cases
    category: Sequence[str]
    case: npt.NDArray[np.int64]
    drawn: Moments


def ripe_cases(begun: BegunCases, moment: datetime, calendar: Calendar) -> DrawnCases:
    """Return the cases of both arms that are ripe at a moment, in the order of their draws."""
    ripe = begun.drawn <= utc(moment - MATURITY)
    return _drawn_cases(begun, moment, calendar, ripe, _minutes(begun, moment))


def waiting_cases(
    begun: BegunCases,
    moment: datetime,
    calendar: Calendar,
    steps: StepColumns,
) -> DrawnCases:
    """Return the same with how long the employees waited, once their waits are settled.

    A case is ripe when as many office days have passed as a wait counts: in either arm.

    Parameters
    ----------
    steps
        Those of `FigureRepository.replies` from the first draw on.
    """
    replies = replies_in(begun, moment, steps)
    found = waited(
        AskedQuestions(
            asked=begun.began,
            opened=begun.opened,
            resolved=begun.resolved,
            business=np.full(len(begun.case), np.nan),
            waits=begun.waits,
            solved=replies.solved,
            is_answered=replies.is_answered,
        ),
        calendar,
        moment,
    )
    return _drawn_cases(
        begun,
        moment,
        calendar,
        ~np.isnat(begun.drawn) & (found.so_far >= cap_of(calendar)),
        np.where(replies.is_taken_back, np.nan, found.minutes),
        found.is_open,
    )


def replies_in(begun: BegunCases, moment: datetime, steps: StepColumns) -> Replies:
    """Return what was said to the answers of the cases; they tell who asked, and what tickets."""
    place = places_of(steps.case, begun.case)
    steps = replace(steps, person=np.where(place < 0, NOBODY, begun.person[place]))
    opened = begun.opened < utc(moment)
    tickets = StepColumns(
        case=begun.case[opened],
        kind=np.repeat(StepColumns.numbers([EventKind.OPENED]), opened.sum()),
        at=begun.opened[opened],
        person=begun.person[opened],
        article=np.full(opened.sum(), NO_ARTICLE),
    )
    return replies_of(steps.followed_by(tickets), begun.case, begun.person)


def _drawn_cases(
    begun: BegunCases,
    moment: datetime,
    calendar: Calendar,
    is_ripe: npt.NDArray[np.bool_],
    minutes: Floats,
    is_open: npt.NDArray[np.bool_] | None = None,
) -> DrawnCases:
    arms = np.array([draw["mode"] for draw in begun.draws], dtype=str)
    exempt = np.append(arms == Arm.EXEMPT, True)  # the last place is that of no draw at all
    ripe = ~exempt[begun.draw] & is_ripe
    # What the arms are compared within: where the share changed, time would confound.
    kinds = [(str(draw.get("share")), draw.get("category") or "") for draw in begun.draws]
    strata = sorted(set(kinds))
    number = np.array([strata.index(kind) for kind in kinds], dtype=np.int64)
    half_days = np.array([draw.get("half_day", "") for draw in begun.draws], dtype=str)
    draw = begun.draw[ripe]
    cases = Cases(
        is_held=(arms == Arm.HELD_OUT)[draw],
        stratum=number[draw],
        minutes=minutes[ripe],
        guarded=GuardrailColumns(
            reopened=_of_tickets(begun, begun.reopened)[ripe],
            reassigned=_of_tickets(begun, begun.reassigned)[ripe],
            came_back=_came_back(begun)[ripe],
            to_human=_to_human(begun, moment, calendar)[ripe],
        ),
        half_day=half_days[draw] if any(half_days) else None,
        is_open=None if is_open is None else is_open[ripe],
    )
    return DrawnCases(
        cases, [category for _, category in strata], begun.case[ripe], begun.drawn[ripe]
    )


def _minutes(begun: BegunCases, moment: datetime) -> Floats:
    """Return what each case cost the staff; nothing without a ticket, NaN if not known yet."""
    at = utc(moment)
    unknown = begun.waits | (begun.resolved >= at)
    # What was opened or resolved later was not known then.
    spared = np.isnat(begun.opened) | (begun.opened >= at)
    return np.where(spared, 0.0, np.where(unknown, np.nan, begun.handling_minutes))


def _of_tickets(begun: BegunCases, happened: npt.NDArray[np.bool_]) -> Floats:
    """Return whether something happened to the ticket of each case; NaN without one."""
    return np.where(np.isnat(begun.opened), np.nan, happened)


def _came_back(begun: BegunCases) -> Floats:
    """Return whether the same person began another case within a week of a draw."""
    # In the order of people and their cases, in which a search finds each close to the one before.
    order = np.lexsort((begun.began, begun.person))
    person = begun.person[order]
    of_others, asked = spots(person, begun.began[order]), spots(person, begun.drawn[order])
    later = np.append(of_others, complex(np.inf))
    following = later[np.searchsorted(of_others, asked, side="right")]
    week = MATURITY / timedelta(microseconds=1)
    found = np.empty(len(order))
    found[order] = (following.real == asked.real) & (following.imag <= asked.imag + week)
    return found


def _to_human(begun: BegunCases, moment: datetime, calendar: Calendar) -> Floats:
    """Return the business minutes from the question, not only from the ticket."""
    before = calendar.minutes_between(begun.drawn, begun.opened)
    return np.where(begun.opened >= utc(moment), np.nan, begun.first_response_minutes + before)


def weeks_of(drawn: Moments) -> Labels:
    """Return in which week of the hold-out each case came, from 0 on."""
    return (drawn - drawn[:1]) // np.timedelta64(7, "D")


def plan_by_chance(begun: BegunCases, before: Handling, target: float) -> DesignPlan | None:
    """Return what was fixed before a hold-out; None where nothing is held out."""
    if not any(draw["mode"] == Arm.HELD_OUT for draw in begun.draws):
        return None
    share = float(begun.draws[begun.draw[0]].get("share") or 0.5)
    half_days = any(draw.get("half_day") for draw in begun.draws)
    planned = planned_cases(before.as_is, before.with_cut, share, by_half_days=half_days)
    return DesignPlan(target, before.cap, planned)

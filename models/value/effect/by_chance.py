"""What Lotsen changes, by cases that chance held out. Pure.

Chance decides which cases Lotsen leaves alone, so a difference is its doing. Fixed beforehand, so
that nobody can choose after seeing the figures: handling times count up to the baseline's 95th
percentile (`DesignPlan.cap`), a verdict waits for its look, and cases stay in the arm that chance
gave them, whatever happened later (intention to treat).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from models.store.columns import Moments, utc
from models.store.effect import BegunCases
from models.tables import Arm
from models.tickets.hours import Calendar
from models.value.effect.comparison import (
    LEAST_CASES,
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
from models.value.effect.forecast import cases_needed, log_ratio, need
from models.value.effect.guardrails import GuardrailColumns, worse_than_held
from models.value.effect.looks import ERROR, first_look, latest_look
from models.value.effect.reduction import (
    Floats,
    Labels,
    Mean,
    Reduction,
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
    shares: Mapping[Any, float]

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
    before, now = judged.means()
    error = look.error if look else ERROR
    cut = reduction(now, before, error) if now and before else None
    # In between two looks everything stands, guardrails and what is missing too.
    upto = slice(0, int(judged.at[-1]) + 1 if len(judged.at) else 0)
    guarded = some_cases(cases, judged.at).guarded
    worse = worse_than_held(guarded, held)
    shares = _known_shares(known[upto], cases.is_held[upto])
    reason = (
        VerdictReason.TOO_FEW
        if min(n, n_held) < LEAST_CASES
        else None
        if look
        else VerdictReason.TOO_EARLY
    )
    verdict, why = judge(cut, plan.target, reason)
    if verdict in SUCCESSES:
        if worse:
            verdict, why = EffectVerdict.NOT_SHOWN, VerdictReason.GUARDRAIL
        elif shares and shares.fell and not _survives(cases, plan, error):
            verdict, why = EffectVerdict.NOT_SHOWN, VerdictReason.MINUTES_MISSING
    rate = n_known / weeks if weeks > 0 else 0.0
    improved, met = _needs(cut.error**2 * len(held) if cut else 0.0, cut, plan)
    return Comparison(
        design=Design.HOLD_OUT,
        verdict=verdict,
        why=why,
        target=plan.target,
        cut=cut,
        n=n,
        n_before=n_held,
        planned=plan.planned,
        first_look=first,
        later=n_known - len(held),
        unknown=len(cases.minutes) - n_known,
        known=shares,
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
    return Cases(cases.is_held[kept], cases.stratum[kept], cases.minutes[kept], guarded)


def _known_shares(
    known: npt.NDArray[np.bool_], is_held: npt.NDArray[np.bool_]
) -> KnownShares | None:
    if not is_held.any() or is_held.all():
        return None
    return KnownShares(float(known[is_held].mean()), float(known[~is_held].mean()))


def _survives(cases: Cases, plan: DesignPlan, error: float) -> bool:
    """Return whether less time is shown even if each case without minutes took the cap."""
    missing = np.isnan(cases.minutes) & ~cases.is_held
    filled = replace(cases, minutes=np.where(missing, plan.cap, cases.minutes))
    cut = cut_of(filled, plan, error)
    return cut is not None and cut.low > 0


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
    return JudgedSample(
        at=at,
        is_held=held,
        minutes=np.minimum(cases.minutes[at], plan.cap),
        stratum=strata,
        shares=shares_of(strata) if len(strata) else {},
    )


def _needs(one: float, cut: Reduction | None, plan: DesignPlan) -> tuple[int | None, int | None]:
    """Return how many cases show the target's effect, and that it reaches the target.

    ``one`` is the variance of the logarithm of the ratio, for one case.
    """
    if cut is None:
        return None, None
    beyond = log_ratio(cut.value) - log_ratio(plan.target) if cut.value < 1 else 0.0
    needed = (cases_needed(one, log_ratio(plan.target)), cases_needed(one, beyond))
    improved, met = (n and max(n, first_look(plan.planned)) for n in needed)
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
    arms = np.array([draw["mode"] for draw in begun.draws], dtype=str)
    exempt = np.append(arms == Arm.EXEMPT, True)  # the last place is that of no draw at all
    ripe = ~exempt[begun.draw] & (begun.drawn <= utc(moment - MATURITY))
    # What the arms are compared within: where the share changed, time would confound.
    kinds = [(str(draw.get("share")), draw.get("category") or "") for draw in begun.draws]
    strata = sorted(set(kinds))
    number = np.array([strata.index(kind) for kind in kinds], dtype=np.int64)
    draw = begun.draw[ripe]
    cases = Cases(
        is_held=(arms == Arm.HELD_OUT)[draw],
        stratum=number[draw],
        minutes=_minutes(begun, moment)[ripe],
        guarded=GuardrailColumns(
            reopened=_once(begun.reopened[ripe]),
            reassigned=_once(begun.reassigned[ripe]),
            came_back=_came_back(begun)[ripe],
            to_human=_to_human(begun, moment, calendar)[ripe],
        ),
    )
    return DrawnCases(
        cases, [category for _, category in strata], begun.case[ripe], begun.drawn[ripe]
    )


def _minutes(begun: BegunCases, moment: datetime) -> Floats:
    """Return what each case cost the staff; nothing without a ticket, NaN if not known yet."""
    at = utc(moment)
    unknown = (begun.waits == 1) | (begun.resolved >= at)
    # What was opened or resolved later was not known then.
    spared = np.isnat(begun.opened) | (begun.opened >= at)
    return np.where(spared, 0.0, np.where(unknown, np.nan, begun.handling_minutes))


def _once(times: Floats) -> Floats:
    return np.where(np.isnan(times), np.nan, times > 0)


def _came_back(begun: BegunCases) -> Floats:
    """Return whether the same person began another case within a week of a draw."""
    # NumPy sorts complex numbers by their real part, then by the other: by person, then by time.
    # Microseconds since 1970 are exact in them.
    of_others = np.sort(_spots(begun.person, begun.began))
    asked = _spots(begun.person, begun.drawn)
    later = np.append(of_others, complex(np.inf))
    following = later[np.searchsorted(of_others, asked, side="right")]
    week = MATURITY / timedelta(microseconds=1)
    is_theirs = following.real == asked.real
    found: Floats = (is_theirs & (following.imag <= asked.imag + week)).astype(np.float64)
    return found


def _spots(person: npt.NDArray[np.int64], at: Moments) -> npt.NDArray[np.complex128]:
    return person + 1j * at.astype(np.int64)


def _to_human(begun: BegunCases, moment: datetime, calendar: Calendar) -> Floats:
    """Return the business minutes from the question, not only from the ticket."""
    before = calendar.minutes_between(begun.drawn, begun.opened)
    return np.where(begun.opened >= utc(moment), np.nan, begun.first_response_minutes + before)


def weeks_of(drawn: Moments) -> Labels:
    """Return in which week of the hold-out each case came, from 0 on."""
    return (drawn - drawn[:1]) // np.timedelta64(7, "D")

"""What else a verdict must hold against before it is given, harm as well as success. Pure.

A mean can rise or fall although nobody works more or less: minutes are missing, they come from
elsewhere than before, categories are others, or tickets are recorded nowhere at all. Each guard
looks at the same questions otherwise. A success that falls there is *not shown*; a failure gives
way to the strongest one that holds, else it is *not judged*.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from models.value.effect.case_mix import TicketColumns
from models.value.effect.comparison import (
    SUCCESSES,
    WORTH_HAVING,
    EffectVerdict,
    KnownShares,
    VerdictReason,
)
from models.value.effect.reduction import Mean, Reduction

FAILURES = (EffectVerdict.WORSE, EffectVerdict.NO_EFFECT, EffectVerdict.GOAL_RULED_OUT)
"""Each of them implies those after it."""
_BELOW = (0.0, WORTH_HAVING, 1.0)
"""Below which share of the goal the whole interval of each of them is."""


TIMED_OTHERWISE = 0.2
"""Share of handling times from elsewhere than before, from which on no success is claimed."""


class VerdictGuard(NamedTuple):
    """The same questions, looked at otherwise.

    Attributes
    ----------
    cut
        Where it is least, for a success, and where it is most, for a failure; None where it
        cannot be known.
    """

    why: VerdictReason
    cut: Reduction | None

    def lets_pass(self, verdict: EffectVerdict, target: float) -> bool:
        if self.cut is None:
            return False
        if verdict in SUCCESSES:
            return self.cut.low > 0
        return self.cut.high < _BELOW[FAILURES.index(verdict)] * target


def after_guards(
    verdict: EffectVerdict, why: VerdictReason, target: float, guards: Sequence[VerdictGuard]
) -> tuple[EffectVerdict, VerdictReason]:
    """Return what is left of a verdict where every guard must let it pass."""

    def broken(claim: EffectVerdict) -> VerdictReason | None:
        return next((guard.why for guard in guards if not guard.lets_pass(claim, target)), None)

    if verdict in SUCCESSES:
        reason = broken(verdict)
        return (EffectVerdict.NOT_SHOWN, reason) if reason else (verdict, why)
    reason = None
    for claim in _implied(verdict):
        reason = broken(claim)
        if reason is None:
            is_harm = claim is EffectVerdict.WORSE
            return claim, VerdictReason.SHOWN if is_harm else VerdictReason.NO_DIFFERENCE
    return (EffectVerdict.NOT_JUDGED, reason) if reason else (verdict, why)


def _implied(verdict: EffectVerdict) -> tuple[EffectVerdict, ...]:
    return FAILURES[FAILURES.index(verdict) :] if verdict in FAILURES else ()


class MissingMinutes(NamedTuple):
    """Handling times that are missing on one side more than on the other.

    As many are left out of the other side, the longest or the shortest of it, so that both know
    the same part of their questions. Nobody knows which are missing; a mean without a share of
    tickets is lowest if these took the cap, and highest if they took nothing.

    Attributes
    ----------
    known
        Share with a known time, before or held out, and now.

    References
    ----------
    Lee, Training, Wages, and Sample Selection: Estimating Sharp Bounds on Treatment Effects,
    Review of Economic Studies 76 (2009) 1071–1102.
    """

    known: KnownShares
    cap: float

    @property
    def shares(self) -> tuple[float, float]:
        """Which share to leave out of each side."""
        before, now = self.known
        if not before or not now:
            return 0.0, 0.0
        return max(0.0, 1 - now / before), max(0.0, 1 - before / now)

    def left_out(self, verdict: EffectVerdict) -> tuple[float, float]:
        """Return how many minutes each ticket took that is left out, by side: at worst for it."""
        return (self.cap, 0.0) if verdict in SUCCESSES else (0.0, self.cap)


def mean_without(mean: Mean, share: float, minutes: float) -> Mean:
    """Return a mean without a share of what it is of, each of them of so many minutes."""
    left = 1 - share
    value = (mean.value - share * minutes) / left
    return Mean(value, mean.variance / left**2, mean.freedom)


def tickets_without(
    tickets: TicketColumns, share: float, minutes: float, untouched: frozenset[str]
) -> TicketColumns:
    """Return tickets whose mean is that without a share of them, each of so many minutes.

    Those of untouched categories stay as they are.
    """
    if not share:
        return tickets
    stays = np.isin(tickets.category.astype(str), sorted(untouched))
    rest = (tickets.minutes - share * minutes) / (1 - share)
    return replace(tickets, minutes=np.where(stays, tickets.minutes, rest))


def timed_otherwise(before: Mapping[str, int], now: Mapping[str, int]) -> float:
    """Return the share of times (0–1) that come from another evidence than before.

    Half of the sum of how far each evidence's share moved (total variation distance); 0 where
    a side has no times.
    """
    n_before, n_now = sum(before.values()), sum(now.values())
    if not n_before or not n_now:
        return 0.0
    moved = (abs(before.get(key, 0) / n_before - now.get(key, 0) / n_now) for key in "ABC")
    return sum(moved) / 2

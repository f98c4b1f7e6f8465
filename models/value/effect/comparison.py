"""What a comparison found: the one judgement that effect, digest, gates and statement take. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from models.value.effect.reduction import Mean, MinutesSaved, Reduction, times

WORTH_HAVING = 0.25
"""Share of the goal below which an effect is not worth having."""
LEAST_CASES = 30
"""Cases in each arm below which nothing is said."""
LEAST_HALF_DAYS = 10
"""Half-days in each arm below which nothing is said, where these were drawn."""
LEAST_WEEKS = 8
"""Weeks on each side below which nothing is said without a hold-out."""


class Design(StrEnum):
    """What an effect is told by; only an association says nothing of causes."""

    HOLD_OUT = "hold-out"
    SWITCHBACK = "switchback"  # a hold-out whose half-days are drawn, not its questions
    DIFFERENCE = "difference in differences"
    ASSOCIATION = "association"

    @property
    def is_causal(self) -> bool:
        return self is not Design.ASSOCIATION

    @property
    def is_by_chance(self) -> bool:
        return self in (Design.HOLD_OUT, Design.SWITCHBACK)


class EffectVerdict(StrEnum):
    """What a comparison shows."""

    MET = "met"  # the whole interval reaches the goal
    IMPROVED = "improved"
    WORSE = "worse"
    GOAL_RULED_OUT = "goal_ruled_out"  # the whole interval is below the goal, and holds no change
    NO_EFFECT = "no_effect"  # the whole interval is below what would be worth having
    NOT_SHOWN = "not_shown"
    NOT_JUDGED = "not_judged"


class VerdictReason(StrEnum):
    """Why a verdict is what it is: of a comparison, and of a quarter's statement."""

    NO_BASELINE = "no baseline"
    NO_TIMES = "no handling times in the baseline"
    NO_WAITS = "no waits in the baseline"
    NOTHING_SHARED = "no category in common"
    TOO_FEW = "too few cases"
    TOO_FEW_HALF_DAYS = "too few half-days"
    TOO_SHORT = "too few weeks"
    TOO_EARLY = "the first look is not reached"
    NO_PEOPLE = "nobody said how many people work here"
    WEEKS_ALIKE = "weeks resemble each other too much"
    NO_DIFFERENCE = "the interval holds no change"
    GUARDRAIL = "a guardrail is worse"
    MINUTES_MISSING = "handling times are missing"
    TIMED_OTHERWISE = "handling is timed otherwise than before"
    SORTED_OTHERWISE = "categories are others than before"
    IN_TOTAL = "not so in total"
    SILENT = "silent askers may have been helped"
    SHOWN = "shown"
    # Of a statement.
    WORSE = "handling takes longer"
    NO_COSTS = "no costs booked"
    COSTS_INCOMPLETE = "costs are too low to be all"
    EXPLORATORY = "the baseline was frozen too late"
    NOT_PAID_BACK = "costs not earned back"
    EARNED = "costs earned back"


SUCCESSES = frozenset({EffectVerdict.MET, EffectVerdict.IMPROVED})
OPEN_VERDICTS = frozenset({EffectVerdict.NOT_SHOWN, EffectVerdict.NOT_JUDGED})
"""Those that more of the same can change."""


@dataclass(frozen=True, slots=True)
class Need:
    """How many cases or weeks an effect takes to be shown four times in five.

    ``so_far`` of ``needed`` are there; ``on`` is the day at the present rate, None when
    that is more than three years away or nothing comes in. ``needed`` None: never, for
    the effect is too small or the baseline too short.
    """

    so_far: int
    needed: int | None
    on: date | None


class Minutes(NamedTuple):
    """Mean minutes of a question without Lotsen and of one with it, and what that saves."""

    without: float
    now: float
    saved: MinutesSaved


class KnownShares(NamedTuple):
    """Share of tickets with a known handling time: without Lotsen or before, and with it."""

    before: float
    now: float


class PeopleEmployed(NamedTuple):
    """How many people were employed in the mean of the weeks, before and now."""

    before: float
    now: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found: the one judgement that effect, digest, gates and statement take.

    Attributes
    ----------
    cut
        Its interval has the error of the look.
    minutes
        What the euros of a quarter follow from.
    n, n_before
        Questions with Lotsen and questions held out; else questions after and before.
    weeks, weeks_before
        Weeks on each side with such a question; None for a hold-out.
    half_days
        Half-days with such a question, with Lotsen and held out; None but for a switchback.
    first_look, planned
        Cases at which a hold-out is judged first, and the number that was planned.
    later
        Cases or weeks that came after the judged ones; they count once these have doubled.
    unknown
        Cases or tickets whose handling time is not known (yet), which do not count.
    known
        Shares of tickets with a known handling time; None where there are none.
    total_cut
        Cut of the staff's minutes a week and person employed; None for a hold-out.
    people
        By whom that is divided.
    timed_otherwise
        Share of handling times (0–1) from elsewhere than before: stated, by buttons, by activity.
    worse
        Keys of guardrails that are worse; with one, nothing is *met* or *improved*.
    improved, met
        What it takes to show the target's effect, and that it reaches the target if the
        effect is what it seems so far.
    helped
        Share of the untouched categories' tickets that Lotsen helped with, where these were too
        many to compare with.
    is_exploratory
        Whether what is compared with was chosen after the figures could be seen: such a
        comparison claims no cause.
    frozen_late
        Whether that is the baseline.
    is_placebo_clear
        Whether the last weeks of the baseline show no difference of the two sets of categories,
        as nothing changed then; None for other designs.
    weights
        By set of tickets and category, how often each counts in the mean of its set; empty for
        a hold-out, whose cases have weights of their own.
    counted
        Categories whose questions save something; None for all but the untouched ones.
    untouched
        Categories that the others are compared with: their tickets save nothing.
    """

    design: Design
    verdict: EffectVerdict
    why: VerdictReason
    target: float
    cut: Reduction | None
    n: int
    n_before: int
    weeks: int | None = None
    weeks_before: int | None = None
    half_days: tuple[int, int] | None = None
    planned: int = 0
    first_look: int = 0
    later: int = 0
    unknown: int = 0
    known: KnownShares | None = None
    total_cut: float | None = None
    people: PeopleEmployed | None = None
    timed_otherwise: float = 0.0
    worse: tuple[str, ...] = ()
    improved: Need | None = None
    met: Need | None = None
    minutes: Minutes | None = None
    helped: float | None = None
    is_exploratory: bool = False
    frozen_late: bool = False
    is_placebo_clear: bool | None = None
    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    counted: frozenset[str] | None = None
    untouched: frozenset[str] = frozenset()

    @property
    def claims_cause(self) -> bool:
        return (
            self.design.is_causal and not self.is_exploratory and self.is_placebo_clear is not False
        )

    @property
    def is_success(self) -> bool:
        return self.verdict in SUCCESSES

    @property
    def may_be_less(self) -> bool:
        """Whether the interval holds anything less, as it is written in whole per cent."""
        return self.cut is None or round(self.cut.high, 2) > 0

    def counts(self, category: str) -> bool:
        """Return whether a question of a category saves something."""
        return category not in self.untouched and (self.counted is None or category in self.counted)


def judge(
    cut: Reduction | None, target: float, cannot: VerdictReason | None
) -> tuple[EffectVerdict, VerdictReason]:
    """Return what an interval shows: *met* where all of it reaches the target.

    Parameters
    ----------
    cannot
        Why nothing is judged, if so.
    """
    if cannot or cut is None:
        return EffectVerdict.NOT_JUDGED, cannot or VerdictReason.TOO_FEW
    rules = (
        (cut.high < 0, EffectVerdict.WORSE, VerdictReason.SHOWN),
        (cut.low >= target, EffectVerdict.MET, VerdictReason.SHOWN),
        (cut.low > 0, EffectVerdict.IMPROVED, VerdictReason.SHOWN),
        (cut.high < WORTH_HAVING * target, EffectVerdict.NO_EFFECT, VerdictReason.NO_DIFFERENCE),
        (cut.high < target, EffectVerdict.GOAL_RULED_OUT, VerdictReason.NO_DIFFERENCE),
    )
    decided = ((verdict, why) for holds, verdict, why in rules if holds)
    return next(decided, (EffectVerdict.NOT_SHOWN, VerdictReason.NO_DIFFERENCE))


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
        Cases, both arms together, that show the target's effect nine times in ten; 0 without a
        plan. A hold-out is judged from a share of them on, and again at each doubling.
    first_week
        Weeks after the baseline at which it is judged first, and again at each doubling.
    """

    target: float
    cap: float
    planned: int = 0
    first_week: int = LEAST_WEEKS


def minutes_of(cut: Reduction | None, now: Mean | None) -> Minutes | None:
    """Return what a cut means in minutes, told from the mean with Lotsen."""
    if cut is None or now is None or cut.value >= 1:
        return None
    saved = times(cut, now.value)
    return Minutes(now.value + saved.value, now.value, saved)


def nothing(why: VerdictReason, target: float) -> Comparison:
    """Return that nothing can be compared."""
    return Comparison(
        Design.ASSOCIATION, EffectVerdict.NOT_JUDGED, why, target, cut=None, n=0, n_before=0
    )


def explored_after(effect: Comparison, *, late: bool, chosen: bool = False) -> Comparison:
    """Return an effect, exploratory where what it is compared with was chosen afterwards."""
    return replace(effect, is_exploratory=late or chosen, frozen_late=late)

"""What is said of simulated pilots whose truth is known, looked at every Monday for three years.

Run it with ``python -m benchmarks.pilots``; every seed is fixed (`benchmarks.pilot_worlds`).
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace

import numpy as np

from benchmarks.pilot_worlds import (
    LONGEST_WEEKS,
    TARGET,
    UNTOUCHED,
    Looked,
    WaitingWorld,
    World,
    by_chance,
    spared_share,
    true_cut,
    true_cut_of_waits,
    waits_by_chance,
    week_by_week,
)
from models.value.effect.comparison import EffectVerdict, VerdictReason

Pilot = Callable[[int], Iterator[Looked]]


@dataclass(frozen=True, slots=True)
class PilotRow:
    """A line of the table; shares are of ``pilots``.

    Attributes
    ----------
    first, second
        Called improved or met at the first look, by the second one: of a hold-out that is at the
        planned number.
    ever, cause, worse
        At any look in three years: improved or met, the same with a cause, worse.
    held
        How often the intervals of all looks that were judged held the truth.
    not_judged, not_judged_first
        Share of all looks, and of the first ones.
    weeks
        Median number of weeks until less was shown, of those where it was.
    forecasts
        Of forecasts at the first look: how many pilots there are, the share in which the day was
        within 20 % of the one on which the look came, and in which less was shown by then.
    """

    what: str
    design: str
    a_month: int
    truth: float
    pilots: int
    first: float
    second: float
    ever: float
    cause: float
    worse: float
    held: float
    not_judged_first: float
    not_judged: float
    weeks: float
    forecasts: int
    within_20: float
    shown_by_then: float


@dataclass(frozen=True, slots=True)
class Kind:
    """A line to be: what is true, and how it is judged."""

    what: str
    design: str
    world: World | WaitingWorld
    truth: float
    pilot: Pilot
    is_main: bool = False


def kinds() -> Iterator[Kind]:
    """Yield what is simulated, the main rows first."""
    calm, alike = World(), World(resemblance=0.5)
    halves = World(half_day_luck=0.2)
    truth = true_cut(TARGET, calm.spread)
    for name, world, share in (
        ("hold-out 20%", calm, 0.2),
        ("hold-out 50%", calm, 0.5),
        ("switchback", halves, 0.5),
    ):
        by_half_days = name == "switchback"
        for what, cut, true in (("nothing changed", 0.0, 0.0), ("40 % less", TARGET, truth)):
            of = replace(world, cut=cut)
            pilot = by_chance(of, share, by_half_days=by_half_days)
            yield Kind(what, name, of, true, pilot, is_main=True)
    for world, how in ((calm, "independent weeks"), (alike, "weeks alike .5")):
        for name, left in (("before/after", frozenset[str]()), ("diff. in diff.", UNTOUCHED)):
            for what, cut, true in (("nothing changed", 0.0, 0.0), ("40 % less", TARGET, truth)):
                of = replace(world, cut=cut)
                yield Kind(f"{what}, {how}", name, of, true, week_by_week(of, left), is_main=True)
    for what, unrecorded in (("answered", False), ("left out", True)):
        of = replace(calm, deflected=0.3, unrecorded=unrecorded)
        name = f"easiest 30 % {what}"
        yield Kind(name, "before/after", of, spared_share(of), week_by_week(of), is_main=True)
    yield from _rarer(calm, truth)
    yield from _waits()


def _waits() -> Iterator[Kind]:
    """Yield what is simulated of waits, each row of the chief ones."""
    for what, of in (
        ("nothing changed", WaitingWorld()),
        ("nothing changed, every seventh says nothing", WaitingWorld(silent=0.15)),
        ("nothing changed, 5 % left out", WaitingWorld(left_out=0.05)),
        ("40 % solved at once", WaitingWorld(at_once=0.4)),
        ("40 % solved at once, 10 % say nothing", WaitingWorld(at_once=0.4, silent=0.1)),
        ("40 % solved at once, 5 % left out", WaitingWorld(at_once=0.4, left_out=0.05)),
        ("each 40 % shorter", WaitingWorld(shorter=0.4)),
    ):
        for share in (0.2, 0.5):
            pilot, truth = waits_by_chance(of, share), true_cut_of_waits(of)
            yield Kind(f"waits: {what}", f"hold-out {share:.0%}", of, truth, pilot)


def _rarer(calm: World, truth: float) -> Iterator[Kind]:
    for what, of in (
        ("another mix", replace(calm, later_mix=(0.25, 0.25, 0.2, 0.15, 0.1, 0.05))),
        ("a dear category went", replace(calm, gone="3")),
        ("heavy tails", replace(calm, spread=1.5)),
        ("longest fifth without minutes", replace(calm, missing=0.2)),
        ("longest 9 % without minutes", replace(calm, missing=0.09)),
        ("longest 4 % without minutes", replace(calm, missing=0.04)),
        ("worst 13 of 39 weeks as baseline", replace(calm, worst_of=39)),
        ("weeks alike .7, 2,000 a month", World(a_month=2000, resemblance=0.7)),
    ):
        yield Kind(what, "before/after", of, 0.0, week_by_week(of))
    heavy, lost = replace(calm, spread=1.5), replace(calm, missing=0.09)
    yield Kind("heavy tails", "hold-out 50%", heavy, 0.0, by_chance(heavy, 0.5))
    yield Kind("longest 9 % without minutes", "hold-out 50%", lost, 0.0, by_chance(lost, 0.5))
    yield Kind(
        "longest 9 % without minutes", "diff. in diff.", lost, 0.0, week_by_week(lost, UNTOUCHED)
    )
    some = replace(calm, cut=TARGET, lost=0.05)
    both = replace(some, lost_before=0.05)
    yield Kind("40 % less, 5 % lost since", "before/after", some, truth, week_by_week(some))
    yield Kind("40 % less, 5 % lost always", "before/after", both, truth, week_by_week(both))
    yield Kind("40 % less, 5 % lost", "hold-out 50%", some, truth, by_chance(some, 0.5))
    drift = replace(calm, drift=0.15)
    yield Kind("15 % less by itself", "before/after", drift, 0.15, week_by_week(drift))
    yield Kind("15 % less by itself", "diff. in diff.", drift, 0.0, week_by_week(drift, UNTOUCHED))


def measure(pilots: int, few: int) -> Iterator[PilotRow]:
    """Judge pilots of each kind."""
    return (row_of(kind, pilots if kind.is_main else few) for kind in kinds())


def row_of(kind: Kind, pilots: int) -> PilotRow:
    """Judge pilots of a kind."""
    looked = [list(kind.pilot(seed)) for seed in range(pilots)]
    looks = [look for pilot in looked for look in pilot]
    shown = [next((look for look in pilot if look.found.is_success), None) for pilot in looked]
    weeks = [look.weeks for look in shown if look]
    forecasts = [one for pilot in looked for one in [_forecast(pilot)] if one]

    def share(holds: Callable[[list[Looked]], bool]) -> float:
        return sum(map(holds, looked)) / pilots

    return PilotRow(
        what=kind.what,
        design=kind.design,
        a_month=kind.world.a_month,
        truth=kind.truth,
        pilots=pilots,
        first=share(lambda pilot: pilot[0].found.is_success),
        second=share(lambda pilot: any(look.found.is_success for look in pilot[:2])),
        ever=len(weeks) / pilots,
        cause=share(
            lambda pilot: any(look.found.is_success and look.found.claims_cause for look in pilot)
        ),
        worse=share(lambda pilot: any(_is_harm(look) for look in pilot)),
        held=share(lambda pilot: all(_holds(look, kind.truth) for look in pilot)),
        not_judged_first=share(lambda pilot: not _is_judged(pilot[0])),
        not_judged=sum(not _is_judged(look) for look in looks) / len(looks),
        weeks=float(np.median(weeks)) if weeks else float("nan"),
        forecasts=len(forecasts),
        within_20=_mean([within for within, _ in forecasts]),
        shown_by_then=_mean([by_then for _, by_then in forecasts]),
    )


def _is_judged(look: Looked) -> bool:
    return look.found.verdict is not EffectVerdict.NOT_JUDGED


def _is_harm(look: Looked) -> bool:
    return look.found.verdict is EffectVerdict.WORSE and look.found.why is VerdictReason.SHOWN


def _holds(look: Looked, truth: float) -> bool:
    cut = look.found.cut
    return cut is None or not _is_judged(look) or cut.low <= truth <= cut.high


def _forecast(pilot: list[Looked]) -> tuple[bool, bool] | None:
    """Return whether the first look's forecast named the right day, and whether it came true.

    None where less was shown at once, or where no day was named or none was reached.
    """
    first = pilot[0]
    need = first.found.improved
    if first.found.is_success or need is None or need.needed is None or need.on is None:
        return None
    then = next((look for look in pilot if look.size >= need.needed), None)
    if then is None:
        return None
    days = (need.on - first.today).days
    came = 7 * (then.weeks - first.weeks)
    upto = [look for look in pilot if look.size <= then.size]
    return abs(days - came) <= 0.2 * came, any(look.found.is_success for look in upto)


def _mean(said: list[bool]) -> float:
    return sum(said) / len(said) if said else float("nan")


def main() -> int:
    """Print the table, a line as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pilots", type=int, default=2000)
    parser.add_argument("--few", type=int, default=500, help="of the rarer kinds")
    parser.add_argument("--only", default="", help="kinds whose name or design has this in it")
    options = parser.parse_args()
    print(f"looked at for {LONGEST_WEEKS} weeks")
    for kind in kinds():
        if options.only in f"{kind.what} {kind.design}":
            began = time.monotonic()
            row = row_of(kind, options.pilots if kind.is_main else options.few)
            told = "  ".join(f"{key} {_text(value)}" for key, value in asdict(row).items())
            print(f"{told}  seconds {time.monotonic() - began:.0f}", flush=True)
    return 0


def _text(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())

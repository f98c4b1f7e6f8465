"""What one case or ticket saves: by the hold-out, else against weeks before the pilot. Pure."""

from collections import Counter
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from models.kpis.behind import BEFORE, NOW, UNTOUCHED_BEFORE, UNTOUCHED_NOW
from models.value.design import Design
from models.value.effect import (
    LEAST_CASES,
    Effect,
    Tickets,
    against_control,
    mix_of,
    mix_weights,
    of_categories,
)
from models.value.reduction import (
    FEWEST_IN_A_STRATUM,
    Difference,
    Mean,
    clustered_mean,
    difference,
    times,
)
from models.value.statement import Pending, Saving

_LEAST_SHARED, _FEWEST_WEEKS = 0.5, 2


def is_judged(effect: Effect) -> bool:
    """Return whether a hold-out has the number of cases that was planned for it."""
    enough = min(effect.n, effect.n_before) >= LEAST_CASES
    return (
        effect.design is Design.HOLD_OUT
        and effect.minutes is not None
        and enough
        and effect.n + effect.n_before >= effect.planned
    )


def pending_of(effect: Effect) -> Pending | None:
    """Return how far a hold-out is that cannot be judged yet; None of any other comparison."""
    if effect.design is not Design.HOLD_OUT or is_judged(effect):
        return None
    planned = max(effect.planned, 2 * LEAST_CASES)
    on = effect.improved.on if effect.improved else None
    return Pending(effect.n + effect.n_before, planned, on)


def of_hold_out(effect: Effect) -> Saving:
    """Return what a case saves, from the very cases by which the effect was judged.

    Raises
    ------
    ValueError
        When the effect is no hold-out's that can be judged.
    """
    if not is_judged(effect) or effect.minutes is None:
        raise ValueError("no hold-out that can be judged")
    return Saving(
        design=Design.HOLD_OUT,
        difference=effect.minutes.saved,
        without=effect.minutes.without,
        now=effect.minutes.now,
        n_before=effect.n_before,
        n=effect.n,
        confirmed=effect.cut is not None and (effect.cut.low > 0 or effect.cut.high < 0),
    )


def of_weeks(
    before: Tickets,
    now: Tickets,
    *,
    weeks_before: float,
    untouched: frozenset[str] = frozenset(),
) -> Saving:
    """Return what a ticket saves, the time before weighed as if it had had today's mix.

    Tickets of a week share its troubles, so the error is taken from how weeks differ.
    Categories that only one side knows are left out; where most tickets have such a one,
    categories are not looked at.

    Parameters
    ----------
    untouched
        Categories that Lotsen never helped with; with them on both sides it is a
        difference in differences, and only the tickets of the others are counted.
    """
    found = _difference(before, now, untouched) if untouched else None
    if found is None:
        found = _association(before, now)
    return replace(found, weeks_before=weeks_before)


def _difference(before: Tickets, now: Tickets, untouched: frozenset[str]) -> Saving | None:
    """Return what the others save beyond the untouched ones; None where these tell nothing."""
    control = tuple(of_categories(side, untouched, inside=True) for side in (before, now))
    treated = tuple(of_categories(side, untouched, inside=False) for side in (before, now))
    if any(_weeks(side) < _FEWEST_WEEKS for side in (*control, *treated)):
        return None
    cut, mean = against_control(treated, control), _mean(treated[1], treated[1])
    if cut is None or mean is None:
        return None
    found = _saving(Design.DIFFERENCE, treated, times(cut, mean.value), mean)
    weights = {
        BEFORE: mix_of(treated[0], treated[0]),
        NOW: mix_of(treated[1], treated[0]),
        UNTOUCHED_BEFORE: mix_of(control[0], control[0]),
        UNTOUCHED_NOW: mix_of(control[1], control[0]),
    }
    return replace(found, counted=frozenset(weights[NOW]), weights=weights)


def _association(before: Tickets, now: Tickets) -> Saving:
    shared, names = _alike(before, now)
    kept = [
        side if shared is None else of_categories(side, shared, inside=True)
        for side in (before, now)
    ]
    sides = tuple(renamed_as(side, names) for side in kept)
    was, is_ = _mean(sides[0], sides[1]), _mean(sides[1], sides[1])
    found = difference(was, is_) if was and is_ else None
    mix = mix_of(sides[0], sides[1]) if found else {}
    weights = {
        BEFORE: {key: mix.get(names.get(key, ""), 1.0) for key in _counts(kept[0])},
        NOW: dict.fromkeys(_counts(kept[1]), 1.0),
    }
    told = _saving(Design.ASSOCIATION, sides, found, is_)
    return replace(told, counted=shared, weights=weights)


def _saving(
    design: Design,
    sides: tuple[Tickets, ...],
    found: Difference | None,
    mean: Mean | None,
) -> Saving:
    before, now = sides
    return Saving(
        design=design,
        difference=found,
        without=mean.value + found.value if found and mean else _plain(before),
        now=mean.value if mean else _plain(now),
        n_before=int(before.count.sum()),
        n=int(now.count.sum()),
        weeks=_weeks(now),
    )


def _alike(before: Tickets, now: Tickets) -> tuple[frozenset[str] | None, dict[str, str]]:
    """Return the categories that both sides know, and what each is called: rare ones are one.

    None for all categories, which are one then.
    """
    counts = [_counts(side) for side in (before, now)]
    shared = frozenset(counts[0].keys() & counts[1].keys())
    if not shared or sum(counts[1][key] for key in shared) < _LEAST_SHARED * now.count.sum():
        return None, {}
    rare = {key for key in shared if min(one[key] for one in counts) < FEWEST_IN_A_STRATUM}
    return shared, {key: "" if key in rare else key for key in shared}


def renamed_as(tickets: Tickets, names: dict[str, str]) -> Tickets:
    """Return tickets with their categories renamed; those without a name are one category."""
    renamed = [names.get(key, "") for key in tickets.category.astype(str).tolist()]
    category = np.array(renamed, dtype=str)
    return Tickets(tickets.minutes, tickets.count, category, tickets.week, tickets.unknown)


def _counts(tickets: Tickets) -> Counter[str]:
    found: Counter[str] = Counter()
    for key, n in zip(tickets.category.astype(str).tolist(), tickets.count.tolist(), strict=True):
        found[key] += int(n)
    return found


def _mean(tickets: Tickets, mix: Tickets) -> Mean | None:
    if not tickets.count.sum() or not mix.count.sum():
        return None
    return clustered_mean(tickets.minutes, mix_weights(tickets, mix), tickets.week)


def _plain(tickets: Tickets) -> float | None:
    total: npt.NDArray[np.float64] = tickets.count
    return float(np.average(tickets.minutes, weights=total)) if total.sum() else None


def _weeks(tickets: Tickets) -> int:
    return len(set(tickets.week[tickets.count > 0].tolist()))

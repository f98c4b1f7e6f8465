"""What one case or ticket saves: by the hold-out, else against weeks before the pilot. Pure."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from models.kpis.drilldown import BEFORE, NOW, UNTOUCHED_BEFORE, UNTOUCHED_NOW
from models.value.effect.case_mix import (
    Pair,
    TicketColumns,
    alike,
    means_of,
    mix_of,
    mix_weights,
    of_categories,
)
from models.value.effect.design import LEAST_CASES, Design
from models.value.effect.estimation import Effect, against_control
from models.value.effect.reduction import Mean, MinutesSaved, clustered_mean, difference, times
from models.value.statement.quarter_statement import Pending, Savings

_FEWEST_WEEKS = 2


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


def of_hold_out(effect: Effect) -> Savings:
    """Return what a case saves, from the very cases by which the effect was judged.

    Raises
    ------
    ValueError
        When the effect is no hold-out's that can be judged.
    """
    if not is_judged(effect) or effect.minutes is None:
        raise ValueError("no hold-out that can be judged")
    return Savings(
        design=Design.HOLD_OUT,
        difference=effect.minutes.saved,
        without=effect.minutes.without,
        now=effect.minutes.now,
        n_before=effect.n_before,
        n=effect.n,
        confirmed=effect.cut is not None and (effect.cut.low > 0 or effect.cut.high < 0),
    )


def of_weeks(
    before: TicketColumns,
    now: TicketColumns,
    *,
    weeks_before: float,
    untouched: frozenset[str] = frozenset(),
) -> Savings:
    """Return what a ticket saves, the time before weighed as if it had had today's mix.

    Tickets of a week share its troubles, so the error is taken from how weeks differ.
    Only categories that both sides know are compared (`alike`); where there is none, there
    is nothing to compare.

    Parameters
    ----------
    untouched
        Categories that Lotsen left to people; with them on both sides it is a
        difference in differences, and only the tickets of the others are counted.
    """
    found = _difference(before, now, untouched) if untouched else None
    if found is None:
        found = _association(before, now)
    return replace(found, weeks_before=weeks_before)


def _difference(
    before: TicketColumns, now: TicketColumns, untouched: frozenset[str]
) -> Savings | None:
    """Return what the others save beyond the untouched ones; None where these tell nothing."""
    control, treated = (
        alike(*(of_categories(side, untouched, inside=inside) for side in (before, now)))
        for inside in (True, False)
    )
    sides = (control.before, control.now, treated.before, treated.now)
    if any(side.weeks < _FEWEST_WEEKS for side in sides):
        return None
    cut, mean = against_control(treated, control), _mean(treated.now, treated.now)
    if cut is None or mean is None:
        return None
    found = _saving(Design.DIFFERENCE, treated, times(cut, mean.value), mean)
    weights = {
        BEFORE: treated.by_category(mix_of(treated.before, treated.before)),
        NOW: treated.by_category(mix_of(treated.now, treated.before)),
        UNTOUCHED_BEFORE: control.by_category(mix_of(control.before, control.before)),
        UNTOUCHED_NOW: control.by_category(mix_of(control.now, control.before)),
    }
    return replace(found, weights=weights, untouched=untouched)


def _association(before: TicketColumns, now: TicketColumns) -> Savings:
    pair = alike(before, now)
    if not pair:
        told = _saving(Design.ASSOCIATION, Pair(before, now), None, None)
        return replace(told, is_alike=not (before.n and now.n), counted=None)
    was, is_ = _mean(pair.before, pair.now), _mean(pair.now, pair.now)
    found = difference(was, is_) if was and is_ else None
    mix = mix_of(pair.before, pair.now)
    weights = {
        BEFORE: pair.by_category(mix),
        NOW: pair.by_category(dict.fromkeys(mix, 1.0)),
    }
    usual = pair.by_category(means_of(pair.before))
    return replace(_saving(Design.ASSOCIATION, pair, found, is_), weights=weights, usual=usual)


def _saving(design: Design, pair: Pair, found: MinutesSaved | None, mean: Mean | None) -> Savings:
    return Savings(
        design=design,
        difference=found,
        without=mean.value + found.value if found and mean else _plain(pair.before),
        now=mean.value if mean else _plain(pair.now),
        n_before=pair.before.n,
        n=pair.now.n,
        weeks=pair.now.weeks,
        counted=pair.counted,
    )


def _mean(tickets: TicketColumns, mix: TicketColumns) -> Mean | None:
    return clustered_mean(tickets.minutes, mix_weights(tickets, mix), tickets.week)


def _plain(tickets: TicketColumns) -> float | None:
    total: npt.NDArray[np.float64] = tickets.count
    return float(np.average(tickets.minutes, weights=total)) if total.sum() else None

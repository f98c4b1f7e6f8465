"""What the pilot was worth in a quarter: benefit, cost, return, and how sure that is.

Everything here is arithmetic on figures handed in; by which comparison they are told is
said by `Savings.design`. A hold-out is handed in once it has its planned number of cases.
Any other comparison says nothing at all (`StatementVerdict.NOT_SHOWN`) below eight weeks or thirty
tickets a side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from models.value.effect.design import LEAST_CASES, LEAST_WEEKS, Design
from models.value.statement.quarter_statement import (
    DEFAULTS,
    AssumedValue,
    Figure,
    Month,
    Range,
    Savings,
    Statement,
    StatementEvidence,
    StatementReason,
    StatementVerdict,
)

Floats = npt.NDArray[np.float64]
DRAWS = 10_000
SEED = 20_261_123
# Sure enough to say "paid": at most one quarter in ten would be wrong.
SURE = 0.90
CENT = 0.01


def statement(
    evidence: StatementEvidence, assumptions: Sequence[AssumedValue] = DEFAULTS, *, seed: int = SEED
) -> Statement:
    """Compute the statement of a quarter.

    Parameters
    ----------
    seed
        Of the draws behind `Statement.p_positive`; the same seed gives the same figures.
    """
    rates = {assumed.key: assumed.value for assumed in assumptions}
    chances = _chances(evidence, rates, seed)
    benefit, cost = _benefit(evidence, rates), evidence.cost_eur
    flows = net_flows(evidence.months, evidence.saving, rates)
    verdict, reason = judge(evidence, chances, sum(flows))
    return Statement(
        **{one.name: getattr(evidence, one.name) for one in fields(StatementEvidence)},
        verdict=verdict,
        reason=reason,
        benefit=benefit,
        quantiles=chances.quantiles,
        # Less than a cent is no cost: the quotient would say nothing, or not be a number.
        roi=(benefit.mid - cost) / cost if benefit and cost >= CENT else None,
        payback_month=payback_month(evidence.months, flows) if benefit else None,
        npv_eur=net_present_value(flows, rates["discount_rate"]) if benefit else None,
        p_positive=chances.of_quarter,
        p_covered=chances.of_all,
        hard=_hard(evidence),
        assumptions=tuple(assumptions),
    )


def recapture_quantile(u: Floats, rates: Mapping[str, float]) -> Floats:
    """Return the recaptured share at quantile ``u``.

    Low, mid and high are its P10, P50 and P90; straight lines between and beyond,
    within 0 and 1.
    """
    low, mid, high = (rates[f"recapture_{name}"] for name in ("low", "mid", "high"))
    below, above = (mid - low) / 0.4, (high - mid) / 0.4
    shares = np.where(u < 0.5, mid + (u - 0.5) * below, mid + (u - 0.5) * above)
    return np.clip(shares, 0.0, 1.0)


def payback_month(months: Sequence[Month], flows: Sequence[float]) -> str | None:
    """Return the first month from which on benefit covers all costs so far, to the end.

    A month before any cost pays nothing back; None when it has not happened yet, or when
    later costs undid it.
    """
    total, spent, since = 0.0, 0.0, None
    for month, flow in zip(months, flows, strict=True):
        total, spent = total + flow, spent + month.cost_eur
        since = (since or month.key) if spent > 0 and total >= 0 else None
    return since


def net_present_value(flows: Sequence[float], yearly: float) -> float:
    """Return the monthly flows discounted to the first month at ``yearly`` interest."""
    return float(sum(flow / (1 + yearly) ** (at / 12) for at, flow in enumerate(flows)))


class Chances(NamedTuple):
    """What the draws over effect and recapture say.

    Attributes
    ----------
    quantiles
        P10, P50 and P90 of the quarter's benefit.
    of_quarter, of_all
        P(the quarter's benefit exceeds its costs), P(all benefit so far covers all costs so
        far); None where the quarter has no costs.
    """

    quantiles: Range | None = None
    of_quarter: float | None = None
    of_all: float | None = None

    @property
    def least(self) -> float:
        return min(self.of_quarter or 0.0, self.of_all or 0.0)


def judge(
    evidence: StatementEvidence, chances: Chances, net_eur: float
) -> tuple[StatementVerdict, StatementReason]:
    """Return the verdict and why; ``net_eur`` is benefit less cost since the first month.

    The first rule that applies decides. They stand on the report's page about the method:
    who changes them changes those too.
    """
    difference = evidence.difference
    cannot = next((reason for holds, reason in _cannot_say(evidence) if holds), None)
    if cannot is not None or difference is None:
        return StatementVerdict.NOT_SHOWN, cannot or StatementReason.TOO_FEW
    confirmed = evidence.saving.confirmed
    rules = (
        (difference.high < 0 and confirmed, StatementVerdict.STOP, StatementReason.WORSE),
        (
            difference.low <= 0 or not confirmed,
            StatementVerdict.NOT_SHOWN,
            StatementReason.NO_DIFFERENCE,
        ),
        (chances.of_quarter is None, StatementVerdict.NOT_SHOWN, StatementReason.NO_COSTS),
        (bool(evidence.worse), StatementVerdict.NOT_YET, StatementReason.GUARDRAIL),
        (evidence.pending is not None, StatementVerdict.NOT_YET, StatementReason.PENDING),
        (
            chances.least < SURE or net_eur < 0,
            StatementVerdict.NOT_YET,
            StatementReason.NOT_PAID_BACK,
        ),
    )
    decided = ((verdict, reason) for holds, verdict, reason in rules if holds)
    return next(decided, (StatementVerdict.PAID, StatementReason.EARNED))


def _cannot_say(evidence: StatementEvidence) -> tuple[tuple[bool, StatementReason], ...]:
    found = evidence.saving
    # A hold-out has its own number of cases, planned before it began.
    counted = found.design is not Design.HOLD_OUT
    return (
        (found.n_before == 0 and not found.weeks_before, StatementReason.NO_BASELINE),
        (found.n_before == 0, StatementReason.NO_TIMES),
        (found.n == 0, StatementReason.NO_TICKETS),
        (counted and min(found.n_before, found.n) < LEAST_CASES, StatementReason.TOO_FEW),
        (not found.is_alike, StatementReason.NOTHING_SHARED),
        (counted and min(found.weeks, found.weeks_before) < LEAST_WEEKS, StatementReason.TOO_SHORT),
        (found.difference is None, StatementReason.TOO_FEW),
    )


def _benefit(evidence: StatementEvidence, rates: Mapping[str, float]) -> Range | None:
    difference = evidence.difference
    if difference is None:
        return None
    worth = evidence.volume * difference.value / 60 * rates["loaded_rate"]
    low, mid, high = sorted(worth * rates[f"recapture_{name}"] for name in ("low", "mid", "high"))
    return Range(low, mid, high)


def _chances(evidence: StatementEvidence, rates: Mapping[str, float], seed: int) -> Chances:
    difference = evidence.difference
    if difference is None:
        return Chances()
    chance = np.random.default_rng(seed)
    off = difference.error * chance.standard_t(difference.freedom, DRAWS)
    an_hour = rates["loaded_rate"] * recapture_quantile(chance.random(DRAWS), rates)
    benefit = evidence.volume * (difference.value + off) / 60 * an_hour
    quantiles = Range(*(float(value) for value in np.quantile(benefit, (0.1, 0.5, 0.9))))
    if evidence.cost_eur < CENT:
        return Chances(quantiles)
    # One effect is drawn for all months: what is wrong in one is as wrong in the others.
    saved = sum(_saved(month, evidence.saving) for month in evidence.months)
    n = sum(month.n for month in evidence.months)
    cost = sum(month.cost_eur for month in evidence.months)
    so_far = (saved + n * off) / 60 * an_hour
    return Chances(
        quantiles, float((benefit > evidence.cost_eur).mean()), float((so_far >= cost).mean())
    )


def net_flows(months: Sequence[Month], saving: Savings, rates: Mapping[str, float]) -> list[float]:
    """Return benefit less cost, month by month, each from its own cases or tickets."""
    an_hour = rates["loaded_rate"] * rates["recapture_mid"]
    return [_saved(month, saving) / 60 * an_hour - month.cost_eur for month in months]


def _saved(month: Month, saving: Savings) -> float:
    """Return the minutes that a month saved."""
    if saving.difference is None or saving.without is None:
        return 0.0
    if saving.design is Design.ASSOCIATION:
        usual = month.n * saving.without if month.without is None else month.without
        return usual - month.minutes
    return month.n * saving.difference.value


def _hard(evidence: StatementEvidence) -> tuple[Figure, ...]:
    found, n = evidence.saving, evidence.volume
    difference = found.difference
    saved = None if difference is None else (difference.value, difference.low, difference.high)
    hours = None if saved is None else tuple(n * minutes / 60 for minutes in saved)
    return (
        Figure("tickets_resolved", evidence.resolved, "count"),
        Figure("handling_time_mean_before", found.without, "minutes", found.n_before),
        Figure("handling_time_mean_now", found.now, "minutes", found.n),
        _with_interval("minutes_saved_a_ticket", saved, "minutes", found.n_before + found.n),
        _with_interval("hours_freed", hours, "hours", n),
        Figure("cost", evidence.cost_eur, "EUR"),
        *evidence.times,
    )


def _with_interval(key: str, three: Sequence[float] | None, unit: str, n: int) -> Figure:
    if three is None:
        return Figure(key, None, unit, n)
    value, low, high = three
    return Figure(key, value, unit, n, low, high)

"""What the pilot was worth in a quarter: benefit, cost, return, and how sure that is.

Everything here is arithmetic on figures handed in: the one judgement that there is of the effect
(`StatementEvidence.effect`), the quarter's questions, what was booked, and what is assumed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from models.value.effect.comparison import EffectVerdict, VerdictReason
from models.value.effect.reduction import MinutesSaved
from models.value.statement.quarter_statement import (
    DEFAULTS,
    AssumedValue,
    Figure,
    Month,
    Range,
    Statement,
    StatementEvidence,
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
    flows = net_flows(evidence.months, evidence.difference, rates)
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
) -> tuple[StatementVerdict, VerdictReason]:
    """Return the verdict and why; ``net_eur`` is benefit less cost since the first month.

    The first rule that applies decides. They stand on the report's page about the method:
    who changes them changes those too.
    """
    effect = evidence.effect
    rules = (
        (effect.verdict is EffectVerdict.WORSE, StatementVerdict.STOP, VerdictReason.WORSE),
        (
            not effect.is_success or evidence.difference is None,
            StatementVerdict.NOT_SHOWN,
            effect.why,
        ),
        (chances.of_quarter is None, StatementVerdict.NOT_SHOWN, VerdictReason.NO_COSTS),
        (bool(evidence.worse), StatementVerdict.NOT_YET, VerdictReason.GUARDRAIL),
        (effect.is_exploratory, StatementVerdict.NOT_YET, VerdictReason.EXPLORATORY),
        (
            chances.least < SURE or net_eur < 0,
            StatementVerdict.NOT_YET,
            VerdictReason.NOT_PAID_BACK,
        ),
        (evidence.has_gaps_in_costs, StatementVerdict.NOT_YET, VerdictReason.COSTS_INCOMPLETE),
    )
    decided = ((verdict, reason) for holds, verdict, reason in rules if holds)
    return next(decided, (StatementVerdict.PAID, VerdictReason.EARNED))


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
    n = sum(month.n for month in evidence.months)
    cost = sum(month.cost_eur for month in evidence.months)
    so_far = n * (difference.value + off) / 60 * an_hour
    return Chances(
        quantiles, float((benefit > evidence.cost_eur).mean()), float((so_far >= cost).mean())
    )


def net_flows(
    months: Sequence[Month], saved: MinutesSaved | None, rates: Mapping[str, float]
) -> list[float]:
    """Return benefit less cost, month by month, each from its own questions."""
    an_hour = rates["loaded_rate"] * rates["recapture_mid"]
    minutes = saved.value if saved else 0.0
    return [month.n * minutes / 60 * an_hour - month.cost_eur for month in months]


def _hard(evidence: StatementEvidence) -> tuple[Figure, ...]:
    found, n, difference = evidence.effect, evidence.volume, evidence.difference
    without, now = (found.minutes.without, found.minutes.now) if found.minutes else (None, None)
    saved = None if difference is None else (difference.value, difference.low, difference.high)
    hours = None if saved is None else tuple(n * minutes / 60 for minutes in saved)
    return (
        Figure("tickets_resolved", evidence.resolved, "count"),
        Figure("handling_time_mean_before", without, "minutes", found.n_before),
        Figure("handling_time_mean_now", now, "minutes", found.n),
        _with_interval("minutes_saved_a_ticket", saved, "minutes", found.n_before + found.n),
        _with_interval("hours_freed", hours, "hours", n),
        Figure("cost", evidence.cost_eur, "money"),
        *evidence.times,
    )


def _with_interval(key: str, three: Sequence[float] | None, unit: str, n: int) -> Figure:
    if three is None:
        return Figure(key, None, unit, n)
    value, low, high = three
    return Figure(key, value, unit, n, low, high)

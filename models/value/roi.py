"""What the pilot was worth in a quarter: benefit, cost, return, and how sure that is.

Everything here is arithmetic on figures handed in. The comparison is before against
after, without a hold-out, so it says *association*; below eight weeks or thirty tickets
a side it says nothing at all (`Verdict.NOT_SHOWN`).
"""

from collections.abc import Mapping, Sequence

import numpy as np

from models.value.reduction import freedom_of
from models.value.statement import (
    DEFAULTS,
    Assumed,
    Difference,
    Evidence,
    Figure,
    Floats,
    Month,
    Range,
    Reason,
    Statement,
    Verdict,
)

MIN_TICKETS = 30
MIN_WEEKS = 8
DRAWS = 10_000
SEED = 20_261_123
# Sure enough to say "paid": at most one quarter in ten would be wrong.
SURE = 0.90
CENT = 0.01


def statement(
    evidence: Evidence, assumptions: Sequence[Assumed] = DEFAULTS, *, seed: int = SEED
) -> Statement:
    """Compute the statement of a quarter.

    Parameters
    ----------
    seed
        Of the draws behind `Statement.p_positive`; the same seed gives the same figures.
    """
    rates = {assumed.key: assumed.value for assumed in assumptions}
    difference = mean_difference(evidence.before, evidence.now)
    quantiles, p_positive = _chances(evidence, difference, rates, seed)
    benefit = _benefit(evidence, difference, rates)
    flows = _net_flows(evidence, difference, rates)
    verdict, reason = judge(evidence, difference, p_positive, sum(flows))
    return Statement(
        quarter=evidence.quarter,
        verdict=verdict,
        reason=reason,
        benefit=benefit,
        quantiles=quantiles,
        cost_eur=evidence.cost_eur,
        roi=_return(benefit, evidence.cost_eur),
        payback_month=payback_month(evidence.months, flows) if benefit else None,
        npv_eur=net_present_value(flows, rates["discount_rate"]) if benefit else None,
        p_positive=p_positive,
        hard=_hard(evidence, difference),
        soft=evidence.soft,
        assumptions=tuple(assumptions),
        difference=difference,
        n_before=len(evidence.before),
        n_now=len(evidence.now),
        weeks_now=evidence.weeks_now,
        weeks_before=evidence.weeks_before,
        worse=evidence.worse,
    )


def mean_difference(before: Floats, now: Floats) -> Difference | None:
    """Return mean(before) − mean(now) with Welch's interval; None below two a side.

    Means, not medians, because euros follow from sums.

    Parameters
    ----------
    before, now : shape (n,), minutes

    References
    ----------
    Welch, The generalization of "Student's" problem when several different population
    variances are involved, Biometrika 34 (1947) 28–35.
    """
    if len(before) < 2 or len(now) < 2:
        return None
    value = float(before.mean() - now.mean())
    shares = before.var(ddof=1) / len(before), now.var(ddof=1) / len(now)
    error = float(np.sqrt(sum(shares)))
    if error == 0.0:
        return Difference(value, 0.0, float(len(before) + len(now) - 2), value, value)
    from scipy.special import stdtrit

    freedom = freedom_of([(shares[0], len(before) - 1.0), (shares[1], len(now) - 1.0)])
    half = float(stdtrit(freedom, 0.975)) * error
    return Difference(value, error, freedom, value - half, value + half)


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
    """Return the first month from which benefit has covered all costs so far.

    A month before any cost pays nothing back; None when it has not happened yet.
    """
    total, spent = 0.0, 0.0
    for month, flow in zip(months, flows, strict=True):
        total, spent = total + flow, spent + month.cost_eur
        if spent > 0 and total >= 0:
            return month.key
    return None


def net_present_value(flows: Sequence[float], yearly: float) -> float:
    """Return the monthly flows discounted to the first month at ``yearly`` interest."""
    return float(sum(flow / (1 + yearly) ** (at / 12) for at, flow in enumerate(flows)))


def judge(
    evidence: Evidence, difference: Difference | None, p_positive: float | None, net_eur: float
) -> tuple[Verdict, Reason]:
    """Return the verdict and why; ``net_eur`` is benefit less cost since the first month."""
    for holds, reason in _cannot_say(evidence, difference):
        if holds:
            return Verdict.NOT_SHOWN, reason
    if difference is not None and difference.high < 0:
        return Verdict.STOP, Reason.WORSE
    if difference is None or difference.low <= 0:
        return Verdict.NOT_SHOWN, Reason.NO_DIFFERENCE
    if p_positive is None:
        return Verdict.NOT_SHOWN, Reason.NO_COSTS
    if evidence.worse:
        return Verdict.NOT_YET, Reason.GUARDRAIL
    if p_positive >= SURE and net_eur >= 0:
        return Verdict.PAID, Reason.EARNED
    return Verdict.NOT_YET, Reason.NOT_PAID_BACK


def _cannot_say(
    evidence: Evidence, difference: Difference | None
) -> tuple[tuple[bool, Reason], ...]:
    few = min(len(evidence.before), len(evidence.now)) < MIN_TICKETS
    short = evidence.weeks_now < MIN_WEEKS or evidence.weeks_before < MIN_WEEKS
    return (
        (len(evidence.before) == 0, Reason.NO_BASELINE),
        (len(evidence.now) == 0, Reason.NO_TICKETS),
        (few or difference is None, Reason.TOO_FEW),
        (short, Reason.TOO_SHORT),
    )


def _benefit(
    evidence: Evidence, difference: Difference | None, rates: Mapping[str, float]
) -> Range | None:
    if difference is None:
        return None
    worth = len(evidence.now) * difference.value / 60 * rates["loaded_rate"]
    low, mid, high = sorted(worth * rates[f"recapture_{name}"] for name in ("low", "mid", "high"))
    return Range(low, mid, high)


def _chances(
    evidence: Evidence, difference: Difference | None, rates: Mapping[str, float], seed: int
) -> tuple[Range | None, float | None]:
    """Return P10, P50, P90 of the benefit, and P(benefit > cost), over effect and recapture."""
    if difference is None:
        return None, None
    chance = np.random.default_rng(seed)
    effect = difference.value + difference.error * chance.standard_t(difference.freedom, DRAWS)
    recapture = recapture_quantile(chance.random(DRAWS), rates)
    benefit = len(evidence.now) * effect / 60 * rates["loaded_rate"] * recapture
    quantiles = Range(*(float(value) for value in np.quantile(benefit, (0.1, 0.5, 0.9))))
    if evidence.cost_eur < CENT:
        return quantiles, None
    return quantiles, float((benefit > evidence.cost_eur).mean())


def _net_flows(
    evidence: Evidence, difference: Difference | None, rates: Mapping[str, float]
) -> list[float]:
    """Return benefit less cost, month by month, each from its own tickets."""
    if difference is None:
        return [-month.cost_eur for month in evidence.months]
    mean_before, an_hour = float(evidence.before.mean()), rates["loaded_rate"]
    saved = [month.n * mean_before - month.minutes for month in evidence.months]
    return [
        minutes / 60 * an_hour * rates["recapture_mid"] - month.cost_eur
        for minutes, month in zip(saved, evidence.months, strict=True)
    ]


def _return(benefit: Range | None, cost_eur: float) -> float | None:
    # Less than a cent is no cost: the quotient would say nothing, or not be a number.
    return (benefit.mid - cost_eur) / cost_eur if benefit and cost_eur >= CENT else None


def _hard(evidence: Evidence, difference: Difference | None) -> tuple[Figure, ...]:
    n = len(evidence.now)
    saved = None if difference is None else (difference.value, difference.low, difference.high)
    hours = None if saved is None else tuple(n * minutes / 60 for minutes in saved)
    return (
        Figure("tickets_resolved", evidence.resolved, "count"),
        _mean("handling_time_mean_before", evidence.before),
        _mean("handling_time_mean_now", evidence.now),
        _with_interval("minutes_saved_a_ticket", saved, "minutes", n),
        _with_interval("hours_freed", hours, "hours", n),
        Figure("cost", evidence.cost_eur, "EUR"),
        *evidence.times,
    )


def _mean(key: str, minutes: Floats) -> Figure:
    return Figure(key, float(minutes.mean()) if len(minutes) else None, "minutes", len(minutes))


def _with_interval(key: str, three: Sequence[float] | None, unit: str, n: int) -> Figure:
    if three is None:
        return Figure(key, None, unit, n)
    value, low, high = three
    return Figure(key, value, unit, n, low, high)

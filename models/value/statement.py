"""The shapes of a quarterly statement: what it is computed from, and what it says."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from models.language import noted

Floats = npt.NDArray[np.float64]


class Verdict(StrEnum):
    """What the quarter showed."""

    PAID = "paid"
    NOT_YET = "not yet"
    NOT_SHOWN = "not shown"
    STOP = "stop"


class Reason(StrEnum):
    """Why the verdict is what it is."""

    NO_BASELINE = "no baseline"
    NO_TICKETS = "no tickets"
    TOO_FEW = "too few tickets"
    TOO_SHORT = "too few weeks"
    NO_DIFFERENCE = "no difference shown"
    NO_COSTS = "no costs booked"
    WORSE = "handling takes longer"
    GUARDRAIL = "a guardrail is worse"
    NOT_PAID_BACK = "costs not earned back"
    EARNED = "costs earned back"


@dataclass(frozen=True, slots=True)
class Assumed:
    """A number that nobody measured: where it comes from is part of it."""

    key: str
    value: float
    unit: str
    source: str


_RESEARCH = noted("default: range of published ROI models")
_CHANGE = noted("default, change it")
DEFAULTS: tuple[Assumed, ...] = (
    Assumed("loaded_rate", 45.0, "EUR/h", _CHANGE),
    Assumed("recapture_low", 0.3, "share", _RESEARCH),
    Assumed("recapture_mid", 0.5, "share", _RESEARCH),
    Assumed("recapture_high", 0.8, "share", _RESEARCH),
    Assumed("discount_rate", 0.10, "share a year", _CHANGE),
)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month: tickets with a measured handling time, their minutes, what was booked."""

    key: str
    n: int
    minutes: float
    cost_eur: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a statement is computed from.

    Attributes
    ----------
    before, now : shape (n,), minutes
        Handling times of the baseline's tickets, and of those resolved in the quarter.
    weeks_before, weeks_now
        Length of the baseline; weeks of the quarter with at least one such ticket.
    resolved
        Tickets resolved in the quarter, measured or not. Only measured ones count as freed
        time.
    cost_eur
        Booked in the quarter.
    months
        From the first ticket or cost to the end of the quarter, for payback and NPV.
    times, soft
        Other figures that stand beside the hard and the soft ones; never turned into euros.
    worse
        Keys of the guardrails that are worse than in the baseline.
    """

    quarter: str
    before: Floats
    now: Floats
    weeks_before: float
    weeks_now: int
    resolved: int
    cost_eur: float
    months: tuple[Month, ...]
    times: tuple["Figure", ...] = ()
    soft: tuple["Figure", ...] = ()
    worse: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the statement; the interval is None where there is none."""

    key: str
    value: float | None
    unit: str
    n: int | None = None
    low: float | None = None
    high: float | None = None


class Difference(NamedTuple):
    """Mean minutes saved a ticket, with its standard error and 95 % interval."""

    value: float
    error: float
    freedom: float
    low: float
    high: float


class Range(NamedTuple):
    """A low, a middle and a high value."""

    low: float
    mid: float
    high: float


@dataclass(frozen=True, slots=True)
class Statement:
    """The quarter's statement.

    ``benefit`` and what rests on it are None without a baseline or without tickets;
    ``roi`` and ``p_positive`` also without costs. ``quantiles`` are P10, P50 and P90 of
    the benefit over effect and recapture.
    """

    quarter: str
    verdict: Verdict
    reason: Reason
    benefit: Range | None
    quantiles: Range | None
    cost_eur: float
    roi: float | None
    payback_month: str | None
    npv_eur: float | None
    p_positive: float | None
    hard: tuple[Figure, ...]
    soft: tuple[Figure, ...]
    assumptions: tuple[Assumed, ...]
    difference: Difference | None
    n_before: int
    n_now: int
    weeks_now: int
    weeks_before: float
    worse: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the keys of ``lotsen roi --json``."""
        return {
            "quarter": self.quarter,
            "benefit_eur": _named(("low", "mid", "high"), self.benefit),
            "benefit_quantiles_eur": _named(("p10", "p50", "p90"), self.quantiles),
            "cost_eur": self.cost_eur,
            "roi": self.roi,
            "payback_month": self.payback_month,
            "npv_eur": self.npv_eur,
            "p_positive": self.p_positive,
            "verdict": self.verdict.value,
            "reason": self.reason.value,
            "method": "before and after, without a hold-out: an association",
            "hard": [asdict(figure) for figure in self.hard],
            "soft": [asdict(figure) for figure in self.soft],
            "assumptions": [asdict(assumed) for assumed in self.assumptions],
        }


def _named(names: tuple[str, str, str], values: Range | None) -> dict[str, float | None]:
    return dict(zip(names, values or (None, None, None), strict=True))

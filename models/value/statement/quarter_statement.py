"""The shapes of a quarterly statement: what it is computed from, and what it says."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from models.currency import EURO, Currency
from models.fingerprint import canonical, sha256_of
from models.kpis.baseline_change import BaselineChange
from models.language import N_
from models.value.effect.comparison import (
    LEAST_CASES,
    Comparison,
    Design,
    EffectVerdict,
    VerdictReason,
)
from models.value.effect.reduction import MinutesSaved
from models.value.effect.sentences import DESIGN_WORDS
from models.value.freed.recapture import TimeReused
from models.value.issued.comparison import IssuedComparison
from models.value.issued.confirmation import COMPUTED, MoneyStanding
from models.value.money.break_even import BreakEven
from models.value.money.outlook import Outlook
from models.value.use_cases.shares import UseCaseShare


class StatementVerdict(StrEnum):
    """What the quarter showed."""

    PAID = "paid"
    NOT_YET = "not yet"
    NOT_SHOWN = "not shown"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class AssumedValue:
    """A number that nobody measured: where it comes from is part of it.

    ``since`` is the day from which a decided one holds, ``decided`` that of the decision, and
    ``before`` the value until then; one that always held has no such day and no value before.
    """

    key: str
    value: float
    unit: str
    source: str
    since: date | None = None
    decided: date | None = None
    before: float | None = None

    def to_json(self) -> dict[str, Any]:
        days = {name: day and day.isoformat() for name, day in self._days()}
        return {**asdict(self), **days}

    def _days(self) -> tuple[tuple[str, date | None], ...]:
        return ("since", self.since), ("decided", self.decided)


_RESEARCH = N_("default: range of published ROI models")
_CHANGE = N_("default, change it")


def defaults_in(currency: Currency) -> tuple[AssumedValue, ...]:
    """Return what is assumed until somebody decides it; an hour's cost goes with the currency."""
    return (
        AssumedValue("loaded_rate", currency.hour, "money/h", _CHANGE),
        AssumedValue("recapture_low", 0.3, "share", _RESEARCH),
        AssumedValue("recapture_mid", 0.5, "share", _RESEARCH),
        AssumedValue("recapture_high", 0.8, "share", _RESEARCH),
        AssumedValue("discount_rate", 0.10, "share a year", _CHANGE),
    )


DEFAULTS = defaults_in(EURO)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month: questions that save something, and what was booked."""

    key: str
    n: int
    cost_eur: float


_TOO_SOON = frozenset(
    {VerdictReason.TOO_FEW, VerdictReason.TOO_FEW_HALF_DAYS, VerdictReason.TOO_EARLY}
)


class Pending(NamedTuple):
    """A hold-out that has too few cases to be judged, and by when it has them."""

    so_far: int
    planned: int
    on: date | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the statement; the interval is None where there is none."""

    key: str
    value: float | None
    unit: str
    n: int | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class StatementEvidence:
    """What a statement is computed from.

    Attributes
    ----------
    effect
        What a question saves, as it is known at the quarter's end: the one judgement there is.
    wait
        The same of how long employees wait; it never becomes money. None in what is computed with.
    volume
        Questions of the quarter that Lotsen assisted: these save something.
    resolved
        Tickets resolved in the quarter, measured or not.
    cost_eur
        Booked in the quarter.
    months
        From the first question or cost to the end of the quarter, for payback and NPV.
    times, soft
        Other figures that stand beside the hard and the soft ones; never turned into euros.
    worse
        Keys of the guardrails that are worse than in the baseline.
    by_category
        The questions of ``volume``.
    has_gaps_in_costs
        Whether what is booked is too little to be all: no own hours, or a first year below the
        usual band, and nobody gave a reason.
    """

    quarter: str
    effect: Comparison
    volume: int
    resolved: int
    cost_eur: float
    months: tuple[Month, ...]
    times: tuple[Figure, ...] = ()
    soft: tuple[Figure, ...] = ()
    worse: tuple[str, ...] = ()
    has_gaps_in_costs: bool = False
    by_category: Mapping[str, int] = field(default_factory=dict)
    wait: Comparison | None = None

    @property
    def design(self) -> Design:
        return self.effect.design

    @property
    def difference(self) -> MinutesSaved | None:
        """Minutes that a question saves."""
        return self.effect.minutes.saved if self.effect.minutes else None

    @property
    def hours_freed(self) -> float | None:
        """Hours that all questions of the quarter save."""
        return self.volume * self.difference.value / 60 if self.difference else None

    @property
    def pending(self) -> Pending | None:
        """How far a hold-out is that cannot be judged yet; None of any other comparison."""
        effect = self.effect
        if not effect.design.is_by_chance or effect.why not in _TOO_SOON:
            return None
        first = max(effect.first_look, 2 * LEAST_CASES)
        on = effect.improved.on if effect.improved else None
        return Pending(effect.n + effect.n_before + effect.later, first, on)


class Range(NamedTuple):
    """A low, a middle and a high value."""

    low: float
    mid: float
    high: float


class Advice(StrEnum):
    """What to adjust."""

    STOP = "handling takes longer with it"
    GUARDRAILS = "guardrails got worse"
    BASELINE = "no baseline is frozen"
    TIMES = "the baseline has no handling times"
    COSTS = "no costs are booked"
    WAIT = "wait until it can be shown"
    WIDEN = "it cannot be shown at this rate"
    NO_EFFECT = "enough was seen, and nothing is shown"
    TIMED_OTHERWISE = "handling is timed otherwise than in the baseline"
    HOLD_OUT = "nothing is held out"
    MODEL_CAP = "the language model is near its cap"
    OVER_BUDGET = "a budget is exceeded"
    HEADING_OVER = "a budget will be exceeded"
    FIRST_YEAR = "the first year costs more than usual"
    SYSTEM_MONTH = "a system costs more a month than usual"
    REVIEWS = "reviews are overdue"
    SWITCHES = "vendors are changed often"
    RATE = "nobody decided what an hour costs"
    RUNNING = "nobody said whether running costs are inside the first year's sum"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Something to adjust; which fields are set depends on what it is.

    ``keys`` are guardrails or kinds of cost, ``eur`` is an amount and ``limit_eur`` what it
    is measured against, ``share`` a share of handling times (0–1).
    """

    advice: Advice
    keys: tuple[str, ...] = ()
    n: int | None = None
    eur: float | None = None
    limit_eur: float | None = None
    on: date | None = None
    month: str = ""
    share: float | None = None

    def to_json(self) -> dict[str, Any]:
        told = {key: value for key, value in asdict(self).items() if value not in (None, (), "")}
        on = {"on": self.on.isoformat()} if self.on else {}
        return {**told, **on, "advice": self.advice.value}


class GateState(StrEnum):
    """What was found at a gate."""

    WAITING = "not due yet"
    REACHED = "reached"
    ASSOCIATED = "reached, but as an association"
    NOT_SHOWN = "not shown"
    WORSE = "worse"
    WORSE_ASSOCIATED = "worse, but as an association"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class HorizonGate:
    """One of the programme's three horizons, and what was found there.

    ``due`` is the first day on which it is judged, ``until`` the last one for the return;
    ``better`` are key figures better than in the baseline.
    """

    key: str
    due: date
    state: GateState
    until: date | None = None
    better: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "due": self.due.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "state": self.state.value,
            "better": list(self.better),
        }


class HistoryMinutes(NamedTuple):
    """Minutes a ticket in all history up to the baseline's last day, beside the baseline's own.

    Both count up to the baseline's cap; ``n`` are the tickets with a known handling time.
    """

    since: date
    n: int
    mean: float
    frozen_n: int
    frozen_mean: float

    def to_json(self) -> dict[str, Any]:
        return {**self._asdict(), "since": self.since.isoformat()}


class BaselineNote(NamedTuple):
    """Which baseline is compared with: its number, days, and how many were frozen before it.

    ``history`` is None where no history is older than the baseline. ``people`` are the employees
    on the baseline's last day as the settings said when it was frozen and as they say now, where
    these differ.
    """

    number: int
    first_day: date
    last_day: date
    frozen_on: date
    predecessors: int
    history: HistoryMinutes | None = None
    people: tuple[int, int] | None = None

    def to_json(self) -> dict[str, Any]:
        days = {
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in self._asdict().items()
        }
        return {**days, "history": self.history and self.history.to_json()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(StatementEvidence):
    """The quarter's statement, with all that it is computed from.

    ``benefit`` and what rests on it are None without a baseline or without tickets;
    ``roi``, ``p_positive`` (of the quarter) and ``p_covered`` (of all so far) also without costs. ``quantiles`` are P10, P50 and P90 of
    the benefit over effect and recapture, ``months`` what payback and NPV come from. ``credited_late`` is below zero where, with no
    statement posted, more was taken off the costs than booked after the quarter had ended.
    """

    verdict: StatementVerdict
    reason: VerdictReason
    benefit: Range | None
    quantiles: Range | None
    roi: float | None
    payback_month: str | None
    npv_eur: float | None
    p_positive: float | None
    p_covered: float | None
    hard: tuple[Figure, ...]
    assumptions: tuple[AssumedValue, ...]
    adjustments: tuple[Adjustment, ...] = ()
    gates: tuple[HorizonGate, ...] = ()
    outlook: Outlook | None = None
    break_even: BreakEven | None = None
    baseline_changed: BaselineChange | None = None
    baseline: BaselineNote | None = None
    costs_explained: str = ""
    credited_late: float = 0.0
    currency: str = EURO.code
    reused: TimeReused | None = None
    use_cases: tuple[UseCaseShare, ...] = ()
    trials: tuple[str, ...] = ()
    issued: IssuedComparison | None = None
    standing: MoneyStanding = COMPUTED

    @property
    def is_change_shown(self) -> bool:
        """Whether the judgement shows that questions take less time, or more."""
        return self.effect.is_success or self.effect.verdict is EffectVerdict.WORSE

    @property
    def shows_benefit(self) -> bool:
        """Whether an amount of benefit is named at all."""
        return self.benefit is not None and self.verdict is not StatementVerdict.NOT_SHOWN

    @property
    def shows_return(self) -> bool:
        """Whether return and chances are named: costs that cannot be all make one of 80,000 %."""
        return self.shows_benefit and self.reason is not VerdictReason.COSTS_INCOMPLETE

    @property
    def shows_payback(self) -> bool:
        """Whether payback and net present value are named: not where handling got longer."""
        return self.shows_return and self.verdict is not StatementVerdict.STOP

    @property
    def money(self) -> Mapping[str, float | None]:
        """What rests on the benefit, by key; shown only where that is."""
        keys = ("roi", "p_positive", "p_covered", "npv_eur")
        return {key: getattr(self, key) for key in keys}

    def to_json(self) -> dict[str, Any]:
        """Return the keys of ``lotsen roi --json``; money only where a benefit is shown."""
        shown = self.shows_benefit
        resting = ("roi", "payback_month", "npv_eur", "p_positive", "p_covered")
        return {
            "quarter": self.quarter,
            "currency": self.currency,
            "benefit_eur": _named(("low", "mid", "high"), self.benefit if shown else None),
            "benefit_quantiles_eur": _named(
                ("p10", "p50", "p90"), self.quantiles if shown else None
            ),
            "cost_eur": self.cost_eur,
            **{key: getattr(self, key) if self.shows_return else None for key in resting},
            "verdict": self.verdict.value,
            "reason": self.reason.value,
            "design": self.design.value,
            "claims_cause": self.effect.claims_cause,
            "method": DESIGN_WORDS[self.design].json,
            "untouched_helped": self.effect.helped,
            "time_changed": {
                "hours": self.hours_freed if self.is_change_shown else None,
                "verdict": self.effect.verdict.value,
                "claims_cause": self.effect.claims_cause,
            },
            "wait": self.wait and _wait(self.wait),
            "time_reused": self.reused and self.reused.to_json(),
            "use_cases": [one.to_json() for one in self.use_cases],
            "proofs_of_concept": list(self.trials),
            "assisted": self.volume,
            "pending": self.pending and _pending(self.pending),
            "hard": [asdict(figure) for figure in self.hard],
            "soft": [asdict(figure) for figure in self.soft],
            "assumptions": [assumed.to_json() for assumed in self.assumptions],
            "adjustments": [one.to_json() for one in self.adjustments],
            "gates": [gate.to_json() for gate in self.gates],
            "forecast": self.outlook.to_json() if self.outlook else None,
            "break_even": self.break_even.to_json() if self.break_even else None,
            "baseline": self.baseline and self.baseline.to_json(),
            "costs_explained": self.costs_explained or None,
            "baseline_changed": self.baseline_changed and self.baseline_changed.to_json(),
            "money_confirmation": self.standing.to_json(),
            "issued": self.issued and self.issued.to_json(),
        }

    def figures(self) -> dict[str, Any]:
        """Return what is issued and hashed: all but what was said of it since."""
        return {key: value for key, value in self.to_json().items() if key not in _SINCE}

    @property
    def sha256(self) -> str:
        """The hash of these figures."""
        return sha256_of([canonical(self.figures())])


def _wait(wait: Comparison) -> dict[str, Any]:
    cut = wait.cut
    return {
        **{key: getattr(cut, key) if cut else None for key in ("value", "low", "high")},
        "verdict": wait.verdict.value,
        "reason": wait.why.value,
        "claims_cause": wait.claims_cause,
    }


_SINCE = ("money_confirmation", "issued")


def _pending(pending: Pending) -> dict[str, Any]:
    on = pending.on.isoformat() if pending.on else None
    return {"so_far": pending.so_far, "planned": pending.planned, "on": on}


def _named(names: tuple[str, str, str], values: Range | None) -> dict[str, float | None]:
    return dict(zip(names, values or (None, None, None), strict=True))

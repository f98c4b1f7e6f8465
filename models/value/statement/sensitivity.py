"""What the quarter's net result would be, were one number another: for a tornado chart. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.value.effect.reduction import MinutesSaved
from models.value.statement.quarter_statement import Statement

AROUND = 0.2
"""A number without a range of its own is moved by this share either way."""


@dataclass(frozen=True, slots=True)
class SensitivityRange:
    """The net result in EUR at a low and at a high value of one number.

    ``key`` is an assumption's, ``minutes_saved_a_ticket`` or ``cost``.
    """

    key: str
    low: float
    high: float
    net_at_low: float
    net_at_high: float

    @property
    def width(self) -> float:
        return abs(self.net_at_high - self.net_at_low)


def net_result(statement: Statement) -> float | None:
    """Return the middle benefit less the quarter's costs; None where no benefit is known."""
    return None if statement.benefit is None else statement.benefit.mid - statement.cost_eur


def swings(statement: Statement) -> tuple[SensitivityRange, ...]:
    """Return one swing a number, the widest first; empty where no benefit is known."""
    if statement.difference is None:
        return ()
    return tuple(sorted(_swings(statement, statement.difference), key=lambda swing: -swing.width))


def _swings(statement: Statement, found: MinutesSaved) -> Iterator[SensitivityRange]:
    rates = {assumed.key: assumed.value for assumed in statement.assumptions}
    cost = statement.cost_eur

    def net(saved: float, rate: float, recapture: float, spent: float) -> float:
        return statement.volume * saved / 60 * rate * recapture - spent

    rate, share = rates["loaded_rate"], rates["recapture_mid"]
    ends = found.low, found.high
    yield SensitivityRange(
        "minutes_saved_a_ticket", *ends, *(net(saved, rate, share, cost) for saved in ends)
    )
    ends = rates["recapture_low"], rates["recapture_high"]
    yield SensitivityRange(
        "recapture_mid", *ends, *(net(found.value, rate, one, cost) for one in ends)
    )
    ends = rate * (1 - AROUND), rate * (1 + AROUND)
    yield SensitivityRange(
        "loaded_rate", *ends, *(net(found.value, one, share, cost) for one in ends)
    )
    ends = cost * (1 - AROUND), cost * (1 + AROUND)
    yield SensitivityRange("cost", *ends, *(net(found.value, rate, share, one) for one in ends))

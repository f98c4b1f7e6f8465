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
    rate, cost = rates["loaded_rate"], statement.cost_eur
    middle = (found.value, rate, rates["recapture_mid"], cost)
    moved = (
        ("minutes_saved_a_ticket", 0, (found.low, found.high)),
        ("recapture_mid", 2, (rates["recapture_low"], rates["recapture_high"])),
        ("loaded_rate", 1, (rate * (1 - AROUND), rate * (1 + AROUND))),
        ("cost", 3, (cost * (1 - AROUND), cost * (1 + AROUND))),
    )
    for key, at, ends in moved:
        nets = []
        for end in ends:
            values = list(middle)
            values[at] = end
            saved, an_hour, recapture, spent = values
            nets.append(statement.volume * saved / 60 * an_hour * recapture - spent)
        yield SensitivityRange(key, *ends, *nets)

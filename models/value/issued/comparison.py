"""What differs between a statement as it was issued and one made anew; nothing here is read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from math import isclose
from typing import Any

_COMPARED = (
    *("verdict", "reason", "design", "benefit_eur", "cost_eur", "roi", "payback_month", "npv_eur"),
    *("p_positive", "p_covered", "assisted", "hard", "soft", "assumptions"),
)
"""Keys of a statement's JSON for which it stands; the others say how things are meanwhile."""
_EXACT = 1e-9

Told = str | float | bool | None


class Because(StrEnum):
    """What was changed since a statement was issued."""

    BASELINE = "another baseline"
    COSTS = "costs booked since"
    TICKETS = "tickets imported or changed since"
    DECLARED = "what freed time was used for was declared since"
    ASSUMPTIONS = "other assumptions"


@dataclass(frozen=True, slots=True)
class DifferingFigure:
    """A figure by its dotted key, such as ``benefit_eur.mid`` or ``hard.hours_freed``."""

    key: str
    then: Told
    now: Told


@dataclass(frozen=True, slots=True)
class ChangeSince:
    """Something that was changed since; ``eur`` is what was booked, where it is costs."""

    because: Because
    n: int
    eur: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.because.value, "n": self.n, "eur": self.eur}


@dataclass(frozen=True, slots=True)
class IssuedComparison:
    """When a statement was issued, with which hash, what differs now, and why as far as is known.

    ``earlier`` are the days on which it was issued before with other figures.
    """

    at: datetime
    sha256: str
    differs: tuple[DifferingFigure, ...] = ()
    because: tuple[ChangeSince, ...] = ()
    earlier: tuple[date, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(),
            "sha256": self.sha256,
            "differs": [asdict(one) for one in self.differs],
            "because": [one.to_json() for one in self.because],
            "earlier": [day.isoformat() for day in self.earlier],
        }


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[DifferingFigure, ...]:
    """Return the figures that differ, in the order of the statement."""
    before, after = _figures(then), _figures(now)
    pairs = ((key, before.get(key), after.get(key)) for key in {**before, **after})
    return tuple(
        DifferingFigure(key, old, new) for key, old, new in pairs if not _is_same(old, new)
    )


def _figures(statement: Mapping[str, Any]) -> dict[str, Told]:
    return {
        key: value
        for name in _COMPARED
        if name in statement
        for key, value in _flat(name, statement[name])
    }


def _flat(key: str, value: Any) -> Iterator[tuple[str, Told]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _flat(f"{key}.{name}", part)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield from ((f"{key}.{figure['key']}", figure["value"]) for figure in value)
    else:
        yield key, value


def _is_same(then: Told, now: Told) -> bool:
    if isinstance(then, int | float) and isinstance(now, int | float):
        return isclose(then, now, rel_tol=_EXACT, abs_tol=_EXACT)
    return then == now

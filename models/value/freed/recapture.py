"""The share of the freed time that was put to use: measured where it can be, else assumed. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from models.value.freed.declaration import WHOLE, Declaration
from models.value.freed.measured import DecileRange, Indicator


class RecaptureBasis(StrEnum):
    """What the share rests on."""

    ASSUMED = "assumed"
    PARTLY = "partly measured"
    MEASURED = "measured"


@dataclass(frozen=True, slots=True)
class TimeReused:
    """What a quarter's freed time was used for.

    Attributes
    ----------
    declaration
        None where nobody declared anything: then the share is what was assumed.
    indicators
        One for each use that was declared, in their order.
    share
        Of the freed time (0–1), with its P10 and P90.
    """

    declaration: Declaration | None
    indicators: tuple[Indicator, ...]
    share: DecileRange
    basis: RecaptureBasis

    def to_json(self) -> dict[str, Any]:
        said = self.declaration
        return {
            "declared_on": said and said.on.isoformat(),
            "declared_before": said.before if said else 0,
            "uses": {use.value: share / 100 for use, share in said.uses.shares} if said else {},
            "note": said.note if said else "",
            "measured": [one.to_json() for one in self.indicators],
            "basis": self.basis.value,
            "recapture": self.share._asdict(),
        }


def time_reused(
    said: Declaration | None,
    indicators: Sequence[Indicator],
    hours_freed: float | None,
    assumed: DecileRange,
) -> TimeReused:
    """Return which share of the freed time was put to use, and how that is known.

    A use counts with the hours that were seen, up to the share that was declared for it: what is
    beyond has another cause. A use that cannot be measured counts with what is assumed.

    Parameters
    ----------
    hours_freed
        None or nothing where no time was freed: there is nothing to measure a share of.
    """
    if said is None:
        return TimeReused(None, (), assumed, RecaptureBasis.ASSUMED)
    by_use = {one.use: one for one in indicators}
    parts, known = [], []
    for use, percent in said.uses.shares:
        share, hours = percent / 100, by_use[use].hours
        is_known = hours is not None and hours_freed is not None and hours_freed > 0
        known.append(is_known)
        if is_known and hours is not None and hours_freed:
            parts.append(DecileRange(*(min(max(one / hours_freed, 0.0), share) for one in hours)))
        else:
            parts.append(DecileRange(*(share * one for one in assumed)))
    basis = _basis(known)
    if basis is RecaptureBasis.ASSUMED and said.uses.total == WHOLE:
        return TimeReused(said, tuple(indicators), assumed, basis)
    return TimeReused(said, tuple(indicators), _sum(parts), basis)


def _sum(parts: Iterable[DecileRange]) -> DecileRange:
    # Ends are added, as if all were low or high at once: wider than chance would have it.
    low, mid, high = (sum(ends) for ends in zip(*parts, strict=True))
    return DecileRange(low, mid, high)


def _basis(known: Sequence[bool]) -> RecaptureBasis:
    if all(known):
        return RecaptureBasis.MEASURED
    return RecaptureBasis.PARTLY if any(known) else RecaptureBasis.ASSUMED

"""Figures from before the pilot, frozen with a hash of everything they rest on."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from models.errors import InvalidError
from models.fingerprint import canonical, sha256_of
from models.kpis.handling import Handling
from models.kpis.periods import Period
from models.statistics.estimates import Estimate
from models.tables import Baseline, Source

Events = Iterable[tuple[datetime, str, dict[str, Any]]]

FEWEST = 30
"""Resolved tickets below which a median's interval is too wide to compare anything with."""


@dataclass(frozen=True, slots=True)
class FrozenKpi:
    """A key figure as it was frozen."""

    key: str
    unit: str
    better: str
    n: int
    value: float | None
    low: float | None
    high: float | None

    @property
    def estimate(self) -> Estimate:
        return Estimate(self.n, self.value, self.low, self.high)


@dataclass(frozen=True, slots=True)
class FrozenEvents:
    """The events that a baseline was frozen from.

    ``start`` and ``end`` bound its days in the office's zone of then; ``last`` is the newest
    event there was.
    """

    count: int
    sha256: str
    last: int
    start: datetime
    end: datetime
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class FrozenBaseline:
    """The figures before the pilot, with the SHA-256 of everything they rest on.

    ``handling`` is what an effect is told from; None where no ticket of a whole week was timed.
    ``waits`` is the same of how long employees waited; None in those that did not keep it.
    ``frozen_at`` is no earlier than the latest events that were there.
    ``calendar`` is the version of the calendar in force then; empty in earlier ones.
    ``events`` is None in those that did not note the newest event.
    """

    id: int
    sha256: str
    frozen_at: datetime
    period: Period
    kpis: tuple[FrozenKpi, ...]
    handling: Handling | None = None
    calendar: str = ""
    events: FrozenEvents | None = None
    waits: Handling | None = None

    def estimate(self, key: str) -> Estimate | None:
        """Return the frozen figure; None for a key that was unknown then."""
        return next((kpi.estimate for kpi in self.kpis if kpi.key == key), None)

    @property
    def has_times(self) -> bool:
        """Whether any of its tickets has a known handling time; an effect is told from these."""
        times = self.estimate("handling_time")
        return times is not None and times.n > 0


def baseline_row(
    kpis: Iterable[FrozenKpi],
    period: Period,
    events: Events,
    basis: Mapping[str, object],
    now: datetime,
) -> Baseline:
    """Return the figures as the row to be kept; which event was the newest is still to be noted.

    Parameters
    ----------
    events
        (at, kind, detail) in the order of time; hashed without ids, so that a copy of the
        database gives the same hash.
    basis
        What else decides the figures: the office's hours, the sources counted.
    """
    count, sha256 = events_hash(events)
    content = canonical(
        {
            "format": 1,
            "first_day": period.first_day.isoformat(),
            "last_day": period.last_day.isoformat(),
            "events": {"count": count, "sha256": sha256},
            "kpis": [asdict(kpi) for kpi in kpis],
            **basis,
        }
    )
    return Baseline(
        frozen_at=now,
        first_day=period.first_day,
        last_day=period.last_day,
        sha256=sha256_of([content]),
        content=content,
    )


def read_baseline(row: Baseline) -> FrozenBaseline:
    """Return what was frozen.

    Raises
    ------
    InvalidError
        When it was changed since.
    """
    if row.id is None or sha256_of([row.content]) != row.sha256:
        raise InvalidError(
            f"baseline {row.id} was changed after it was frozen on {row.frozen_at:%Y-%m-%d}: "
            "restore the database from a backup, or freeze again (lotsen baseline freeze --again)"
        )
    content = json.loads(row.content)
    return FrozenBaseline(
        id=row.id,
        sha256=row.sha256,
        frozen_at=row.frozen_at,
        period=Period.between(row.first_day, row.last_day),
        kpis=tuple(FrozenKpi(**kpi) for kpi in content["kpis"]),
        handling=Handling.from_json(content["handling"]) if content.get("handling") else None,
        calendar=content.get("calendar", ""),
        events=_events(row, content),
        waits=Handling.from_json(content["waits"]) if content.get("waits") else None,
    )


def events_hash(events: Events) -> tuple[int, str]:
    """Return how many events there are, and their SHA-256."""
    lines = _Lines(events)
    sha256 = sha256_of(lines)
    return lines.count, sha256


def _events(row: Baseline, content: Mapping[str, Any]) -> FrozenEvents | None:
    if row.last_event is None:
        return None
    period, zone = Period.between(row.first_day, row.last_day), ZoneInfo(content["office"][0])
    return FrozenEvents(
        **content["events"],
        last=row.last_event,
        start=period.start(zone),
        end=period.end(zone),
        sources=tuple(map(Source, content["sources"])),
    )


class _Lines:
    """Events as lines whose order does not depend on ids, counted as they pass."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        moment: datetime | None = None
        together: list[str] = []
        for at, kind, detail in self._events:
            if at != moment:
                yield from sorted(together)
                moment, together = at, []
            self.count += 1
            together.append(canonical([at.astimezone(UTC).isoformat(), kind, detail]) + "\n")
        yield from sorted(together)

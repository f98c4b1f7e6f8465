"""The state of the learning: live precision, drift, doubtful labels, learning curve."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from models.errors import InvalidError
from models.store.oversight import StoredText
from models.store.transaction import Store, UnitOfWork
from models.tables import ModelVersion
from models.triage.cascade import MODEL
from models.triage.drift import WeekDrift, drift_by_week
from models.triage.gate import FEWEST
from models.triage.held_out import HeldOut, held_out
from models.triage.label_errors import (
    CurvePoint,
    Doubt,
    Pair,
    doubtful,
    learning_curve,
    split,
)
from models.triage.learning import Precision, live_precision
from models.triage.text import text_of

_WEEKS = timedelta(weeks=12)


@dataclass(frozen=True, slots=True)
class LearningReport:
    """What is known of the classifier's learning.

    Attributes
    ----------
    model : the champion's name, empty without one
    labels : how many of each kind people gave
    blind_drawn : tickets drawn as blind samples, labelled or not
    expected_confidence : mean confidence where the champion was judged
    doubts : ``place`` is the ticket's number
    """

    model: str
    suggest_only: bool
    live: Precision
    labels: dict[str, int]
    blind_drawn: int
    drift: tuple[WeekDrift, ...] = ()
    expected_confidence: float | None = None
    doubts: tuple[Doubt, ...] = ()
    curve: tuple[CurvePoint, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what ``lotsen model report --json`` prints."""
        drift = [{**asdict(week), "drifts": week.drifts} for week in self.drift]
        return {**asdict(self), "drift": drift}


def learning_report(store: Store, now: datetime, seed: int) -> LearningReport:
    """Return the report; it trains some ten models, so it takes seconds to a minute."""
    with store.snapshot() as unit:
        report = _from_rows(unit, now)
        in_use = frozenset(category.key for category in unit.tickets.categories())
        labelled = [row for row in unit.oversight.labelled() if row.category in in_use]
        tickets = [row for row in labelled if text_of(row).words]
        held = held_out(unit, in_use)
    return replace(report, doubts=_doubts(tickets, seed), curve=_curve(tickets, held, seed))


def _from_rows(unit: UnitOfWork, now: datetime) -> LearningReport:
    champion = unit.model_versions.champion()
    guesses = unit.oversight.guesses(now - _WEEKS, now)
    return LearningReport(
        model=f"{MODEL}{champion.id}" if champion else "",
        suggest_only=unit.oversight.suggest_only(),
        live=live_precision(unit),
        labels={kind.value: n for kind, n in unit.oversight.label_counts().items()},
        blind_drawn=unit.oversight.blind_drawn(),
        drift=tuple(drift_by_week(guesses, _expected(champion))),
        expected_confidence=champion.figures.get("mean_confidence") if champion else None,
    )


def _expected(champion: ModelVersion | None) -> dict[str, float]:
    """Return the shares of categories where the champion was judged, or learned from."""
    figures = champion.figures if champion else {}
    sizes: dict[str, float] = figures.get("predicted") or figures.get("categories") or {}
    whole = sum(sizes.values())
    return {key: size / whole for key, size in sizes.items()}


def _pairs(tickets: Iterable[StoredText]) -> list[Pair]:
    return [(text_of(row), row.category) for row in tickets]


def _doubts(tickets: Sequence[StoredText], seed: int) -> tuple[Doubt, ...]:
    try:
        found = doubtful(_pairs(tickets), seed)
    except InvalidError:  # too few tickets to say anything
        return ()
    return tuple(replace(doubt, place=tickets[doubt.place].ticket_id) for doubt in found)


def _curve(tickets: Sequence[StoredText], held: HeldOut, seed: int) -> tuple[CurvePoint, ...]:
    known = _pairs(row for row in tickets if row.ticket_id not in held.ids)
    test = _pairs(held.tickets)
    if len(test) < FEWEST:
        known, test = split(known, seed)
    return learning_curve(known, test, seed) if test else ()

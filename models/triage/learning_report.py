"""The state of the learning: live precision, drift, doubtful labels, learning curve."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from models.errors import InvalidError
from models.store.oversight import StoredText
from models.store.transaction import Store, UnitOfWork
from models.tables import ModelVersion
from models.triage.cascade import MODEL
from models.triage.classifier import Classifier
from models.triage.drift import WeekDrift, drift_by_week
from models.triage.evaluation import Dataset, evaluate
from models.triage.fitting import train_classifier
from models.triage.learning import LivePrecision, live_precision
from models.triage.promotion import FEWEST
from models.triage.sampling import HeldOut, held_out
from models.triage.ticket_text import text_of

MOST = 4_000
"""Tickets that a report looks at; more would take minutes."""
_WEEKS = timedelta(weeks=12)
_FOLDS = 5
_SHARES = (0.125, 0.25, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class DoubtfulLabel:
    """A label that a model which had not seen the ticket finds unlikely.

    ``place`` is the position in the dataset, or the ticket's number in a report;
    ``confidence`` is the probability that the model gives the label.
    """

    place: int
    given: str
    likely: str
    confidence: float


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """How often a model trained on ``n`` tickets is right, with a 95 % interval."""

    n: int
    accuracy: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LearningReport:
    """What is known of the classifier's learning.

    Attributes
    ----------
    model : the champion's name, empty without one
    labels : how many of each kind people gave
    blind_drawn : tickets drawn as blind samples, labelled or not
    expected_confidence : mean confidence where the champion was evaluated
    """

    model: str
    suggest_only: bool
    live: LivePrecision
    labels: dict[str, int]
    blind_drawn: int
    drift: tuple[WeekDrift, ...] = ()
    expected_confidence: float | None = None
    doubts: tuple[DoubtfulLabel, ...] = ()
    curve: tuple[CurvePoint, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what ``lotsen model report --json`` prints."""
        drift = [{**asdict(week), "drifts": week.drifts} for week in self.drift]
        return {**asdict(self), "drift": drift}


def learning_report(store: Store, now: datetime, seed: int) -> LearningReport:
    """Return the report; it trains some ten models, so it takes seconds to a minute."""
    with store.snapshot() as unit:
        report = _from_rows(unit, now)
        now_of = unit.categories.successors()
        labelled = [
            replace(row, category=now_of[row.category])
            for row in unit.oversight.labelled()
            if row.category in now_of
        ]
        tickets = [row for row in labelled if text_of(row).words]
        held = held_out(unit, now_of)
    return replace(report, doubts=_doubts(tickets, seed), curve=_curve(tickets, held, seed))


def doubtful_labels(dataset: Dataset, seed: int, most: int = 20) -> list[DoubtfulLabel]:
    """Return the labels with the lowest self-confidence, the most doubtful first.

    Of a dataset beyond `MOST` a sample is looked at.

    References
    ----------
    Northcutt, Jiang & Chuang, Confident Learning, Journal of Artificial Intelligence
    Research 70 (2021).
    """
    places = _spread_over_folds(dataset, seed)
    doubts: list[DoubtfulLabel] = []
    for fold in range(_FOLDS):
        asked = places[fold::_FOLDS]
        model = _train(dataset.only(np.setdiff1d(places, asked)), seed)
        chances = model.probabilities(dataset.only(asked).texts)
        for at, row in zip(asked, chances, strict=True):
            given, likely = dataset.labels[at], model.categories[int(row.argmax())]
            if given in model.categories and likely != given:
                sure = float(row[model.categories.index(given)])
                doubts.append(DoubtfulLabel(at, given, likely, sure))
    return sorted(doubts, key=lambda doubt: doubt.confidence)[:most]


def learning_curve(train: Dataset, test: Dataset, seed: int) -> tuple[CurvePoint, ...]:
    """Return how accuracy on ``test`` grows with the number of tickets learned from."""
    order = np.random.default_rng(seed).permutation(len(train))[:MOST]
    points = []
    for share in _SHARES:
        some = train.only(order[: round(share * len(order))])
        try:
            model = _train(some, seed)
        except InvalidError:  # too few for a start: the curve begins later
            continue
        right = evaluate(model, test).accuracy
        points.append(CurvePoint(len(some), right.value or 0.0, *right.interval))
    return tuple(points)


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
    """Return the shares of categories where the champion was evaluated, or learned from."""
    figures = champion.figures if champion else {}
    sizes: dict[str, float] = figures.get("predicted") or figures.get("categories") or {}
    whole = sum(sizes.values())
    return {key: size / whole for key, size in sizes.items()}


def _doubts(tickets: Sequence[StoredText], seed: int) -> tuple[DoubtfulLabel, ...]:
    dataset = Dataset.of((text_of(row), row.category) for row in tickets)
    try:
        doubts = doubtful_labels(dataset, seed)
    except InvalidError:  # too few tickets to say anything
        return ()
    return tuple(replace(doubt, place=tickets[doubt.place].ticket_id) for doubt in doubts)


def _curve(tickets: Sequence[StoredText], held: HeldOut, seed: int) -> tuple[CurvePoint, ...]:
    known = [row for row in tickets if row.ticket_id not in held.ids]
    train, test = Dataset.of((text_of(row), row.category) for row in known), held.dataset
    if len(test) < FEWEST:  # a fifth to ask about, where nothing is held out
        order = np.random.default_rng(seed).permutation(len(train))
        cut = len(train) // 5
        train, test = train.only(order[cut:]), train.only(order[:cut])
    return learning_curve(train, test, seed) if len(test) else ()


def _train(dataset: Dataset, seed: int) -> Classifier:
    return train_classifier(dataset.texts, dataset.labels, seed=seed)


def _spread_over_folds(dataset: Dataset, seed: int) -> list[int]:
    """Return places in random order, those of a category spread over the folds."""
    order = np.random.default_rng(seed).permutation(len(dataset))[:MOST]
    seen: Counter[str] = Counter()
    ranked = []
    for at in order:
        label = dataset.labels[at]
        seen[label] += 1
        ranked.append((label, seen[label], int(at)))
    return [at for _, _, at in sorted(ranked)]

"""Which labels are likely wrong, and how much more labels would help."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.errors import InvalidError
from models.statistics.estimates import wilson
from models.triage.classifier import Classifier
from models.triage.promotion import answers_of
from models.triage.text import Written

MOST = 4_000
"""Tickets that a report looks at; more would take minutes."""
_FOLDS = 5
_SHARES = (0.125, 0.25, 0.5, 1.0)

Pair = tuple[Written, str]
"""A text and its category."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A label that a model which had not seen the ticket finds unlikely.

    ``place`` is the position in what was handed in, ``confidence`` the probability that
    the model gives the label.
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


def doubtful(pairs: Sequence[Pair], seed: int, most: int = 20) -> list[Doubt]:
    """Return the labels with the lowest self-confidence, the most doubtful first.

    Parameters
    ----------
    pairs
        Texts and their categories; beyond `MOST` a sample is looked at.

    References
    ----------
    Northcutt, Jiang & Chuang, Confident Learning, Journal of Artificial Intelligence
    Research 70 (2021).
    """
    places = _sample(pairs, seed)
    found: list[Doubt] = []
    for fold in range(_FOLDS):
        asked = places[fold::_FOLDS]
        known = np.setdiff1d(places, asked)
        found += _doubts_of_fold([pairs[at] for at in known], pairs, asked, seed)
    return sorted(found, key=lambda doubt: doubt.confidence)[:most]


def _doubts_of_fold(
    known: Sequence[Pair], pairs: Sequence[Pair], asked: Sequence[int], seed: int
) -> list[Doubt]:
    model = Classifier.train([text for text, _ in known], [key for _, key in known], seed=seed)
    chances = model.probabilities([pairs[at][0] for at in asked])
    doubts = []
    for at, row in zip(asked, chances, strict=True):
        given, likely = pairs[at][1], model.categories[int(row.argmax())]
        if given in model.categories and likely != given:
            sure = float(row[model.categories.index(given)])
            doubts.append(Doubt(int(at), given, likely, sure))
    return doubts


def learning_curve(
    train: Sequence[Pair], test: Sequence[Pair], seed: int
) -> tuple[CurvePoint, ...]:
    """Return how accuracy on ``test`` grows with the number of tickets learned from."""
    order = np.random.default_rng(seed).permutation(len(train))[:MOST]
    points = []
    for share in _SHARES:
        some = [train[at] for at in order[: round(share * len(order))]]
        point = _point(some, test, seed)
        points += [point] if point else []
    return tuple(points)


def split(pairs: Sequence[Pair], seed: int) -> tuple[list[Pair], list[Pair]]:
    """Divide into four fifths to learn from and one to ask, where nothing is held out."""
    order = np.random.default_rng(seed).permutation(len(pairs))
    cut = len(pairs) // 5
    return [pairs[at] for at in order[cut:]], [pairs[at] for at in order[:cut]]


def _point(some: Sequence[Pair], test: Sequence[Pair], seed: int) -> CurvePoint | None:
    try:
        model = Classifier.train([text for text, _ in some], [key for _, key in some], seed=seed)
    except InvalidError:  # too few for a start: the curve begins later
        return None
    right = np.array([key for _, key in test])
    correct = int((answers_of(model, [text for text, _ in test]).predicted == right).sum())
    return CurvePoint(len(some), correct / len(test), *wilson(correct, len(test)))


def _sample(pairs: Sequence[Pair], seed: int) -> list[int]:
    """Return places in random order, those of a category spread over the folds."""
    order = np.random.default_rng(seed).permutation(len(pairs))[:MOST]
    seen: Counter[str] = Counter()
    ranked = []
    for at in order:
        seen[pairs[at][1]] += 1
        ranked.append((pairs[at][1], seen[pairs[at][1]], int(at)))
    return [at for _, _, at in sorted(ranked)]

"""When to answer and when to say "I don't know": a calibrated model of few features.

The score of the first result says little about whether it answers the question; how far
it leads, how much of the question it covers and whether the signals agree say more.
A logistic regression weighs them. It begins with weights learned from the starter
articles and moves towards the company's own as those suffice.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import log1p
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models.knowledge.index import Index, MatchEvidence, Without
from models.language import LANGUAGES, Language
from models.statistics.thresholds import NEVER, lowest_safe_confidence
from models.tables import Article

Floats = NDArray[np.float64]

ENOUGH = 60
"""Stored questions from which on the company's own calibrate the answers."""
MOST = 150
"""Stored questions that are asked again for it: at small sizes about a second's work."""
SAME = 0.93
"""Likeness from which on it is a stored question itself, but for spelling and small words.
Somebody approved the answer to that one, so nothing has to be weighed."""
_SAME_CONFIDENCE = 0.97
# Wide on purpose: questions of one article are alike, so they count for fewer than they are.
_Z = 1.64
_TRUST = 30.0  # how many examples the starting weights are worth


_WEIGHTS = (4.88, 5.09, 0.08, 1.51, 1.12, -0.06, 0.53, 0.56)
_INTERCEPT = -3.88
_MEASURED = (
    # target, threshold, precision, coverage
    (0.70, 0.602, 0.726, 0.072),
    (0.80, 0.762, 0.843, 0.022),
    (0.85, 0.803, 0.897, 0.015),
    (0.90, 0.809, 0.942, 0.014),
    (0.95, 0.835, 1.000, 0.010),
)
_EXAMPLES = 3_852


@dataclass(frozen=True, slots=True)
class AbstentionExample:
    """What spoke for the first result of a question, and whether it was right."""

    evidence: MatchEvidence
    right: bool


@dataclass(frozen=True, slots=True)
class Abstention:
    """Says how likely a first result is right, and from where on it is shown.

    Attributes
    ----------
    weights : shape (n_features,), intercept : float
        Of the features as `features` gives them.
    threshold : float
        Lowest confidence at which an answer is shown; 1.01 (never) when none would do.
    precision, coverage : float in [0, 1]
        Of the answers that are shown, the share that was right; and the share of
        questions that got one. Measured on ``n`` questions of which every second had no
        answer in the index.
    own : bool
        Whether the company's own questions were used.
    """

    weights: tuple[float, ...]
    intercept: float
    threshold: float
    precision: float
    coverage: float
    n: int
    own: bool = False

    def confidence(self, evidence: MatchEvidence | None) -> float:
        """Return how likely the first result answers the question; 0 without any."""
        if evidence is None:
            return 0.0
        value = features([evidence]) @ np.array(self.weights) + self.intercept
        found = float(_logistic(value)[0])
        return max(found, _SAME_CONFIDENCE) if evidence.question >= SAME else found

    def at(self, examples: Sequence[AbstentionExample], target: float) -> Self:
        """Return it with the lowest threshold that reaches ``target`` on ``examples``."""
        return self.measured(examples, lowest_safe_confidence(*self._tried(examples), target, z=_Z))

    def _tried(self, examples: Sequence[AbstentionExample]) -> tuple[Floats, NDArray[np.bool_]]:
        sure = np.array([self.confidence(example.evidence) for example in examples])
        return sure, np.array([example.right for example in examples], bool)

    def measured(self, examples: Sequence[AbstentionExample], threshold: float) -> Self:
        """Return it with a threshold and what that gives on ``examples``."""
        sure, right = self._tried(examples)
        shown = sure >= threshold
        return replace(
            self,
            threshold=threshold,
            precision=float(right[shown].mean()) if shown.any() else 0.0,
            coverage=float(shown.mean()) if len(shown) else 0.0,
            n=len(examples),
        )


def prior(target: float) -> Abstention:
    """Return what is known before the company has questions of its own.

    Learned from the starter articles in three languages, each of their questions asked
    without itself and again without its article: with all other questions stored, with
    titles only, with answers only, and with the versions of other languages only. These
    questions are hard: they are chatty, and none is like another. `benchmarks.answers`
    shows the same weights and threshold on texts that they were not learned from.
    """
    reached = [row for row in _MEASURED if row[0] >= target]
    _, threshold, precision, coverage = reached[0] if reached else (1.0, NEVER, 0.0, 0.0)
    return Abstention(_WEIGHTS, _INTERCEPT, threshold, precision, coverage, _EXAMPLES)


def calibrated(index: Index, target: float, seed: int = 0) -> Abstention:
    """Return the model for an index: its own questions count where there are enough.

    Where no threshold reaches the target on them, the starting one stays, and its
    measured precision says so.
    """
    start = prior(target)
    if _repeatable(index).size < ENOUGH:
        return start
    examples = leave_one_out(index, seed=seed)
    own = fit(examples, start)
    found = own.at(examples, target)
    return found if found.threshold < NEVER else own.measured(examples, start.threshold)


def features(evidence: Sequence[MatchEvidence]) -> Floats:
    """Return shape (n, n_features): what the weights are multiplied with."""
    return np.array(
        [
            (
                one.score,
                one.lead,
                one.coverage,
                one.agreement,
                one.question,
                log1p(one.words),
                float(one.asked),
                float(one.foreign),
            )
            for one in evidence
        ]
    )


def leave_one_out(index: Index, most: int = MOST, seed: int = 0) -> list[AbstentionExample]:
    """Ask stored questions again, without themselves and without their article.

    Every question gives two examples: one that can be answered, and one that cannot.
    Only articles that have another question left take part. ``seed`` chooses ``most`` of
    them; the same index and seed give the same examples.
    """
    chosen = np.sort(np.random.default_rng(seed).permutation(_repeatable(index))[:most])
    return [example for asked in chosen for example in _examples_of(index, int(asked))]


def _repeatable(index: Index) -> NDArray[np.intp]:
    """Return the places of the questions whose article has more than one."""
    alone = np.bincount(index.owners, minlength=max(len(index), 1)) < 2
    return np.flatnonzero(~alone[index.owners])


def _examples_of(index: Index, asked: int) -> Iterator[AbstentionExample]:
    at = int(index.owners[asked])
    article = index.articles[at]
    for without in (Without(asked=asked), Without(asked=asked, article=at)):
        ranked = index.rank(index.asked[asked], _known(article.language), 1, without=without)
        if ranked.evidence is not None:
            yield AbstentionExample(
                ranked.evidence, _source(ranked.hits[0].article) == _source(article)
            )


def _source(article: Article) -> tuple[str, str]:
    return article.document, article.external_id


def fit(
    examples: Iterable[AbstentionExample], start: Abstention, trust: float = _TRUST
) -> Abstention:
    """Return weights for ``examples``, not far from ``start`` where these are few.

    The loss is the logistic loss plus the squared distance from the starting weights,
    as a normal prior around them would have it.
    """
    from scipy.optimize import minimize

    rows = list(examples)
    values = np.column_stack([features([row.evidence for row in rows]), np.ones(len(rows))])
    right = np.array([row.right for row in rows], np.float64)
    first = np.array([*start.weights, start.intercept])

    def loss(weights: Floats) -> tuple[float, Floats]:
        margins = values @ weights
        away = weights - first
        total = np.logaddexp(0, margins).sum() - right @ margins + away @ away * trust / 2
        return float(total), values.T @ (_logistic(margins) - right) + trust * away

    found: Any = minimize(loss, first, jac=True, method="L-BFGS-B")
    *weights, intercept = (float(weight) for weight in found.x)
    return replace(start, weights=tuple(weights), intercept=intercept, own=True)


def _logistic(values: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-np.clip(values, -50, 50)))
    return found


def _known(language: str) -> Language:
    return next((known for known in LANGUAGES if known == language), "sv")

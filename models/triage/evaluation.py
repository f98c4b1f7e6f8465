"""How good a classifier is on labelled texts that it was not trained on.

The gate before a promotion, the model card, the learning curve and the trial on files are
views of one `Evaluation`; `compare` sets two of them against each other.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.meaning.embedder import Embedder, Vectors
from models.statistics.estimates import wilson
from models.triage.classifier import TARGET_PRECISION, Classifier, Predictions
from models.triage.fitting import train_classifier
from models.triage.metrics import (
    Bools,
    Labels,
    expected_calibration_error,
    macro_f1,
    out_of_scope_figures,
)
from models.triage.ticket_text import TriageText, Written

Progress = Callable[[int, int], None]
"""Called with the steps done and the steps in all."""

_TIMED = 300
_STEPS = 3
_DRAWS = 2_000


def no_progress(_done: int, _all: int) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Texts and their right categories, in the same order."""

    texts: tuple[Written, ...]
    labels: tuple[str, ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[Written, str]]) -> "Dataset":
        known = tuple(pairs)
        return cls(tuple(text for text, _ in known), tuple(label for _, label in known))

    def __len__(self) -> int:
        return len(self.labels)

    def only(self, places: Iterable[int]) -> "Dataset":
        """Return the texts at ``places``, in their order."""
        return Dataset.of((self.texts[at], self.labels[at]) for at in places)


@dataclass(frozen=True, slots=True)
class Proportion:
    """How many of ``n`` are right."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        """The share, in [0, 1]; None of none."""
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval; (0, 1) of none."""
        return wilson(self.hits, self.n)


@dataclass(frozen=True)
class Evaluation:
    """Predictions beside what is right, and every figure that follows from both.

    Attributes
    ----------
    right : shape (n_texts,)
    target : precision that automatic decisions are to reach
    outside : predictions for texts that are out of scope; None without any
    """

    predictions: Predictions
    right: Labels
    target: float = TARGET_PRECISION
    outside: Predictions | None = None

    @cached_property
    def correct(self) -> Bools:
        """Whether each prediction is right, shape (n_texts,)."""
        return np.asarray(self.predictions.predicted == self.right)

    @property
    def n(self) -> int:
        return len(self.right)

    @property
    def accuracy(self) -> Proportion:
        return Proportion(int(self.correct.sum()), self.n)

    @property
    def macro_f1(self) -> float:
        return macro_f1(self.predictions.predicted, self.right)

    @property
    def calibration_error(self) -> float:
        return expected_calibration_error(self.predictions.confidence, self.correct)

    @property
    def automatic(self) -> Proportion:
        """Of what the classifier decides by itself, how much is right."""
        return self.precision_of(self.predictions.automatic)

    def precision_of(self, decided: Bools) -> Proportion:
        """Return how many of the ``decided`` texts, shape (n_texts,), are right."""
        return Proportion(int((decided & self.correct).sum()), int(decided.sum()))

    def coverage_of(self, decided: Bools) -> float:
        """Return the share of all texts that ``decided``, shape (n_texts,), holds."""
        return int(decided.sum()) / max(1, self.n)

    @property
    def out_of_scope(self) -> tuple[float, float] | None:
        """AUROC, and the share caught where 95 % of the others are kept; None without any."""
        if self.outside is None:
            return None
        return out_of_scope_figures(self.predictions.familiarity, self.outside.familiarity)


def evaluate(
    model: Classifier,
    dataset: Dataset,
    vectors: Vectors | None = None,
    outside: Predictions | None = None,
) -> Evaluation:
    """Ask a classifier about labelled texts; ``vectors`` are their embeddings, if any."""
    predictions = model.predict(dataset.texts, vectors)
    return Evaluation(predictions, np.array(dataset.labels), model.target, outside)


@dataclass(frozen=True, slots=True)
class AccuracyDifference:
    """How much more often the challenger is right than the champion, with a 95 % interval."""

    value: float
    low: float
    high: float


def compare(challenger: Evaluation, champion: Evaluation, *, seed: int) -> AccuracyDifference:
    """Compare two models on the same texts; far fewer show a difference than two figures would."""
    return paired_difference(challenger.correct, champion.correct, challenger.right, seed=seed)


def paired_difference(
    challenger: Bools, champion: Bools, strata: Labels, *, seed: int
) -> AccuracyDifference:
    """Return the difference of two accuracies on the same tickets.

    Tickets are drawn again within each category (stratified bootstrap, percentiles), so
    that the interval does not widen because a draw missed a category.

    Parameters
    ----------
    challenger, champion : shape (n_tickets,)
        Whether each was right.
    strata : shape (n_tickets,)
        The ticket's category.

    References
    ----------
    Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapters 8 and 13.
    """
    gains = challenger.astype(int) - champion.astype(int)
    rng = np.random.default_rng(seed)
    total: NDArray[Any] = np.zeros(_DRAWS)
    for category in np.unique(strata):
        here = gains[strata == category]
        shares = np.array([np.mean(here == sign) for sign in (-1, 0, 1)])
        drawn = rng.multinomial(len(here), shares, size=_DRAWS)
        total += drawn[:, 2] - drawn[:, 0]
    low, high = np.percentile(total / len(gains), [2.5, 97.5])
    return AccuracyDifference(float(gains.mean()), float(low), float(high))


@dataclass(frozen=True)
class TimedEvaluation:
    """A model trained for the purpose, its evaluation, and what both took.

    ``predict_ms`` holds milliseconds for each of some texts, asked one by one.
    """

    model: Classifier
    n_train: int
    evaluation: Evaluation
    train_seconds: float
    predict_ms: tuple[float, ...]


def train_and_evaluate(
    train: Dataset,
    test: Dataset,
    *,
    outside: Sequence[TriageText] = (),
    target: float = TARGET_PRECISION,
    seed: int = 0,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
) -> TimedEvaluation:
    """Train on some texts and evaluate on others; nothing is stored.

    Raises
    ------
    InvalidError
        When there is too little to learn from.
    UnavailableError
        When the embedder does not answer.
    """
    progress = progress or no_progress
    progress(0, _STEPS)
    started = perf_counter()
    model = train_classifier(train.texts, train.labels, seed=seed, target=target, embedder=embedder)
    seconds = perf_counter() - started
    progress(1, _STEPS)

    def vectors(texts: Sequence[Written]) -> Vectors | None:
        return model.vectors(embedder, texts) if embedder and model.embedder else None

    def milliseconds(text: Written) -> float:
        started = perf_counter()
        model.suggest(text, vectors([text]))
        return 1000 * (perf_counter() - started)

    beyond = model.predict(outside, vectors(outside)) if outside else None
    evaluation = evaluate(model, test, vectors(test.texts), beyond)
    progress(2, _STEPS)
    times = tuple(milliseconds(text) for text in test.texts[:_TIMED])
    progress(_STEPS, _STEPS)
    return TimedEvaluation(model, len(train), evaluation, seconds, times)

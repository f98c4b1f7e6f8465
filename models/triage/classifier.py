"""A linear classifier of texts that knows how sure it is, and why.

Words, word pairs and character n-grams (TF-IDF) under the linear learner that won a
cross-validation; embeddings beside them where there are any. Decision values become
probabilities, and probabilities thresholds, on predictions for tickets that the models
had not seen. Linear, so its reasons are exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray

from models.errors import InvalidError, UnavailableError
from models.language import LANGUAGES
from models.meaning.embedder import Embedder, Vectors
from models.triage.cascade import Suggestion
from models.triage.decision_thresholds import DecisionThresholds
from models.triage.embedding_model import EmbeddingModel
from models.triage.features import Features
from models.triage.hints import HintModel
from models.triage.metrics import Bools, Floats, Labels
from models.triage.neighbours import Neighbours, in_parts, mean_of_nearest
from models.triage.ticket_text import Written, as_text

log = structlog.get_logger(__name__)

TARGET_PRECISION = 0.95
_REASONS = 5


@dataclass(frozen=True)
class Predictions:
    """What a classifier predicts for texts; each of shape (n_texts,).

    Attributes
    ----------
    automatic
        Whether it may decide: sure enough for the category, and in scope.
    familiarity
        The larger, the more the text is like what is known.
    """

    predicted: Labels
    confidence: Floats
    automatic: Bools
    familiarity: Floats
    in_scope: Bools


@dataclass(frozen=True)
class Classifier:
    """A trained classifier.

    Attributes
    ----------
    categories : tuple of str
        What it can say, sorted.
    weights : shape (n_terms, n_categories)
    plain, rich : DecisionThresholds
        By words alone, and with embeddings.
    meaning : EmbeddingModel or None
        None when trained without embeddings.
    n : int
        Tickets it was trained on.
    accuracy, macro_f1 : float
        From out-of-fold predictions.
    target : float
        Precision that automatic decisions are to reach.
    left_out : tuple of str
        Categories with too few examples to be learned.
    """

    features: Features
    categories: tuple[str, ...]
    weights: NDArray[np.float32]
    intercepts: Floats
    plain: DecisionThresholds
    neighbours: Neighbours
    n: int
    accuracy: float
    macro_f1: float
    target: float = TARGET_PRECISION
    left_out: tuple[str, ...] = ()
    hints: tuple[HintModel, ...] = ()
    meaning: EmbeddingModel | None = None
    rich: DecisionThresholds | None = None
    recipe: str = ""

    @property
    def thresholds(self) -> dict[str, float]:
        """Lowest confidence that is enough for each category, by words alone."""
        return dict(zip(self.categories, map(float, self.plain.by_category), strict=True))

    @property
    def decision_thresholds(self) -> DecisionThresholds:
        """Those with embeddings where it knows any, else those by words alone."""
        return self.rich or self.plain

    @property
    def embedder(self) -> str:
        """Name of the embedder whose vectors it understands; empty for none."""
        return self.meaning.embedder if self.meaning else ""

    def vectors(self, embedder: Embedder, texts: Sequence[Written]) -> Vectors:
        """Return the texts' embeddings.

        Raises
        ------
        InvalidError
            When the model was trained with another embedder, or with none.
        UnavailableError
            When the embedder does not answer.
        """
        if embedder.name != self.embedder:
            trained = f"with {self.embedder}" if self.embedder else "without embeddings"
            raise InvalidError(
                f"the model was trained {trained}, not with {embedder.name}: run `lotsen train`"
            )
        return embedder.embed([as_text(text).words for text in texts])

    def vectors_if_any(self, embedder: Embedder | None, texts: Sequence[Written]) -> Vectors | None:
        """Return the texts' embeddings; None where it knows none, or they cannot be had."""
        if embedder is None or not self.embedder:
            return None
        try:
            return self.vectors(embedder, texts)
        except (InvalidError, UnavailableError) as error:
            log.warning("classified by words alone", reason=str(error))
            return None

    def vector_now(self, embedder: Embedder | None, text: Written) -> Vectors | None:
        """Return shape (1, n_dimensions), for somebody who waits; None where it cannot be had."""
        if embedder is None or embedder.name != self.embedder:
            return None
        try:
            return embedder.embed_now(as_text(text).words)[np.newaxis]
        except UnavailableError as error:
            log.warning("classified by words alone", reason=str(error))
            return None

    def probabilities(self, texts: Sequence[Written], vectors: Vectors | None = None) -> Floats:
        """Return shape (n_texts, n_categories); each row sums to 1."""
        parts, thresholds = self._parts(self.features.transform(texts), vectors)
        return thresholds.calibration.probabilities(parts)

    def predict(self, texts: Sequence[Written], vectors: Vectors | None = None) -> Predictions:
        """Return the likeliest categories, and which of them it may decide."""
        rows = self.features.transform(texts)
        parts, thresholds = self._parts(rows, vectors)
        chances = thresholds.calibration.probabilities(parts)
        best, confidence = chances.argmax(axis=1), chances.max(axis=1)
        near = [self.neighbours.typical(rows[:, self.features.characters])]
        if self.meaning is not None and vectors is not None:
            near.append(in_parts(self.meaning.rows(vectors), self.meaning.similarity, []))
        familiar = thresholds.scope.familiarity(_signals(parts, near))
        inside = thresholds.scope.inside(familiar)
        sure = thresholds.are_met(confidence, best) & inside
        return Predictions(np.array(self.categories)[best], confidence, sure, familiar, inside)

    def suggest(self, text: Written, vectors: Vectors | None = None) -> Suggestion:
        """Return the likeliest category, how likely it is, and what says so.

        ``vectors``, of shape (1, n_dimensions), is the text's embedding.
        """
        row = self.features.transform([text])
        parts, thresholds = self._parts(row, vectors)
        chances = thresholds.calibration.probabilities(parts)[0]
        best = np.argsort(-chances, kind="stable")[:3]
        cosines = self._cosines(row, vectors)
        near = [mean_of_nearest(one) for one in cosines]
        familiar = thresholds.scope.familiarity(_signals(parts, near))
        hints = {model.kind: model.hint(row) for model in self.hints}
        return Suggestion(
            category=self.categories[best[0]],
            confidence=float(chances[best[0]]),
            alternatives=tuple((self.categories[at], float(chances[at])) for at in best),
            reasons=self._reasons(row, int(best[0])),
            in_scope=bool(thresholds.scope.inside(familiar)[0]),
            nearest=self.neighbours.nearest(cosines[-1][0]),
            priority=hints.get("priority"),
            team=hints.get("team"),
        )

    def threshold_of(self, category: str, vectors: Vectors | None = None) -> float:
        """Return the confidence from which on it may decide for a category."""
        thresholds = self.rich if self.rich is not None and vectors is not None else self.plain
        return float(thresholds.by_category[self.categories.index(category)])

    def _parts(self, rows: Any, vectors: Vectors | None) -> tuple[list[Floats], DecisionThresholds]:
        # In the weights' own precision, or each call would copy all of them.
        values = np.asarray(rows.astype(np.float32) @ self.weights + self.intercepts)
        if self.meaning is None or self.rich is None or vectors is None:
            return [values], self.plain
        return [values, self.meaning.values(self.meaning.rows(vectors))], self.rich

    def _cosines(self, row: Any, vectors: Vectors | None) -> list[Floats]:
        cosines = [self.neighbours.similarity(row[:, self.features.characters])]
        if self.meaning is not None and vectors is not None:
            cosines.append(self.meaning.similarity(self.meaning.rows(vectors)))
        return cosines

    def _reasons(self, row: Any, winner: int) -> tuple[str, ...]:
        """Return the word terms with the largest share in the winner's decision value."""
        words = self.features.words
        here = row.indices < len(words)
        columns = row.indices[here]
        shares = row.data[here] * self.weights[columns, winner]
        chosen: list[str] = []
        for at in np.lexsort((columns, -shares)):
            if shares[at] <= 0 or len(chosen) == _REASONS:
                break
            term = words[columns[at]]
            if _is_readable(term) and not _repeats(term, chosen):
                chosen.append(term)
        return tuple(chosen)


def _signals(parts: Sequence[Floats], near: Sequence[Floats]) -> list[Floats]:
    """Return what tells familiar texts: a margin and a nearness of each part in turn."""
    pairs = zip(parts, near, strict=True)
    return [signal for part, close in pairs for signal in (part.max(axis=1), close)]


def _is_readable(term: str) -> bool:
    small = LANGUAGES.words("function")
    return any(word not in small and not word.isdigit() and len(word) > 1 for word in term.split())


def _repeats(term: str, chosen: Sequence[str]) -> bool:
    words = set(term.split())
    return any(words <= set(other.split()) or words >= set(other.split()) for other in chosen)

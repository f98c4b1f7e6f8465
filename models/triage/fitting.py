"""Fit a classifier to labelled texts, step by step."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import structlog

from models.errors import UnavailableError
from models.meaning.embedder import Embedder, Vectors
from models.triage.classifier import TARGET_PRECISION, Classifier
from models.triage.decision_thresholds import OutOfFold, learn_thresholds
from models.triage.embedding_model import EmbeddingModel, out_of_fold_by_embedding
from models.triage.features import Counts, Features
from models.triage.hints import learn_hints
from models.triage.learners import (
    NAIVE_BAYES,
    Blend,
    Places,
    blend,
    choose,
    folds_for,
    out_of_fold,
    sample,
    splits,
)
from models.triage.metrics import Floats, Labels, accuracy, macro_f1
from models.triage.minimum_training_data import MIN_EXAMPLES, require_enough
from models.triage.neighbours import Neighbours, in_parts, keep
from models.triage.ticket_text import TriageText, Written, as_text

log = structlog.get_logger(__name__)

_RECIPE = "tfidf word(1,2) + char_wb(2,5), {learner}, scaled per category"
_FAMILIAR = 2_000
"""Texts from which the scope is learned."""
# Found on CLINC150's validation part: margins say most, nearness by characters helps.
_WEIGHTS = (1.0, 0.3)
_WEIGHTS_OF_MEANING = (1.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class TrainingTexts:
    """Texts to learn from: tickets first, then lessons, which are no tickets.

    Attributes
    ----------
    taught : shape (n_tickets + n_lessons,)
    n : int
        Tickets.
    hints : kind → what the tickets say, such as their priority
    strangers
        Texts of tickets whose category has too few to be learned.
    """

    texts: tuple[TriageText, ...]
    taught: Labels
    n: int
    hints: Mapping[str, Sequence[str]]
    left_out: tuple[str, ...]
    strangers: tuple[TriageText, ...]

    @property
    def right(self) -> Labels:
        return self.taught[: self.n]

    @property
    def categories(self) -> tuple[str, ...]:
        return tuple(str(label) for label in np.unique(self.taught))


def train_classifier(
    texts: Sequence[Written],
    labels: Sequence[str],
    *,
    seed: int,
    lessons: Sequence[tuple[str, str]] = (),
    target: float = TARGET_PRECISION,
    hints: Mapping[str, Sequence[str]] | None = None,
    embedder: Embedder | None = None,
) -> Classifier:
    """Train on texts and their categories; the same input gives the same model.

    Where the embedder does not answer, a classifier without embeddings comes of it.

    Parameters
    ----------
    texts, labels : shape (n_tickets,)
    lessons : pairs of a text and a category
        Texts that teach but are no tickets, such as articles: learned from, but counted
        neither in ``n`` nor in any figure.
    hints : "priority" or "team" → what each ticket says, empty where unknown

    Raises
    ------
    InsufficientTrainingDataError
        When fewer than two categories have two examples; the message says what is missing.
    """
    return _classifier(_training_texts(texts, labels, lessons, hints or {}), seed, target, embedder)


def _training_texts(
    texts: Sequence[Written],
    labels: Sequence[str],
    lessons: Sequence[tuple[str, str]],
    hints: Mapping[str, Sequence[str]],
) -> TrainingTexts:
    """Return the texts with words whose category has enough of them."""
    known = [(as_text(text), label) for text, label in zip(texts, labels, strict=True)]
    places = [at for at, (text, label) in enumerate(known) if text.words.strip() and label]
    require_enough(known[at][1] for at in places)
    sizes = Counter(known[at][1] for at in places)
    enough = {label for label, size in sizes.items() if size >= MIN_EXAMPLES}
    strangers = tuple(known[at][0] for at in places if known[at][1] not in enough)
    places = [at for at in places if known[at][1] in enough]
    extra = [(TriageText(text), label) for text, label in lessons if label in enough]
    pairs = [known[at] for at in places] + extra
    return TrainingTexts(
        texts=tuple(text for text, _ in pairs),
        taught=np.array([label for _, label in pairs]),
        n=len(places),
        hints={kind: [given[at] for at in places] for kind, given in hints.items()},
        left_out=tuple(sorted(sizes.keys() - enough)),
        strangers=strangers,
    )


def _classifier(
    given: TrainingTexts, seed: int, target: float, embedder: Embedder | None
) -> Classifier:
    counts, right = Counts.of(given.texts), given.right
    folds = splits(right, folds_for(given.n), seed)
    blended, values = _blended(counts, given, folds, seed)
    features, rows = Features.learn(counts)
    weights, intercepts = blended.fit(rows, given.taught, seed)
    kept = keep(right)
    own = sample(right[kept], _FAMILIAR, seed)
    neighbours = _neighbours(given, features, rows, kept)
    characters = rows[kept[own]][:, features.characters]
    near = neighbours.typical_of_kept(characters, own)
    unknown = np.asarray(features.transform(given.strangers) @ weights + intercepts)
    signals = (values[kept[own]].max(axis=1), near)
    seen = OutOfFold((values,), signals, _WEIGHTS, (unknown,))
    plain, predicted = learn_thresholds(seen, right, given.categories, target)
    meaning = rich = None
    recipe = _RECIPE.format(learner=blended.name)
    vectors = _vectors(given, embedder)
    if embedder is not None and vectors is not None:
        own_vectors = vectors[: len(given.texts)]
        meaning = EmbeddingModel.learn(embedder.name, own_vectors, given.taught, kept, seed)
        both = _with_meaning(seen, meaning, given, vectors, folds, (kept, own), seed)
        rich, predicted = learn_thresholds(both, right, given.categories, target)
        by_words, by_meaning = rich.calibration.scales
        recipe += f", fused {by_words:.2f} : {by_meaning:.2f} with {embedder.name}"
    return Classifier(
        features=features,
        categories=given.categories,
        weights=weights,
        intercepts=intercepts,
        plain=plain,
        neighbours=neighbours,
        n=given.n,
        accuracy=accuracy(predicted, right),
        macro_f1=macro_f1(predicted, right),
        target=target,
        left_out=given.left_out,
        hints=learn_hints(counts, rows, given.hints, seed),
        meaning=meaning,
        rich=rich,
        recipe=recipe,
    )


def _blended(
    counts: Counts, given: TrainingTexts, folds: Sequence[tuple[Places, Places]], seed: int
) -> tuple[Blend, Floats]:
    """Return the learner that won, and its out-of-fold decision values."""
    learner = choose(counts.only(np.arange(given.n)), given.right, seed)
    alone, bayes = (
        out_of_fold(one, counts, given.taught, folds, seed) for one in (learner, NAIVE_BAYES)
    )
    return blend(learner, alone, bayes, given.right)


def _with_meaning(
    seen: OutOfFold,
    meaning: EmbeddingModel,
    given: TrainingTexts,
    vectors: Vectors,
    folds: Sequence[tuple[Places, Places]],
    familiar: tuple[Places, Places],
    seed: int,
) -> OutOfFold:
    """Add what models on embeddings said of the same tickets; the strangers' come last."""
    kept, own = familiar
    vectors, others = vectors[: len(given.texts)], vectors[len(given.texts) :]
    values = out_of_fold_by_embedding(vectors, given.taught, folds, seed)
    near = in_parts(meaning.rows(vectors[kept[own]]), meaning.similarity, own)
    return OutOfFold(
        parts=(*seen.parts, values),
        signals=(*seen.signals, values[kept[own]].max(axis=1), near),
        weights=_WEIGHTS_OF_MEANING,
        strangers=(*seen.strangers, meaning.values(meaning.rows(others))),
    )


def _neighbours(given: TrainingTexts, features: Features, rows: object, kept: Places) -> Neighbours:
    characters = rows[kept][:, features.characters]  # type: ignore[index]  # scipy has no types
    return Neighbours.of(characters, [given.texts[at].ticket_id for at in kept])


def _vectors(given: TrainingTexts, embedder: Embedder | None) -> Vectors | None:
    if embedder is None:
        return None
    try:
        return embedder.embed([text.words for text in (*given.texts, *given.strangers)])
    except UnavailableError as error:
        log.warning("trained without embeddings", embedder=embedder.name, error=str(error))
        return None

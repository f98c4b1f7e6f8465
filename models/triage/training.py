"""Labelled tickets → a challenger → the champion, if it is no worse."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import structlog

from models import starter
from models.language import words_for
from models.meaning.embedder import Embedder
from models.meaning.factory import embedder_for
from models.meaning.ticket_vectors import TicketVectors
from models.settings import Settings
from models.store.transaction import Store, UnitOfWork
from models.tables import Category, ModelVersion, Source, TriageMode
from models.triage.cascade import MODEL
from models.triage.classifier import TARGET_PRECISION, Classifier
from models.triage.evaluation import Progress, Proportion, no_progress
from models.triage.fitting import train_classifier
from models.triage.model_card import model_card
from models.triage.model_file import to_bytes
from models.triage.newest import MOST_CHARACTERS, newest_within
from models.triage.promotion import PromotionDecision, decide_promotion
from models.triage.sampling import HeldOut, held_out
from models.triage.ticket_text import Written, as_text, text_of

log = structlog.get_logger(__name__)

_STEPS = 4
_STARTERS = ("starter", "lead")
"""Sources of categories that may be the starter's: as they came, or with another name."""


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a training led to; ``model`` is the version's name, such as ``classifier-3``."""

    model: str
    recipe: str
    n: int
    accuracy: float
    macro_f1: float
    promoted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class TrainingSetup:
    """How to train: the precision that automatic decisions are to reach, and embeddings.

    ``progress`` is told how far it is, where nobody is told otherwise.
    """

    target: float = TARGET_PRECISION
    embedder: Embedder | None = None
    progress: Progress | None = None


BY_WORDS_ALONE = TrainingSetup()


def setup_for(settings: Settings, store: Store) -> TrainingSetup:
    """Return what the settings say of training."""
    return TrainingSetup(settings.lotsen_target_precision, embedder_for(settings, store))


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """What to learn from.

    Attributes
    ----------
    tickets : pairs of a text and its category
        The starter's example tickets and the wordings of its articles are among them: people
        will ask like that, so they tell how sure the model may be.
    hints : "priority" or "team" → what each ticket says, empty where it says nothing
    lessons : pairs of a text and its category
        The starter's descriptions, and its answers unless they were removed: nobody asks
        like that, but they teach.
    held
        Tickets that no model learns from, to compare two models on.
    history
        The first and the last day on which one of the tickets was opened.
    older : int
        Tickets beyond what fits into memory: the oldest of the large categories.
    """

    tickets: tuple[tuple[Written, str], ...]
    lessons: tuple[tuple[str, str], ...] = ()
    hints: Mapping[str, Sequence[str]] = field(default_factory=dict)
    held: HeldOut = field(default_factory=HeldOut)
    history: tuple[str, ...] = ()
    older: int = 0


def train(
    store: Store,
    now: datetime,
    seed: int,
    progress: Progress | None = None,
    setup: TrainingSetup = BY_WORDS_ALONE,
) -> TrainingReport:
    """Train a challenger and promote it unless it is worse than the champion.

    Both are judged on tickets held out for ever; where there are too few, by out-of-fold
    accuracy, each on the tickets it was trained with. A promotion ends suggest-only.

    Raises
    ------
    InvalidError
        When there are too few labelled tickets.
    """
    progress = progress or setup.progress or no_progress
    progress(0, _STEPS)
    with store.snapshot() as unit:
        material = training_set(unit)
        champion = unit.model_versions.champion()
    progress(1, _STEPS)
    embedder = _remembering(setup.embedder, store, material)
    challenger = train_classifier(
        [text for text, _ in material.tickets],
        [label for _, label in material.tickets],
        seed=seed,
        lessons=material.lessons,
        hints=material.hints,
        target=setup.target,
        embedder=embedder,
    )
    progress(2, _STEPS)
    decision = decide_promotion(challenger, champion, material.held, seed, embedder)
    row = _row(challenger, now, decision, material)
    progress(3, _STEPS)
    with store.begin() as unit:
        version_id = unit.model_versions.add(row)
        row.card = model_card(row, f"{MODEL}{version_id}", words_for("en"))
        if decision.promoted and unit.oversight.suggest_only():
            passed = f"{MODEL}{version_id} passed the gate"
            unit.oversight.save(TriageMode(at=now, suggest_only=False, reason=passed))
    progress(_STEPS, _STEPS)
    log.info("model trained", version=version_id, n=challenger.n, promoted=decision.promoted)
    return TrainingReport(
        model=f"{MODEL}{version_id}",
        recipe=row.recipe,
        n=row.n,
        accuracy=row.accuracy,
        macro_f1=row.macro_f1,
        promoted=row.promoted,
        reason=row.reason,
    )


def _remembering(embedder: Embedder | None, store: Store, material: TrainingSet) -> Embedder | None:
    """Return the embedder with what it said of these tickets before."""
    if embedder is None:
        return None
    tickets = [as_text(text) for text, _ in material.tickets]
    written = [one for one in (*tickets, *map(text_of, material.held.tickets)) if one.words]
    lessons = {one.words for one in written if not one.ticket_id}
    lessons |= {as_text(text).words for text, _ in material.lessons}
    known = {one.ticket_id: one.words for one in written if one.ticket_id}
    return TicketVectors(embedder, store, known, lessons)


def training_set(unit: UnitOfWork, most: int = MOST_CHARACTERS) -> TrainingSet:
    """Return what there is to learn from; of the tickets the newest ``most`` characters.

    Tickets whose category a person gave, here or in another system, under the category that it
    was merged into; the starter's content for those that are still its own, or mapped.
    """
    now_of = unit.categories.successors()
    ours = _starters(unit.categories.every(), now_of)
    now_of = now_of or ours
    held = held_out(unit, now_of)
    labelled = [row for row in unit.oversight.labelled(held.ids) if row.category in now_of]
    labels = np.array([now_of[row.category] for row in labelled], dtype=str)
    lengths = [len(row.title) + len(row.body) for row in labelled]
    taught = [labelled[at] for at in newest_within(labels, lengths, most)]
    tickets: list[tuple[Written, str]] = [(text_of(row), now_of[row.category]) for row in taught]
    articles = starter.articles() if unit.switches.is_on(starter.TEACHING) else ()
    asked = list(_asked(ours, articles))
    tickets += asked
    unknown = [""] * len(asked)
    hints = {
        "priority": [row.priority for row in taught] + unknown,
        "team": [row.team for row in taught] + unknown,
    }
    lessons = tuple(_lessons(ours, articles))
    older = len(labelled) - len(taught)
    return TrainingSet(tuple(tickets), lessons, hints, held, _history(unit), older)


def _starters(known: Sequence[Category], now_of: Mapping[str, str]) -> dict[str, str]:
    """Return the starter's categories → what their content teaches.

    It teaches a category that is the starter's, whatever the lead calls it now, and one that
    somebody merged a starter's into; a company's own of the same key it does not.
    """
    keys = [item.key for item in starter.categories()]
    if not now_of:
        return {key: key for key in keys}
    imported = {row.key for row in known if row.active and row.source not in _STARTERS}
    return {key: now_of[key] for key in keys if key in now_of and key not in imported}


def _asked(
    categories: Mapping[str, str], articles: Sequence[starter.StarterArticle]
) -> Iterator[tuple[Written, str]]:
    """Yield what people ask: the starter's examples, and its articles' wordings."""
    for example in starter.examples():
        if example.category in categories:
            yield example.text, categories[example.category]
    # What somebody removed from the documents teaches nothing either.
    for article in articles:
        if article.category in categories:
            for text in (article.title, *article.questions):
                yield text, categories[article.category]


def _lessons(
    categories: Mapping[str, str], articles: Sequence[starter.StarterArticle]
) -> Iterator[tuple[str, str]]:
    for category in starter.categories():
        if category.key in categories:
            for language, title in category.titles.items():
                yield f"{title} {category.descriptions.get(language, '')}", categories[category.key]
    for article in articles:
        if article.category in categories:
            yield article.answer, categories[article.category]


def _history(unit: UnitOfWork) -> tuple[str, ...]:
    known = unit.figures.history(list(Source))
    return tuple(at.date().isoformat() for at in known) if known else ()


def _row(
    challenger: Classifier, now: datetime, decision: PromotionDecision, material: TrainingSet
) -> ModelVersion:
    content = to_bytes(challenger)
    low, high = Proportion(round(challenger.accuracy * challenger.n), challenger.n).interval
    # Tickets without words, such as those of who was erased, taught nothing.
    sizes = Counter(
        label
        for text, label in material.tickets
        if label in challenger.categories and as_text(text).words.strip()
    )
    more = {
        "categories": dict(sizes),
        "thresholds": challenger.thresholds,
        "history": list(material.history),
        "older": material.older,
    }
    return ModelVersion(
        created_at=now,
        recipe=challenger.recipe,
        n=challenger.n,
        accuracy=challenger.accuracy,
        macro_f1=challenger.macro_f1,
        promoted=decision.promoted,
        reason=decision.reason,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        low=low,
        high=high,
        figures={**decision.figures, **more},
    )

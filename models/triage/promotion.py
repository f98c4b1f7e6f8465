"""Ask the gate about two classifiers; where too little is held out, by out-of-fold accuracy."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from models.errors import InvalidError
from models.statistics.estimates import wilson
from models.tables import ModelVersion
from models.triage.classifier import Classifier
from models.triage.embeddings import Embedder
from models.triage.gate import FEWEST, Answers, Ruling, rule, seen_by
from models.triage.held_out import HeldOut
from models.triage.model_file import from_bytes
from models.triage.text import Written, text_of


def judge(
    challenger: Classifier,
    champion: ModelVersion | None,
    held: HeldOut,
    seed: int,
    embedder: Embedder | None = None,
) -> Ruling:
    """Say whether the challenger becomes the champion, why, and what was seen.

    The challenger was trained without the tickets of ``held``. Both are asked as they serve:
    with embeddings where they know them.
    """
    ruling = _ruling(challenger, champion, held, seed, embedder)
    figures = {"held_out": bool(held.ids), **ruling.figures}
    return Ruling(ruling.promoted, _with_left_out(ruling.reason, challenger), figures)


def accuracy_interval(classifier: Classifier) -> tuple[float, float]:
    """Return the 95 % interval of the out-of-fold accuracy."""
    return wilson(round(classifier.accuracy * classifier.n), classifier.n)


def answers_of(
    classifier: Classifier, texts: Sequence[Written], embedder: Embedder | None = None
) -> Answers:
    """Return what a classifier says of texts."""
    judged = classifier.judge(texts, classifier.vectors_if_any(embedder, texts))
    return Answers(judged.predicted, judged.confidence, judged.automatic)


def _ruling(
    challenger: Classifier,
    champion: ModelVersion | None,
    held: HeldOut,
    seed: int,
    embedder: Embedder | None,
) -> Ruling:
    seen = _seen(challenger, held, embedder)
    if champion is None:
        return Ruling(True, "the first model", seen)
    try:
        known = from_bytes(champion.content, champion.sha256)
    except InvalidError:
        return Ruling(True, "the champion's file cannot be read", seen)
    if seen and champion.figures.get("held_out"):
        return _compared(challenger, known, held, seed, embedder)
    promoted, reason = _by_out_of_fold(challenger, champion, known)
    return Ruling(promoted, reason, seen)


def _compared(
    challenger: Classifier,
    champion: Classifier,
    held: HeldOut,
    seed: int,
    embedder: Embedder | None,
) -> Ruling:
    texts, right = _texts(held), np.array([ticket.category for ticket in held.tickets])
    ruling = rule(
        answers_of(challenger, texts, embedder),
        answers_of(champion, texts, embedder),
        right,
        target=challenger.target,
        seed=seed,
    )
    if challenger.categories == champion.categories:
        return ruling
    new = sorted(set(challenger.categories) - set(champion.categories))
    gone = sorted(set(champion.categories) - set(challenger.categories))
    changed = ", ".join([*(f"+{key}" for key in new), *(f"−{key}" for key in gone)])
    return Ruling(ruling.promoted, f"{ruling.reason}; categories: {changed}", ruling.figures)


def _by_out_of_fold(
    challenger: Classifier, champion: ModelVersion, known: Classifier
) -> tuple[bool, str]:
    """Compare without a held-out part: each on the tickets that it was trained with."""
    if known.categories != challenger.categories:
        return True, "the categories changed"
    before, after = f"{champion.accuracy:.1%}", f"{challenger.accuracy:.1%}"
    if challenger.accuracy >= champion.accuracy:
        return True, f"accuracy {after}, before {before}"
    return False, f"accuracy {after} is below the champion's {before}"


def _seen(challenger: Classifier, held: HeldOut, embedder: Embedder | None) -> dict[str, Any]:
    if len(held.tickets) < FEWEST:
        return {}
    right = np.array([ticket.category for ticket in held.tickets])
    return seen_by(answers_of(challenger, _texts(held), embedder), right, challenger.target)


def _texts(held: HeldOut) -> list[Written]:
    return [text_of(ticket) for ticket in held.tickets]


def _with_left_out(reason: str, challenger: Classifier) -> str:
    if not challenger.left_out:
        return reason
    return f"{reason}; too few examples of: {', '.join(challenger.left_out)}"

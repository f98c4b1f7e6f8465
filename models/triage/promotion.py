"""Whether a challenger takes the champion's place.

Both are evaluated on the same tickets, which neither was trained on; where too few are held
out, each by its out-of-fold accuracy.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from models.errors import InvalidError
from models.meaning.embedder import Embedder
from models.tables import ModelVersion
from models.triage import promotion_reasons as reasons
from models.triage.classifier import Classifier
from models.triage.evaluation import Evaluation, compare, evaluate
from models.triage.model_file import from_bytes
from models.triage.sampling import HeldOut

MARGIN = 0.01
"""A challenger may be this much worse at most, at the lower end of the interval."""
FEWEST = 60
"""With fewer held-out tickets nothing is evaluated on them."""


@dataclass(frozen=True, slots=True)
class PromotionDecision:
    """Whether the challenger is promoted, why, and the figures for its version's row."""

    promoted: bool
    reason: str
    figures: dict[str, Any]


def decide_promotion(
    challenger: Classifier,
    champion: ModelVersion | None,
    held: HeldOut,
    seed: int,
    embedder: Embedder | None = None,
) -> PromotionDecision:
    """Decide whether the challenger becomes the champion.

    The challenger was trained without the tickets of ``held``. Both are evaluated as they
    serve: with embeddings where they know them.
    """
    evaluation = None
    if len(held.tickets) >= FEWEST:
        evaluation = evaluate_held_out(challenger, held, embedder)
    decision = _decide(challenger, champion, held, evaluation, seed, embedder)
    reason = decision.reason
    if challenger.left_out:
        reason = f"{reason}; {reasons.TOO_FEW.text(names=', '.join(challenger.left_out))}"
    figures = {"held_out": bool(held.ids), **decision.figures}
    return PromotionDecision(decision.promoted, reason, figures)


def evaluate_held_out(
    model: Classifier, held: HeldOut, embedder: Embedder | None = None
) -> Evaluation:
    """Evaluate a model on the held-out tickets, as it serves."""
    dataset = held.dataset
    return evaluate(model, dataset, model.vectors_if_any(embedder, dataset.texts))


def _decide(
    challenger: Classifier,
    champion: ModelVersion | None,
    held: HeldOut,
    evaluation: Evaluation | None,
    seed: int,
    embedder: Embedder | None,
) -> PromotionDecision:
    figures = held_out_figures(evaluation) if evaluation else {}
    if champion is None:
        return PromotionDecision(True, reasons.FIRST_MODEL.text(), figures)
    try:
        known = from_bytes(champion.content, champion.sha256)
    except InvalidError:
        return PromotionDecision(True, reasons.UNREADABLE.text(), figures)
    if evaluation and champion.figures.get("held_out"):
        decision = gate(evaluation, evaluate_held_out(known, held, embedder), seed=seed)
        new = sorted(set(challenger.categories) - set(known.categories))
        gone = sorted(set(known.categories) - set(challenger.categories))
        if not new and not gone:
            return decision
        changed = ", ".join([*(f"+{key}" for key in new), *(f"−{key}" for key in gone)])
        reason = f"{decision.reason}; {reasons.CATEGORIES.text(names=changed)}"
        return PromotionDecision(decision.promoted, reason, decision.figures)
    if known.categories != challenger.categories:
        return PromotionDecision(True, reasons.NEW_CATEGORIES.text(), figures)
    is_worse = challenger.accuracy < champion.accuracy
    reason = (reasons.WORSE if is_worse else reasons.NO_WORSE).text(
        now=f"{challenger.accuracy:.1%}", earlier=f"{champion.accuracy:.1%}"
    )
    return PromotionDecision(not is_worse, reason, figures)


def gate(challenger: Evaluation, champion: Evaluation, *, seed: int) -> PromotionDecision:
    """Promote the challenger unless it is worse, or too often wrong where it is sure."""
    difference = compare(challenger, champion, seed=seed)
    low, high = difference.low, difference.high
    figures = held_out_figures(challenger) | {"difference": [difference.value, low, high]}
    reason = reasons.COMPARED.text(
        now=f"{challenger.accuracy.value or 0:.1%}",
        n=challenger.n,
        difference=f"{100 * difference.value:+.1f}",
        low=f"{100 * low:+.1f}",
        high=f"{100 * high:+.1f}",
    )
    if low < -MARGIN:
        reason = f"{reason}: {reasons.MAY_BE_WORSE.text(margin=f'{MARGIN:.0%}')}"
        return PromotionDecision(False, reason, figures)
    sure, target = challenger.automatic, challenger.target
    # By the upper end: of some 70 decisions, 94 % right is no proof against 95 %.
    if sure.n and sure.interval[1] < target:
        imprecise = reasons.IMPRECISE.text(now=f"{sure.value:.1%}", target=f"{target:.0%}")
        return PromotionDecision(False, f"{reason}, but {imprecise}", figures)
    return PromotionDecision(True, reason, figures)


def held_out_figures(evaluation: Evaluation) -> dict[str, Any]:
    """Return the evaluation for the version's row and its card: keys and numbers only."""
    predictions, sure = evaluation.predictions, evaluation.automatic
    keys, sizes = np.unique(predictions.predicted, return_counts=True)
    return {
        "n_held_out": evaluation.n,
        "held_out_accuracy": [evaluation.accuracy.value, *evaluation.accuracy.interval],
        "automatic": {
            "n": sure.n,
            "target": evaluation.target,
            "precision": sure.value,
            "interval": list(sure.interval),
            "coverage": sure.n / evaluation.n,
        },
        "predicted": {
            str(key): int(size) / evaluation.n for key, size in zip(keys, sizes, strict=True)
        },
        "mean_confidence": float(predictions.confidence.mean()),
    }

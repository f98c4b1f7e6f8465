"""Trainings that were made before: the same input gives the same model (`test_classifier`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from models.triage import fitting
from models.triage.classifier import Classifier

_train = fitting._classifier
_KNOWN: dict[tuple[object, ...], Classifier] = {}


@contextmanager
def remembered() -> Iterator[None]:
    """Train once on the same texts; the starter's examples alone take seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "_classifier", _remember)
        yield


def _remember(given: fitting.TrainingTexts, seed: int, target: float, embedder: Any) -> Classifier:
    if embedder is not None:
        return _train(given, seed, target, embedder)
    hints = {kind: tuple(values) for kind, values in given.hints.items()}
    key = (given.texts, tuple(given.taught), given.n, str(hints), given.left_out, seed, target)
    if key not in _KNOWN:
        _KNOWN[key] = _train(given, seed, target, None)
    return _KNOWN[key]

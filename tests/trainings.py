"""Trainings that were made before: the same input gives the same model (`test_classifier`)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from models.triage import fitting
from models.triage.classifier import Classifier
from models.triage.model_file import from_bytes, to_bytes

_train = fitting._classifier
_KNOWN: dict[str, Classifier] = {}


@contextmanager
def remembered(shared: Path) -> Iterator[None]:
    """Train once on the same texts; the starter's examples alone take seconds.

    Parameters
    ----------
    shared
        A folder of this run of the tests, where its workers leave their models for one another.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "_classifier", partial(_remember, shared))
        yield


def _remember(
    shared: Path, given: fitting.TrainingTexts, seed: int, target: float, embedder: Any
) -> Classifier:
    if embedder is not None:
        return _train(given, seed, target, embedder)
    key = sha256(repr((*_parts(given), seed, target)).encode()).hexdigest()
    if key not in _KNOWN:
        file = shared / f"{key}.trained"
        if file.is_file():
            content = file.read_bytes()
            _KNOWN[key] = from_bytes(content, sha256(content).hexdigest())
        else:
            _KNOWN[key] = _train(given, seed, target, None)
            _leave(file, to_bytes(_KNOWN[key]))
    return _KNOWN[key]


def _parts(given: fitting.TrainingTexts) -> tuple[object, ...]:
    hints = {kind: tuple(values) for kind, values in given.hints.items()}
    return given.texts, given.taught.tolist(), given.n, hints, given.left_out, given.strangers


def _leave(file: Path, content: bytes) -> None:
    part = file.with_suffix(f".{os.getpid()}")
    part.write_bytes(content)
    part.replace(file)  # another worker reads it whole or not at all

"""A classifier as bytes and back, by skops: no code is ever run from a file.

The file holds plain numbers, texts and arrays only, so nothing has to be trusted
beyond what skops trusts by itself.
"""

import hashlib
from typing import Any, Final

import numpy as np

from models.errors import InvalidError
from models.triage.calibration import Calibration
from models.triage.classifier import Classifier
from models.triage.decision_thresholds import DecisionThresholds
from models.triage.embedding_model import EmbeddingModel
from models.triage.features import Features
from models.triage.hints import HintModel
from models.triage.neighbours import Neighbours
from models.triage.scope import Scope

FORMAT: Final = 2
TRUSTED: Final[tuple[str, ...]] = ()
"""Types beyond numbers, texts and arrays that a model file may hold: none."""

_NUMBERS = ("n", "accuracy", "macro_f1", "target", "recipe")


def to_bytes(classifier: Classifier) -> bytes:
    """Return the file of a classifier."""
    from skops.io import dumps

    content: dict[str, Any] = {name: getattr(classifier, name) for name in _NUMBERS}
    content |= {
        "format": FORMAT,
        # One text a kind of term: a file of 80,000 separate strings takes seconds to read.
        "terms": ["\n".join(terms) for terms in classifier.features.terms],
        "idf": [idf.astype(np.float32) for idf in classifier.features.weights],
        "categories": list(classifier.categories),
        "left_out": list(classifier.left_out),
        "weights": classifier.weights.astype(np.float16),
        "intercepts": classifier.intercepts,
        "plain": _thresholds(classifier.plain),
        "rich": _thresholds(classifier.rich) if classifier.rich else None,
        "neighbours": _neighbours(classifier.neighbours),
        "meaning": _meaning(classifier.meaning) if classifier.meaning else None,
        "hints": [_hint(model) for model in classifier.hints],
    }
    return bytes(dumps(content))


def from_bytes(content: bytes, sha256: str) -> Classifier:
    """Read a classifier; its SHA-256 is checked before anything else.

    Raises
    ------
    InvalidError
        When the file is damaged, foreign, or of another version.
    """
    if hashlib.sha256(content).hexdigest() != sha256:
        raise InvalidError("the model file is damaged (its SHA-256 differs): run `lotsen train`")
    try:
        return _restore(_load(content))
    except Exception as error:
        raise InvalidError(
            f"the model file cannot be read ({type(error).__name__}): run `lotsen train`"
        ) from error


def _load(content: bytes) -> dict[str, Any]:
    from skops.io import loads

    loaded = loads(content, trusted=list(TRUSTED))
    if not isinstance(loaded, dict) or loaded.get("format") != FORMAT:
        raise InvalidError("not a model file of this version")
    return loaded


def _restore(content: dict[str, Any]) -> Classifier:
    terms = [text.split("\n") if text else [] for text in content["terms"]]
    categories = tuple(content["categories"])
    features = Features.restore(
        terms, [_array(idf, len(names)) for idf, names in zip(content["idf"], terms, strict=True)]
    )
    k, n_terms = len(categories), len(features)
    neighbours = _neighbours_back(content["neighbours"], len(terms[1]))
    meaning = content["meaning"]
    return Classifier(
        features=features,
        categories=categories,
        weights=_weights(content["weights"], n_terms, k),
        intercepts=_array(content["intercepts"], k),
        plain=_thresholds_back(content["plain"], k),
        rich=_thresholds_back(content["rich"], k) if content["rich"] else None,
        neighbours=neighbours,
        meaning=_meaning_back(meaning, len(neighbours.ids), k) if meaning else None,
        hints=tuple(_hint_back(hint, n_terms) for hint in content["hints"]),
        left_out=tuple(content["left_out"]),
        **{name: content[name] for name in _NUMBERS},
    )


def _thresholds(thresholds: DecisionThresholds) -> dict[str, Any]:
    scope = thresholds.scope
    return {
        "scales": thresholds.calibration.scales,
        "offsets": thresholds.calibration.offsets,
        "threshold": thresholds.overall,
        "own": thresholds.by_category,
        "at_its_word": thresholds.unadjusted,
        "limit": scope.limit,
        "signals": np.stack([scope.means, scope.spreads, scope.weights]),
    }


def _thresholds_back(part: dict[str, Any], k: int) -> DecisionThresholds:
    n_parts = len(part["scales"])
    means, spreads, weights = _array(part["signals"], 3, 2 * n_parts)
    calibration = Calibration(_array(part["scales"], n_parts), _array(part["offsets"], k))
    scope = Scope(means, spreads, weights, float(part["limit"]))
    return DecisionThresholds(
        calibration=calibration,
        scope=scope,
        overall=float(part["threshold"]),
        by_category=_array(part["own"], k),
        unadjusted=float(part["at_its_word"]),
    )


def _neighbours(neighbours: Neighbours) -> dict[str, Any]:
    by_term = neighbours.by_term
    return {
        "data": by_term.data.astype(np.float16),
        "indices": by_term.indices.astype(np.uint16),
        "indptr": by_term.indptr.astype(np.int32),
        "ids": neighbours.ids,
    }


def _neighbours_back(part: dict[str, Any], n_terms: int) -> Neighbours:
    from scipy.sparse import csr_matrix

    ids = np.asarray(part["ids"], dtype=np.int64)
    cells = (part["data"].astype(np.float32), part["indices"].astype(np.int32), part["indptr"])
    by_term = csr_matrix(cells, shape=(n_terms, len(ids)))
    by_term.check_format(full_check=True)
    return Neighbours(by_term, ids)


def _meaning(meaning: EmbeddingModel) -> dict[str, Any]:
    return {
        "embedder": meaning.embedder,
        "centre": meaning.centre,
        "weights": meaning.weights.astype(np.float16),
        "intercepts": meaning.intercepts,
        "kept": meaning.kept.astype(np.float16),
    }


def _meaning_back(part: dict[str, Any], n_kept: int, k: int) -> EmbeddingModel:
    dimensions = len(part["centre"])
    return EmbeddingModel(
        embedder=str(part["embedder"]),
        centre=_weights(part["centre"], dimensions),
        weights=_weights(part["weights"], dimensions, k),
        intercepts=_array(part["intercepts"], k),
        kept=_weights(part["kept"], n_kept, dimensions),
    )


def _hint(model: HintModel) -> dict[str, Any]:
    return {
        "kind": model.kind,
        "labels": list(model.labels),
        "weights": model.weights.astype(np.float16),
        "intercepts": model.intercepts,
        "scales": model.calibration.scales,
        "offsets": model.calibration.offsets,
        "threshold": model.threshold,
    }


def _hint_back(part: dict[str, Any], n_terms: int) -> HintModel:
    k = len(part["labels"])
    return HintModel(
        kind=str(part["kind"]),
        labels=tuple(part["labels"]),
        weights=_weights(part["weights"], n_terms, k),
        intercepts=_array(part["intercepts"], k),
        calibration=Calibration(_array(part["scales"], 1), _array(part["offsets"], k)),
        threshold=float(part["threshold"]),
    )


def _array(value: Any, *shape: int) -> Any:
    array = np.asarray(value, dtype=np.float64)
    if array.shape != shape or not np.isfinite(array).all():
        raise InvalidError("the numbers do not fit one another")
    return array


def _weights(value: Any, *shape: int) -> Any:
    return _array(value, *shape).astype(np.float32)

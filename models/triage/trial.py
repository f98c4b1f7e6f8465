"""Try the classifier on labelled files, before anything is installed or stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from models.errors import InvalidError
from models.statistics.estimates import wilson
from models.tickets.sources import Field
from models.tickets.sources.columns import chosen, guessed
from models.tickets.sources.csv_file import CsvTable
from models.triage.classifier import TARGET_PRECISION, Classifier, Judged
from models.triage.embeddings import Embedder, Vectors
from models.triage.evaluation import (
    Bools,
    Labels,
    accuracy,
    expected_calibration_error,
    macro_f1,
    out_of_scope_figures,
)
from models.triage.model_file import to_bytes
from models.triage.text import Text, clean

Progress = Callable[[int, int], None]
"""Called with the steps done and the steps in all."""
_TIMED = 300
_STEPS = 3


@dataclass(frozen=True, slots=True)
class Pairs:
    """Texts of a file, and their categories where it has any."""

    texts: tuple[Text, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """What came of a trial.

    Attributes
    ----------
    right : shape (n_test,)
    outside : what was said of texts that are out of scope; None without any
    predict_ms : milliseconds for each of some texts, asked one by one
    """

    classifier: Classifier
    n_train: int
    right: Labels
    judged: Judged
    outside: Judged | None
    train_seconds: float
    predict_ms: tuple[float, ...]

    @property
    def correct(self) -> Bools:
        return np.asarray(self.judged.predicted == self.right)

    def as_json(self) -> dict[str, Any]:
        """Return the figures under the names that other programs know."""
        judged, middle = self.judged, np.percentile(self.predict_ms, [50, 95])
        return {
            "n_train": self.n_train,
            "n_test": len(self.right),
            "accuracy": accuracy(judged.predicted, self.right),
            "macro_f1": macro_f1(judged.predicted, self.right),
            "ece": expected_calibration_error(judged.confidence, self.correct),
            "automatic": {
                "target_precision": self.classifier.target,
                **share_of(judged.automatic, self.correct),
            },
            "out_of_scope": self._out_of_scope(),
            "train_seconds": self.train_seconds,
            "predict_ms": {"p50": float(middle[0]), "p95": float(middle[1])},
            "model_bytes": len(to_bytes(self.classifier)),
            "recipe": self.classifier.recipe,
        }

    def _out_of_scope(self) -> dict[str, float | None]:
        if self.outside is None:
            return {"auroc": None, "recall_at_95": None}
        auroc, caught = out_of_scope_figures(self.judged.familiarity, self.outside.familiarity)
        return {"auroc": auroc, "recall_at_95": caught}


def share_of(chosen_ones: Bools, correct: Bools) -> dict[str, float | None]:
    """Return how many are decided automatically, and how many of those rightly.

    ``precision_low`` is the lower end of the 95 % interval; both are None for none.
    """
    n, hits = int(chosen_ones.sum()), int((chosen_ones & correct).sum())
    return {
        "coverage": n / max(1, len(chosen_ones)),
        "precision": hits / n if n else None,
        "precision_low": wilson(hits, n)[0] if n else None,
    }


def try_out(
    train: Pairs,
    test: Pairs,
    *,
    outside: Sequence[Text] = (),
    target: float = TARGET_PRECISION,
    seed: int = 0,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
) -> Trial:
    """Train on some tickets, ask about others, and measure.

    Raises
    ------
    InvalidError
        When there is too little to learn from.
    UnavailableError
        When the embedder does not answer.
    """
    tell = progress or _silent
    tell(0, _STEPS)
    started = perf_counter()
    classifier = Classifier.train(
        train.texts, train.labels, seed=seed, target=target, embedder=embedder
    )
    seconds = perf_counter() - started
    tell(1, _STEPS)
    judged = _judge(classifier, test.texts, embedder)
    beyond = _judge(classifier, outside, embedder) if outside else None
    tell(2, _STEPS)
    times = tuple(_timed(classifier, text, embedder) for text in test.texts[:_TIMED])
    tell(_STEPS, _STEPS)
    return Trial(
        classifier=classifier,
        n_train=len(train.texts),
        right=np.array(test.labels),
        judged=judged,
        outside=beyond,
        train_seconds=seconds,
        predict_ms=times,
    )


def read_pairs(file: Path, text: str = "", label: str = "") -> Pairs:
    """Read the labelled texts of a CSV; rows without a text or a label are left out.

    Parameters
    ----------
    text, label
        Names of the columns; empty to go by the usual names.

    Raises
    ------
    InvalidError
        When a column is missing, or no row has both.
    """
    table = CsvTable(file)
    columns = _columns(table, {"text": text, "category": label})
    pairs = [
        (Text(row["text"], row.get("title", "")), clean(row["category"]).strip())
        for row in _rows(table, columns)
    ]
    pairs = [(words, key) for words, key in pairs if words.words.strip() and key]
    if not pairs:
        raise InvalidError(f"{file}: no row has both a text and a category")
    return Pairs(tuple(words for words, _ in pairs), tuple(key for _, key in pairs))


def read_texts(file: Path, text: str = "") -> tuple[Text, ...]:
    """Read the texts of a CSV, whatever they are about.

    Raises
    ------
    InvalidError
        When there is no column of texts, or nothing in it.
    """
    table = CsvTable(file)
    # The column's name is that of the other files, and may be another one here.
    columns = _columns(table, {"text": text if text in table.columns else ""})
    known = (Text(row["text"], row.get("title", "")) for row in _rows(table, columns))
    texts = tuple(one for one in known if one.words.strip())
    if not texts:
        raise InvalidError(f"{file}: no row has a text")
    return texts


def _columns(table: CsvTable, wanted: dict[Field, str]) -> dict[Field, str]:
    """Return field → column: those that were named, and else those of the usual names."""
    named = chosen(table.columns, {field: name for field, name in wanted.items() if name})
    known = {**guessed(table.columns), **named}
    missing = [field for field in wanted if field not in known]
    if missing:
        options = {"text": "--text", "category": "--label"}
        raise InvalidError(
            f"no column tells the {' or the '.join(missing)}: name it with "
            f"{' and '.join(options[field] for field in missing)} "
            f"(columns: {', '.join(table.columns)})"
        )
    used: tuple[Field, ...] = (*wanted, "title")
    # A column that was named as the text is not its own title.
    taken = {known[field] for field in wanted}
    return {f: known[f] for f in used if f in known and (f in wanted or known[f] not in taken)}


def _rows(table: CsvTable, columns: dict[Field, str]) -> list[dict[str, str]]:
    places = {field: table.columns.index(name) for field, name in columns.items()}
    rows = (cells for _, cells in table.records() if not isinstance(cells, str))
    return [{field: cells[at] for field, at in places.items()} for cells in rows]


def _judge(classifier: Classifier, texts: Sequence[Text], embedder: Embedder | None) -> Judged:
    return classifier.judge(texts, _vectors(classifier, texts, embedder))


def _vectors(
    classifier: Classifier, texts: Sequence[Text], embedder: Embedder | None
) -> Vectors | None:
    if embedder is None or not classifier.embedder:
        return None
    return classifier.vectors(embedder, texts)


def _timed(classifier: Classifier, text: Text, embedder: Embedder | None) -> float:
    started = perf_counter()
    classifier.suggest(text, _vectors(classifier, [text], embedder))
    return 1000 * (perf_counter() - started)


def _silent(_done: int, _all: int) -> None:
    return None

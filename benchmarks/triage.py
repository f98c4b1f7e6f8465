"""The classifier beside fastText and a plain LinearSVC, on the same texts in the same run.

Accuracy in per cent; times of one processor; p50 and p95 in milliseconds for one text.
fastText is the package fasttext-community (extra `bench`); without it its rows are left
out and a line says so.
"""

import csv
import multiprocessing
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.scale import peak_mb
from models.triage.evaluation import Dataset, evaluate
from models.triage.fitting import train_classifier
from models.triage.metrics import out_of_scope_figures
from models.triage.model_file import to_bytes
from models.triage.newest import MOST_CHARACTERS, newest_within

SETS = ("clinc150", "banking77", "hwu64", "it_tickets")
SHOTS = (5, 10, 20)
SIZES = (5_000, 10_000, 20_000, 50_000)
_TIMED = 200
_FOLDS = 5

Pair = tuple[str, str]
Predict = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Row:
    """One model on one set."""

    data: str
    examples: str
    model: str
    n: int
    accuracy: float
    train_s: float
    p50_ms: float
    p95_ms: float
    mb: float


@dataclass(frozen=True, slots=True)
class Scope:
    """How well texts of no category are told from the others."""

    model: str
    auroc: float
    caught_at_95: float


@dataclass(frozen=True, slots=True)
class Automatic:
    """What is decided automatically on IT tickets; means over the seeds."""

    rule: str
    precision: float
    coverage: float
    lowest_precision: float


@dataclass(frozen=True, slots=True)
class Scaling:
    """What training costs."""

    tickets: int
    learned_from: int
    train_s: float
    model_mb: float
    peak_mb: float


@dataclass(frozen=True)
class Trained:
    """A model that can be asked."""

    predict: Predict
    seconds: float
    size: int


def show(data: Path, table: Callable[[Sequence[dict[str, Any]]], None]) -> None:
    """Print all tables."""
    models = dict(_models())
    print("\nCategories of texts: ours, fastText and a plain LinearSVC in the same run")
    table([asdict(row) for row in compare(data, models)])
    print("\nOut of scope on CLINC150: 4,500 texts inside, 1,000 outside")
    table([asdict(row) for row in scope(data)])
    print("\nDecided automatically on IT tickets at 95 %: five seeds, a fifth each to ask")
    table([asdict(row) for row in automatic(data)])
    print("\nTraining on many tickets (IT tickets drawn again, a fifth of their words changed)")
    table([asdict(row) for row in scaling(data)])


def compare(data: Path, models: dict[str, Callable[[list[Pair]], Trained]]) -> list[Row]:
    """Run each model on each set, with all examples and with few of each category."""
    rows = []
    for name in SETS:
        for shots in (0, *SHOTS):
            for model, train in models.items():
                parts = list(_parts(data, name, shots))
                rows.append(_mean([_run(train, *part) for part in parts], name, shots, model))
                print(rows[-1], file=sys.stderr, flush=True)
    return rows


def _run(train: Callable[[list[Pair]], Trained], learn: list[Pair], ask: list[Pair]) -> Row:
    trained = train(learn)
    right = np.mean([trained.predict(text) == label for text, label in ask])
    times = []
    for text, _ in ask[:_TIMED]:
        started = perf_counter()
        trained.predict(text)
        times.append(1000 * (perf_counter() - started))
    p50, p95 = np.percentile(times, [50, 95])
    return Row(
        data="",
        examples="",
        model="",
        n=len(learn),
        accuracy=100 * float(right),
        train_s=trained.seconds,
        p50_ms=float(p50),
        p95_ms=float(p95),
        mb=trained.size / 1e6,
    )


def _mean(rows: Sequence[Row], name: str, shots: int, model: str) -> Row:
    def mean(values: Iterator[float]) -> float:
        return float(np.mean(list(values)))

    return Row(
        data=name,
        examples=str(shots or "all"),
        model=model,
        n=rows[0].n,
        accuracy=mean(row.accuracy for row in rows),
        train_s=mean(row.train_s for row in rows),
        p50_ms=mean(row.p50_ms for row in rows),
        p95_ms=mean(row.p95_ms for row in rows),
        mb=mean(row.mb for row in rows),
    )


def _models() -> Iterator[tuple[str, Callable[[list[Pair]], Trained]]]:
    yield "lotsen", _lotsen
    try:
        import fasttext  # noqa: F401  # whether it is there
    except ImportError:
        print("fastText is skipped: pip install fasttext-community", file=sys.stderr)
    else:
        yield "fastText", _fasttext
    yield "LinearSVC", _plain


def _lotsen(pairs: list[Pair]) -> Trained:
    started = perf_counter()
    model = train_classifier([text for text, _ in pairs], [label for _, label in pairs], seed=1)
    seconds = perf_counter() - started
    return Trained(lambda text: model.suggest(text).category, seconds, len(to_bytes(model)))


def _plain(pairs: list[Pair]) -> Trained:
    import pickle

    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    words = TfidfVectorizer(ngram_range=(1, 2))
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))
    model = make_pipeline(make_union(words, characters), LinearSVC(random_state=1))
    started = perf_counter()
    model.fit([text for text, _ in pairs], [label for _, label in pairs])
    seconds = perf_counter() - started
    return Trained(lambda text: str(model.predict([text])[0]), seconds, len(pickle.dumps(model)))


def _fasttext(pairs: list[Pair]) -> Trained:
    import fasttext

    names = sorted({label for _, label in pairs})
    codes = {name: f"__label__{at}" for at, name in enumerate(names)}
    with tempfile.TemporaryDirectory() as folder:
        file, saved = Path(folder, "train.txt"), Path(folder, "model.bin")
        file.write_text(
            "\n".join(f"{codes[key]} {_one_line(text)}" for text, key in pairs), "utf-8"
        )
        started = perf_counter()
        # As its tutorial begins, and enough rounds for small sets.
        model = fasttext.train_supervised(
            str(file), epoch=50, lr=0.5, wordNgrams=2, thread=1, verbose=0
        )
        seconds = perf_counter() - started
        model.save_model(str(saved))
        size = saved.stat().st_size

    def predict(text: str) -> str:
        return names[int(model.predict(_one_line(text))[0][0].removeprefix("__label__"))]

    return Trained(predict, seconds, size)


def _one_line(text: str) -> str:
    return " ".join(text.lower().split())


def scope(data: Path) -> list[Scope]:
    """Tell CLINC150's own out-of-scope texts from its test part."""
    train, test = _read(data / "clinc150" / "train.csv"), _read(data / "clinc150" / "test.csv")
    outside = [text for text, _ in _read(data / "clinc150" / "oos_test.csv")]
    model = train_classifier([text for text, _ in train], [label for _, label in train], seed=1)
    inside = [text for text, _ in test]
    known, unknown = model.predict(inside), model.predict(outside)
    auroc, caught = out_of_scope_figures(known.familiarity, unknown.familiarity)
    plain_auroc, plain_caught = out_of_scope_figures(known.confidence, unknown.confidence)
    return [
        Scope("margin and neighbours", auroc, 100 * caught),
        Scope("top probability", plain_auroc, 100 * plain_caught),
    ]


def automatic(data: Path, seeds: Sequence[int] = range(5)) -> list[Automatic]:
    """Ask about a fifth of the IT tickets, five times; thresholds from the rest alone."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    pairs = _read(data / "it_tickets" / "train.csv")
    for seed in seeds:
        learn, ask = _cut(pairs, seed)
        model = train_classifier(
            [text for text, _ in learn], [label for _, label in learn], seed=seed
        )
        seen = evaluate(model, Dataset.of(ask))
        plainly = seen.predictions.confidence >= model.plain.unadjusted
        for rule, decided in (("plain", plainly), ("Wilson", seen.predictions.automatic)):
            precision = seen.precision_of(decided).value or 0.0
            found[rule].append((precision, seen.coverage_of(decided)))
    return [
        Automatic(
            rule=rule,
            precision=100 * float(np.mean([one[0] for one in shares])),
            coverage=100 * float(np.mean([one[1] for one in shares])),
            lowest_precision=100 * min(one[0] for one in shares),
        )
        for rule, shares in found.items()
    ]


def scaling(data: Path, sizes: Sequence[int] = SIZES) -> list[Scaling]:
    """Train on more and more tickets, each time in a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    rows = []
    for size in sizes:
        with spawn.Pool(1) as pool:
            rows.append(pool.apply(_train_on, (data, size)))
    return rows


def _train_on(data: Path, size: int) -> Scaling:
    pairs = _many(_read(data / "it_tickets" / "train.csv"), size)
    labels = np.array([label for _, label in pairs])
    lengths = [len(text) for text, _ in pairs]
    # As a desk's own training does: the newest that fit into memory.
    pairs = [pairs[at] for at in newest_within(labels, lengths, MOST_CHARACTERS)]
    started = perf_counter()
    model = train_classifier([text for text, _ in pairs], [label for _, label in pairs], seed=1)
    seconds = perf_counter() - started
    return Scaling(size, len(pairs), seconds, len(to_bytes(model)) / 1e6, peak_mb())


def _many(pairs: list[Pair], size: int) -> list[Pair]:
    """Draw tickets again; of each, a fifth of the words become words of its category."""
    rng = random.Random(1)
    words: dict[str, list[str]] = defaultdict(list)
    for text, label in pairs:
        words[label] += text.split()
    drawn = (rng.choice(pairs) for _ in range(size))
    return [
        (
            " ".join(
                rng.choice(words[label]) if rng.random() < 0.2 else word for word in text.split()
            ),
            label,
        )
        for text, label in drawn
    ]


def _parts(data: Path, name: str, shots: int) -> Iterator[tuple[list[Pair], list[Pair]]]:
    """Yield (learn, ask); five folds where a set has no test part of its own."""
    if name != "it_tickets":
        learn, ask = _read(data / name / "train.csv"), _read(data / name / "test.csv")
        yield (_few(learn, shots, 0) if shots else learn), ask
        return
    from sklearn.model_selection import StratifiedKFold

    pairs = _read(data / name / "train.csv")
    labels = [label for _, label in pairs]
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(labels, labels)
    for fold, (train, test) in enumerate(folds):
        learn = [pairs[at] for at in train]
        yield (_few(learn, shots, fold) if shots else learn), [pairs[at] for at in test]


def _few(pairs: list[Pair], shots: int, seed: int) -> list[Pair]:
    mixed = random.Random(seed).sample(pairs, len(pairs))
    by_label: dict[str, list[Pair]] = defaultdict(list)
    for text, label in mixed:
        by_label[label].append((text, label))
    return [pair for kept in by_label.values() for pair in kept[:shots]]


def _cut(pairs: list[Pair], seed: int) -> tuple[list[Pair], list[Pair]]:
    from sklearn.model_selection import train_test_split

    labels = [label for _, label in pairs]
    learn, ask = train_test_split(pairs, test_size=0.2, stratify=labels, random_state=seed)
    return learn, ask


def _read(file: Path) -> list[Pair]:
    with file.open(encoding="utf-8", newline="") as stream:
        return [(row["text"], row.get("category", "")) for row in csv.DictReader(stream)]

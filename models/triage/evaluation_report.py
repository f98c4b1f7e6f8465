"""An evaluation for people and programs: JSON, Markdown, and a picture with matplotlib."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from models.errors import InvalidError
from models.language import Translator
from models.triage.evaluation import TimedEvaluation
from models.triage.metrics import risk_coverage
from models.triage.model_file import to_bytes

PAGE, PICTURE = "report.md", "risk-coverage.png"
_WHOLE_MATRIX = 12
_CONFUSIONS = 20


def as_json(done: TimedEvaluation) -> dict[str, Any]:
    """Return the figures under the names that other programs know."""
    evaluation, middle = done.evaluation, np.percentile(done.predict_ms, [50, 95])
    sure, scope = evaluation.automatic, evaluation.out_of_scope or (None, None)
    return {
        "n_train": done.n_train,
        "n_test": evaluation.n,
        "accuracy": evaluation.accuracy.value or 0.0,
        "macro_f1": evaluation.macro_f1,
        "ece": evaluation.calibration_error,
        "automatic": {
            "target_precision": evaluation.target,
            "coverage": evaluation.coverage_of(evaluation.predictions.automatic),
            "precision": sure.value,
            "precision_low": sure.interval[0] if sure.n else None,
        },
        "out_of_scope": {"auroc": scope[0], "recall_at_95": scope[1]},
        "train_seconds": done.train_seconds,
        "predict_ms": {"p50": float(middle[0]), "p95": float(middle[1])},
        "model_bytes": len(to_bytes(done.model)),
        "recipe": done.model.recipe,
    }


def write_report(done: TimedEvaluation, folder: Path, words: Translator) -> list[Path]:
    """Write the report and return its files.

    Raises
    ------
    InvalidError
        When the folder cannot be written, or matplotlib is not installed (the page is
        written all the same).
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / PAGE).write_text(page(done, words), encoding="utf-8")
        _draw(done, folder / PICTURE, words)
    except OSError as error:
        raise InvalidError(f"{folder}: cannot be written ({error.strerror})") from error
    return [folder / PAGE, folder / PICTURE]


def page(done: TimedEvaluation, words: Translator) -> str:
    """Return the report as Markdown."""
    blocks = [
        "# " + words.gettext("Trial of the classifier"),
        "\n".join(summary(done, words)),
        "## " + words.gettext("How much would be decided automatically"),
        words.gettext(
            "A threshold is chosen on the training part alone. With room for chance is how Lotsen "
            "decides; taken at its word is the simpler rule, for comparison."
        ),
        "\n".join(_rules(done, words)),
        "![" + words.gettext("Share wrong by share decided") + f"]({PICTURE})",
        "## " + words.gettext("By category"),
        "\n".join(_by_category(done, words)),
        "## " + words.gettext("What is mistaken for what"),
        "\n".join(_confusion(done, words)),
    ]
    return "\n\n".join(blocks) + "\n"


def summary(done: TimedEvaluation, words: Translator) -> Iterator[str]:
    """Yield the main figures, a list item each."""
    figures, scope = as_json(done), done.evaluation.out_of_scope
    low, high = (words.percent(end, 1) for end in done.evaluation.accuracy.interval)
    right = words.percent(figures["accuracy"], 1)
    learned, asked = words.number(done.n_train), words.number(done.evaluation.n)
    yield "- " + words.gettext("Learned from {n} tickets, asked about {m}", n=learned, m=asked)
    yield "- " + words.gettext("Right: {share} ({low} to {high})", share=right, low=low, high=high)
    yield "- " + words.gettext("Macro F1: {value}", value=words.number(figures["macro_f1"], 3))
    yield "- " + words.gettext("Calibration error: {value}", value=words.percent(figures["ece"], 1))
    if scope is not None:
        yield "- " + words.gettext(
            "Out of scope: AUROC {auroc}; {caught} caught where 95 % of the others are kept",
            auroc=words.number(scope[0], 3),
            caught=words.percent(scope[1], 1),
        )
    yield "- " + words.gettext(
        "Trained in {seconds} s; one text takes {p50} ms (95 %: {p95} ms); model {size} MB",
        seconds=words.number(done.train_seconds, 1),
        p50=words.number(figures["predict_ms"]["p50"], 1),
        p95=words.number(figures["predict_ms"]["p95"], 1),
        size=words.number(figures["model_bytes"] / 1e6, 1),
    )
    yield "- " + words.gettext("Recipe: {recipe}", recipe=done.model.recipe)
    if done.model.left_out:
        names = ", ".join(map(_cell, done.model.left_out))
        yield "- " + words.gettext("Too few examples to learn: {names}", names=names)


def _rules(done: TimedEvaluation, words: Translator) -> Iterator[str]:
    yield from _head(
        words.gettext("Rule"),
        words.gettext("Decided"),
        words.gettext("Right"),
        words.gettext("At least (95 %)"),
    )
    evaluation, predictions = done.evaluation, done.evaluation.predictions
    for title, decided in (
        (words.gettext("With room for chance"), predictions.automatic),
        (
            words.gettext("Taken at its word"),
            predictions.confidence >= done.model.decision_thresholds.unadjusted,
        ),
    ):
        right = evaluation.precision_of(decided)
        coverage = words.percent(evaluation.coverage_of(decided), 1)
        low = words.percent(right.interval[0], 1) if right.n else "–"
        yield _line(title, coverage, _share(right.hits, right.n, words), low)


def _by_category(done: TimedEvaluation, words: Translator) -> Iterator[str]:
    yield from _head(
        words.gettext("Category"),
        words.gettext("Tickets"),
        words.gettext("Precision"),
        words.gettext("Recall"),
        "F1",
        words.gettext("Threshold"),
        words.gettext("Decided"),
    )
    predictions, right = done.evaluation.predictions, done.evaluation.right
    starts = done.model.decision_thresholds.by_category
    thresholds = dict(zip(done.model.categories, map(float, starts), strict=True))
    for category in sorted(set(right.tolist()) | set(done.model.categories)):
        claimed, true = predictions.predicted == category, right == category
        hits, n_claimed = int((claimed & true).sum()), int(claimed.sum())
        yield _line(
            _cell(category),
            words.number(int(true.sum())),
            _share(hits, n_claimed, words),
            _share(hits, int(true.sum()), words),
            _share(2 * hits, n_claimed + int(true.sum()), words),
            _threshold(thresholds.get(category), words),
            _share(int((claimed & predictions.automatic).sum()), n_claimed, words),
        )


def _threshold(value: float | None, words: Translator) -> str:
    if value is None:
        return "–"
    return words.percent(value, 1) if value <= 1 else words.gettext("never")


def _confusion(done: TimedEvaluation, words: Translator) -> Iterator[str]:
    right = done.evaluation.right.tolist()
    predicted = done.evaluation.predictions.predicted.tolist()
    names, pairs = sorted({*right, *predicted}), Counter(zip(right, predicted, strict=True))
    if len(names) <= _WHOLE_MATRIX:
        yield from _head(words.gettext("Right ↓ said →"), *map(_cell, names))
        for true in names:
            yield _line(_cell(true), *(words.number(pairs[true, name]) for name in names))
        return
    yield from _head(words.gettext("Right"), words.gettext("Said"), words.gettext("Tickets"))
    wrong = [(n, pair) for pair, n in pairs.items() if pair[0] != pair[1]]
    for n, (true, name) in sorted(wrong, key=lambda one: (-one[0], one[1]))[:_CONFUSIONS]:
        yield _line(_cell(true), _cell(name), words.number(n))


def _draw(done: TimedEvaluation, file: Path, words: Translator) -> None:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InvalidError(
            f"{file.parent / PAGE} is written; its picture needs the report extra: "
            "pip install 'lotsen[report]'"
        ) from error
    figure = Figure(figsize=(6.4, 4), layout="constrained")
    axes = figure.add_subplot()
    evaluation, sure = done.evaluation, done.evaluation.automatic
    coverage, risk = risk_coverage(evaluation.predictions.confidence, evaluation.correct)
    axes.step(100 * coverage, 100 * risk, where="post", color="#0b4f6c")
    wanted = 100 * (1 - evaluation.target)
    axes.axhline(wanted, color="#b23a48", linestyle="--")
    decided, wrong = 100 * sure.n / evaluation.n, 100 * (1 - sure.hits / max(1, sure.n))
    axes.plot(decided, wrong, "o", color="#b23a48")
    axes.set_xlabel(words.gettext("Decided automatically (%)"))
    axes.set_ylabel(words.gettext("Wrong among them (%)"))
    axes.set_xlim(0, 100)
    axes.set_ylim(0, max(2 * wanted, 100 * float(risk[-1]) * 1.1))
    figure.savefig(file, dpi=120)


def _head(*cells: str) -> Iterator[str]:
    yield _line(*cells)
    yield _line("---", *(["---:"] * (len(cells) - 1)))


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """Return a name as text of a table's cell, whatever signs it holds."""
    flat = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]<>#|!" else sign for sign in flat)


def _share(part: int, whole: int, words: Translator) -> str:
    return words.percent(part / whole, 1) if whole else "–"

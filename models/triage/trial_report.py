"""A trial as a folder to read: Markdown, and a picture where matplotlib is installed."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from models.errors import InvalidError
from models.language import Words
from models.statistics.estimates import wilson
from models.triage.evaluation import Bools, risk_coverage
from models.triage.trial import Trial, share_of

PAGE, PICTURE = "report.md", "risk-coverage.png"
_WHOLE_MATRIX = 12
_CONFUSIONS = 20


def write_report(trial: Trial, folder: Path, words: Words) -> list[Path]:
    """Write the report and return its files.

    Raises
    ------
    InvalidError
        When the folder cannot be written, or matplotlib is not installed (the page is
        written all the same).
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / PAGE).write_text(page(trial, words), encoding="utf-8")
        _draw(trial, folder / PICTURE, words)
    except OSError as error:
        raise InvalidError(f"{folder}: cannot be written ({error.strerror})") from error
    return [folder / PAGE, folder / PICTURE]


def page(trial: Trial, words: Words) -> str:
    """Return the report as Markdown."""
    blocks = [
        "# " + words.say("Trial of the classifier"),
        "\n".join(summary(trial, words)),
        "## " + words.say("How much would be decided automatically"),
        words.say(
            "A threshold is chosen on the training part alone. With room for chance is how Lotsen "
            "decides; taken at its word is the simpler rule, for comparison."
        ),
        "\n".join(_rules(trial, words)),
        _picture(words.say("Share wrong by share decided")),
        "## " + words.say("By category"),
        "\n".join(_by_category(trial, words)),
        "## " + words.say("What is mistaken for what"),
        "\n".join(_confusion(trial, words)),
    ]
    return "\n\n".join(blocks) + "\n"


def _picture(title: str) -> str:
    return f"![{title}]({PICTURE})"


def summary(trial: Trial, words: Words) -> Iterator[str]:
    """Yield the main figures, a list item each."""
    figures = trial.as_json()
    n, hits = len(trial.right), int(trial.correct.sum())
    low, high = (words.percent(end, 1) for end in wilson(hits, n))
    right = words.percent(hits / n, 1)
    learned, asked = words.number(trial.n_train), words.number(n)
    yield "- " + words.say("Learned from {n} tickets, asked about {m}", n=learned, m=asked)
    yield "- " + words.say("Right: {share} ({low} to {high})", share=right, low=low, high=high)
    yield "- " + words.say("Macro F1: {value}", value=words.number(figures["macro_f1"], 3))
    yield "- " + words.say("Calibration error: {value}", value=words.percent(figures["ece"], 1))
    scope = figures["out_of_scope"]
    if scope["auroc"] is not None:
        yield "- " + words.say(
            "Out of scope: AUROC {auroc}; {caught} caught where 95 % of the others are kept",
            auroc=words.number(scope["auroc"], 3),
            caught=words.percent(scope["recall_at_95"], 1),
        )
    yield "- " + words.say(
        "Trained in {seconds} s; one text takes {p50} ms (95 %: {p95} ms); model {size} MB",
        seconds=words.number(trial.train_seconds, 1),
        p50=words.number(figures["predict_ms"]["p50"], 1),
        p95=words.number(figures["predict_ms"]["p95"], 1),
        size=words.number(figures["model_bytes"] / 1e6, 1),
    )
    yield "- " + words.say("Recipe: {recipe}", recipe=trial.classifier.recipe)
    if trial.classifier.left_out:
        names = ", ".join(map(_cell, trial.classifier.left_out))
        yield "- " + words.say("Too few examples to learn: {names}", names=names)


def _rules(trial: Trial, words: Words) -> Iterator[str]:
    yield from _head(
        words.say("Rule"), words.say("Decided"), words.say("Right"), words.say("At least (95 %)")
    )
    model, judged = trial.classifier, trial.judged
    certainty = model.rich or model.plain
    plainly = judged.confidence >= certainty.at_its_word
    for title, chosen in (
        (words.say("With room for chance"), judged.automatic),
        (words.say("Taken at its word"), plainly),
    ):
        share = share_of(chosen, trial.correct)
        yield _line(title, *(_percent(share[key], words) for key in share))


def _by_category(trial: Trial, words: Words) -> Iterator[str]:
    yield from _head(
        words.say("Category"),
        words.say("Tickets"),
        words.say("Precision"),
        words.say("Recall"),
        "F1",
        words.say("Threshold"),
        words.say("Decided"),
    )
    judged, right = trial.judged, trial.right
    for category in sorted(set(right.tolist()) | set(trial.classifier.categories)):
        said, true = judged.predicted == category, right == category
        hits = int((said & true).sum())
        yield _line(
            _cell(category),
            words.number(int(true.sum())),
            _share(hits, int(said.sum()), words),
            _share(hits, int(true.sum()), words),
            _share(2 * hits, int(said.sum() + true.sum()), words),
            _threshold(trial, category, words),
            _share(int((said & judged.automatic).sum()), int(said.sum()), words),
        )


def _threshold(trial: Trial, category: str, words: Words) -> str:
    model = trial.classifier
    if category not in model.categories:
        return "–"
    own = float((model.rich or model.plain).own[model.categories.index(category)])
    return words.percent(own, 1) if own <= 1 else words.say("never")


def _confusion(trial: Trial, words: Words) -> Iterator[str]:
    names = sorted(set(trial.right.tolist()) | set(trial.judged.predicted.tolist()))
    pairs = Counter(zip(trial.right.tolist(), trial.judged.predicted.tolist(), strict=True))
    if len(names) <= _WHOLE_MATRIX:
        yield from _head(words.say("Right ↓ said →"), *map(_cell, names))
        for true in names:
            yield _line(_cell(true), *(words.number(pairs[true, said]) for said in names))
        return
    yield from _head(words.say("Right"), words.say("Said"), words.say("Tickets"))
    wrong = [(n, pair) for pair, n in pairs.items() if pair[0] != pair[1]]
    for n, (true, said) in sorted(wrong, key=lambda one: (-one[0], one[1]))[:_CONFUSIONS]:
        yield _line(_cell(true), _cell(said), words.number(n))


def _draw(trial: Trial, file: Path, words: Words) -> None:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InvalidError(
            f"{file.parent / PAGE} is written; its picture needs the report extra: "
            "pip install 'lotsen[report]'"
        ) from error
    figure = Figure(figsize=(6.4, 4), layout="constrained")
    axes = figure.add_subplot()
    coverage, risk = risk_coverage(trial.judged.confidence, trial.correct)
    axes.step(100 * coverage, 100 * risk, where="post", color="#0b4f6c")
    wanted = 100 * (1 - trial.classifier.target)
    axes.axhline(wanted, color="#b23a48", linestyle="--")
    axes.plot(*_point(trial.judged.automatic, trial.correct), "o", color="#b23a48")
    axes.set_xlabel(words.say("Decided automatically (%)"))
    axes.set_ylabel(words.say("Wrong among them (%)"))
    axes.set_xlim(0, 100)
    axes.set_ylim(0, max(2 * wanted, 100 * float(risk[-1]) * 1.1))
    figure.savefig(file, dpi=120)


def _point(chosen: Bools, correct: Bools) -> tuple[float, float]:
    n = int(chosen.sum())
    return 100 * n / len(chosen), 100 * (1 - int((chosen & correct).sum()) / max(1, n))


def _head(*cells: str) -> Iterator[str]:
    yield _line(*cells)
    yield _line("---", *(["---:"] * (len(cells) - 1)))


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """Return a name as text of a table's cell, whatever signs it holds."""
    flat = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]<>#|!" else sign for sign in flat)


def _share(part: int, whole: int, words: Words) -> str:
    return words.percent(part / whole, 1) if whole else "–"


def _percent(value: float | None, words: Words) -> str:
    return "–" if value is None else words.percent(value, 1)

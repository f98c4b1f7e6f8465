"""How well questions find their answers, on files, without any database."""

import csv
import time
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidError
from models.knowledge.abstention import Abstention, calibrated
from models.knowledge.embedding_index import Embed
from models.knowledge.index import Index, Ranked
from models.language import Language
from models.language.detection import detect
from models.language.encoding import encoding_of
from models.statistics.thresholds import auroc
from models.tables import Article

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DEPTH = 10
"""Results that are looked at for each question."""
_SIGNS_TO_TELL = 5_000


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question and the ids of the articles that answer it; none where nothing does."""

    text: str
    right: frozenset[str]


@dataclass(frozen=True, slots=True)
class CoverageAndPrecision:
    """Of all questions, the share that got an answer; and of these, the share that was right.

    ``precision`` is None where nothing was answered.
    """

    coverage: float
    precision: float | None


@dataclass(frozen=True, slots=True)
class Milliseconds:
    """Median and 95th percentile of the time for one question."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class AnswerEvaluation:
    """What was measured.

    Attributes
    ----------
    recall_at_1, recall_at_5, mrr_at_10 : float in [0, 1] or None
        Over the questions that have an answer; None where none has.
    abstain_auroc : float in [0, 1] or None
        How well the confidence tells questions whose first result is right from those
        that should be declined, because it is wrong or because there is no answer. None
        where all are of one kind.
    """

    n_knowledge: int
    n_questions: int
    recall_at_1: float | None
    recall_at_5: float | None
    mrr_at_10: float | None
    answered: CoverageAndPrecision
    abstain_auroc: float | None
    answer_ms: Milliseconds


def evaluate(
    knowledge: Path, questions: Path, *, target: float, seed: int, embed: Embed | None = None
) -> AnswerEvaluation:
    """Ask every question of one file of the knowledge in another.

    Parameters
    ----------
    knowledge
        CSV with id, question (may be empty, may be several rows an id) and answer.
    questions
        CSV with question and id: empty for none, several with ``|`` between them.
    target
        The share of answers that should be right.
    seed
        Chooses the stored questions that confidence is calibrated on.

    Raises
    ------
    InvalidError
        Naming the file, and what is wrong with it.
    """
    articles = read_knowledge(knowledge)
    asked = read_questions(questions, {article.external_id for article in articles})
    index = Index(articles, embed)
    return measured(index, asked, calibrated(index, target, seed), language_of(articles))


def measured(
    index: Index, asked: Sequence[LabelledQuestion], model: Abstention, language: Language
) -> AnswerEvaluation:
    """Ask every question; one that shows no language is taken to be in ``language``."""
    ranks, sure, seconds = list[int](), list[float](), list[float]()
    for question in asked:
        began = time.perf_counter()
        ranked = index.rank(question.text, detect(question.text, language), DEPTH)
        sure.append(model.confidence(ranked.evidence))
        seconds.append(time.perf_counter() - began)
        ranks.append(rank_of(ranked, question.right))
    has_answer = np.array([bool(question.right) for question in asked], bool)
    place, confidence = np.array(ranks), np.array(sure)
    shown = confidence >= model.threshold
    right = place == 1
    p50, p95 = np.percentile(np.array(seconds) * 1000, (50, 95))
    return AnswerEvaluation(
        n_knowledge=len(index),
        n_questions=len(asked),
        recall_at_1=_mean(right[has_answer]),
        recall_at_5=_mean((place[has_answer] >= 1) & (place[has_answer] <= 5)),
        mrr_at_10=_mean(reciprocal(place[has_answer])),
        answered=CoverageAndPrecision(float(shown.mean()), _mean(right[shown])),
        abstain_auroc=auroc(confidence, right),
        answer_ms=Milliseconds(float(p50), float(p95)),
    )


def rank_of(ranked: Ranked, right: frozenset[str]) -> int:
    """Return the place of the first right result, from 1; 0 where it is not among them."""
    places = (n for n, one in enumerate(ranked.hits, 1) if one.article.external_id in right)
    return next(places, 0)


def reciprocal(places: NDArray[np.int_]) -> Floats:
    """Return 1 over each place, and 0 where there is none."""
    return np.where(places > 0, 1 / np.maximum(places, 1), 0.0)


def read_knowledge(file: Path) -> list[Article]:
    """Return the articles of a CSV; rows with one id are one article's questions."""
    rows = _rows(file, ("id", "answer"))
    found: dict[str, Article] = {}
    for number, row in enumerate(rows, start=2):
        name, question, answer = (row.get(key, "").strip() for key in ("id", "question", "answer"))
        known = found.setdefault(name, _article(name, len(found), question, answer))
        if not name or not answer:
            raise InvalidError(f"{file}, line {number}: has no {'answer' if name else 'id'}")
        if known.answer != answer:
            raise InvalidError(f"{file}, line {number}: the id {name!r} has two different answers")
        if question and question not in known.questions:
            known.questions = [*known.questions, question]
    articles = list(found.values())
    language = language_of(articles)
    for article in articles:
        article.language = language
        article.title = article.questions[0] if article.questions else article.answer[:80]
    return articles


def _article(name: str, number: int, question: str, answer: str) -> Article:
    return Article(
        id=number + 1,
        document="knowledge",
        external_id=name,
        language="",
        title="",
        questions=[question] if question else [],
        answer=answer,
        sha256="",
    )


def read_questions(file: Path, known: set[str]) -> list[LabelledQuestion]:
    """Return the questions of a CSV; their ids have to be among the ``known`` ones."""
    found = []
    for number, row in enumerate(_rows(file, ("question", "id")), start=2):
        right = frozenset(part.strip() for part in row["id"].split("|") if part.strip())
        strange = right - known
        if strange:
            raise InvalidError(f"{file}, line {number}: {min(strange)!r} is not in the knowledge")
        found.append(LabelledQuestion(row["question"], right))
    return found


def _rows(file: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    with file.open(encoding=encoding_of(file), errors="replace", newline="") as stream:
        text = stream.read()
    head = text.partition("\n")[0]
    delimiter = max(",;\t|", key=head.count)
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    missing = [column for column in columns if column not in names]
    if missing:
        raise InvalidError(
            f"{file}: has no column {', '.join(missing)}; there are: {', '.join(names)}"
        )
    reader.fieldnames = names
    try:
        rows = [{name: str(row.get(name) or "") for name in names if name} for row in reader]
    except csv.Error as error:
        raise InvalidError(f"{file}, line {reader.line_num} is broken: {error}") from error
    if not rows:
        raise InvalidError(f"{file}: has no rows")
    return rows


def language_of(articles: Sequence[Article]) -> Language:
    """Return the language that the articles as a whole are in."""
    start = " ".join(f"{' '.join(row.questions)} {row.answer}" for row in articles[:20])
    return detect(start[:_SIGNS_TO_TELL], "sv")


def _mean(values: NDArray[np.generic]) -> float | None:
    return float(values.astype(np.float64).mean()) if len(values) else None

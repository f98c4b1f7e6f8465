"""How well questions find their answers, on files, without any database."""

import csv
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from io import StringIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidError
from models.knowledge.candidates_to_read import articles_to_read
from models.knowledge.colleague import Find, Opinion
from models.knowledge.counterexamples import counterexamples_of
from models.knowledge.embedding_index import Embed
from models.knowledge.index import Index, Ranked
from models.knowledge.limits import start_of, starting_limits
from models.knowledge.measures_of_help import (
    CoverageAndPrecision,
    HelpShares,
    LabelledReply,
    mean,
    shares_of,
)
from models.knowledge.tiers import Limits, Tier
from models.language import LANGUAGES, Language
from models.language.detection import detect
from models.language.encoding import encoding_of
from models.statistics.thresholds import auroc
from models.tables import Article

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DEPTH = 10
"""Results that are looked at for each question."""
Ask = Callable[[str, Find], Opinion]
"""Has a question read by a colleague, who finds articles by searches."""
_SIGNS_TO_TELL = 5_000
TierBefore = Callable[[str], Tier | None]
"""Names the tier of a text that nothing is searched for; None where it is a question."""


class By(StrEnum):
    """What questions can be sorted by."""

    LANGUAGE = "language"
    KIND = "kind"


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question and the ids of the articles that answer it; none where nothing does.

    ``language`` is its asker's, None where the words have to show it; ``kind`` is
    whatever whoever made the file sorts questions by.
    """

    text: str
    right: frozenset[str]
    language: Language | None = None
    kind: str = ""


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
    tiers : HelpShares
        What those who ask get.
    by : mapping of str to HelpShares
        The same of the questions of each language or kind.
    """

    n_knowledge: int
    n_questions: int
    recall_at_1: float | None
    recall_at_5: float | None
    mrr_at_10: float | None
    answered: CoverageAndPrecision
    tiers: HelpShares
    abstain_auroc: float | None
    answer_ms: Milliseconds
    by: Mapping[str, HelpShares] = field(default_factory=dict)


def evaluate(
    knowledge: Path,
    questions: Path,
    *,
    target: float,
    seed: int,
    embed: Embed | None = None,
    before: TierBefore = lambda _: None,
    by: By | None = None,
    colleague: Ask | None = None,
) -> AnswerEvaluation:
    """Ask every question of one file of the knowledge in another.

    Parameters
    ----------
    knowledge
        CSV with id, question (may be empty, may be several rows an id) and answer; where
        it has a language, an id may stand in each with an answer of its own.
    questions
        CSV with question and id: empty for none, several with ``|`` between them; it may
        have a language and a kind.
    target
        The share of answers that should be right.
    seed
        Chooses the stored questions that the lower limit is set on.
    before
        Names the tier of what is not searched for, such as a greeting.
    by
        What to sort the questions by as well.
    colleague
        Reads what is nearest where no answer is sure; None for nobody.

    Raises
    ------
    InvalidError
        Naming the file, and what is wrong with it.
    """
    articles = read_knowledge(knowledge)
    asked = read_questions(questions, {article.external_id for article in articles})
    index = Index(articles, embed, counterexamples=counterexamples_of(articles))
    limits = starting_limits(index, target, seed)
    asker = Asker(index, limits, language_of(articles), before, colleague)
    return measured(asker, asked, by)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks an index; a question that shows no language is taken to be in ``language``."""

    index: Index
    limits: Limits
    language: Language
    before: TierBefore = lambda _: None
    colleague: Ask | None = None

    def language_of(self, question: LabelledQuestion) -> Language:
        return question.language or detect(question.text, self.language)

    def ask(self, question: LabelledQuestion) -> tuple[LabelledReply, int, float]:
        """Return what it leads to, the place of a right article, and the confidence."""
        ranked = self.index.rank(question.text, self.language_of(question), DEPTH)
        place = rank_of(ranked, question.right)
        tier = self.before(question.text) or self.limits.tier(ranked.evidence)
        by_meaning = ranked.evidence is not None and ranked.evidence.by_meaning
        sure = start_of(by_meaning=by_meaning).chance.of(ranked.evidence)
        seen = place
        if self.colleague is not None and tier in (Tier.SUGGESTED, Tier.TICKET):
            tier, seen = self._read_further(self.colleague, question, tier, place)
        return LabelledReply(tier, seen, bool(question.right)), place, sure

    def _read_further(
        self, colleague: Ask, question: LabelledQuestion, tier: Tier, place: int
    ) -> tuple[Tier, int]:
        """Return tier and place of a right article after a colleague has read."""
        language = self.language_of(question)
        opinion = colleague(
            question.text, lambda texts: articles_to_read(self.index, texts, language)
        )
        if not opinion.articles:
            return tier, place
        ids = [one.article.external_id for one in opinion.articles]
        right = next((n for n, one in enumerate(ids, start=1) if one in question.right), 0)
        return Tier.ANSWERED if opinion.is_answer else Tier.SUGGESTED, right


def measured(
    asker: Asker, asked: Sequence[LabelledQuestion], by: By | None = None
) -> AnswerEvaluation:
    """Ask every question."""
    replies, ranks = list[LabelledReply](), list[int]()
    sure, seconds = list[float](), list[float]()
    for question in asked:
        began = time.perf_counter()
        reply, place, confidence = asker.ask(question)
        seconds.append(time.perf_counter() - began)
        replies.append(reply)
        ranks.append(place)
        sure.append(confidence)
    has_answer = np.array([bool(question.right) for question in asked], bool)
    place_of = np.array(ranks)
    tiers = shares_of(replies)
    p50, p95 = np.percentile(np.array(seconds) * 1000, (50, 95))
    return AnswerEvaluation(
        n_knowledge=len(asker.index),
        n_questions=len(asked),
        recall_at_1=mean((place_of == 1)[has_answer]),
        recall_at_5=mean((place_of[has_answer] >= 1) & (place_of[has_answer] <= 5)),
        mrr_at_10=mean(reciprocal(place_of[has_answer])),
        answered=tiers.answered,
        tiers=tiers,
        abstain_auroc=auroc(np.array(sure), place_of == 1),
        answer_ms=Milliseconds(float(p50), float(p95)),
        by=_sorted(asker, asked, replies, by) if by else {},
    )


def _sorted(
    asker: Asker, asked: Sequence[LabelledQuestion], replies: Sequence[LabelledReply], by: By
) -> dict[str, HelpShares]:
    groups = defaultdict[str, list[LabelledReply]](list)
    for question, reply in zip(asked, replies, strict=True):
        groups[asker.language_of(question) if by is By.LANGUAGE else question.kind].append(reply)
    return {name: shares_of(group) for name, group in sorted(groups.items())}


def rank_of(ranked: Ranked, right: frozenset[str]) -> int:
    """Return the place of the first right result, from 1; 0 where it is not among them."""
    places = (n for n, one in enumerate(ranked.hits, 1) if one.article.external_id in right)
    return next(places, 0)


def reciprocal(places: NDArray[np.int_]) -> Floats:
    """Return 1 over each place, and 0 where there is none."""
    return np.where(places > 0, 1 / np.maximum(places, 1), 0.0)


def read_knowledge(file: Path) -> list[Article]:
    """Return the articles of a CSV; rows with one id and language are one's questions."""
    found: dict[tuple[str, str], Article] = {}
    for number, row in enumerate(_rows(file, ("id", "answer")), start=2):
        name, question, answer = (row.get(key, "").strip() for key in ("id", "question", "answer"))
        language = _language(row, file, number) or ""
        made = _article(name, len(found), question, answer, language)
        known = found.setdefault((name, language), made)
        if not name or not answer:
            raise InvalidError(f"{file}, line {number}: has no {'answer' if name else 'id'}")
        if known.answer != answer:
            raise InvalidError(f"{file}, line {number}: the id {name!r} has two different answers")
        if question and question not in known.questions:
            known.questions = [*known.questions, question]
    articles = list(found.values())
    language = language_of(articles)
    for article in articles:
        article.language = article.language or language
        article.title = article.questions[0] if article.questions else article.answer[:80]
    return articles


def _article(name: str, number: int, question: str, answer: str, language: str) -> Article:
    return Article(
        id=number + 1,
        document="knowledge",
        external_id=name,
        language=language,
        title="",
        questions=[question] if question else [],
        answer=answer,
        sha256="",
    )


def _language(row: Mapping[str, str], file: Path, number: int) -> Language | None:
    wanted = row.get("language", "").strip().lower()
    found = next((language for language in LANGUAGES if language == wanted), None)
    if wanted and found is None:
        known = ", ".join(LANGUAGES)
        raise InvalidError(f"{file}, line {number}: no language {wanted!r}; there are: {known}")
    return found


def read_questions(file: Path, known: set[str]) -> list[LabelledQuestion]:
    """Return the questions of a CSV; their ids have to be among the ``known`` ones."""
    found = []
    for number, row in enumerate(_rows(file, ("question", "id")), start=2):
        right = frozenset(part.strip() for part in row["id"].split("|") if part.strip())
        strange = right - known
        if strange:
            raise InvalidError(f"{file}, line {number}: {min(strange)!r} is not in the knowledge")
        language, kind = _language(row, file, number), row.get("kind", "").strip()
        found.append(LabelledQuestion(row["question"], right, language, kind))
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

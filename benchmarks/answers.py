"""Finding the answer, and knowing when there is none, beside other ways to search.

Run alone: ``python -m benchmarks.answers --data FOLDER``. Of two sets in the folder: a
public FAQ in English with ten questions an answer, and answers of Swedish authorities.
bm25s and embeddings take part where they are installed.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.search_engines import Build, engines, local_embeddings
from models.knowledge.abstention import calibrated
from models.knowledge.answer_evaluation import (
    DEPTH,
    Bools,
    Floats,
    LabelledQuestion,
    rank_of,
    read_knowledge,
    read_questions,
    reciprocal,
)
from models.knowledge.embedding_index import Embed
from models.knowledge.index import Index
from models.knowledge.knowledge_base import TARGET_PRECISION, KnowledgeBase
from models.language import Language
from models.statistics.thresholds import auroc
from models.store.migration import upgrade
from models.store.transaction import Store
from models.tables import Article

SETS: dict[str, Language] = {"faq_stackexchange_en": "en", "faq_swefaq_dev_sv": "sv"}
TODAY = date(2026, 11, 23)
SEEDS = range(5)


@dataclass(frozen=True, slots=True)
class Retrieval:
    """How often an engine puts the right article first, and the mean reciprocal rank."""

    engine: str
    set: str
    paraphrases: int
    n: int
    recall_1: float
    recall_5: float
    mrr_10: float
    ms_p50: float


@dataclass(frozen=True, slots=True)
class Declining:
    """Whether it knows when there is no answer: half of the articles held out, five times.

    ``auroc`` tells right first results from those to be declined, ``auroc_answerable``
    questions with an answer from those without; ``top_score`` is what the plain score
    would give for the first.
    """

    set: str
    paraphrases: int
    n: int
    auroc: float
    auroc_answerable: float
    top_score: float
    precision: float
    coverage: float
    answered: int


@dataclass(frozen=True, slots=True)
class Size:
    """A hundred thousand passages in a file, and a replica that opens it."""

    passages: int
    words: int
    file_mb: float
    open_s: float
    cpu_s: float
    rss_mb: float
    p50_ms: float
    p95_ms: float
    cpu_p50_ms: float
    change_seen_s: float


def retrieval(data: Path, embed: Embed | None) -> Iterator[Retrieval]:
    """Compare the engines on both sets."""
    for name, language in SETS.items():
        articles, asked = load(data, name)
        for engine, build in engines(embed).items():
            yield _tried(engine, build, name, language, [(articles, asked)], 0)


def paraphrases(data: Path, embed: Embed | None) -> Iterator[Retrieval]:
    """Store 1, 3 and 5 of the questions with their answer, and ask the others."""
    name = "faq_stackexchange_en"
    for stored in (1, 3, 5):
        splits = [split(*load(data, name), stored, seed) for seed in SEEDS]
        for engine, build in engines(embed).items():
            yield _tried(engine, build, name, SETS[name], splits, stored)


def _tried(
    engine: str,
    build: Build,
    name: str,
    language: Language,
    splits: Sequence[tuple[list[Article], list[LabelledQuestion]]],
    stored: int,
) -> Retrieval:
    places, seconds = list[int](), list[float]()
    for articles, asked in splits:
        search = build(articles, language)
        for question in asked:
            began = time.perf_counter()
            found = [articles[at].external_id for at in search(question.text)]
            seconds.append(time.perf_counter() - began)
            right = (n for n, one in enumerate(found, 1) if one in question.right)
            places.append(next(right, 0))
    place = np.array(places)
    return Retrieval(
        engine=engine,
        set=name,
        paraphrases=stored,
        n=len(place),
        recall_1=float(np.mean(place == 1)),
        recall_5=float(np.mean((place >= 1) & (place <= 5))),
        mrr_10=float(reciprocal(place).mean()),
        ms_p50=statistics.median(seconds) * 1000,
    )


def declining(data: Path, embed: Embed | None = None) -> Iterator[Declining]:
    """Hold half of the articles out, so that their questions have no answer."""
    cases = (("faq_stackexchange_en", 0), ("faq_stackexchange_en", 3), ("faq_swefaq_dev_sv", 0))
    for name, stored in cases:
        tries = [_declined(data, name, stored, seed, embed) for seed in SEEDS]
        right = np.concatenate([one.right for one in tries])
        shown = np.concatenate([one.shown for one in tries])
        yield Declining(
            set=name,
            paraphrases=stored,
            n=len(right),
            auroc=_area([(one.sure, one.right) for one in tries]),
            auroc_answerable=_area([(one.sure, one.answerable) for one in tries]),
            top_score=_area([(one.score, one.right) for one in tries]),
            precision=float(right[shown].mean()) if shown.any() else float("nan"),
            coverage=float(shown.mean()),
            answered=int(shown.sum()),
        )


@dataclass(frozen=True, slots=True)
class _Tried:
    """One split: for each question the confidence, the score, and what was true."""

    sure: Floats
    score: Floats
    right: Bools
    answerable: Bools
    shown: Bools


def _declined(data: Path, name: str, stored: int, seed: int, embed: Embed | None) -> _Tried:
    articles, asked = split(*load(data, name), stored, seed)
    kept = random.Random(seed).sample(articles, len(articles) // 2)
    index = Index(kept, embed)
    model = calibrated(index, TARGET_PRECISION)
    ids = {article.external_id for article in kept}
    ranked = [index.rank(question.text, SETS[name], DEPTH) for question in asked]
    sure = np.array([model.confidence(one.evidence) for one in ranked])
    pairs = zip(ranked, asked, strict=True)
    return _Tried(
        sure=sure,
        score=np.array([one.hits[0].score if one.hits else 0.0 for one in ranked]),
        right=np.array([rank_of(one, question.right) == 1 for one, question in pairs]),
        answerable=np.array([bool(question.right & ids) for question in asked]),
        shown=sure >= model.threshold,
    )


def _area(pairs: Sequence[tuple[Floats, Bools]]) -> float:
    return statistics.fmean(auroc(values, positive) or 0.0 for values, positive in pairs)


def size(data: Path, passages: int, seed: int = 1) -> Size:
    """Store passages of shuffled real sentences, and open them in a new process, a replica."""
    articles, asked = synthetic(data, passages, seed)
    words = int(np.mean([len(article.answer.split()) for article in articles[:1000]]))
    with tempfile.TemporaryDirectory(prefix="lotsen-bench-") as folder:
        file = Path(folder) / "lotsen.db"
        store = Store(f"sqlite:///{file}")
        upgrade(store)
        _stored(store, articles)
        store.close()
        spawned = get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=spawned) as pool:
            return pool.submit(_replica, file, passages, words, asked).result()


def _replica(file: Path, passages: int, words: int, asked: Sequence[str]) -> Size:
    store = Store(f"sqlite:///{file}")
    cpu, began = time.process_time(), time.perf_counter()
    knowledge = KnowledgeBase(store)
    knowledge.answer("printer", "en", today=TODAY)
    opened, used = time.perf_counter() - began, time.process_time() - cpu
    wall, spent = _timed(knowledge, asked)
    found = Size(
        passages=passages,
        words=words,
        file_mb=file.stat().st_size / 1e6,
        open_s=opened,
        cpu_s=used,
        rss_mb=_rss_mb(),
        p50_ms=float(np.percentile(wall, 50)),
        p95_ms=float(np.percentile(wall, 95)),
        cpu_p50_ms=float(np.percentile(spent, 50)),
        change_seen_s=_seen_after(knowledge, store),
    )
    store.close()
    return found


def _timed(knowledge: KnowledgeBase, asked: Sequence[str]) -> tuple[list[float], list[float]]:
    wall, spent = list[float](), list[float]()
    for text in asked:
        began, cpu = time.perf_counter(), time.process_time()
        knowledge.answer(text, "en", today=TODAY)
        wall.append((time.perf_counter() - began) * 1000)
        spent.append((time.process_time() - cpu) * 1000)
    return wall, spent


def _seen_after(knowledge: KnowledgeBase, store: Store) -> float:
    """Return the seconds until an article that another process stored is found."""
    with store.begin() as unit:
        unit.knowledge.put(
            [
                Article(
                    document="new",
                    external_id="new",
                    language="en",
                    title="zebra quagga okapi",
                    answer="Zebra.",
                    sha256="",
                )
            ]
        )
    began = time.perf_counter()
    while time.perf_counter() - began < 120:
        if any(
            hit.document == "new"
            for hit in knowledge.search("zebra quagga okapi", "en", today=TODAY)
        ):
            break
        time.sleep(0.1)
    return time.perf_counter() - began


def _stored(store: Store, articles: Sequence[Article], batch: int = 500) -> None:
    for start in range(0, len(articles), batch):
        with store.begin() as unit:
            unit.knowledge.replace(f"document-{start}", articles[start : start + batch])


def synthetic(data: Path, n: int, seed: int) -> tuple[list[Article], list[str]]:
    """Return ``n`` passages of shuffled real sentences, and real questions."""
    chance = random.Random(seed)
    loaded = [load(data, name) for name in SETS]
    sentences = [
        sentence
        for articles, _ in loaded
        for article in articles
        for sentence in article.answer.replace("? ", ". ").split(". ")
        if len(sentence) > 20
    ]
    found = []
    for number in range(n):
        title, *text = chance.sample(sentences, 5)
        found.append(
            Article(
                document="",
                external_id=str(number),
                language="en",
                title=" ".join(title.split()[:7]),
                answer=". ".join(text)[:1500],
                sha256="",
                imported_at=datetime(2026, 11, 23, tzinfo=UTC),
            )
        )
    for number, article in enumerate(found):
        article.document = f"document-{number // 500 * 500}"
    asked = [question.text for _, questions in loaded for question in questions]
    return found, chance.sample(asked, 200)


def load(data: Path, name: str) -> tuple[list[Article], list[LabelledQuestion]]:
    articles = read_knowledge(data / name / "knowledge.csv")
    known = {article.external_id for article in articles}
    return articles, read_questions(data / name / "questions.csv", known)


def split(
    articles: list[Article], asked: list[LabelledQuestion], stored: int, seed: int
) -> tuple[list[Article], list[LabelledQuestion]]:
    """Store ``stored`` random questions with each article and return the others."""
    chance, left = random.Random(seed), list[LabelledQuestion]()
    for article in articles:
        own = [question for question in asked if article.external_id in question.right]
        chance.shuffle(own)
        article.questions = [*article.questions, *(one.text for one in own[:stored])]
        left += own[stored:]
    return articles, left


def _rss_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main() -> None:
    from benchmarks.__main__ import table

    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--without-embeddings", action="store_true")
    options = parser.parse_args()
    show(options.data, options.passages, table, embeddings=not options.without_embeddings)


def show(data: Path, passages: int, table: object, *, embeddings: bool = True) -> None:
    """Print the four tables."""
    assert callable(table)
    embed = local_embeddings() if embeddings else None
    print("\nFinding the answer")
    table([asdict(row) for row in retrieval(data, embed)])
    print("\nThe same with stored paraphrases, five seeds")
    table([asdict(row) for row in paraphrases(data, embed)])
    print("\nDeclining: half of the articles held out, five times")
    table([asdict(row) for row in declining(data)])
    if embed is not None:
        print("\nDeclining, with embeddings")
        table([asdict(row) for row in declining(data, embed)])
    print("\nPassages of shuffled real sentences in a SQLite file")
    table([asdict(size(data, passages))])


if __name__ == "__main__":
    main()

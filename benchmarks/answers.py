"""Finding the answer, and what those who ask get, beside other ways to search.

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
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.search_engines import OWN, Build, engines, local_embeddings
from models.knowledge.answer_evaluation import (
    Asker,
    LabelledQuestion,
    read_knowledge,
    read_questions,
    reciprocal,
)
from models.knowledge.embedding_index import Embed
from models.knowledge.index import Index
from models.knowledge.knowledge_base import KnowledgeBase
from models.knowledge.limits import TARGET, starting_limits
from models.knowledge.measures_of_help import LabelledReply, shares_of
from models.knowledge.tiers import Tier
from models.language import Language
from models.statistics.thresholds import lowest, ranked
from models.store.migration import upgrade
from models.store.transaction import Store
from models.tables import Article

SETS: dict[str, Language] = {"faq_stackexchange_en": "en", "faq_swefaq_dev_sv": "sv"}
TODAY = date(2026, 11, 23)
SEEDS = range(5)
_BOTHERED = 0.4  # of the questions without an answer: the share that may be shown something


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
class Tiers:
    """What those who ask get: half of the articles held out, so that half have no answer.

    Lotsen begins with its own limits. The others have none, so theirs are chosen after the
    fact on the same questions: the lowest at which 95 of 100 answers are right, and that at
    which 40 of 100 questions without an answer are shown something.
    """

    engine: str
    set: str
    paraphrases: int
    n: int
    limits: str
    answered: float
    precision: float | None
    suggested: float
    right_in_three: float | None
    helped: float | None
    bothered: float | None
    wrong: float


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
            found = [articles[at].external_id for at, _ in search(question.text)]
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


def tiers(data: Path, embed: Embed | None) -> Iterator[Tiers]:
    """Store 0, 1, 3 and 5 of the questions with their answer, and ask the others."""
    cases = [("faq_stackexchange_en", stored) for stored in (0, 1, 3, 5)]
    for name, stored in (*cases, ("faq_swefaq_dev_sv", 0)):
        splits = [_held_out(data, name, stored, seed) for seed in SEEDS]
        for engine, build in engines(embed).items():
            own = engine in OWN
            used = embed if engine == "Lotsen with embeddings" else None
            made = [
                reply
                for kept, asked in splits
                for reply in (
                    _replies(kept, asked, SETS[name], used)
                    if own
                    else _in_hindsight(build, kept, asked, SETS[name])
                )
            ]
            found = shares_of(made)
            yield Tiers(
                engine=engine,
                set=name,
                paraphrases=stored,
                n=len(made),
                limits="its own" if own else "in hindsight",
                answered=found.answered.coverage,
                precision=found.answered.precision,
                suggested=found.suggested.coverage,
                right_in_three=found.suggested.right_in_three,
                helped=found.helped,
                bothered=found.bothered,
                wrong=found.wrong,
            )


def _held_out(
    data: Path, name: str, stored: int, seed: int
) -> tuple[list[Article], list[LabelledQuestion]]:
    """Return every second article, with all questions; the others' have no answer then."""
    articles, asked = split(*load(data, name), stored, seed)
    kept = random.Random(seed).sample(articles, len(articles) // 2)
    ids = {article.external_id for article in kept}
    return kept, [replace(question, right=question.right & ids) for question in asked]


def _replies(
    kept: list[Article], asked: list[LabelledQuestion], language: Language, embed: Embed | None
) -> list[LabelledReply]:
    index = Index(kept, embed)
    asker = Asker(index, starting_limits(index), language)
    known = (replace(question, language=language) for question in asked)
    return [asker.ask(question)[0] for question in known]


def _in_hindsight(
    build: Build, kept: list[Article], asked: list[LabelledQuestion], language: Language
) -> list[LabelledReply]:
    search = build(kept, language)
    scores, places = list[float](), list[int]()
    for question in asked:
        found = search(question.text)
        names = [kept[at].external_id for at, _ in found]
        scores.append(found[0][1] if found else 0.0)
        places.append(next((n for n, one in enumerate(names, 1) if one in question.right), 0))
    score, right = np.array(scores), np.array(places) == 1
    answerable = np.array([bool(question.right) for question in asked])
    order, hits = ranked(score, right)
    upper = lowest(score[order], hits / np.arange(1, len(hits) + 1) >= TARGET)
    upper = upper if right[score >= upper].any() else float("inf")
    lower = float(np.quantile(score[~answerable], 1 - _BOTHERED))
    return [
        LabelledReply(_tier(one, upper, lower), place, known)
        for one, place, known in zip(scores, places, answerable.tolist(), strict=True)
    ]


def _tier(score: float, upper: float, lower: float) -> Tier:
    if score >= upper:
        return Tier.ANSWERED
    return Tier.SUGGESTED if score > lower else Tier.TICKET


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
    print("\nTiers: half of the articles held out, five times")
    table([asdict(row) for row in tiers(data, embed)])
    print("\nPassages of shuffled real sentences in a SQLite file")
    table([asdict(size(data, passages))])


if __name__ == "__main__":
    main()

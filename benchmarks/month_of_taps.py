"""What a month of taps changes: half of the public questions are lived through, the rest asked.

Run: ``python -m benchmarks.month_of_taps``. Everybody asks each question of the first half
once; an answer that is right is solved, a right title is taken and solved, else *None of
these*. The staff let an article learn what solved a question. Then the other half, which
nothing learned from, is asked by the limits of before and of after; halves swapped, and
several orders. No Slack, no clock, no database.
"""

import argparse
import csv
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.search_engines import local_embeddings
from models import starter
from models.desk.answers.answering import tier_before_search
from models.knowledge.answer_evaluation import Asker, LabelledQuestion
from models.knowledge.candidates import candidate
from models.knowledge.counterexamples import counterexamples_of
from models.knowledge.embedding_index import Embed
from models.knowledge.index import Index
from models.knowledge.knowledge_base import CHOICES
from models.knowledge.limits import (
    TARGET,
    JudgedQuestion,
    RankerLimits,
    follow,
    starting_limits,
)
from models.knowledge.measures_of_help import LabelledReply, shares_of
from models.knowledge.tiers import Limits, Tier, nearness, sureness
from models.language import language_of
from models.redaction import redact
from models.tables import Article

QUESTIONS = Path(__file__).parents[1] / "tests/models/starter/public_questions.csv"
ORDERS = 1


@dataclass(frozen=True, slots=True)
class Month:
    """What the half that nothing learned from got, before the month and after it."""

    ranker: str
    when: str
    n: int
    answered: float
    helped: float | None
    bothered: float | None
    wrong: float
    upper: float
    lower: float


def articles() -> list[Article]:
    return [
        Article(
            id=number,
            document="starter",
            external_id=one.id,
            language=one.language,
            title=one.title,
            questions=[*one.questions],
            answer=one.answer,
            sha256="",
        )
        for number, one in enumerate(starter.articles(), 1)
    ]


def questions(file: Path = QUESTIONS) -> list[LabelledQuestion]:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [
        LabelledQuestion(
            text=row["question"],
            right=frozenset(filter(None, row["id"].split("|"))),
            language=language_of(row["language"], "sv"),
            kind=row["kind"],
        )
        for row in rows
    ]


def lived_through(
    index: Index, limits: RankerLimits, asked: Sequence[LabelledQuestion]
) -> tuple[RankerLimits, dict[int, list[str]]]:
    """Return the limits as the taps move them, and what each article learned."""
    judged, learned = list[JudgedQuestion](), defaultdict[int, list[str]](list)
    for number, question in enumerate(asked):
        language = question.language or "sv"
        ranked = index.rank(question.text, language, CHOICES)
        tier, evidence = limits.now.tier(ranked.evidence), ranked.evidence
        if evidence is None or tier is Tier.TICKET or tier_before_search(question.text):
            continue
        shown = ranked.hits[: 1 if tier is Tier.ANSWERED else CHOICES]
        right = [hit for hit in shown if hit.article.external_id in question.right]
        judged.append(
            JudgedQuestion(
                case_id=number,
                language=language,
                score=nearness(evidence),
                sureness=sureness(evidence),
                ranker=limits.ranker,
                first_right=bool(right) and right[0] is shown[0],
                helped=bool(right) if tier is Tier.SUGGESTED else None,
            )
        )
        limits = follow(limits, judged, TARGET)
        for hit in right[:1]:
            known = learned[hit.article.id or 0]
            wording = candidate(redact(question.text).text, hit.article, known)
            known += [wording] if wording else []
    return limits, learned


def months(embed: Embed | None) -> list[Month]:
    """Live through each half in several orders and ask the other one."""
    before, after = list[LabelledReply](), list[LabelledReply]()
    reached = list[Limits]()
    stored = articles()
    against = counterexamples_of(stored)
    index = Index(stored, embed, counterexamples=against)
    start = starting_limits(index)
    for seed in range(ORDERS):
        asked = questions()
        random.Random(seed).shuffle(asked)
        halves = asked[::2], asked[1::2]
        for lived, other in (halves, halves[::-1]):
            limits = RankerLimits(index.ranker, start, start)
            limits, learned = lived_through(index, limits, lived)
            taught = Index(stored, embed, more=learned, counterexamples=against)
            before += _replies(index, start, other)
            after += _replies(taught, limits.now, other)
            reached.append(limits.now)
    name = embed.name if embed else "words"
    moved = Limits(
        float(np.mean([one.answered for one in reached])),
        float(np.mean([one.suggested for one in reached])),
    )
    return [_month(name, "before", before, start), _month(name, "after", after, moved)]


def _replies(
    index: Index, limits: Limits, asked: Sequence[LabelledQuestion]
) -> list[LabelledReply]:
    asker = Asker(index, limits, "sv", tier_before_search)
    return [asker.ask(question)[0] for question in asked]


def _month(ranker: str, when: str, replies: Sequence[LabelledReply], limits: Limits) -> Month:
    found = shares_of(replies)
    return Month(
        ranker=ranker,
        when=when,
        n=len(replies),
        answered=found.answered.coverage,
        helped=found.helped,
        bothered=found.bothered,
        wrong=found.wrong,
        upper=limits.answered,
        lower=limits.suggested,
    )


def show(table: Callable[[list[dict[str, object]]], None], *, embeddings: bool = True) -> None:
    """Print the table."""
    print("\nA month of taps on one half of the public questions, the other half asked")
    local = local_embeddings() if embeddings else None
    rows = months(None) + (months(local) if local is not None else [])
    table([asdict(row) for row in rows])


def main() -> None:
    from benchmarks.__main__ import table

    parser = argparse.ArgumentParser(prog="python -m benchmarks.month_of_taps", description=__doc__)
    parser.add_argument("--without-embeddings", action="store_true")
    show(table, embeddings=not parser.parse_args().without_embeddings)


if __name__ == "__main__":
    main()

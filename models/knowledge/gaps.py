"""Which questions no answer helped with, and what they cost: the articles to write next.

Questions are put together by the letters of their words, rare words counting more, and
ranked by the minutes that the staff worked on them: ten questions of a minute each are
a smaller gap than one that takes an hour every time. A gap that an article fills by now is
none any more, and one that holds anything for few eyes only is never shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.knowledge.knowledge_base import KnowledgeBase, Reply
from models.knowledge.similarity import QUESTIONS, SIMILAR
from models.language import Language, language_of
from models.language.detection import detect
from models.redaction import redact
from models.redaction.names import Names
from models.redaction.sensitivity import sensitivity
from models.store.feedback import AskedText
from models.store.transaction import Store

DAYS = 90
MOST = 5_000
"""Newest questions that are looked at."""
TOGETHER = 0.40
"""Cosine from which on two questions are about the same."""
NEAR = 0.5
"""Confidence from which on an article is said to be near: it may only need other words."""
_EXAMPLE = 160
_BLOCK = 500


@dataclass(frozen=True, slots=True)
class Cluster:
    """Questions that are about the same, the most typical one first."""

    asked: tuple[AskedText, ...]

    @property
    def minutes(self) -> float:
        return sum(one.minutes for one in self.asked)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that people ask and no answer helps with.

    Attributes
    ----------
    minutes : float
        Handling time of the tickets that these questions became.
    example : str
        One of the questions, redacted.
    language : Language
        The one that the example is written in.
    cases : tuple of int
        The questions, the most typical first.
    people : int
        How many different persons asked.
    article_id, article
        The nearest article that everybody may see, if any is near; else None and empty.
    """

    size: int
    minutes: float
    example: str
    language: Language
    cases: tuple[int, ...]
    people: int = 1
    article_id: int | None = None
    article: str = ""


def gaps(
    store: Store, knowledge: KnowledgeBase, now: datetime, *, days: int = DAYS, limit: int = 10
) -> tuple[Gap, ...]:
    """Return the gaps of the last ``days``, the most minutes first."""
    with store.snapshot() as unit:
        asked = unit.feedback.unanswered(now - timedelta(days=days), MOST)
        names = unit.people.names()
    found = (
        _gap(one, knowledge, names, now.date()) for one in clusters(asked) if may_be_shown(one)
    )
    return tuple(islice((gap for gap in found if gap is not None), limit))


def may_be_shown(cluster: Cluster) -> bool:
    """Return whether nothing in these questions and their notes is for few eyes only."""
    return not any(sensitivity(text) for one in cluster.asked for text in (one.text, one.note))


def alike(
    store: Store, question: str, now: datetime, *, days: int = DAYS, most: int = 500
) -> tuple[int, ...]:
    """Return the cases whose question is about the same, of the newest that nothing answers."""
    with store.snapshot() as unit:
        asked = unit.feedback.unanswered(now - timedelta(days=days), most)
    likeness = QUESTIONS.cosines(question, [one.text for one in asked])
    near = sorted(zip(likeness.tolist(), asked, strict=True), key=lambda pair: -pair[0])
    return tuple(one.case_id for cosine, one in near if cosine >= SIMILAR)


def clusters(asked: Sequence[AskedText], together: float = TOGETHER) -> list[Cluster]:
    """Put questions together that are about the same; the most minutes first.

    Each round takes the question with the most others near it, and those; so the same
    questions give the same clusters, whatever their order.
    """
    rows = sorted(asked, key=lambda one: one.case_id)
    near = _near(_weighted([one.text for one in rows]), together) if rows else []
    found = [Cluster(tuple(rows[at] for at in group)) for group in _groups(near)]
    return sorted(found, key=lambda one: (-one.minutes, -len(one.asked), one.asked[0].case_id))


def _weighted(texts: Sequence[str]) -> Any:
    from sklearn.feature_extraction.text import TfidfTransformer

    return TfidfTransformer().fit_transform(QUESTIONS.vectors(texts))


def _near(rows: Any, together: float) -> list[NDArray[np.int32]]:
    """Return for each row the places of those near it, itself among them."""
    found: list[NDArray[np.int32]] = []
    columns = rows.T.tocsr()
    for start in range(0, rows.shape[0], _BLOCK):
        likeness = (rows[start : start + _BLOCK] @ columns).tocsr()
        for at in range(likeness.shape[0]):
            cells = slice(likeness.indptr[at], likeness.indptr[at + 1])
            near = likeness.indices[cells][likeness.data[cells] >= together]
            found.append(np.union1d(near, [start + at]).astype(np.int32))
    return found


def _groups(near: Sequence[NDArray[np.int32]]) -> list[list[int]]:
    """Return groups of places, each led by the one that has the most others near it."""
    free = np.ones(len(near), bool)
    found: list[list[int]] = []
    for leader in sorted(range(len(near)), key=lambda at: (-len(near[at]), at)):
        if free[leader]:
            others = near[leader][free[near[leader]] & (near[leader] != leader)]
            group = [leader, *others.tolist()]
            free[group] = False
            found.append(group)
    return found


def _gap(cluster: Cluster, knowledge: KnowledgeBase, names: Names, today: date) -> Gap | None:
    """Return the gap; None where an article that none of these askers had answers it by now."""
    first = cluster.asked[0]
    language = detect(first.text, language_of(first.language, "sv"))
    text = redact(first.text, names).text
    reply = knowledge.reply(first.text, language, today=today)
    if _is_filled(reply, cluster):
        return None
    hits = reply.hits[:1] if reply.confidence >= NEAR else ()
    return Gap(
        size=len(cluster.asked),
        minutes=cluster.minutes,
        example=" ".join(text.split())[:_EXAMPLE],
        language=language,
        cases=tuple(one.case_id for one in cluster.asked),
        people=len({one.person_id for one in cluster.asked}),
        article_id=hits[0].article_id if hits else None,
        article=hits[0].title if hits else "",
    )


def _is_filled(reply: Reply, cluster: Cluster) -> bool:
    had = {one.article_id for one in cluster.asked}
    return reply.answer is not None and reply.answer.article_id not in had

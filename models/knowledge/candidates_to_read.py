"""The stored articles that somebody would open for a question: few, of every language. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.knowledge.index import Index, SearchHit, Wanted
from models.language import Language
from models.tables import Article

MOST = 8
_WORDINGS = 4
_DEEP = 2 * MOST


@dataclass(frozen=True, slots=True)
class ToRead:
    """An article as it is stored, and how near it is.

    ``wordings`` are the ways to ask for it that are most like the question.
    """

    article: Article
    wordings: tuple[str, ...]
    hit: SearchHit


def articles_to_read(
    index: Index,
    searches: Sequence[str],
    language: Language,
    wanted: Wanted | None = None,
    most: int = MOST,
) -> tuple[ToRead, ...]:
    """Return the nearest of several searches for the same, however far: the best of each first."""
    found = [index.search(text, language, _DEEP, wanted) for text in searches if text.strip()]
    in_turn: dict[int | None, SearchHit] = {}
    for place in range(_DEEP):
        for hits in found:
            if place < len(hits):
                in_turn.setdefault(hits[place].article.id, hits[place])
    return tuple(
        ToRead(hit.article, _like(index, hit.article, searches[0]), hit)
        for hit in list(in_turn.values())[:most]
    )


def _like(index: Index, article: Article, question: str) -> tuple[str, ...]:
    """Return the article's stored questions that share most with the question."""
    query = index.query(question)
    return tuple(sorted(article.questions, key=query.count_in, reverse=True)[:_WORDINGS])

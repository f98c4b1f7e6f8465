"""Messages that no stored answer answers, though they sound like it: a ranker's counterexamples.

Likeness alone takes "my entry card is blocked" for a blocked account. The language folders
hold such messages: about the starter articles, and about what no help desk article is about.
A question that is nearer to one of them than to any stored question is doubted
(`models.knowledge.tiers.doubt`).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from models import starter
from models.knowledge.similarity import QUESTIONS
from models.starter import Counterexample
from models.tables import Article, ArticleKind

ABOUT_THE_SAME = 0.4
"""Cosine from which on a company's own stored question takes a counterexample's place."""
_AT_ONCE = 2_000


def counterexamples_of(articles: Iterable[Article]) -> tuple[Counterexample, ...]:
    """Return the counterexamples that go with these articles.

    Those about a starter article are left out where it is not stored, since what took its
    place may well answer them; and so is what an article of the company is about.
    """
    rows = tuple(articles)
    of_starter = {(one.id, one.answer.strip()) for one in starter.articles()}
    stored = {row.external_id for row in rows if _key(row) in of_starter}
    found = tuple(one for one in starter.counterexamples() if one.article in stored | {""})
    own = [row for row in rows if row.kind is ArticleKind.ANSWER and _key(row) not in of_starter]
    asked = [text for row in own for text in (row.title, *row.questions)]
    return tuple(
        one for one, answered in zip(found, _are_asked(found, asked), strict=True) if not answered
    )


def _key(row: Article) -> tuple[str, str]:
    return row.external_id, row.answer.strip()


@lru_cache(maxsize=4)
def _vectors(found: tuple[Counterexample, ...]) -> Any:
    return QUESTIONS.vectors([one.text for one in found])


def _are_asked(found: tuple[Counterexample, ...], asked: Sequence[str]) -> list[bool]:
    """Return for each counterexample whether one of these questions is about the same."""
    nearest = np.zeros(len(found), np.float32)
    for at in range(0, len(asked), _AT_ONCE):
        alike = _vectors(found) @ QUESTIONS.vectors(asked[at : at + _AT_ONCE]).T
        nearest = np.maximum(nearest, alike.max(axis=1).toarray().ravel())
    return [bool(one) for one in nearest >= ABOUT_THE_SAME]

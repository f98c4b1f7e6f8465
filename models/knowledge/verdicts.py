"""What verdicts change: an article that did not help ranks lower for questions like that one.

How much lower follows from how many people said so, not from what they said: it is
bounded, *Solved* by others takes it back, and so does a new answer text.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from models.knowledge.similarity import QUESTIONS, SIMILAR
from models.store.feedback import ArticleVerdict
from models.tables import Article

STEP = 0.05
LOWEST = 0.25
"""What a score is worth at least: an article is never lost to a search."""


def answer_sha256(article: Article) -> str:
    """Return the hash of the words that a verdict is about."""
    return hashlib.sha256(article.answer.encode("utf-8", "surrogatepass")).hexdigest()


def worth(net: int) -> float:
    """Return what a score is worth, in [0.25, 1], after ``net`` more people said no than yes.

    One is a slip (0.95), two are a hint (0.8), three are a pattern (0.55).
    """
    return max(LOWEST, 1.0 - STEP * max(0, net) ** 2)


class Verdicts:
    """The verdicts on the answers as they are now."""

    def __init__(self, judged: Sequence[ArticleVerdict], articles: Mapping[int, Article]) -> None:
        """``judged`` comes in the order of time, so that a person's last word counts."""
        self._judged = tuple(one for one in judged if _is_on(one, articles))
        self._questions = (
            QUESTIONS.vectors([one.question for one in self._judged]) if self._judged else None
        )

    def worth_of(self, text: str) -> dict[int, float]:
        """Return for a question what the scores of articles are worth, by article; else 1."""
        if self._questions is None:
            return {}
        alike = (self._questions @ QUESTIONS.vectors([text]).T).toarray().ravel()
        solved_by: dict[int, dict[str, bool]] = defaultdict(dict)
        for at in np.flatnonzero(alike >= SIMILAR):
            one = self._judged[at]
            solved_by[one.article_id][one.person_id] = one.solved
        nets = {article: _net(list(words.values())) for article, words in solved_by.items()}
        return {article: worth(net) for article, net in nets.items() if net > 0}


def _net(solved: Sequence[bool]) -> int:
    return len(solved) - 2 * sum(solved)


def _is_on(one: ArticleVerdict, articles: Mapping[int, Article]) -> bool:
    article = articles.get(one.article_id)
    return article is not None and answer_sha256(article) == one.answer_sha256

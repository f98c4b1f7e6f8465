"""Answer a question with a stored article, word for word, or decline."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from models.knowledge.current_index import CurrentIndex, Ready
from models.knowledge.embedding_index import Embed
from models.knowledge.excerpts import Piece, excerpt
from models.knowledge.index import QueryResult, Ranked, SearchHit, Wanted
from models.knowledge.visibility import visible_to
from models.language import LANGUAGES, Language
from models.statistics.thresholds import NEVER
from models.store.transaction import Store
from models.tables import Article, ArticleKind

TARGET_PRECISION = 0.90
"""Share of the answers that should be right, where the settings do not say."""
NEAR = 0.2
"""Score from which on an article is shown to somebody who only looks for something.

Of the starter articles, questions about something else reach 0.17 (the lunch, the coffee
machine, a football match), those that one of them answers 0.39 and more. Where a few
documents are all about the same, words hardly score: half of the question's words do too.
"""
_ROUNDS = 3  # so often an answer is looked for again when it changed meanwhile


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom an answer is: the Slack user id, and the user groups that person is in."""

    slack_id: str = ""
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """A stored article that matches a question."""

    article_id: int
    document: str
    title: str
    url: str
    score: float
    language: Language
    kind: ArticleKind = ArticleKind.ANSWER
    address: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A stored article that somebody may look at.

    Attributes
    ----------
    excerpt : tuple of Piece
        Slices of its text around the words that were looked for.
    """

    article: Article
    excerpt: tuple[Piece, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored answer: ``text`` is the article's, byte for byte.

    Attributes
    ----------
    confidence : float in [0, 1]
        Probability that the article answers the question.
    hits : tuple of Hit
        What else was found, the answer's own article first.
    old : bool
        Whether nobody verified it for more than a year.
    """

    article_id: int
    title: str
    text: str
    document: str
    url: str
    owner: str
    verified_on: date | None
    language: Language
    confidence: float
    hits: tuple[Hit, ...]
    old: bool = False
    kind: ArticleKind = ArticleKind.ANSWER
    address: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerThreshold:
    """From which confidence on answers are shown, and what that gave where it was measured.

    Attributes
    ----------
    precision, coverage : float in [0, 1]
        Of the answers shown, the share that was right; of ``n`` questions, every second
        of them without an answer, the share that got one.
    own : bool
        Whether it was measured on the company's own questions.
    """

    articles: int
    questions: int
    target: float
    threshold: float
    precision: float
    coverage: float
    n: int
    own: bool

    @property
    def silent(self) -> bool:
        """Whether no confidence is enough, so that nothing is ever answered."""
        return self.threshold >= NEVER


class KnowledgeBase:
    """The stored answers; safe for several threads."""

    def __init__(
        self,
        store: Store,
        *,
        target: float = TARGET_PRECISION,
        embed: Embed | None = None,
        embed_private: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the stored answers.

        Parameters
        ----------
        target
            Share of the answers that should be right.
        embed, embed_private
            Embeddings, and whether what is not for everybody may be sent to them too.
        clock
            Gives seconds that only ever grow.
        """
        self._store = store
        self._target = target
        self._current = CurrentIndex(store, target, embed, clock, embed_private)

    def search(
        self,
        text: str,
        language: Language,
        limit: int = 5,
        *,
        reader: Audience | None = None,
        today: date,
    ) -> tuple[Hit, ...]:
        """Return the nearest articles, best first; those in ``language`` are preferred.

        Parameters
        ----------
        reader
            Who asks; None is somebody unknown, who finds what everybody may see.
        today
            Articles that expired before this day are not found.
        """
        ready = self._current.get()
        found = ready.index.search(text, language, limit, _wanted(reader, today))
        return tuple(_hit(one) for one in found if self._stored(one.article) is not None)

    def near(
        self,
        text: str,
        language: Language,
        limit: int = 5,
        *,
        reader: Audience | None = None,
        today: date,
        only: Wanted | None = None,
    ) -> tuple[Finding, ...]:
        """Return what comes near enough to be worth a look, as it stands stored, best first.

        ``only`` narrows it down; ``reader`` and ``today`` are those of `search`.
        """
        ready = self._current.get()
        wanted = _wanted(reader, today)
        narrowed = wanted if only is None else lambda row: only(row) and wanted(row)
        found = ready.index.search(text, language, limit, narrowed)
        query = ready.index.query(text)
        with self._store.snapshot() as unit:
            rows = [(unit.knowledge.shown(one.article.id or 0), one) for one in found]
        return tuple(
            Finding(row, excerpt(row.answer, query.matches), one.score)
            for row, one in rows
            if row is not None
            and row.sha256 == one.article.sha256
            and (one.score >= NEAR or _says_half(row, query))
        )

    def answer(
        self,
        text: str,
        language: Language,
        *,
        reader: Audience | None = None,
        today: date,
    ) -> Answer | None:
        """Return the article that answers ``text``; None where none is near enough.

        A stored answer is preferred to a passage of a document. ``reader`` and ``today``
        are those of `search`.
        """
        wanted = _wanted(reader, today)
        for _ in range(_ROUNDS):
            ready = self._current.get()
            chosen = _chosen(ready, text, language, wanted)
            if chosen is None:
                return None
            ranked, confidence = chosen
            row = self._stored(ranked.hits[0].article)
            if row is not None:
                return _answer(row, ranked.hits, confidence, today)
            self._current.refresh()
        return None

    def confidence(
        self,
        text: str,
        language: Language,
        *,
        reader: Audience | None = None,
        today: date,
    ) -> float:
        """Return how likely the nearest article answers ``text``, also below the threshold."""
        ready = self._current.get()
        ranked = ready.index.rank(text, language, 1, _wanted(reader, today))
        return ready.abstention.confidence(ranked.evidence)

    def refresh(self) -> None:
        """Look for changes of the stored articles at the next question."""
        self._current.refresh()

    def report(self) -> AnswerThreshold:
        """Return from where on answers are shown, and what was measured there."""
        ready = self._current.get()
        model = ready.abstention
        return AnswerThreshold(
            articles=len(ready.index),
            questions=len(ready.index.asked),
            target=self._target,
            threshold=model.threshold,
            precision=model.precision,
            coverage=model.coverage,
            n=model.n,
            own=model.own,
        )

    def _stored(self, article: Article) -> Article | None:
        """Return the row as it stands in the database; None where it changed or is gone."""
        with self._store.snapshot() as unit:
            row = unit.knowledge.shown(article.id or 0)
        return row if row is not None and row.sha256 == article.sha256 else None


def _says_half(row: Article, query: QueryResult) -> bool:
    found = query.count_in(f"{row.title} {row.answer}")
    return found > 1 and 2 * found >= len(query.like)


def _wanted(reader: Audience | None, today: date) -> Wanted:
    who = reader or Audience()

    def wanted(article: Article) -> bool:
        expires = article.expires_on
        fresh = expires is None or today <= expires
        return fresh and visible_to(article, who.slack_id, who.groups)

    return wanted


def _chosen(
    ready: Ready, text: str, language: Language, wanted: Wanted
) -> tuple[Ranked, float] | None:
    """Return the results whose first is shown: a stored answer's if one will do."""
    for ranked in ready.index.rank_answers_first(text, language, wanted=wanted):
        confidence = ready.abstention.confidence(ranked.evidence)
        if confidence >= ready.abstention.threshold:
            return ranked, confidence
    return None


def _hit(found: SearchHit) -> Hit:
    row = found.article
    return Hit(
        article_id=row.id or 0,
        document=row.document,
        title=row.title,
        url=row.url,
        score=found.score,
        language=_known_language(row),
        kind=row.kind,
        address=row.address,
    )


def _answer(row: Article, found: Sequence[SearchHit], confidence: float, today: date) -> Answer:
    return Answer(
        article_id=row.id or 0,
        title=row.title,
        text=row.answer,
        document=row.document,
        url=row.url,
        owner=row.owner,
        verified_on=row.verified_on,
        language=_known_language(row),
        confidence=confidence,
        hits=tuple(_hit(one) for one in found),
        old=is_old(row.verified_on, today),
        kind=row.kind,
        address=row.address,
        page=row.page,
    )


def is_old(verified_on: date | None, today: date) -> bool:
    """Return whether the day of the last check is more than twelve months ago."""
    if verified_on is None:
        return False
    year_later = (verified_on.year + 1, verified_on.month, verified_on.day)
    return (today.year, today.month, today.day) > year_later


def _known_language(article: Article) -> Language:
    return next((language for language in LANGUAGES if language == article.language), "sv")

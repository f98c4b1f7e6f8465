"""Answer a question with a stored article, word for word, or decline."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from models.knowledge.candidates_to_read import ToRead, articles_to_read
from models.knowledge.current_index import CurrentIndex, Ready
from models.knowledge.embedding_index import Embed
from models.knowledge.excerpts import Piece, excerpt
from models.knowledge.index import MatchEvidence, QueryResult, Ranked, SearchHit, Wanted
from models.knowledge.limits import TARGET, RankerLimits, start_of
from models.knowledge.tiers import Tier, nearness, sureness
from models.knowledge.visibility import visible_to
from models.language import LANGUAGES, Language
from models.store.transaction import Store
from models.tables import Article, ArticleKind

CHOICES = 3
"""Titles that somebody chooses from; more would have to be read, not seen."""
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
    """A stored article that matches a question; ``external_id`` is its id in its document."""

    article_id: int
    external_id: str
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
    old : bool
        Whether nobody verified it for more than a year.
    mark : RankMark or None
        Where the question stood against the limits.
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
    old: bool = False
    kind: ArticleKind = ArticleKind.ANSWER
    address: str = ""
    page: int | None = None
    mark: "RankMark | None" = None


@dataclass(frozen=True, slots=True)
class RankMark:
    """Where a question stood when something was shown: what a judgement of it is about."""

    score: float
    sureness: float
    ranker: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the stored articles have to say to a question.

    Attributes
    ----------
    tier : Tier
        Answered, suggested or ticket.
    answer : Answer or None
        The article to show, where the tier is answered.
    suggested : tuple of Hit
        Up to three titles to choose from, where the tier is suggested; those in the
        asker's language first.
    hits : tuple of Hit
        What was found, the best first, whatever the tier.
    confidence : float in [0, 1]
        Probability that the first of them answers the question.
    mark : RankMark or None
        Where it stood against the limits; None where nothing was found.
    """

    tier: Tier
    answer: Answer | None = None
    suggested: tuple[Hit, ...] = ()
    hits: tuple[Hit, ...] = ()
    confidence: float = 0.0
    mark: RankMark | None = None

    @property
    def nearest(self) -> tuple[Hit, ...]:
        """The three that whoever takes over may want to see."""
        return self.hits[:CHOICES]

    @property
    def score(self) -> float:
        """How near the nearest is, in [0, 1]; 0 where nothing is."""
        return self.hits[0].score if self.hits else 0.0


@dataclass(frozen=True, slots=True)
class LimitsReport:
    """From where on articles, and titles, are shown.

    ``target`` is the share of the answers that should be right, ``articles`` and
    ``questions`` how many are stored.
    """

    articles: int
    questions: int
    target: float
    limits: RankerLimits


class KnowledgeBase:
    """The stored answers; safe for several threads."""

    def __init__(
        self,
        store: Store,
        *,
        target: float = TARGET,
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
        return tuple(hit_of(one) for one, _ in self._as_stored(found))

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

    def to_read(
        self,
        searches: Sequence[str],
        language: Language,
        *,
        reader: Audience | None = None,
        today: date,
        only: Wanted | None = None,
    ) -> tuple[ToRead, ...]:
        """Return the articles that somebody would open for a question, however far they are.

        Parameters
        ----------
        searches
            The question, and other words for the same.
        reader, today, only
            Those of `near`.
        """
        ready = self._current.get()
        wanted = _wanted(reader, today)
        narrowed = wanted if only is None else lambda row: only(row) and wanted(row)
        found = articles_to_read(ready.index, searches, language, narrowed)
        stored = {hit.article.id: row for hit, row in self._as_stored([one.hit for one in found])}
        return tuple(
            replace(one, article=stored[one.article.id])
            for one in found
            if one.article.id in stored
        )

    def reply(
        self,
        text: str,
        language: Language,
        *,
        reader: Audience | None = None,
        today: date,
    ) -> Reply:
        """Return the article that answers ``text``, or titles to choose from, or neither.

        A stored answer is preferred to a passage of a document. ``reader`` and ``today``
        are those of `search`. Where the nearest changed meanwhile, it is looked for again.
        """
        wanted = _wanted(reader, today)
        for _ in range(_ROUNDS):
            ready = self._current.get()
            ranked, tier = _surest(ready, text, language, wanted)
            found = self._as_stored(ranked.hits)
            if [hit for hit, _ in found][:1] == list(ranked.hits[:1]):
                break
            self._current.refresh()
        else:  # the nearest changes faster than it can be read: show what did not
            return Reply(Tier.TICKET, hits=tuple(hit_of(one) for one, _ in found))
        hits = tuple(hit_of(one) for one, _ in found)
        confidence, mark = _weighed(ready, ranked.evidence)
        return Reply(
            tier=tier,
            answer=replace(answer_of(found[0][1], confidence, today), mark=mark)
            if tier is Tier.ANSWERED
            else None,
            suggested=_choices(hits, language) if tier is Tier.SUGGESTED else (),
            hits=hits,
            confidence=confidence,
            mark=mark,
        )

    def answer(
        self,
        text: str,
        language: Language,
        *,
        reader: Audience | None = None,
        today: date,
    ) -> Answer | None:
        """Return the article that answers ``text``; None where none is near enough."""
        return self.reply(text, language, reader=reader, today=today).answer

    def prepare(self) -> bool:
        """Make the index ready, however long it takes; return whether it searches by meaning."""
        return self._current.prepare()

    def refresh(self) -> None:
        """Look for changes of the stored articles at the next question."""
        self._current.refresh()

    def report(self) -> LimitsReport:
        """Return from where on what is shown."""
        ready = self._current.get()
        return LimitsReport(len(ready.index), len(ready.index.asked), self._target, ready.limits)

    def _as_stored(self, hits: Sequence[SearchHit]) -> list[tuple[SearchHit, Article]]:
        """Return those whose row stands as it was read, with the row as it stands."""
        with self._store.snapshot() as unit:
            rows = [unit.knowledge.shown(hit.article.id or 0) for hit in hits]
        return [
            (hit, row)
            for hit, row in zip(hits, rows, strict=True)
            if row is not None and row.sha256 == hit.article.sha256
        ]


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


def _surest(ready: Ready, text: str, language: Language, wanted: Wanted) -> tuple[Ranked, Tier]:
    """Return the results, led by a stored answer if one will do, and what they lead to."""
    ranked, tier = Ranked((), None), Tier.TICKET
    for ranked in ready.index.rank_answers_first(text, language, wanted=wanted):
        tier = ready.limits_for(ranked.evidence).now.tier(ranked.evidence)
        if tier is Tier.ANSWERED:
            break
    return ranked, tier


def _weighed(ready: Ready, evidence: MatchEvidence | None) -> tuple[float, RankMark | None]:
    """Return how likely the first result is right, and where it stands against the limits."""
    if evidence is None:
        return 0.0, None
    confidence = start_of(by_meaning=evidence.by_meaning).chance.of(evidence)
    ranker = ready.limits_for(evidence).ranker
    return confidence, RankMark(nearness(evidence), sureness(evidence), ranker)


def _choices(hits: Sequence[Hit], language: Language) -> tuple[Hit, ...]:
    """Return the titles to choose from, those in the asker's language first."""
    return tuple(sorted(hits[:CHOICES], key=lambda hit: hit.language != language))


def hit_of(found: SearchHit) -> Hit:
    """Return what was found, as it is offered."""
    row = found.article
    return Hit(
        article_id=row.id or 0,
        external_id=row.external_id,
        document=row.document,
        title=row.title,
        url=row.url,
        score=found.score,
        language=_known_language(row),
        kind=row.kind,
        address=row.address,
    )


def answer_of(row: Article, confidence: float, today: date) -> Answer:
    """Return a stored article as the answer to a question."""
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

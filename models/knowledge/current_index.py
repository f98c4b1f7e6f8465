"""The index of what is stored now, and how sure its answers have to be."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import structlog

from models.errors import UnavailableError
from models.knowledge.counterexamples import counterexamples_of
from models.knowledge.embedding_index import Embed
from models.knowledge.index import Index, MatchEvidence
from models.knowledge.limits import (
    JudgedQuestion,
    RankerLimits,
    follow,
    judged_questions,
    starting_limits,
)
from models.knowledge.tiers import nearness, sureness
from models.knowledge.verdicts import Verdicts
from models.knowledge.visibility import is_private
from models.meaning.article_vectors import ArticleVectors
from models.store.transaction import Store, UnitOfWork
from models.tables import Article

log = structlog.get_logger(__name__)

MANY = 2_000
"""More articles than this are looked at for changes once in `LOOK_EVERY_SECONDS`, and
their index is made anew beside the old one, which answers meanwhile."""
LOOK_EVERY_SECONDS = 5.0
REST_SECONDS = 60.0
"""For so long embeddings that failed are left alone."""
GROWTH = 0.1
"""Share by which the stored questions must grow or shrink for the limits to be set anew."""
REPLAYED = 200
"""Newest judgements of another ranker whose question is asked again of this one."""


@dataclass(frozen=True)
class Ready:
    """An index with the versions of the texts and of the verdicts that it was made of.

    Attributes
    ----------
    by_words, by_meaning : RankerLimits
        Where embeddings are away for a moment, words rank alone, with limits of their own.
    measured_on : int
        How many stored questions there were when its limits were set.
    """

    version: str
    index: Index
    by_words: RankerLimits
    by_meaning: RankerLimits | None = None
    measured_on: int = -1
    verdicts: str = ""

    @property
    def limits(self) -> RankerLimits:
        """The limits of the usual way of ranking."""
        return self.by_meaning or self.by_words

    def limits_for(self, evidence: MatchEvidence | None) -> RankerLimits:
        """Return the limits that go with how a question was ranked."""
        meant = evidence is not None and evidence.by_meaning
        return self.by_meaning if meant and self.by_meaning else self.by_words


@dataclass
class CurrentIndex:
    """Keeps the index like the store; safe for several threads and replicas.

    Each replica makes its own from the stored articles, and sees what another one wrote
    at the next question, or within five seconds where there are many articles.

    Attributes
    ----------
    target
        The share of answers that should be right.
    embed
        Turns texts into vectors, beside the answering: a new index begins with words.
    clock
        Gives seconds that only ever grow.
    private_too
        Whether texts that are not for everybody may be embedded too.
    """

    store: Store
    target: float
    embed: Embed | None = None
    clock: Callable[[], float] = time.monotonic
    private_too: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ready: Ready | None = None
    _looked_at: float = 0.0
    _builder: threading.Thread | None = None
    _embedding: threading.Thread | None = None
    _rests_until: float = float("-inf")
    _replayed: dict[tuple[str, int], JudgedQuestion | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.embed = ArticleVectors(self.embed, self.store) if self.embed is not None else None

    def get(self) -> Ready:
        """Return the index of what is stored.

        Raises
        ------
        UnavailableError
            When the database is away.
        """
        with self._lock:
            ready = self._ready
            if ready is None:
                ready = self._ready = self._made(None)
            elif len(ready.index) <= MANY:
                ready = self._ready = self._renewed(ready)
            elif self.clock() - self._looked_at >= LOOK_EVERY_SECONDS:
                self._renew_beside(ready)
            if not ready.index.has_embeddings:
                self._embed_beside(ready)
            return ready

    def prepare(self) -> bool:
        """Make it ready, embeddings too where there are any; return whether it has some."""
        self.get()
        if self._embedding is not None:
            self._embedding.join()
        return self.get().index.has_embeddings

    def _embed_beside(self, ready: Ready) -> None:
        """Begin to embed the texts, which may take minutes; until then words serve alone."""
        busy = self._embedding is not None and self._embedding.is_alive()
        if self.embed is None or busy or self.clock() < self._rests_until:
            return
        self._embedding = threading.Thread(
            target=self._embed_texts, args=(ready, self.embed), daemon=True
        )
        self._embedding.start()

    def _embed_texts(self, ready: Ready, embed: Embed) -> None:
        try:
            index = ready.index.with_embeddings(embed, self._may_go)
            made = self._with_feedback(replace(ready, index=index, by_meaning=self._start(index)))
        except UnavailableError as error:
            log.warning("searched without embeddings", error=str(error))
            self._rests_until = self.clock() + REST_SECONDS
            return
        with self._lock:
            # Where texts changed meanwhile, the new index is embedded at the next question.
            if self._ready is not None and self._ready.version == made.version:
                self._ready = made

    def _may_go(self, article: Article) -> bool:
        return self.private_too or not is_private(article)

    def refresh(self) -> None:
        """Look for changes at the next question, however soon it is."""
        self._looked_at = float("-inf")

    def _renewed(self, ready: Ready) -> Ready:
        version, verdicts = self._versions()
        if version != ready.version:
            return self._made(ready)
        return ready if verdicts == ready.verdicts else self._with_feedback(ready)

    def _renew_beside(self, ready: Ready) -> None:
        if self._builder is not None and self._builder.is_alive():
            return
        self._looked_at = self.clock()
        self._builder = threading.Thread(target=self._replace, args=(ready,), daemon=True)
        self._builder.start()

    def _replace(self, ready: Ready) -> None:
        try:
            made = self._renewed(ready)
        except UnavailableError as error:
            log.warning("index not renewed", error=str(error))
            return
        with self._lock:
            self._ready = made

    def _versions(self) -> tuple[str, str]:
        with self.store.snapshot() as unit:
            return _version(unit), _judged(unit)

    def _made(self, old: Ready | None) -> Ready:
        with self.store.snapshot() as unit:
            version, articles = _version(unit), unit.knowledge.may_be_shown()
            more = unit.feedback.taken_questions()
        index = Index(articles, more=more, counterexamples=counterexamples_of(articles))
        self._looked_at = self.clock()
        return self._with_feedback(self._with_limits(version, index, old))

    def _with_limits(self, version: str, index: Index, old: Ready | None) -> Ready:
        asked = len(index.asked)
        if old is not None and abs(asked - old.measured_on) <= GROWTH * old.measured_on:
            return Ready(version, index, old.by_words, measured_on=old.measured_on)
        return Ready(version, index, self._start(index), measured_on=asked)

    def _start(self, index: Index) -> RankerLimits:
        start = starting_limits(index, self.target)
        return RankerLimits(index.ranker, start, start)

    def _with_feedback(self, ready: Ready) -> Ready:
        """Return it with the verdicts and the judgements as they are now."""
        with self.store.snapshot() as unit:
            version, judged = _judged(unit), unit.feedback.verdicts()
            questions = judged_questions(unit.judgements.all())
            others = [one for one in questions if one.ranker != ready.limits.ranker][:REPLAYED]
            texts = {one.case_id: unit.judgements.words_of(one.case_id) for one in others}
        known = {row.id or 0: row for row in ready.index.articles} if judged else {}
        index = ready.index.with_feedback(Verdicts(judged, known).worth_of)
        ready = replace(ready, index=index, verdicts=version)
        questions += self._as_ranked_now(ready, others, texts)
        return replace(
            ready,
            by_words=follow(ready.by_words, questions, self.target),
            by_meaning=ready.by_meaning and follow(ready.by_meaning, questions, self.target),
        )

    def _as_ranked_now(
        self, ready: Ready, others: list[JudgedQuestion], texts: dict[int, str]
    ) -> list[JudgedQuestion]:
        """Return what another ranker showed as this one ranks it, where the words are kept."""
        ranker, found = ready.limits.ranker, list[JudgedQuestion]()
        for one in others:
            key = (ranker, one.case_id)
            if key not in self._replayed:
                ranked = ready.index.rank(texts[one.case_id], one.language, 1)
                self._replayed[key] = _ranked_again(one, ranked.evidence, ranker)
            again = self._replayed[key]
            if again is not None:  # what was said since then counts
                found.append(replace(again, first_right=one.first_right, helped=one.helped))
        return found


def _ranked_again(
    one: JudgedQuestion, evidence: MatchEvidence | None, ranker: str
) -> JudgedQuestion | None:
    if evidence is None:
        return None
    return replace(one, score=nearness(evidence), sureness=sureness(evidence), ranker=ranker)


def _judged(unit: UnitOfWork) -> str:
    return f"{unit.feedback.verdicts_version()}:{unit.judgements.version()}"


def _version(unit: UnitOfWork) -> str:
    return f"{unit.knowledge.version()}:{unit.feedback.taken_version()}"

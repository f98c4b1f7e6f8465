"""Find the stored answers that come nearest to a question.

An article has two fields, what people asked (its title and stored questions, the best of
them counts) and its answer. Each is compared by characters and by words, and a mix of
these signals orders the results; `models.knowledge.ranking` says how.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from models.knowledge.embedding_index import Embed, EmbeddingIndex, MeaningLikeness
from models.knowledge.ranking import QueryScores, Texts
from models.knowledge.vocabulary import fold, is_small, words_in
from models.language import Language
from models.starter import Counterexample
from models.tables import Article, ArticleKind

__all__ = ["Index", "MatchEvidence", "Ranked", "SearchHit", "Without", "content", "fold"]

Floats = NDArray[np.float32]
Wanted = Callable[[Article], bool]
WorthOf = Callable[[str], Mapping[int, float]]
"""For a question: by the id of an article, what verdicts leave of its score, in (0, 1)."""

WEIGHTS: dict[str, float] = {
    "question_characters": 0.20,
    "answer_characters": 0.30,
    "question_words": 0.25,
    "answer_words": 0.15,
    "words": 0.10,
}
"""Share of each signal in the score, without embeddings.

Chosen on the starter articles (each question asked with itself taken out) and on the
questions of every second article of a public FAQ; the optimum is flat: a tenth more or
less for a signal moves recall by less than a point. Reciprocal ranks in place of scores
lost.
"""
MEANING = 0.5
"""Share of the embeddings in the score, where there are any."""
FOREIGN = 0.8
"""What the score of an article in another language than the asker's is worth."""
MAX_CHARACTERS = 2_000
"""More of a question than this only costs time."""
CLEARLY_SIMILAR = 0.5
"""Spelling (cosine) from which on a word is shown as one that was found."""
CANDIDATES = 20
"""Nearest articles among which the signals vote."""


def content(text: str) -> str:
    """Return the folded words that carry a topic; all words where none does."""
    words = words_in(text)
    return " ".join(word for word in words if not is_small(word)) or " ".join(words)


@dataclass(frozen=True, slots=True)
class SearchHit:
    """An article and how near it is.

    Attributes
    ----------
    score : float in [0, 1]
        Mix of all signals; it orders the results.
    question : float in [0, 1]
        Cosine of the characters to the article's best question.
    coverage : float in [0, 1]
        Share of the question's words that the article has, rare ones counting more.
    foreign : bool
        Whether only a version in another language than the asker's matched.
    """

    article: Article
    score: float
    question: float
    coverage: float
    foreign: bool


@dataclass(frozen=True, slots=True)
class MatchEvidence:
    """What says whether the first result answers the question.

    Attributes
    ----------
    score, question, coverage : float in [0, 1]
        Those of the first result.
    lead : float in [0, 1]
        How far its score is ahead of the second.
    crowd : float in [0, 1]
        How far its score is ahead of the mean of the next ten.
    agreement : float in [0, 1]
        Share of the signals that put it first.
    words : int
        Words of the question that carry a topic.
    asked : bool
        Whether the first result has a question stored, so that more than its answer spoke.
    foreign : bool
        Whether it matched in another language than the asker's.
    by_meaning : bool
        Whether embeddings took part.
    ahead : float in [-1, 1]
        How much nearer its questions are than the nearest counterexample; 1 where there is none.
    """

    score: float
    question: float
    coverage: float
    lead: float
    crowd: float
    agreement: float
    words: int
    asked: bool
    foreign: bool
    by_meaning: bool = False
    ahead: float = 1.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """The results, the best first; ``evidence`` is None where there are none."""

    hits: tuple[SearchHit, ...]
    evidence: MatchEvidence | None


@dataclass(frozen=True, slots=True)
class Without:
    """What is left out of a search, to see how it would do without.

    Places of a stored question, an article in all its languages, and a counterexample.
    """

    asked: int | None = None
    article: int | None = None
    counterexample: int | None = None


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a question looks for.

    Attributes
    ----------
    like
        For each word of its topic, numbers of the known words that are spelled like it.
    known
        The numbers of all known words.
    """

    like: Mapping[str, frozenset[int]]
    known: Mapping[str, int]

    def matches(self, word: str) -> bool:
        """Return whether a folded word of a text is one that is looked for."""
        number = self.known.get(word, -1)
        return word in self.like or any(number in numbers for numbers in self.like.values())

    def count_in(self, text: str) -> int:
        """Return how many of its words stand in a text, in whatever form."""
        words = set(words_in(text))
        numbers = {self.known[word] for word in words if word in self.known}
        return sum(word in words or bool(like & numbers) for word, like in self.like.items())


def ranker_name(embed: Embed | None) -> str:
    """Return a name that changes whenever scores are no longer what they were."""
    weights = repr((sorted(WEIGHTS.items()), FOREIGN, MEANING if embed else 0.0, "ahead"))
    made_of = hashlib.sha256(weights.encode()).hexdigest()[:12]
    return f"{made_of} {embed.name if embed else 'words'}"[:64]


class Index:
    """The articles, ready to be searched; it never changes."""

    def __init__(
        self,
        articles: Iterable[Article],
        embed: Embed | None = None,
        more: Mapping[int, Sequence[str]] | None = None,
        counterexamples: Sequence[Counterexample] = (),
    ) -> None:
        """Take the articles in.

        Parameters
        ----------
        embed
            Turns texts into vectors; their likeness is then the strongest signal.
        more
            More questions of an article, by its id.
        counterexamples
            Messages that no article answers.
        """
        self.articles = tuple(articles)
        self._worth_of: WorthOf = _unjudged
        self._places = {row.id: at for at, row in enumerate(self.articles)}
        self._groups = _groups(self.articles)
        self._group_of = np.zeros(len(self.articles), np.intp)
        for number, places in enumerate(self._groups):
            self._group_of[places] = number
        self._languages = np.array([row.language for row in self.articles])
        asked = [
            (at, text)
            for at, row in enumerate(self.articles)
            for text in _questions(row, (more or {}).get(row.id or 0, ()))
        ]
        self.owners = np.array([at for at, _ in asked], dtype=np.intp)
        self.asked = tuple(text for _, text in asked)
        self.has_question = np.isin(np.arange(len(self.articles)), self.owners)
        self._is_written = np.array([row.kind is ArticleKind.ANSWER for row in self.articles], bool)
        self.has_passages = not self._is_written.all()
        answers = [row.answer for row in self.articles]
        self._texts = Texts(self.asked, self.owners, answers)
        self.counterexamples = tuple(counterexamples)
        self._counter = _counter_texts(self.counterexamples) if counterexamples else None
        self._meanings = self._embedded(embed) if embed else None
        self.ranker = ranker_name(embed)

    def __len__(self) -> int:
        return len(self.articles)

    @property
    def has_embeddings(self) -> bool:
        return self._meanings is not None

    def may_be_asked_again(self) -> NDArray[np.intp]:
        """Return the places of the stored questions that may be embedded, if there is need."""
        known = self._meanings.known if self._meanings else np.ones(len(self), bool)
        return np.flatnonzero(known[self.owners])

    def with_embeddings(self, embed: Embed, may_go: Wanted) -> "Index":
        """Return the same index with embeddings of the articles whose texts ``may_go`` out.

        Raises
        ------
        UnavailableError
            When there are none.
        """
        other = copy(self)
        known = np.array([may_go(row) for row in self.articles], bool)
        other._meanings = self._embedded(embed, known)
        other.ranker = ranker_name(embed)
        return other

    def _embedded(self, embed: Embed, known: NDArray[np.bool_] | None = None) -> EmbeddingIndex:
        answers = [row.answer for row in self.articles]
        return EmbeddingIndex(
            self.asked,
            self.owners,
            answers,
            embed,
            known,
            counterexamples=[one.text for one in self.counterexamples],
        )

    def with_feedback(self, worth_of: WorthOf) -> "Index":
        """Return the same index with other verdicts; quick, for no text changes."""
        other = copy(self)
        other._worth_of = worth_of
        return other

    def search(
        self, text: str, language: Language, limit: int = 5, wanted: Wanted | None = None
    ) -> tuple[SearchHit, ...]:
        """Return the nearest articles, the best first; the same question, the same order.

        Of an article in several languages the asker's version is returned, whichever
        version the words matched. Those that are not ``wanted`` are as good as not there.
        """
        return self.rank(text, language, limit, wanted).hits

    def query(self, text: str) -> "QueryResult":
        """Return the words of a question's topic, with those that are spelled like them."""
        vocabulary = self._texts.vocabulary
        like: dict[str, frozenset[int]] = {}
        for word in content(text[:MAX_CHARACTERS]).split():
            near, likeness = vocabulary.similar(word)
            like[word] = frozenset(near[likeness >= CLEARLY_SIMILAR].tolist())
        return QueryResult(like, vocabulary.words)

    def rank(
        self,
        text: str,
        language: Language,
        limit: int = 5,
        wanted: Wanted | None = None,
        without: Without | None = None,
    ) -> Ranked:
        """Return the nearest articles and what speaks for the first."""
        words = words_in(text[:MAX_CHARACTERS])
        if not self.articles or not words:
            return Ranked((), None)
        search = _Search(self, text[:MAX_CHARACTERS], words, language, wanted, without)
        return search.ranked(limit)

    def rank_answers_first(
        self, text: str, language: Language, limit: int = 5, wanted: Wanted | None = None
    ) -> Iterator[Ranked]:
        """Yield the nearest stored answers, where passages stand beside them, then all."""
        words = words_in(text[:MAX_CHARACTERS])
        if not self.articles or not words:
            return
        search = _Search(self, text[:MAX_CHARACTERS], words, language, wanted, None)
        if self.has_passages:
            yield search.ranked(limit, among=self._is_written)
        yield search.ranked(limit)

    def worth(self, text: str) -> Floats:
        """Return shape (n,): what verdicts leave of each article's score for a question."""
        found = np.ones(len(self.articles), np.float32)
        for article_id, share in self._worth_of(text).items():
            if article_id in self._places:
                # Its versions in other languages say the same.
                group = self._groups[self._group_of[self._places[article_id]]]
                found[group] = np.minimum(found[group], share)
        return found


class _Search:
    """One question on its way through the index."""

    def __init__(
        self,
        index: Index,
        text: str,
        words: list[str],
        language: Language,
        wanted: Wanted | None,
        without: Without | None,
    ) -> None:
        self._index, self._words, self._language = index, words, language
        # A stored question that is asked again to calibrate is nobody's to judge.
        self._worth = index.worth(text) if without is None else np.ones(len(index), np.float32)
        without = without or Without()
        self._wanted, self._without = wanted, without
        self._question: QueryScores = index._texts.ask(words, without.asked)
        self._signals = self._question.signals()
        self._signals["meaning"] = np.zeros(0, np.float32)
        self._mixed = sum(
            (share * self._signals[name] for name, share in WEIGHTS.items()),
            np.zeros(len(index), np.float32),
        )
        self._meant: MeaningLikeness | None = None
        if index._meanings is None:
            del self._signals["meaning"]
        else:
            self._mix_in(index._meanings, text, without.asked)
        self._mixed = np.where(index._languages == language, self._mixed, FOREIGN * self._mixed)
        self._mixed = self._mixed * self._worth

    def _mix_in(self, meanings: EmbeddingIndex, text: str, asked: int | None) -> None:
        """Let the embeddings speak, for the articles that have some."""
        self._meant = meanings.likeness(text, asked)
        if self._meant is None:
            del self._signals["meaning"]
            return
        likeness = self._signals["meaning"] = self._meant.articles
        mixed = (1 - MEANING) * self._mixed + MEANING * likeness
        self._mixed = np.where(meanings.known, mixed, self._mixed)

    def ranked(self, limit: int, among: NDArray[np.bool_] | None = None) -> Ranked:
        """Return the results; ``among``, shape (n,), says which articles take part."""
        best = list(islice(self._best(among), max(limit, CANDIDATES)))
        found = tuple(self._hit(at, shown) for at, shown in best[:limit])
        return Ranked(found, self._evidence([at for at, _ in best]) if best else None)

    def _best(self, among: NDArray[np.bool_] | None = None) -> Iterator[tuple[int, Article]]:
        """Yield the places of the articles with the version to be shown, the best first."""
        mixed = self._mixed if among is None else np.where(among, self._mixed, 0)
        seen = set[int]()
        if self._without.article is not None:
            seen.add(int(self._index._group_of[self._without.article]))
        for at in _descending(mixed):
            group = int(self._index._group_of[at])
            if mixed[at] <= 0:
                return
            shown = None if group in seen else self._shown(at, group)
            seen.add(group)
            if shown is not None:
                yield at, shown

    def _shown(self, at: int, group: int) -> Article | None:
        """Return the asker's version, else the one that matched; None where none is wanted."""
        articles = self._index.articles
        versions = sorted(
            (articles[place] for place in self._index._groups[group]),
            key=lambda row: (row.language != self._language, row is not articles[at]),
        )
        return next((row for row in versions if self._wanted is None or self._wanted(row)), None)

    def _hit(self, at: int, shown: Article) -> SearchHit:
        return SearchHit(
            article=shown,
            score=float(self._mixed[at]),
            question=self._alike(at),
            coverage=self._question.coverage(at),
            foreign=bool(self._index.articles[at].language != self._language),
        )

    def _alike(self, at: int) -> float:
        return float(self._signals["question_characters"][at] * self._worth[at])

    def _evidence(self, best: Sequence[int]) -> MatchEvidence:
        first, rest = best[0], self._mixed[list(best[1:11])]
        votes = [values[first] >= values[list(best)].max() for values in self._signals.values()]
        score = float(self._mixed[first])
        return MatchEvidence(
            score=score,
            question=self._alike(first),
            coverage=self._question.coverage(first),
            lead=score - float(rest[0] if len(rest) else 0.0),
            crowd=score - float(rest.mean() if len(rest) else 0.0),
            agreement=sum(map(bool, votes)) / len(votes),
            words=sum(not is_small(word) for word in self._words),
            asked=bool(self._index.has_question[first]),
            foreign=bool(self._index.articles[first].language != self._language),
            by_meaning="meaning" in self._signals,
            ahead=self._ahead(first),
        )

    def _ahead(self, at: int) -> float:
        """Return how much nearer an article's questions are than the nearest counterexample.

        A passage without a question cannot be compared so: nothing is ahead of it.
        """
        counter = self._index._counter
        if counter is None or not self._index.has_question[at]:
            return 1.0
        left_out = self._without.counterexample
        signals = counter.ask(self._words, left_out).signals()
        meanings, meant = self._index._meanings, self._meant
        if meanings is None or meant is None or not meanings.known[at]:
            own, against = _wording_likeness(self._signals), _wording_likeness(signals)
        else:
            own = _wording_likeness(self._signals, meant.articles)
            against = _wording_likeness(signals, meant.counterexamples)
        if left_out is not None:
            against[left_out] = 0
        return float(own[at] - against.max(initial=0.0))


@lru_cache(maxsize=4)
def _counter_texts(counterexamples: tuple[Counterexample, ...]) -> Texts:
    """Return counterexamples as the only questions of as many empty articles."""
    n = len(counterexamples)
    return Texts([one.text for one in counterexamples], np.arange(n, dtype=np.intp), [""] * n)


def _wording_likeness(signals: Mapping[str, Floats], meaning: Floats | None = None) -> Floats:
    """Return shape (n,): how near the questions are, answers apart; signals mixed as in a score."""
    characters, words = WEIGHTS["question_characters"], WEIGHTS["question_words"]
    spelled = characters * signals["question_characters"] + words * signals["question_words"]
    mixed: Floats = (spelled / (characters + words)).astype(np.float32)
    return mixed if meaning is None else (1 - MEANING) * mixed + MEANING * meaning


def _unjudged(_text: str) -> Mapping[int, float]:
    return {}


def _descending(values: Floats) -> Iterator[int]:
    """Yield places by falling value, ties in order; the first ones without a full sort."""
    few = min(200, len(values))
    edge = np.partition(values, len(values) - few)[len(values) - few] if few else 0.0
    above = np.flatnonzero(values >= edge)
    yield from above[np.argsort(-values[above], kind="stable")].tolist()
    below = np.flatnonzero(values < edge)
    yield from below[np.argsort(-values[below], kind="stable")].tolist()


def _groups(articles: Sequence[Article]) -> list[list[int]]:
    """Return the places of each article's language versions."""
    groups: dict[tuple[str, str], list[int]] = {}
    for at, article in enumerate(articles):
        groups.setdefault((article.document, article.external_id), []).append(at)
    return list(groups.values())


def _questions(article: Article, more: Sequence[str]) -> list[str]:
    # A title made of the answer's own first words is no question somebody asked.
    own_words = article.answer.lstrip().startswith(article.title.rstrip("…"))
    titles = () if own_words else (article.title,)
    return [text for text in dict.fromkeys((*titles, *article.questions, *more)) if text.strip()]

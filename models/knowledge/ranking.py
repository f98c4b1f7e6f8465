"""How near texts are to a question, by five signals, without any database.

Words are compared by their spelling: each word of the vocabulary has its character
n-grams, so that *portal* meets *självbetjäningsportalen*, *lösenord* meets *lösenordet*
and a typing error meets the word that was meant. Texts are stored as counts of words
only. Both kinds of score come from them: the exact cosine of character n-grams, since
n-grams within words add up from word to word, and BM25 with words that are similar
instead of equal. This keeps 100,000 passages in some hundred megabytes and a question
to some milliseconds, and is the same on every database.

References
----------
Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.
Bojanowski et al., Enriching Word Vectors with Subword Information, TACL 2017 (words as
sums of their n-grams).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.knowledge.vocabulary import (
    Floats,
    Ints,
    Vocabulary,
    grams_in,
    is_small,
    smooth_idf,
    weighted_columns,
    words_in,
)

FREQUENCY, LENGTH = 1.2, 0.75
"""BM25's k1 and b."""
SMALL_WEIGHT = 0.75
"""What a function word counts beside a word of the topic."""
MOST_WORDS = 64
"""Different words of a question that are looked at; the first ones carry the topic."""

_SAMPLE = 4_000  # texts that n-gram frequencies are counted in
_BLOCK = 2_000  # texts whose lengths are computed at once


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a question: what in the vocabulary is like it, and what it counts."""

    near: Ints
    likeness: Floats
    emphasis: float


class TextField:
    """One field of the articles (what was asked, or the answers): a row a text."""

    def __init__(self, counts: Any, spelled: Any, emphasis: Floats, rarity: Floats) -> None:
        self._counts = counts.tocsc()
        self._nothing = np.zeros(counts.shape[0], np.float32) if not counts.nnz else None
        self._damped = _damped(self._counts, emphasis)
        self.lengths: Floats = np.asarray(counts.sum(axis=1), np.float32).ravel()
        self._scale = _scales(self._damped.tocsr(), spelled, rarity)

    def by_spelling(self, spelling: Floats) -> Floats:
        """Return the cosine of each text's character n-grams with the question's."""
        if self._nothing is not None:
            return self._nothing
        product: Floats = (self._damped @ spelling) * self._scale
        return product

    def frequencies(self, term: Term) -> Floats:
        """Return how often something like ``term`` stands in each text."""
        if self._nothing is not None:
            return self._nothing
        return weighted_columns(self._counts, term.near, term.likeness)


def saturation(lengths: Floats) -> Floats:
    """Return the frequency at which a term counts half, for texts of these lengths."""
    mean = float(lengths.mean()) if len(lengths) else 0.0
    found: Floats = FREQUENCY * (1 - LENGTH + LENGTH * lengths / max(mean, 1.0))
    return found


class Texts:
    """All fields of the articles and the signals they give."""

    def __init__(self, asked: Sequence[str], owners: Ints, answers: Sequence[str]) -> None:
        """``owners`` has the article of each question, in rising order."""
        rows = [words_in(text) for text in asked]
        answered = [words_in(text) for text in answers]
        self.vocabulary = Vocabulary([*rows, *answered])
        self._emphasis = np.array(
            [SMALL_WEIGHT if is_small(word) else 1.0 for word in self.vocabulary.words], np.float32
        )
        asked_counts, answer_counts = self.vocabulary.count(rows), self.vocabulary.count(answered)
        self.rarity = InverseDocumentFrequency(
            answer_counts + _sums(owners, len(answers)) @ asked_counts, self.vocabulary
        )
        fields = (self.vocabulary.spelled, self._emphasis, self.rarity.grams)
        self.asked, self.answers = (
            TextField(asked_counts, *fields),
            TextField(answer_counts, *fields),
        )
        self.owners, self.n = owners, len(answers)
        whole = self.added(self.answers.lengths, self.asked.lengths)
        self.saturations = tuple(map(saturation, (self.asked.lengths, self.answers.lengths, whole)))
        self.unasked = np.setdiff1d(np.arange(self.n), owners)

    def ask(self, words: Sequence[str], without: int | None = None) -> "QueryScores":
        """Compare a question with all articles, as if question ``without`` were not there."""
        return QueryScores(self, words, without)

    def term(self, word: str) -> Term:
        """Look up what is spelled like ``word``."""
        near, likeness = self.vocabulary.similar(word)
        return Term(near, likeness, SMALL_WEIGHT if is_small(word) else 1.0)

    def spelling_of(self, words: Sequence[str]) -> Floats:
        """Return for each known word what one of it adds to a text's likeness to ``words``."""
        known, rarity = self.vocabulary.grams, self.rarity.grams
        counts: dict[int, float] = {}
        for word in words:
            weight = SMALL_WEIGHT if is_small(word) else 1.0
            for gram, n in grams_in(word).items():
                if gram in known:
                    counts[known[gram]] = counts.get(known[gram], 0.0) + weight * n
        vector = np.zeros(len(known), np.float32)
        if counts:
            at = np.fromiter(counts, np.intp)
            weights = np.log1p(np.fromiter(counts.values(), np.float32)) * rarity[at]
            vector[at] = weights * rarity[at] / np.sqrt((weights**2).sum())
        spelling: Floats = self.vocabulary.spelled @ vector
        return spelling

    def best(self, values: Floats) -> Floats:
        """Return the highest value among each article's questions; 0 without any."""
        found = np.zeros(self.n, np.float32)
        np.maximum.at(found, self.owners, values)
        return found

    def added(self, answers: Floats, asked: Floats) -> Floats:
        """Return the answers' values with those of each article's questions added."""
        at = np.flatnonzero(asked > 0)
        if not len(at):
            return answers
        whole = answers + np.bincount(self.owners[at], asked[at], self.n)
        return whole.astype(np.float32)


class QueryScores:
    """A question and how near each article is to it."""

    def __init__(self, texts: Texts, words: Sequence[str], without: int | None) -> None:
        self._texts, self._words, self._without = texts, words, without
        self._weight = 0.0
        self._terms: list[tuple[float, Floats]] = []
        sizes = (len(texts.owners), texts.n, texts.n)
        self._sums = [np.zeros(size, np.float32) for size in sizes]
        for word in list(dict.fromkeys(words))[:MOST_WORDS]:
            self._add(texts.term(word))

    def _add(self, term: Term) -> None:
        texts = self._texts
        asked, answers = texts.asked.frequencies(term), texts.answers.frequencies(term)
        if self._without is not None:
            asked[self._without] = 0
        whole = texts.added(answers, asked)
        rarity = term.emphasis * texts.rarity.of(float(np.minimum(whole, 1).sum()))
        for found, full, into in zip(
            (asked, answers, whole), texts.saturations, self._sums, strict=True
        ):
            into += np.float32(rarity) * found / (found + full)
        self._terms.append((rarity, whole))
        self._weight += rarity

    def signals(self) -> dict[str, Floats]:
        """Return each signal's value for each article, in [0, 1]."""
        texts = self._texts
        spelling = texts.spelling_of(self._words)
        spelled = texts.asked.by_spelling(spelling)
        if self._without is not None:
            spelled[self._without] = 0
        weight = max(self._weight, 1e-9)
        asked, answers, whole = (values / np.float32(weight) for values in self._sums)
        found = {
            "question_characters": texts.best(spelled),
            "answer_characters": texts.answers.by_spelling(spelling),
            "question_words": texts.best(asked),
            "answer_words": answers,
            "words": whole,
        }
        for kind in ("characters", "words"):
            found[f"question_{kind}"][texts.unasked] = found[f"answer_{kind}"][texts.unasked]
        return found

    def coverage(self, article: int) -> float:
        """Return the share of the question that stands in an article, by rarity."""
        found = sum(rarity * min(1.0, float(whole[article])) for rarity, whole in self._terms)
        return found / self._weight if self._weight else 0.0


class InverseDocumentFrequency:
    """How rare words and n-grams are among the articles."""

    def __init__(self, counts: Any, vocabulary: Vocabulary) -> None:
        self.n = counts.shape[0]
        sample = counts[:: max(1, self.n // _SAMPLE)]
        in_texts = np.zeros(len(vocabulary.grams), np.int64)
        for block in _blocks(sample):
            in_texts += np.bincount((block @ vocabulary.spelled).indices, minlength=len(in_texts))
        self.grams: Floats = smooth_idf(in_texts, sample.shape[0])

    def of(self, found: float) -> float:
        """Return BM25's inverse document frequency of a term that ``found`` articles have."""
        return float(np.log(1 + (self.n - found + 0.5) / (found + 0.5)))


def _scales(damped: Any, spelled: Any, rarity: Floats) -> Floats:
    """Return 1 over the length of each text's vector of n-grams."""
    squares = [np.zeros(0, np.float32)]
    for block in _blocks(damped):
        vectors = block @ spelled
        vectors.data = (vectors.data * rarity[vectors.indices]) ** 2
        squares.append(np.asarray(vectors.sum(axis=1), np.float32).ravel())
    lengths = np.maximum(np.sqrt(np.concatenate(squares)), 1e-6)
    found: Floats = (1 / lengths).astype(np.float32)
    return found


def _blocks(rows: Any) -> Iterator[Any]:
    for start in range(0, rows.shape[0], _BLOCK):
        yield rows[start : start + _BLOCK]


def _damped(counts: Any, emphasis: Floats) -> Any:
    """Return counts (by word) as weights: repeated words add less, function words too."""
    from scipy.sparse import csc_matrix

    weights = (1 + np.log(counts.data)) * np.repeat(emphasis, np.diff(counts.indptr))
    cells = (weights.astype(np.float32), counts.indices, counts.indptr)
    return csc_matrix(cells, shape=counts.shape, copy=False)


def _sums(owners: Ints, n: int) -> Any:
    """Return the matrix that adds up the questions of each article."""
    from scipy.sparse import csr_matrix

    ones = np.ones(len(owners), np.float32)
    return csr_matrix((ones, (owners, np.arange(len(owners)))), shape=(n, len(owners)))

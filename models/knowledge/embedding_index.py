"""How near texts are in meaning: embeddings, where the company has them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import structlog
from numpy.typing import NDArray

from models.errors import UnavailableError
from models.meaning.embedder import Embedder

log = structlog.get_logger(__name__)

Floats = NDArray[np.float32]
Embed = Embedder

MAX_CHARACTERS = 1_500
"""Of an answer; models read no more."""
ASKED_CHARACTERS = 600
"""Of a question: whoever waits for an answer does not wait for more."""


@dataclass(frozen=True, slots=True)
class MeaningLikeness:
    """How near a question is in meaning, as cosines.

    Attributes
    ----------
    articles : shape (n_articles,), in [0, 1]
        That of each article's nearest text.
    counterexamples : shape (n_counterexamples,)
        That of each counterexample.
    """

    articles: Floats
    counterexamples: Floats


class EmbeddingIndex:
    """The vectors of all questions and answers.

    They are centred: some models put all texts into a narrow cone, where even strangers
    have a cosine of 0.8.
    """

    def __init__(
        self,
        asked: Sequence[str],
        owners: NDArray[np.intp],
        answers: Sequence[str],
        embed: Embed,
        known: NDArray[np.bool_] | None = None,
        counterexamples: Sequence[str] = (),
    ) -> None:
        """Embed the texts; of articles that are not ``known``, shape (n_articles,), none."""
        self.known = np.ones(len(answers), bool) if known is None else known
        self._embed, self._owners, self._n = embed, owners, len(answers)
        at_asked = np.flatnonzero(self.known[owners]).tolist()
        at_answers = np.flatnonzero(self.known).tolist()
        texts = [*(asked[at] for at in at_asked), *(answers[at] for at in at_answers)]
        n_own = len(texts)
        texts = [text[:MAX_CHARACTERS] for text in (*texts, *counterexamples)]
        vectors = (
            np.asarray(embed.embed(texts), np.float32) if texts else np.zeros((0, 1), np.float32)
        )
        self._centre = vectors[:n_own].mean(axis=0) if n_own else np.zeros(1, np.float32)
        vectors = _unit(vectors - self._centre)
        self._asked = _spread(vectors[: len(at_asked)], at_asked, len(asked))
        self._answers = _spread(vectors[len(at_asked) : n_own], at_answers, len(answers))
        self._counterexamples = vectors[n_own:]

    def likeness(self, text: str, without: int | None = None) -> MeaningLikeness | None:
        """Return how near a text is to each article, and to each counterexample.

        None while the embeddings are away: then words alone have to do.
        """
        try:
            asked_for = np.asarray(self._embed.embed_now(text[:ASKED_CHARACTERS]), np.float32)
        except UnavailableError as error:
            log.warning("searched without embeddings", error=str(error))
            return None
        vector = _unit((asked_for - self._centre)[np.newaxis])[0]
        near = np.maximum(self._answers @ vector, 0)
        asked = self._asked @ vector
        if without is not None:
            asked[without] = 0
        np.maximum.at(near, self._owners, asked)
        return MeaningLikeness(near, self._counterexamples @ vector)


def _spread(vectors: Floats, at: Sequence[int], n: int) -> Floats:
    """Return shape (n, n_dimensions): the vectors at their places, zeros elsewhere."""
    if len(at) == n:
        return vectors
    spread = np.zeros((n, vectors.shape[1]), np.float32)
    spread[at] = vectors
    return spread


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = vectors / np.maximum(lengths, np.float32(1e-9))
    return unit

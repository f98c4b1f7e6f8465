"""Nobody waits longer than a moment for an embedding, and what comes late is there next time."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future

import numpy as np
import pytest

from models.errors import UnavailableError
from models.meaning.embedder import Vectors
from models.meaning.patience import PatientEmbedder


class Texts:
    """Embeds a text as its length."""

    name = "lengths"

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.array([[len(text)] for text in texts], np.float32)

    def embed_now(self, text: str) -> Vectors:
        if text == "broken":
            raise UnavailableError("gone")
        vector: Vectors = self.embed([text])[0]
        return vector


class Slow:
    """Runs what was begun when it is told to."""

    def __init__(self) -> None:
        self.begun: list[tuple[Callable[[], Vectors], Future[Vectors]]] = []

    def __call__(self, call: Callable[[], Vectors]) -> "Future[Vectors]":
        coming: Future[Vectors] = Future()
        self.begun.append((call, coming))
        return coming

    def go_on(self) -> None:
        for call, coming in self.begun:
            coming.set_result(call())
        self.begun.clear()


def patient(slow: Slow, seconds: float = 0.0) -> PatientEmbedder:
    return PatientEmbedder(Texts(), patience_s=seconds, clock=lambda: 0.0, spawn=slow)


def test_what_takes_too_long_is_left_behind_and_there_for_the_next_who_asks() -> None:
    slow = Slow()
    embedder = patient(slow)
    for _ in range(3):  # search, then triage, then the next candidates: one wait for all
        with pytest.raises(UnavailableError, match="not within"):
            embedder.embed_now("hej")
    assert len(slow.begun) == 1

    slow.go_on()
    assert embedder.embed_now("hej").tolist() == [3.0]


def test_the_wait_counts_from_the_first_who_asked() -> None:
    slow, seconds = Slow(), 0.0
    embedder = PatientEmbedder(Texts(), patience_s=0.01, clock=lambda: seconds, spawn=slow)
    with pytest.raises(UnavailableError):
        embedder.embed_now("hej")
    seconds = 100.0  # a longer wait would end this test by its time-out
    with pytest.raises(UnavailableError):
        embedder.embed_now("hej")


def test_where_many_wait_the_next_ones_do_not() -> None:
    slow = Slow()
    embedder = patient(slow)
    for text in ("one", "two", "three", "four"):
        with pytest.raises(UnavailableError, match="not within"):
            embedder.embed_now(text)
    with pytest.raises(UnavailableError, match="too many"):
        embedder.embed_now("five")

    slow.go_on()
    with pytest.raises(UnavailableError, match="not within"):
        embedder.embed_now("six")


def test_a_failure_is_the_asker_s_own_and_the_next_one_tries_again() -> None:
    embedder = PatientEmbedder(Texts(), patience_s=10)
    for _ in range(2):
        with pytest.raises(UnavailableError, match="gone"):
            embedder.embed_now("broken")
    assert embedder.embed_now("well").tolist() == [4.0]
    assert embedder.embed(["a", "bc"]).tolist() == [[1.0], [2.0]]

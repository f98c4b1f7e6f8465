"""Embeddings help where they are, are nowhere waited for, and see nothing private."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pytest

from models.errors import UnavailableError
from models.knowledge.embedding_index import Floats
from models.knowledge.knowledge_base import Audience, KnowledgeBase
from models.store.transaction import Store
from models.tables import Article

TODAY = date(2026, 11, 23)
_THEMES = {"leave": 0, "vacation": 0, "printer": 1, "salary": 2, "board": 3}


@dataclass
class Themes:
    """Knows what a few words mean, and remembers what it was asked."""

    heard: list[str] = field(default_factory=list)
    away: bool = False

    name: str = "themes"

    def embed_now(self, text: str) -> Floats:
        vector: Floats = self.embed([text])[0]
        return vector

    def embed(self, texts: Sequence[str]) -> Floats:
        if self.away:
            raise UnavailableError("embeddings")
        self.heard += texts
        vectors = np.full((len(texts), 5), 0.01, np.float32)
        for row, text in enumerate(texts):
            for word, place in _THEMES.items():
                vectors[row, place] += word in text.lower()
        return vectors


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store(migrated_url)
    rows = [
        article("Printer", "Open the lid of the printer."),
        article("Days off", "Everybody has 25 days of vacation."),
        article("Board", "The board meets on Monday.", audience=["UANNA"]),
    ]
    with opened.begin() as unit:
        unit.knowledge.put(rows)
    yield opened
    opened.close()


def article(title: str, answer: str, **more: Any) -> Article:
    return Article(
        document="faq", external_id=title, language="en", title=title, answer=answer, sha256="",
        **more,
    )  # fmt: skip


def embedded(knowledge: KnowledgeBase) -> KnowledgeBase:
    """Wait until the texts have been embedded beside the answering."""
    knowledge.search("anything", "en", today=TODAY)
    meaner = knowledge._current._embedding
    assert meaner is not None
    meaner.join(10)
    return knowledge


def titles(knowledge: KnowledgeBase, text: str, **more: Any) -> list[str]:
    return [hit.title for hit in knowledge.search(text, "en", today=TODAY, **more)]


def test_the_first_question_does_not_wait_and_the_next_ones_are_understood(store: Store) -> None:
    knowledge = KnowledgeBase(store, embed=Themes())
    assert titles(knowledge, "leave")[:1] != ["Days off"]
    assert titles(embedded(knowledge), "leave")[0] == "Days off"


def test_what_changed_is_embedded_anew(store: Store) -> None:
    knowledge = embedded(KnowledgeBase(store, embed=Themes()))
    with store.begin() as unit:
        unit.knowledge.put([article("Money", "Salary comes on the 25th, holiday or not.")])
    assert titles(embedded(knowledge), "vacation")[0] == "Days off"
    assert "Money" in titles(knowledge, "salary")


def test_while_embeddings_are_away_words_find(store: Store) -> None:
    away = Themes(away=True)
    knowledge = embedded(KnowledgeBase(store, embed=away))
    assert titles(knowledge, "lid of the printer")[0] == "Printer"

    embedder = Themes()
    knowledge = embedded(KnowledgeBase(store, embed=embedder))
    embedder.away = True
    assert titles(knowledge, "lid of the printer")[0] == "Printer"


@pytest.mark.parametrize("allowed", [True, False])
def test_private_texts_are_embedded_only_where_that_is_allowed(store: Store, allowed: bool) -> None:
    embedder = Themes()
    knowledge = embedded(KnowledgeBase(store, embed=embedder, embed_private=allowed))
    assert any("board meets" in text.lower() for text in embedder.heard) is allowed
    assert titles(knowledge, "when does the board meet", reader=Audience("UANNA"))[0] == "Board"
    assert "Board" not in titles(knowledge, "when does the board meet")

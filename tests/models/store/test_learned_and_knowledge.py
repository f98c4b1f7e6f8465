"""Model versions and articles in the database, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from models.store.knowledge import ArticleChanges
from models.store.transaction import Store
from models.tables import Article, ModelVersion


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(database_url)
    yield opened
    opened.close()


def version(now: datetime, *, promoted: bool) -> ModelVersion:
    return ModelVersion(
        created_at=now,
        recipe="svm",
        n=7,
        accuracy=0.8,
        macro_f1=0.7,
        promoted=promoted,
        reason="",
        sha256="0" * 64,
        content=b"model",
    )


def article(name: str, answer: str = "Press *reset*.", language: str = "en") -> Article:
    return Article(
        document="faq.csv",
        external_id=name,
        language=language,
        title=name,
        questions=[f"{name}?"],
        answer=answer,
        sha256="",
    )


def test_the_champion_is_the_newest_promoted_version(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        assert unit.model_versions.champion() is None
        first = unit.model_versions.add(version(now, promoted=True))
        unit.model_versions.add(version(now, promoted=False))
        last = unit.model_versions.add(version(now, promoted=True))

    with store.snapshot() as unit:
        assert unit.model_versions.newest_promoted() == last
        assert unit.model_versions.promoted() == [last, first]
        champion = unit.model_versions.champion()
        assert champion is not None
        assert champion.content == b"model"
        assert [line.promoted for line in unit.model_versions.listing()] == [True, False, True]


def test_an_article_is_added_then_left_alone_then_updated(store: Store) -> None:
    with store.begin() as unit:
        assert unit.knowledge.put([article("a"), article("b")]) == ArticleChanges(added=2)
    with store.begin() as unit:
        changes = unit.knowledge.put([article("a"), article("b", answer="Other.")])
        assert changes == ArticleChanges(updated=1, unchanged=1)

    with store.snapshot() as unit:
        assert [row.answer for row in unit.knowledge.all()] == ["Press *reset*.", "Other."]
        assert unit.knowledge.documents() == [("faq.csv", 2)]


def test_a_document_holds_only_what_it_held_last(store: Store) -> None:
    with store.begin() as unit:
        unit.knowledge.put([article("a"), article("b"), article("b", language="sv")])
    with store.begin() as unit:
        changes = unit.knowledge.replace("faq.csv", [article("b"), article("c")])

    assert changes == ArticleChanges(added=1, unchanged=1, removed=2)


def test_every_change_shows_in_the_version(store: Store) -> None:
    seen = []
    with store.begin() as unit:
        seen.append(unit.knowledge.version())
        unit.knowledge.put([article("a")])
        seen.append(unit.knowledge.version())
        unit.knowledge.put([article("a", answer="New.")])
        seen.append(unit.knowledge.version())
        unit.knowledge.put([article("a", answer="New.")])
        assert unit.knowledge.version() == seen[-1]
        assert unit.knowledge.delete_document("faq.csv") == 1
        assert unit.knowledge.version() == seen[0]

    assert len(set(seen)) == 3


def test_an_answer_is_kept_byte_for_byte(store: Store) -> None:
    text = "Rad ett\r\n  rad två\t*inte fet*\n\nSlut – “så” 👍 "
    with store.begin() as unit:
        unit.knowledge.put([article("a", answer=text)])

    with store.snapshot() as unit:
        stored = unit.knowledge.get(unit.knowledge.all()[0].id or 0)
        assert stored is not None
        assert stored.answer == text

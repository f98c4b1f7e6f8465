"""Every replica answers from what is stored now."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from models.knowledge import current_index
from models.knowledge.knowledge_base import KnowledgeBase
from models.store.migration import upgrade
from models.store.transaction import Store
from models.tables import Article
from tests.waiting import wait_until

TODAY = date(2026, 11, 23)


class Seconds:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(database_url)
    upgrade(opened)
    yield opened
    opened.close()


def article(name: str, answer: str = "So.") -> Article:
    return Article(
        document="faq", external_id=name, language="en", title=name, answer=answer, sha256=""
    )


def put(store: Store, articles: Sequence[Article]) -> None:
    with store.begin() as unit:
        unit.knowledge.replace("faq", articles)


def test_a_replica_sees_at_once_what_another_process_wrote(store: Store, database_url: str) -> None:
    put(store, [article("printer jammed")])
    other = Store(database_url)
    replica = KnowledgeBase(other)
    assert replica.answer("printer jammed", "en", today=TODAY) is not None

    put(store, [article("printer jammed", "Pull the paper out.")])
    answer = replica.answer("printer jammed", "en", today=TODAY)
    put(store, [])

    assert answer is not None
    assert answer.text == "Pull the paper out."
    assert replica.answer("printer jammed", "en", today=TODAY) is None
    assert replica.search("printer jammed", "en", today=TODAY) == ()
    other.close()


@pytest.mark.slow
def test_a_large_index_is_renewed_beside_the_old_one(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'lotsen.db'}")
    upgrade(store)
    many = [article(f"topic{number} door") for number in range(current_index.MANY + 1)]
    put(store, [*many, article("printer jammed")])
    clock = Seconds()
    knowledge = KnowledgeBase(store, clock=clock)
    assert knowledge.answer("printer jammed", "en", today=TODAY) is not None

    with store.begin() as unit:
        gone = next(row for row in unit.knowledge.all() if row.external_id == "printer jammed")
        unit.knowledge.replace("faq", [article(f"topic{number} door") for number in range(2_001)])
        unit.knowledge.put([article("zebra crossing")])

    # Not looked at yet, and still nothing is shown that is gone.
    assert gone.id not in [
        hit.article_id for hit in knowledge.search("printer jammed", "en", today=TODAY)
    ]
    assert knowledge.answer("zebra crossing", "en", today=TODAY) is None

    clock.now += current_index.LOOK_EVERY_SECONDS
    assert wait_until(lambda: knowledge.answer("zebra crossing", "en", today=TODAY), 30)
    store.close()


def test_the_limits_in_use_are_told(store: Store) -> None:
    put(store, [article("printer jammed")])

    report = KnowledgeBase(store, target=0.8).report()

    assert (report.articles, report.questions, report.target) == (1, 1, 0.8)
    assert 0 < report.limits.now.suggested < report.limits.now.answered
    assert (report.limits.answers, report.limits.choices) == (0, 0)

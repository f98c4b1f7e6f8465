"""Who asks and when decides which stored answers there are."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from models.knowledge.knowledge_base import Audience, KnowledgeBase
from models.store.transaction import Store
from models.tables import Article, ArticleKind

TODAY = date(2026, 11, 23)


@pytest.fixture
def store(memory: Store) -> Store:
    return memory


def article(title: str, answer: str, **more: Any) -> Article:
    name = more.pop("external_id", title)
    return Article(
        document="faq", external_id=name, language="en", title=title, answer=answer, sha256="",
        **more,
    )  # fmt: skip


def knowing(store: Store, articles: Sequence[Article]) -> KnowledgeBase:
    with store.begin() as unit:
        unit.knowledge.put(articles)
    return KnowledgeBase(store)


def test_a_private_answer_is_for_its_audience_only(store: Store) -> None:
    private = article("salary bands", "From 3 to 9.", audience=["SBOARD", "UANNA"])
    knowledge = knowing(store, [private, article("printer jammed", "Open the lid.")])

    def answered(reader: Audience | None) -> bool:
        found = knowledge.answer("salary bands", "en", reader=reader, today=TODAY)
        hits = knowledge.search("salary bands", "en", reader=reader, today=TODAY)
        assert (found is not None) == ("salary bands" in [hit.title for hit in hits])
        return found is not None

    assert answered(Audience("UANNA"))
    assert answered(Audience("UBO", frozenset({"SBOARD"})))
    assert not answered(Audience("UBO", frozenset({"SOTHER"})))
    assert not answered(Audience())
    assert not answered(None)
    assert knowledge.reply("salary bands", "en", today=TODAY).confidence < 0.5


@pytest.mark.parametrize(
    ("today", "shown"),
    [(date(2026, 11, 23), True), (date(2026, 11, 24), False)],
)
def test_an_expired_answer_is_withheld(store: Store, today: date, *, shown: bool) -> None:
    knowledge = knowing(store, [article("parking", "Lot B.", expires_on=date(2026, 11, 23))])

    assert (knowledge.answer("parking", "en", today=today) is not None) is shown
    assert bool(knowledge.search("parking", "en", today=today)) is shown


@pytest.mark.parametrize(
    ("verified_on", "today", "old"),
    [
        (date(2025, 11, 23), TODAY, False),
        (date(2025, 11, 22), TODAY, True),
        (date(2024, 2, 29), date(2025, 2, 28), False),
        (date(2024, 2, 29), date(2025, 3, 1), True),
        (None, TODAY, False),
    ],
)
def test_an_answer_that_nobody_verified_for_a_year_is_old(
    store: Store, verified_on: date | None, today: date, *, old: bool
) -> None:
    knowledge = knowing(store, [article("parking", "Lot B.", verified_on=verified_on)])

    answer = knowledge.answer("parking", "en", today=today)

    assert answer is not None
    assert answer.old is old


def test_a_stored_answer_goes_before_a_passage(store: Store) -> None:
    passage = article(
        "parking garage", "Parking garage: lot B.", kind=ArticleKind.PASSAGE, address="p. 3", page=3
    )
    knowledge = knowing(store, [passage, article("parking garage", "Ask Kim.", external_id="2")])

    answer = knowledge.answer("parking garage", "en", today=TODAY)
    assert answer is not None
    assert answer.text == "Ask Kim."

    with store.begin() as unit:
        unit.knowledge.replace("faq", [passage])
    answer = knowledge.answer("parking garage", "en", today=TODAY)
    assert answer is not None
    assert (answer.kind, answer.address, answer.page) == (ArticleKind.PASSAGE, "p. 3", 3)
    assert answer.text == "Parking garage: lot B."

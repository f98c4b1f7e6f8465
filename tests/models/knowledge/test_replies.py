"""A question gets an answer, titles to choose from, or what whoever takes over should see."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from models.knowledge.knowledge_base import Audience, KnowledgeBase, Reply
from models.knowledge.tiers import Tier
from models.store.transaction import Store
from models.tables import Article
from tests.databases import migrated_in_memory

TODAY = date(2026, 11, 23)


def article(name: str, language: str, title: str, answer: str, **more: Any) -> Article:
    fields: dict[str, Any] = {"document": "faq", "sha256": f"{name}-{language}", **more}
    return Article(external_id=name, language=language, title=title, answer=answer, **fields)


@pytest.fixture
def store() -> Iterator[Store]:
    opened = migrated_in_memory()
    with opened.begin() as unit:
        unit.knowledge.put(
            [
                article("garage", "en", "Where is the garage?", "Below the house."),
                article("garage", "sv", "Var ligger garaget?", "Under huset."),
                article("paper", "en", "The printer is out of paper", "Paper is in the cupboard."),
                article("toner", "en", "The printer is out of toner", "Toner is in the cupboard."),
                article("scan", "en", "Scan with the printer", "Press scan."),
                article("drucker", "de", "Printer", "Der Drucker steht im Flur."),
                article("secret", "en", "Printer of the board", "Floor 5.", audience=["UBOSS"]),
                article(
                    "old",
                    "en",
                    "Printer in the old house",
                    "Gone.",
                    expires_on=TODAY - timedelta(days=1),
                ),
            ]
        )
    yield opened
    opened.close()


@pytest.fixture
def knowledge(store: Store) -> KnowledgeBase:
    return KnowledgeBase(store)


def names(reply: Reply) -> list[str]:
    return [hit.external_id for hit in reply.suggested]


def test_what_is_sure_is_answered_and_offers_no_titles(knowledge: KnowledgeBase) -> None:
    reply = knowledge.reply("Where is the garage?", "en", today=TODAY)

    assert reply.tier is Tier.ANSWERED
    assert reply.answer is not None
    assert reply.answer.text == "Below the house."
    assert reply.suggested == ()
    assert reply.nearest[0].external_id == "garage"
    assert (reply.score, reply.confidence) == (reply.nearest[0].score, reply.answer.confidence)


def test_what_is_likely_offers_up_to_three_titles_own_language_first(
    knowledge: KnowledgeBase,
) -> None:
    reply = knowledge.reply("the printer is out", "en", today=TODAY)

    assert reply.tier is Tier.SUGGESTED
    assert reply.answer is None
    assert len(names(reply)) == 3
    languages = [hit.language for hit in reply.suggested]
    assert languages == sorted(languages, key=lambda language: language != "en")
    assert {"secret", "old"}.isdisjoint(names(reply))


def test_an_article_is_one_title_whatever_its_languages(knowledge: KnowledgeBase) -> None:
    reply = knowledge.reply("garaget garage huset house", "sv", today=TODAY)

    garages = [hit for hit in reply.hits if hit.external_id == "garage"]
    assert [hit.title for hit in garages] == ["Var ligger garaget?"]


def test_only_its_readers_are_offered_what_is_not_for_everybody(knowledge: KnowledgeBase) -> None:
    asked = "printer of board"

    boss = knowledge.reply(asked, "en", reader=Audience("UBOSS"), today=TODAY)
    anybody = knowledge.reply(asked, "en", today=TODAY)

    assert "secret" in [hit.external_id for hit in boss.hits]
    assert "secret" not in [hit.external_id for hit in anybody.hits]


def test_what_is_unsure_goes_to_a_person_with_the_nearest(knowledge: KnowledgeBase) -> None:
    reply = knowledge.reply("who do I ask about holidays", "en", today=TODAY)
    nothing = knowledge.reply("zzz", "en", today=TODAY)

    assert (reply.tier, reply.answer, reply.suggested) == (Tier.TICKET, None, ())
    assert 1 <= len(reply.nearest) <= 3
    assert nothing == Reply(Tier.TICKET)

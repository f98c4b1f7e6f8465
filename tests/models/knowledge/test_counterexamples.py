"""A message that only sounds like a stored question is doubted."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from models import starter
from models.knowledge.articles import from_starter
from models.knowledge.counterexamples import counterexamples_of
from models.knowledge.index import Index, MatchEvidence
from models.knowledge.tiers import CLEAR_OF, Limits, Tier, doubt, nearness, sureness
from models.starter import Counterexample
from models.tables import Article

CARD = Counterexample("mitt passerkort till porten är spärrat", "account-locked", "sv")
LUNCH = Counterexample("vad blir det för lunch i matsalen", "", "sv")


def article(number: int, title: str, *questions: str) -> Article:
    return Article(
        id=number,
        document="faq",
        external_id=str(number),
        language="sv",
        title=title,
        questions=[*questions],
        answer=f"Svar {number}.",
        sha256="",
    )


ARTICLES = [
    article(1, "Kontot är låst", "mitt konto är spärrat"),
    article(2, "Skrivaren skriver inte ut", "skrivaren är död"),
]
INDEX = Index(ARTICLES, counterexamples=[CARD, LUNCH])


def evidence(text: str, index: Index = INDEX) -> MatchEvidence:
    found = index.rank(text, "sv").evidence
    assert found is not None
    return found


def test_what_is_nearer_to_a_counterexample_is_doubted() -> None:
    blocked = evidence("hjälp, passerkortet till porten är spärrat")

    assert blocked.ahead < 0
    assert doubt(blocked) > 0
    assert nearness(blocked) < blocked.score
    assert sureness(blocked) < sureness(replace(blocked, ahead=1.0))


def test_what_is_nearer_to_a_stored_question_is_not() -> None:
    locked = evidence("mitt konto är spärrat igen")

    assert locked.ahead > CLEAR_OF
    assert nearness(locked) == locked.score


def test_a_doubted_question_gets_a_person_instead_of_titles() -> None:
    text = "hjälp, passerkortet till porten är spärrat"
    limits = Limits(answered=0.9, suggested=evidence(text, Index(ARTICLES)).score)

    assert limits.tier(evidence(text, Index(ARTICLES))) is Tier.SUGGESTED
    assert limits.tier(evidence(text)) is Tier.TICKET


def test_without_counterexamples_nothing_is_doubted() -> None:
    assert doubt(evidence("passerkortet är spärrat", Index(ARTICLES))) == 0


@pytest.mark.parametrize("text", ["mitt konto är spärrat", "skrivaren är död", "lunch i matsalen"])
def test_the_order_of_the_results_stays(text: str) -> None:
    with_them, without = INDEX.rank(text, "sv"), Index(ARTICLES).rank(text, "sv")

    assert with_them.hits == without.hits


def test_the_further_behind_the_more_doubt() -> None:
    aheads = (0.5, CLEAR_OF, 0.05, 0.0, -0.2)
    doubts = [doubt(replace(evidence("skrivaren"), ahead=ahead)) for ahead in aheads]

    assert doubts[:2] == [0.0, 0.0]
    assert all(less < more for less, more in pairwise(doubts[1:]))


def test_counterexamples_of_an_article_go_with_it() -> None:
    """What took its place may well answer them."""
    one = next(one for one in starter.articles() if one.id == "vpn-connect")
    stored = article(1, one.title)
    stored.external_id, stored.answer = one.id, one.answer
    rewritten = article(1, one.title)
    rewritten.external_id = one.id

    assert {found.article for found in counterexamples_of([stored])} == {"", "vpn-connect"}
    assert {found.article for found in counterexamples_of([rewritten])} == {""}


def test_what_an_article_of_the_company_is_about_is_no_counterexample() -> None:
    """Else nobody would find what a company writes about its own building."""
    lift = article(1, "Hissen står still", "hissen har fastnat igen")
    usual, without = counterexamples_of([]), counterexamples_of([lift])

    assert set(without) < set(usual)
    assert all("hiss" in one.text.casefold() for one in set(usual) - set(without))


def test_own_articles_are_found_beside_the_starter_articles() -> None:
    lift = article(9_999, "Hissen står still", "hissen har fastnat")
    stored = [from_starter(one, datetime(2026, 1, 1, tzinfo=UTC)) for one in starter.articles()]
    index = Index([*stored, lift], counterexamples=counterexamples_of([*stored, lift]))
    found = index.rank("hiss 2 står still igen", "sv")

    assert found.hits[0].article is lift
    assert doubt(evidence("hiss 2 står still igen", index)) == 0

"""The card of the support team names only articles that are near the question."""

from typing import Any

import pytest

from models.commands import AddToTicket
from models.desk.answers.answering import Lookup, near
from models.knowledge.knowledge_base import Hit, RankMark
from models.tables import DecidedBy
from models.triage.cascade import TriageVerdict
from tests.models.desk.conftest import ASA, at


def looked_up(scores: tuple[float, ...], *, nearness: float, suggested: bool = False) -> Lookup:
    hits = tuple(
        Hit(at, f"a{at}", "handbook", f"Article {at}", "", score, "sv")
        for at, score in enumerate(scores, start=1)
    )
    return Lookup(
        language="sv",
        greeting=False,
        answer=None,
        verdict=TriageVerdict("", 0.0, DecidedBy.NOBODY),
        suggested=hits[:3] if suggested else (),
        nearest=hits,
        mark=RankMark(nearness, nearness, "words"),
    )


@pytest.mark.parametrize(
    ("lookup", "numbers"),
    [
        pytest.param(looked_up((0.16, 0.15, 0.09), nearness=0.16), [], id="nothing is near"),
        pytest.param(looked_up((0.31, 0.22, 0.1), nearness=0.31), [1, 2], id="two are"),
        pytest.param(
            looked_up((0.32, 0.21, 0.17), nearness=-0.12), [], id="nearer to a counterexample"
        ),
        pytest.param(
            looked_up((0.12, 0.08, 0.02), nearness=0.12, suggested=True),
            [1, 2],
            id="titles of a small handbook",
        ),
        pytest.param(looked_up((), nearness=0.0), [], id="nothing is stored"),
    ],
)
def test_only_what_is_near_is_named(lookup: Lookup, numbers: list[int]) -> None:
    assert [hit.article_id for hit in near(lookup)] == numbers


def test_the_card_says_that_nothing_is_about_it(desk: Any) -> None:
    desk.say("Kaffemaskinen läcker")

    assert "Ingen sparad artikel handlar om det här." in desk.card()
    assert "Närmaste artikel" not in desk.card()


NOTHING = "Ingen sparad artikel handlar om det här."


@pytest.mark.usefixtures("article")
def test_words_that_an_article_is_about_bring_it_to_the_card_by_an_edit(desk: Any) -> None:
    desk.say("Kaffemaskinen läcker")
    assert NOTHING in desk.card()

    desk.edit(0, "VPN kopplar inte upp felkod 809")

    assert NOTHING not in desk.card()
    assert "Närmaste artikel" in desk.card()


@pytest.mark.usefixtures("article")
def test_words_that_an_article_is_about_bring_it_to_the_card_by_the_button(desk: Any) -> None:
    desk.say("Det krånglar")
    assert NOTHING in desk.card()

    words = "VPN kopplar inte upp felkod 809"
    add = AddToTicket(id="add", user=ASA, case_id=1, text=words, at=at(60), channel="CHELP")
    desk.do(add, 60)

    assert NOTHING not in desk.card()
    assert "Närmaste artikel" in desk.card()

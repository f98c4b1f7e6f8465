"""What articles would have been shown for, and how much of it helps, as known questions tell."""

import csv
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.desk.answers.answering import tier_before_search
from models.history.answerable import (
    BY_WORDS,
    SHOWN,
    HelpOnPublicQuestions,
    Shelf,
    answerable,
    shelf_of,
)
from models.history.past_tickets import past_of
from models.history.sortable import WhyNot
from models.knowledge.tiers import Tier
from models.language.detection import detect
from models.triage.evaluation import no_progress
from tests.models.history.made_past import past, row

PUBLIC = Path(__file__).parents[1] / "starter" / "public_questions.csv"
NOW = datetime(2026, 11, 30, tzinfo=UTC)


def test_what_is_asked_of_the_starter_is_offered_and_the_rest_is_not(shelf: Shelf) -> None:
    texts = ["I forgot my password and cannot log in", "the lawn mower needs new blades", "thanks!"]

    found = answerable(
        past_of(row(at, text) for at, text in enumerate(texts)), shelf, BY_WORDS, no_progress
    )

    assert found.tiers[0] in SHOWN
    assert found.tiers[1:] == (Tier.TICKET, Tier.SMALLTALK)
    assert found.share == pytest.approx(1 / 3)
    assert (found.n, found.n_articles) == (3, 40)


def test_the_company_s_own_articles_stand_beside_the_starter_s(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(
        "id,question,answer\n"
        "mower,The lawn mower needs new blades,Blades are in the green shed.\n"
        "gate,The garden gate does not close,Lift it a little.\n"
    )
    own = shelf_of(file, NOW, target=0.95, before=tier_before_search, language="en")

    assert own.tier("the lawn mower needs new blades") is Tier.ANSWERED


def test_without_texts_nothing_is_said(shelf: Shelf) -> None:
    found = answerable(past(5, text=""), shelf, BY_WORDS, no_progress)

    assert (found.share, found.low, found.why_not) == (None, None, WhyNot.NO_TEXTS)


class TestHowMuchOfItHelps:
    def test_nothing_where_no_more_is_shown_than_for_strangers(self) -> None:
        assert BY_WORDS.helped_share(59 / 150) == 0.0
        assert BY_WORDS.helped_share(0.2) == 0.0

    def test_as_on_the_public_questions_where_all_are_answerable(self) -> None:
        assert BY_WORDS.helped_share(136 / 150) == pytest.approx(127 / 150)

    def test_by_hand(self) -> None:
        # 70 % shown; of answerable ones 90 %, of others 40 %: 60 % are answerable, 80 % of them helped.
        measured = HelpOnPublicQuestions(100, 90, 80, 100, 40, 50, 25, 0)

        assert measured.helped_share(0.7) == pytest.approx(0.6 * 0.8)

    @given(st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
    def test_the_least_is_never_more_than_what_is_expected(self, counts: tuple[int, int]) -> None:
        shown, n = counts

        low, expected = BY_WORDS.helped_share_low(shown, n), BY_WORDS.helped_share(shown / n)

        assert 0.0 <= low <= expected <= 1.0

    def test_many_tickets_of_known_kinds_are_bounded_rightly(self) -> None:
        # Of 5,000 tickets half are answerable: 90.7 % and 39.3 % of the halves are shown something.
        shown = round(2_500 * 136 / 150 + 2_500 * 59 / 150)

        assert BY_WORDS.helped_share(shown / 5_000) == pytest.approx(0.5 * 127 / 150, abs=0.001)
        assert 0.0 < BY_WORDS.helped_share_low(shown, 5_000) < 0.5 * 127 / 150

    def test_a_desk_of_near_misses_alone_is_never_said_to_be_helped(self) -> None:
        for n in (100, 1_000, 5_000):
            assert BY_WORDS.helped_share_low(round(n * 38 / 75), n) == 0.0


@pytest.mark.slow
def test_the_public_questions_say_what_is_written_of_them(shelf: Shelf) -> None:
    counted = dict.fromkeys((field.name for field in fields(HelpOnPublicQuestions)), 0)
    with PUBLIC.open(encoding="utf-8", newline="") as file:
        for asked in csv.DictReader(file):
            text, right = asked["question"], set(filter(None, asked["id"].split("|")))
            language = detect(text, "sv" if asked["language"] == "sv" else "en")
            ranked = shelf.index.rank(text, language, 3)
            tier = tier_before_search(text) or shelf.limits.tier(ranked.evidence)
            three = [one.article.external_id for one in ranked.hits]
            looked_at = three[:1] if tier is Tier.ANSWERED else three
            is_shown = tier in SHOWN
            counted["answerable" if right else "unanswerable"] += 1
            counted["shown" if right else "bothered"] += is_shown
            counted["near_misses"] += asked["kind"] == "near_miss"
            counted["near_bothered"] += is_shown and asked["kind"] == "near_miss"
            counted["helped"] += is_shown and bool(right & set(looked_at))
            counted["wrong"] += tier is Tier.ANSWERED and not right & set(looked_at)

    assert HelpOnPublicQuestions(**counted) == BY_WORDS

"""The public test: 300 questions that were written before anybody knew what would answer them.

What they measure holds only while nothing learns from them.
"""

import csv
import re
from collections import Counter
from pathlib import Path

from models import starter

with (Path(__file__).parent / "public_questions.csv").open(encoding="utf-8", newline="") as file:
    ROWS = tuple(csv.DictReader(file))


def ids(row: dict[str, str]) -> list[str]:
    return [one for one in row["id"].split("|") if one]


def plain(text: str) -> str:
    """Return ``text`` without what a copy would change first: capitals, signs, spaces."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def test_half_can_be_answered_and_half_cannot() -> None:
    kinds = Counter(row["kind"] for row in ROWS)

    assert kinds == {"answerable": 150, "near_miss": 75, "out_of_scope": 75}
    assert all(bool(ids(row)) == (row["kind"] == "answerable") for row in ROWS)


def test_half_of_each_are_swedish_and_the_rest_english_and_german_alike() -> None:
    for answerable in (True, False):
        told = Counter(row["language"] for row in ROWS if bool(ids(row)) == answerable)
        assert set(told) == {"sv", "en", "de"}
        assert told["sv"] == 75
        assert abs(told["en"] - told["de"]) <= 1


def test_each_article_is_asked_for_three_to_five_times_and_no_other_is() -> None:
    asked = Counter(one for row in ROWS for one in ids(row))

    assert set(asked) == {article.id for article in starter.articles()}
    assert {one: n for one, n in asked.items() if not 3 <= n <= 5} == {}


def test_nobody_asks_the_same_twice() -> None:
    said = Counter(plain(row["question"]) for row in ROWS)

    assert [text for text, n in said.items() if n > 1] == []


def test_a_note_is_a_hint_and_no_explanation() -> None:
    assert [row["note"] for row in ROWS if len(row["note"].split()) > 5] == []


def test_none_is_taught() -> None:
    taught = {plain(wording) for article in starter.articles() for wording in article.questions}
    taught |= {plain(article.title) for article in starter.articles()}
    taught |= {plain(example.text) for example in starter.examples()}
    taught |= {plain(one.text) for one in starter.counterexamples()}

    assert [row["question"] for row in ROWS if plain(row["question"]) in taught] == []

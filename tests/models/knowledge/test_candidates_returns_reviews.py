"""The rules of what is offered, who came back, and when an owner is asked."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.knowledge import reviews
from models.knowledge.candidates import candidate, is_there, is_worth_an_article
from models.knowledge.returns import returns
from models.redaction import redact
from models.store.feedback import AskedText
from models.tables import Article, ArticleKind
from tests.conftest import NOW

TODAY = date(2026, 11, 23)


def article(**more: Any) -> Article:
    values: dict[str, Any] = {
        "id": 1,
        "document": "faq",
        "external_id": "vpn",
        "language": "sv",
        "title": "VPN kopplar inte upp",
        "questions": ["jag kommer inte in på VPN"],
        "answer": "Byt till port 443 och försök igen.",
        "sha256": "",
        "audience": [],
        "kind": ArticleKind.ANSWER,
    }
    return Article(**{**values, **more})


# Candidates ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "learned"),
    [
        ("tunneln till\nkontoret dör jämt", "tunneln till kontoret dör jämt"),
        ("VPN kopplar inte upp!", ""),  # its title
        ("Jag kommer inte in på vpn", ""),  # a question that it has
        ("anslutningen bryts varje kväll", ""),  # declined before
        ("hjälp", ""),  # one word would draw everything
        ("x " * 200, ""),  # a story
    ],
)
def test_an_article_learns_only_new_ways_to_ask(question: str, learned: str) -> None:
    offered = ["anslutningen bryts varje kväll"]

    assert candidate(redact(question).text, article(), offered) == learned


def test_a_question_to_a_private_article_is_never_shown_to_others() -> None:
    private = article(audience=["S012345"])

    assert candidate(redact("tunneln till kontoret dör jämt").text, private, []) == ""


def test_a_note_is_worth_an_article_when_it_says_enough_and_nothing_like_it_is_there() -> None:
    note = "Öppna VPN-klienten, välj Inställningar och byt till port 8443. Starta sedan om datorn."

    assert is_worth_an_article(note)
    assert not is_worth_an_article("Fixat.")
    assert not is_there("tunneln dör", note, [article()])
    assert is_there("VPN kopplar inte upp", note, [article()])
    assert is_there("tunneln dör", note, [article(answer=note + "!")])


# Returns ---------------------------------------------------------------------------------------


def asked(
    case: int, text: str, days: float, who: str = "a", article_id: int | None = 7
) -> AskedText:
    return AskedText(case, who, "sv", text, NOW + timedelta(days=days), 0.0, article_id)


def test_who_asks_nearly_the_same_within_a_week_came_back() -> None:
    text, same = "VPN kopplar inte upp hemifrån", "vpn kopplar inte upp hemifrån??"
    found = returns(
        [
            asked(1, text, 0),
            asked(2, same, 3),
            asked(3, same, 6),
            asked(4, same, 14),  # a week after the one before
            asked(5, "var söker jag semester", 1),  # something else
            asked(6, text, 0, who="b"),  # somebody else
            asked(7, text, 0, who="c", article_id=None),  # never answered
            asked(8, same, 1, who="c"),
        ]
    )

    assert [(one.case_id, again.case_id) for one, again in found] == [(1, 2), (2, 3)]


# Reviews ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 11, 23), 12, date(2027, 11, 23)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), -11, date(2025, 2, 28)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, then: date) -> None:
    assert reviews.months_after(day, months) == then


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-60, 60))
def test_a_month_later_is_in_that_month(day: date, months: int) -> None:
    then = reviews.months_after(day, months)

    assert (then.year - day.year) * 12 + then.month - day.month == months
    assert then.day <= day.day


def test_what_expires_next_is_asked_first_and_nothing_twice() -> None:
    rows = [
        article(id=1, external_id="a", expires_on=TODAY + timedelta(days=9)),
        article(id=2, external_id="b", expires_on=TODAY - timedelta(days=400)),
        article(id=3, external_id="c", expires_on=TODAY + timedelta(days=2)),
        article(id=4, external_id="d", verified_on=date(2025, 12, 1)),
        article(id=5, external_id="e", expires_on=TODAY + timedelta(days=3)),
        article(id=6, external_id="f"),  # can never expire
    ]
    asked_before = {(5, TODAY + timedelta(days=3))}

    due = reviews.due_reviews(rows, asked_before, TODAY)

    assert [one.article.id for one in due] == [3, 4, 1, 2]


def test_a_document_is_one_question_and_so_is_an_answer_in_three_languages() -> None:
    soon = TODAY + timedelta(days=3)
    passages = [
        article(id=number, document="a.pdf", external_id=str(number), expires_on=soon,
                kind=ArticleKind.PASSAGE)
        for number in range(1, 40)
    ]  # fmt: skip
    versions = [
        article(id=50 + number, language=language, expires_on=soon)
        for number, language in enumerate(("sv", "en", "de"))
    ]

    due = reviews.due_reviews([*passages, *versions], set(), TODAY)

    assert [one.article.id for one in due] == [1, 50]
    assert len(reviews.of_the_same(passages[0], passages)) == 39


def test_still_true_moves_the_days_by_as_long_as_it_was_meant_to_hold() -> None:
    row = article(verified_on=date(2026, 6, 1), expires_on=date(2026, 11, 28))

    reviews.still_true(row, TODAY)

    assert (row.verified_on, row.expires_on) == (TODAY, TODAY + timedelta(days=180))
    assert reviews.due_reviews([row], set(), TODAY)[0].deadline > TODAY + timedelta(days=170)


def test_what_is_retired_is_expired_at_once() -> None:
    row = article(verified_on=date(2026, 6, 1))

    reviews.retired(row, TODAY)

    assert row.expires_on == TODAY - timedelta(days=1)

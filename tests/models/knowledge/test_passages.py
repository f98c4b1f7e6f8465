"""Sections become passages that can be shown: short, cited, and byte for byte."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import InvalidError
from models.knowledge.documents import About, TextSection, about_of, audience_of
from models.knowledge.passages import LONGEST, passages
from models.tables import ArticleKind

SENTENCE = "Du ansöker om semester i HR-portalen senast den första april varje år. "


def test_a_long_section_is_split_between_sentences() -> None:
    text = SENTENCE * 40  # 480 words

    found = passages(About(), [TextSection(text, ("Semester", "Ansökan"))], "x")

    assert len(found) >= 3
    for draft in found:
        assert 90 <= len(draft.answer.split()) <= LONGEST
        assert draft.answer in text
        assert draft.answer.rstrip().endswith("år.")
        assert draft.address == "Semester › Ansökan"
    assert len({draft.external_id for draft in found}) == len(found)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["ord ", "Slut. ", "\n\n", "åäö! ", "- punkt\n", "x" * 300, "\t", "| a | b |\n"]
        ),
        max_size=900,
    )
)
def test_every_passage_is_a_slice_and_no_word_is_lost(parts: list[str]) -> None:
    text = "".join(parts)

    found = passages(About(), [TextSection(text, ("A",))], "x")

    at = 0
    for draft in found:
        begin = text.index(draft.answer, at)
        assert not text[at:begin].strip()
        at = begin + len(draft.answer)
        assert len(draft.answer.split()) <= LONGEST
        assert len(draft.answer) <= 20_000
    assert not text[at:].strip()


def test_a_heading_that_asks_is_a_stored_answer_and_stays_whole() -> None:
    found = passages(About(), [TextSection(SENTENCE * 40, ("FAQ", "Hur ansöker jag?"))], "x")

    assert [(draft.kind, draft.title) for draft in found] == [
        (ArticleKind.ANSWER, "FAQ: Hur ansöker jag?")
    ]
    with pytest.raises(InvalidError, match="more than 20000 characters"):
        passages(About(), [TextSection("x" * 20_001, ("Hur?",))], "x")


def test_a_page_is_named_by_its_number() -> None:
    found = passages(
        About(title="Guide"), [TextSection("a", page=1), TextSection("b", page=2)], "file"
    )

    assert [(draft.external_id, draft.page, draft.title) for draft in found] == [
        ("page-1", 1, "Guide"),
        ("page-2", 2, "Guide"),
    ]


def test_fields_say_who_may_see_it_and_until_when() -> None:
    told = {"audience": "S0123ABC, U0456", "expires_on": "2027-01-31", "language": "sv-SE"}

    assert about_of(told) == About(
        language="sv", audience=("S0123ABC", "U0456"), expires_on=date(2027, 1, 31)
    )
    assert audience_of("[S0123ABC, 'U0456']") == ("S0123ABC", "U0456")
    assert audience_of("") == ()


@pytest.mark.parametrize(
    "text", ["HR", "everybody", "s0123", "S0123 HR", "#hr", "<!subteam^S0123>"]
)
def test_an_audience_that_is_no_id_is_refused_rather_than_guessed(text: str) -> None:
    with pytest.raises(InvalidError, match="no id of Slack"):
        audience_of(text)

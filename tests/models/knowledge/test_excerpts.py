"""An excerpt, and a sentence, is a slice of the stored text and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.knowledge.excerpts import excerpt, joined, sentences

TEXT = (
    "Ring inte först. Klicka på ”Glömt lösenordet?” på sidan. Det kostar ca. 3.5 kr t.ex. i mars.\n\n"
    "1. Vänta 15–30 minuter. Många konton låses upp!\n2. Starta om."
)


def test_sentences_end_where_readers_end_them() -> None:
    assert [one.text for one in sentences(TEXT)] == [
        "Ring inte först.",
        "Klicka på ”Glömt lösenordet?” på sidan.",
        "Det kostar ca. 3.5 kr t.ex. i mars.",
        "1. Vänta 15–30 minuter.",
        "Många konton låses upp!",
        "2. Starta om.",
    ]


def test_neighbours_stay_one_slice_and_a_gap_is_shown() -> None:
    whole = sentences(TEXT)
    assert joined(TEXT, (whole[3], whole[4])) == TEXT[whole[3].begin : whole[4].end]
    assert joined(TEXT, (whole[5], whole[0])) == "Ring inte först.\n…\n2. Starta om."


@pytest.mark.slow
@given(st.text(max_size=900))
def test_every_sentence_is_a_slice_and_no_word_is_lost(text: str) -> None:
    found = sentences(text)
    assert all(text[one.begin : one.end] == one.text for one in found)
    assert "".join("".join(one.text.split()) for one in found) == "".join(text.split())


@given(st.text(alphabet="ab .\n*<åÅ", max_size=900), st.integers(70, 300))
def test_an_excerpt_is_a_slice_between_ellipses(text: str, longest: int) -> None:
    pieces = [piece.text for piece in excerpt(text, lambda word: word == "ab", longest)]
    if pieces and pieces[0] == "… ":
        pieces = pieces[1:]
    if pieces and pieces[-1] == " …":
        pieces = pieces[:-1]
    assert "".join(pieces) in text
    assert len("".join(pieces)) <= longest


@pytest.mark.parametrize("place", [0, 300, 900])
def test_an_excerpt_shows_where_the_words_stand(place: int) -> None:
    text = "ord " * (place // 4) + "skrivaren skriver " + "ord " * 200
    shown = excerpt(text, lambda word: word in ("skrivaren", "skriver"))
    assert [piece.text for piece in shown if piece.found] == ["skrivaren", "skriver"]

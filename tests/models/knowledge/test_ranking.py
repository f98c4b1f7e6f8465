"""Texts are compared by their letters, so that forms, compounds and slips still meet."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csc_matrix
from sklearn.feature_extraction.text import CountVectorizer

from models.knowledge.ranking import Texts
from models.knowledge.vocabulary import Vocabulary, grams_in, weighted_columns, words_in

WORDS = st.text("abcdefåäöß1", min_size=1, max_size=12)
TEXTS = Texts(
    ["Hur byter jag lösenord?", "Skrivaren skriver inte ut"],
    np.array([0, 1]),
    ["Öppna självbetjäningsportalen.", "Starta om skrivaren.", "Sök i lönesystemet."],
)


@given(WORDS)
def test_the_n_grams_are_those_of_scikit_learn(word: str) -> None:
    counter = CountVectorizer(analyzer="char_wb", ngram_range=(2, 5), lowercase=False)
    expected = counter.build_analyzer()(word)

    assert sorted(Counter(grams_in(word)).elements()) == sorted(expected)


@given(st.text(max_size=60))
def test_words_are_the_same_however_letters_are_composed_and_cased(text: str) -> None:
    assert words_in(text) == words_in(text.replace("å", "a\u030a"))
    assert all(word == word.casefold() for word in words_in(text.upper()))


def test_words_lose_their_dots_and_rings() -> None:
    assert words_in("Lösenordet, ÅTKOMST & Straße!") == ["losenordet", "atkomst", "strasse"]
    assert words_in("lo\u0308senord") == ["losenord"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("losenord", "losenordet"),
        ("portalen", "sjalvbetjaningsportalen"),
        ("skirvaren", "skrivaren"),
        ("lonesystem", "lonesystemet"),
    ],
)
def test_a_word_meets_its_forms_its_compounds_and_its_slips(typed: str, meant: str) -> None:
    vocabulary = Vocabulary([[meant, "semester", "kaffe", "bokning"]])

    near, likeness = vocabulary.similar(typed)

    assert near.tolist() == [0]
    assert 0.4 < likeness[0] <= 1


def test_a_word_is_wholly_like_itself_and_strange_letters_are_like_nothing() -> None:
    vocabulary = Vocabulary([["semester", "kaffe"]])

    assert vocabulary.similar("kaffe")[1].tolist() == pytest.approx([1.0])
    assert vocabulary.similar("日本")[0].size == 0


@given(st.lists(st.sampled_from(range(5)), unique=True), st.integers(0, 10_000))
def test_columns_are_weighted_as_scipy_does(columns: list[int], seed: int) -> None:
    chance = np.random.default_rng(seed)
    matrix = csc_matrix(chance.integers(0, 3, (7, 5)).astype(np.float32))
    chosen, weights = np.array(columns, np.intp), chance.random(len(columns)).astype(np.float32)

    expected = matrix[:, chosen] @ weights if columns else np.zeros(7)

    assert weighted_columns(matrix, chosen, weights) == pytest.approx(expected)


@given(st.text(max_size=80))
def test_every_signal_is_a_share(text: str) -> None:
    asked = TEXTS.ask(words_in(text))
    for values in asked.signals().values():
        assert values.shape == (3,)
        assert np.all((values >= 0) & (values <= 1 + 1e-5))
    assert all(0 <= asked.coverage(at) <= 1 + 1e-6 for at in range(3))


def test_a_question_can_be_left_out() -> None:
    words = words_in("Hur byter jag lösenord?")

    assert TEXTS.ask(words).signals()["question_characters"][0] == pytest.approx(1, abs=0.01)
    assert TEXTS.ask(words, without=0).signals()["question_characters"][0] == 0

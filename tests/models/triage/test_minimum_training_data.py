"""Below the floor nothing is learned, and what is missing is said category by category."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidError
from models.language import LANGUAGES, Language, words_for
from models.triage.fitting import train_classifier
from models.triage.minimum_training_data import (
    MIN_EXAMPLES,
    InsufficientTrainingDataError,
    MissingTrainingData,
    describe,
    missing_training_data,
    require_enough,
)


@pytest.mark.parametrize(
    ("counts", "missing"),
    [
        ({}, ()),
        ({"vpn": 9}, ()),
        ({"vpn": 9, "mail": 1}, (("mail", 1),)),
        ({"vpn": 9, "mail": 1, "print": 1}, (("mail", 1),)),
        ({"vpn": 1, "mail": 1, "print": 1}, (("vpn", 1), ("mail", 1))),
    ],
)
def test_the_nearest_categories_are_named_with_what_they_need(
    counts: dict[str, int], missing: tuple[tuple[str, int], ...]
) -> None:
    lacking = missing_training_data(counts)

    assert lacking is not None
    assert lacking.missing() == missing


def test_two_categories_of_two_are_enough() -> None:
    assert missing_training_data({"vpn": 2, "mail": 2, "rare": 1}) is None
    require_enough(["vpn"] * 2 + ["mail"] * 2)


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        (
            {"vpn": 9, "mail": 1},
            "Too few tickets with a category to learn from: at least 2 categories need 2 tickets "
            "each. There are: vpn 9, mail 1. Missing: 1 more in mail. Either import more, or set "
            "more categories by hand.",
        ),
        (
            {"vpn": 1},
            "Too few tickets with a category to learn from: at least 2 categories need 2 tickets "
            "each. There are: vpn 1. Missing: 1 more in vpn and one more category with 2 tickets. "
            "Either import more, or set more categories by hand.",
        ),
        (
            {},
            "Too few tickets with a category to learn from: at least 2 categories need 2 tickets "
            "each. There are: none yet. Missing: 2 more categories with 2 tickets each. Either "
            "import more, or set more categories by hand.",
        ),
    ],
)
def test_it_says_exactly_what_is_missing(counts: dict[str, int], text: str) -> None:
    lacking = missing_training_data(counts)
    assert lacking is not None
    assert describe(lacking, words_for("en")) == text


def test_it_is_said_in_swedish_and_german() -> None:
    lacking = missing_training_data({"vpn": 9, "mail": 1})
    assert lacking is not None

    assert "Det saknas: 1 till i mail." in describe(lacking, words_for("sv"))
    assert "Es fehlen: 1 weitere in mail." in describe(lacking, words_for("de"))


def test_many_small_categories_do_not_fill_the_screen() -> None:
    lacking = missing_training_data({f"category {n}": 1 for n in range(50)})
    assert lacking is not None

    assert "42 more" in describe(lacking, words_for("en"))


def test_training_refuses_with_the_counts() -> None:
    with pytest.raises(InsufficientTrainingDataError) as refused:
        train_classifier(["a text"] * 6, ["vpn"] * 5 + ["mail"], seed=1)

    assert refused.value.missing == MissingTrainingData((("vpn", 5),), (("mail", 1),))
    assert isinstance(refused.value, InvalidError)


@given(st.lists(st.sampled_from("abcd")), st.sampled_from(list(LANGUAGES)))
def test_what_is_missing_is_enough_when_it_is_added(labels: list[str], language: Language) -> None:
    counts = Counter(labels)
    lacking = missing_training_data(counts)
    if lacking is None:
        return
    assert describe(lacking, words_for(language))
    for key, n in lacking.missing():
        counts[key] += n
    for at in range(lacking.categories_missing - len(lacking.missing())):
        counts[f"new {at}"] = MIN_EXAMPLES
    assert missing_training_data(counts) is None

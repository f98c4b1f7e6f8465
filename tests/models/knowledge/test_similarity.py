"""From where on two answers are one: measured on the starter's articles and on edits of them.

What is asserted here is what docs/decisions/0016-sandbox-and-incidents.md says.
"""

import random
import re
from collections import defaultdict
from collections.abc import Callable

import pytest

from models import starter
from models.knowledge.similarity import ANSWERS, NEARLY_IDENTICAL

_SEED = 1

Edit = Callable[[str, random.Random], str]


def _one_word(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    words[chance.randrange(len(words))] = "nonsense"
    return " ".join(words)


def _one_word_less(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    del words[chance.randrange(len(words))]
    return " ".join(words)


EDITS: dict[str, Edit] = {
    "one word": _one_word,
    "one word less": _one_word_less,
    "a sentence more": lambda text, _: text + " Fråga annars supporten.",
    "the last sentence less": lambda text, _: " ".join(re.split(r"(?<=[.!?])\s+", text)[:-1]),
    "capitals, no commas": lambda text, _: re.sub(r"[.,:]", "", text).upper(),
    "other line breaks": lambda text, _: text.replace("\n", "  \n\n"),
}


@pytest.mark.parametrize("name", list(EDITS))
def test_an_answer_that_was_edited_a_little_is_the_same_answer(name: str) -> None:
    chance = random.Random(_SEED)  # chance for tests, not for secrets
    for one in starter.articles():
        edited = EDITS[name](one.answer, chance)
        assert ANSWERS.cosines(one.answer, [edited])[0] >= NEARLY_IDENTICAL, one.id


@pytest.mark.slow
def test_no_two_answers_of_the_starter_are_taken_for_one() -> None:
    answers = defaultdict(list)
    for one in starter.articles():
        answers[one.language].append(one.answer)
    nearest = max(
        float(ANSWERS.cosines(text, [other for other in texts if other is not text]).max())
        for texts in answers.values()
        for text in texts
    )
    assert 0.5 < nearest < 0.65  # far below the threshold


def test_another_number_is_no_other_answer() -> None:
    one = "Connect to the VPN through port 443, then restart the client and sign in again."
    assert ANSWERS.cosines(one, [one.replace("443", "80")])[0] >= NEARLY_IDENTICAL


def test_nothing_is_like_nothing() -> None:
    assert ANSWERS.cosines("", ["", "x"]).tolist() == [0.0, 0.0]
    assert ANSWERS.cosines("x", []).shape == (0,)

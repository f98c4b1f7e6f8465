"""Near duplicates are found, other texts are not, and the time grows with their number."""

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from models.tickets.near_duplicates import NearDuplicates

WORDS = [f"word{at}" for at in range(500)]


def text(seed: int, n: int = 60) -> list[str]:
    return random.Random(seed).choices(WORDS, k=n)


def test_a_text_with_one_other_word_is_a_near_duplicate() -> None:
    alike, first = NearDuplicates(), text(1)
    assert not alike.seen(first)

    assert alike.seen([*first[:30], "other", *first[31:]])


def test_other_texts_are_none() -> None:
    alike = NearDuplicates()

    assert not any(alike.seen(text(seed)) for seed in range(500))


def test_half_of_a_text_is_none() -> None:
    alike = NearDuplicates()
    alike.seen(text(1))

    assert not alike.seen([*text(1)[:30], *text(2)[:30]])


def test_short_texts_are_alike_by_chance() -> None:
    alike = NearDuplicates()
    alike.seen(["printer", "is", "broken"])

    assert not alike.seen(["printer", "is", "broken"])


def test_most_near_duplicates_are_found() -> None:
    alike, found = NearDuplicates(), 0
    for seed in range(200):
        words = text(seed)
        alike.seen(words)
        found += alike.seen([*words[:-2], "one", "two"])  # 93 % of the runs in common

    assert found >= 190


def test_twice_the_texts_take_about_twice_the_time() -> None:
    def seconds(n: int) -> float:
        alike, start = NearDuplicates(), time.thread_time()
        for seed in range(n):
            alike.seen(WORDS[seed % 400 : seed % 400 + 60])  # every text has many relatives
        return time.thread_time() - start

    seconds(100)
    assert seconds(4000) < 4 * seconds(2000) + 0.2


@given(st.lists(st.text(max_size=4), max_size=30))
def test_any_words_are_taken(words: list[str]) -> None:
    alike = NearDuplicates()
    alike.seen(words)

    assert alike.seen(words) is (len(words) >= 8)

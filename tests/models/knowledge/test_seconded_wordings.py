"""An article learns by itself what two people asked alike; nobody teaches it alone."""

from hypothesis import given
from hypothesis import strategies as st

from models.knowledge.candidates import (
    MOST_OF_ARTICLE,
    MOST_OF_PERSON,
    OfferedWording,
    seconded,
)
from models.redaction import redact

ASKED = "skrivaren på plan två skriver inte ut"
ALIKE = "skrivaren på plan tre skriver inte ut"


def wording(number: int, person: str, question: str = ALIKE, **more: bool) -> OfferedWording:
    fields = {"waits": True, "seconded": False, **more}
    return OfferedWording(id=number, person_id=person, question=question, **fields)


def learned(person: str, *offered: OfferedWording) -> list[int]:
    return seconded(redact(ASKED).text, person, offered)


def test_like_words_of_somebody_else_are_learned() -> None:
    assert learned("åsa", wording(1, "ola")) == [1]


def test_ones_own_words_again_teach_nothing() -> None:
    assert learned("åsa", wording(1, "åsa"), wording(2, "åsa")) == []


def test_other_words_teach_nothing() -> None:
    assert learned("åsa", wording(1, "ola", "hur söker jag semester i sommar")) == []


def test_what_staff_decided_or_what_was_erased_stays_as_it_is() -> None:
    assert learned("åsa", wording(1, "ola", waits=False), wording(2, "ola", "")) == []


@given(st.lists(st.sampled_from(["åsa", "ola", "kim", ""]), max_size=30), st.data())
def test_whatever_one_person_does_alone_nothing_is_learned_from_it(
    people: list[str], data: st.DataObject
) -> None:
    """Nor does anybody fill an article: of each, and of all together, few are learned."""
    asker = data.draw(st.sampled_from(["åsa", "ola", "kim", ""]))
    offered = [wording(n, person) for n, person in enumerate(people, 1)]
    whose = {one.id: one.person_id for one in offered}

    found = [whose[number] for number in learned(asker, *offered)]

    assert asker not in found
    assert "" not in found
    assert asker or not found
    assert len(found) <= MOST_OF_ARTICLE
    assert all(found.count(person) <= MOST_OF_PERSON for person in found)


@given(st.integers(0, 20))
def test_what_was_learned_before_counts_towards_the_most(n: int) -> None:
    before = [wording(i, f"p{i}", waits=False, seconded=True) for i in range(n)]

    found = learned("åsa", *before, wording(99, "ola"))

    assert bool(found) is (n < MOST_OF_ARTICLE)

"""What presses is heard in three languages, and calm words are not; what fails has a topic."""

import pytest

from models.tickets.urgency import is_alike, is_urgent, topic_of


@pytest.mark.parametrize(
    "text",
    [
        "AKUT!! hela ekonomi har tappat nätet",
        "kassan står still",
        "brådskande: ingen kommer in",
        "URGENT nobody can log in",
        "the whole office has lost the network",
        "please help asap",
        "dringend, die Kasse steht",
        "Notfall im Lager",
    ],
)
def test_what_presses(text: str) -> None:
    assert is_urgent(text)


@pytest.mark.parametrize(
    "text",
    ["det är inte akut", "no, not urgent", "nicht dringend", "Teams är nere", "how do I print", ""],
)
def test_what_does_not(text: str) -> None:
    assert not is_urgent(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nätet är nere", "AKUT!! hela ekonomi har tappat nätet"),
        ("inget nät på plan 3", "har ni problem med nätet? inget fungerar"),
        ("network is down", "no network on floor 2"),
        ("Netz ist ausgefallen", "kein Netz im Büro"),
    ],
)
def test_several_people_tell_of_the_same(one: str, other: str) -> None:
    assert is_alike(topic_of(one), topic_of(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nätet är nere", "skrivaren på plan 3 är nere"),
        ("nätet är nere", "hur ansluter jag till nätet?"),
        ("hej", "hej"),
        ("kassan i butiken fungerar inte", "nätet fungerar inte"),
    ],
)
def test_other_things_are_not_alike(one: str, other: str) -> None:
    assert not is_alike(topic_of(one), topic_of(other))

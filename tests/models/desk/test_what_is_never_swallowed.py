"""What a stranger found swallowed: each gets a matter, a ticket or an answer of its own."""

from typing import Any

import pytest

from models.tables import CaseState
from models.tickets.urgency import is_danger, is_urgent


def test_an_outage_right_after_a_private_matter_is_heard(desk: Any) -> None:
    desk.say("min chef tafsar på mig varje dag")
    desk.say("AKUT hela ekonomi har tappat natet", 30)
    assert len(desk.tickets()) == 1


def test_what_goes_on_with_a_private_matter_stays_private(desk: Any) -> None:
    desk.say("min chef tafsar på mig varje dag")
    desk.say("det har pågått sen i somras", 30)
    assert desk.tickets() == []


@pytest.mark.parametrize(
    "later", ["det e iskallt i konferensrum bjorken", "det ligger glas overallt vid entren"]
)
def test_a_sentence_that_begins_with_it_may_be_about_something_else(desk: Any, later: str) -> None:
    desk.say("ingen hör mig i teams, mikrofonen är död")
    desk.say(later, 30)
    with desk.lotsen.store.snapshot() as unit:
        assert unit.tickets.case(2).state is not CaseState.WITHDRAWN


def test_danger_gets_a_person_at_once(desk: Any) -> None:
    desk.say("det luktar gas i köket!!")
    (ticket,) = desk.tickets()
    assert ticket.priority == "urgent"


@pytest.mark.parametrize(
    "text", ["BRADSKANDE, kassan star still", "hissen har fastnat mellan 2 o 3"]
)
def test_what_presses_is_seen_without_dots(text: str) -> None:
    assert is_urgent(text)


@pytest.mark.parametrize("text", ["brandväggen blockerar", "jag luktar kaffe", "hissmusik i möten"])
def test_ordinary_words_are_no_danger(text: str) -> None:
    assert not is_danger(text)

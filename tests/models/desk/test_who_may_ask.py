"""A guest's question becomes a ticket, a stranger's gets a short word; neither gets an answer."""

from dataclasses import replace

import pytest

from models.message import Message
from models.tables import Membership
from tests.models.desk.conftest import ASA, START, Desk

QUESTION = "VPN kopplar inte upp felkod 809"
ANSWER = "Byt till port 443"
GUEST = "UGUEST"


def shown(desk: Desk) -> str:
    return "\n".join(row.message for row in desk.posts() if row.channel in ("CHELP", "DGUEST"))


def introduce(desk: Desk, membership: Membership) -> None:
    desk.lotsen.introduce(GUEST, "Gerd Gäst", "sv-SE", START, membership)


@pytest.mark.usefixtures("article")
def test_a_colleague_is_answered_and_a_guest_gets_a_ticket(desk: Desk) -> None:
    introduce(desk, Membership.GUEST)
    desk.say(QUESTION, user=GUEST)
    assert ANSWER not in shown(desk)
    assert len(desk.tickets()) == 1
    desk.say(QUESTION, 300, user=ASA)
    assert ANSWER in shown(desk)


@pytest.mark.usefixtures("article")
def test_where_the_company_says_so_guests_are_answered(desk: Desk) -> None:
    introduce(desk, Membership.GUEST)
    context = replace(desk.lotsen.desk, guest_channels=frozenset({"CHELP"}))
    desk.lotsen = replace(desk.lotsen, desk=context)
    desk.say(QUESTION, user=GUEST)
    assert ANSWER in shown(desk)


@pytest.mark.usefixtures("article")
def test_somebody_of_another_company_gets_a_short_word_outside_a_help_channel(desk: Desk) -> None:
    desk.say(QUESTION, user=GUEST, channel="DGUEST", where="direct", foreign=True)
    assert ANSWER not in shown(desk)
    assert not desk.tickets()
    (post,) = [row for row in desk.posts() if row.channel == "DGUEST"]
    assert "företaget" in post.message or "company" in post.message
    desk.say(QUESTION, 200, user=GUEST, foreign=True)
    assert len(desk.tickets()) == 1
    assert ANSWER not in shown(desk)


@pytest.mark.usefixtures("article")
def test_a_search_is_for_colleagues_too(desk: Desk) -> None:
    introduce(desk, Membership.GUEST)
    assert ANSWER not in str(desk.ask("ask", QUESTION, user=GUEST))
    assert isinstance(desk.ask("status", user=GUEST), Message)


@pytest.mark.parametrize("membership", [Membership.BOT, Membership.GONE])
def test_machines_and_those_who_left_are_left_alone(desk: Desk, membership: Membership) -> None:
    introduce(desk, membership)
    desk.say(QUESTION, user=GUEST)
    assert not desk.posts()
    assert not desk.tickets()

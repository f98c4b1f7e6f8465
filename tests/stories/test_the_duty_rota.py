"""The lead keeps the duty rota in Slack, and what presses finds who is on duty."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.slack.blocks import text_of
from tests.stories.conftest import ASA, HELP, KIM, LEAD, LENA, SUPPORT, Office

Open = Callable[..., Office]


@pytest.fixture
def office(open_office: Open) -> Office:
    return open_office()


def listed(office: Office, user: str = LENA, channel: str = LEAD) -> Any:
    office.double.command(user, channel, "/lotsen", "duty")
    office.settle()
    return office.double.ephemerals(user)[-1]


def send(office: Office, **values: Any) -> Any:
    given = {key: {"value": value} for key, value in values.items()}
    sent = office.double.submit(LENA, given)
    office.settle()
    return sent


def test_an_order_and_a_swap_in_forms_and_who_is_paged(office: Office) -> None:
    office.double.click(LENA, LEAD, listed(office).ts, "duty_order")
    assert send(office, people=[KIM, LENA], size="1").status == 200
    assert "Kim Ek" in str(listed(office).blocks)
    (mine,) = office.posts(office.double.im(KIM))
    assert "You are on duty: week 48" in text_of(mine.blocks)

    office.double.say(ASA, HELP, "AKUT!! kassan fungerar inte")
    office.settle()
    assert "kassan" in text_of(office.posts(office.double.im(KIM))[-1].blocks)

    office.double.click(LENA, LEAD, listed(office).ts, "duty_week")
    send(office, swap="2026-W49")
    office.double.say(ASA, HELP, "AKUT!! larmet fungerar inte")
    office.settle()
    assert "larmet" in text_of(office.posts(office.double.im(LENA))[-1].blocks)
    assert "not on duty any more" in text_of(office.posts(office.double.im(KIM))[-1].blocks)


def test_a_swap_that_a_colleague_made_meanwhile_is_not_turned_back(office: Office) -> None:
    office.double.click(LENA, LEAD, listed(office).ts, "duty_order")
    send(office, people=[KIM, LENA], size="1")
    for user, channel in ((KIM, SUPPORT), (LENA, LEAD)):
        office.double.click(user, channel, listed(office, user, channel).ts, "duty_week")
    swap = {"swap": {"value": "2026-W49"}}
    assert office.double.submit(KIM, swap).body is None
    office.settle()

    refused = office.double.submit(LENA, swap)

    assert "har redan ändrat de här veckorna" in refused.body["errors"]["swap"]


def test_what_is_wrong_is_said_in_the_form(office: Office) -> None:
    office.double.click(LENA, LEAD, listed(office).ts, "duty_week")
    refused = send(office, people=[ASA])
    assert list(refused.body["errors"]) == ["people"]
    assert "hör inte till supporten" in refused.body["errors"]["people"]


def test_it_stands_on_the_leads_app_home_and_opens_there(office: Office) -> None:
    office.double.open_home(LENA)
    office.settle()
    assert "duty_week" in str(office.double.home(LENA))
    office.double.click_view(LENA, "duty_week", home=True)
    assert send(office, people=[KIM]).status == 200

"""The card shows where it was asked and what helps: the article to send, two buttons, a menu."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from bot.slack.blocks import text_of
from models.tables import EventKind, Status
from tests.stories.test_titles_to_choose_from import handbook

HELP, SUPPORT, ASA, OLA, KIM = "CHELP", "CSUPPORT", "UASA", "UOLA", "UKIM"
Open = Callable[..., Any]


@pytest.fixture
def office(open_office: Open) -> Any:
    return open_office(prepare=handbook, lotsen_suggestion_minutes=0)


def card_of(office: Any, text: str = "skrivaren på plan två strular", **more: Any) -> Any:
    ts = office.double.say(ASA, HELP, text, **more)
    office.settle()
    return ts, office.cards()[-1]


def elements(card: Any) -> list[Any]:
    rows = [block for block in card.blocks if block["type"] == "actions"]
    return [element for row in rows for element in row["elements"]]


def test_the_card_links_to_the_question_and_names_its_channel(office: Any) -> None:
    ts, card = card_of(office)
    shown = text_of(card.blocks)
    assert f"archives/{HELP}/p{ts.replace('.', '')}|Frågan>" in shown
    assert f"<#{HELP}>" in shown


def test_two_buttons_stand_on_the_card_and_the_rest_behind_a_menu(office: Any) -> None:
    _, card = card_of(office)
    names = [element["action_id"] for element in elements(card)]
    assert [name for name in names if name in ("ticket_claim", "ticket_resolve")] == [
        "ticket_claim",
        "ticket_resolve",
    ]
    (menu,) = [one for one in elements(card) if one["type"] == "overflow"]
    assert menu["action_id"] == "ticket_more"
    assert "ticket_why" in [option["value"] for option in menu["options"]]


def test_what_stands_behind_the_menu_works_like_a_button(office: Any) -> None:
    ts, card = card_of(office)
    office.double.click(KIM, SUPPORT, card.ts, "ticket_claim")
    office.settle()
    office.double.choose(KIM, SUPPORT, card.ts, "ticket_more", "ticket_wait_requester")
    office.settle()
    assert office.read(lambda unit: unit.tickets.get(1)).status is Status.PAUSED
    asker_reads = text_of(office.double.thread(HELP, ts)[-1].blocks)
    assert "Kim Ek väntar på ditt svar i *ärende 1*" in asker_reads
    office.double.choose(KIM, SUPPORT, card.ts, "ticket_more", "ticket_why")
    office.settle()
    assert "Ticket 1" in text_of(office.double.ephemerals(KIM)[-1].blocks)


def test_the_nearest_article_is_sent_with_one_tap(office: Any) -> None:
    ts, card = card_of(office)
    assert "Närmaste artikel: *Papperet fastnar i skrivaren*" in text_of(card.blocks)
    office.double.click(KIM, SUPPORT, card.ts, "ticket_send")
    office.settle()
    sent = text_of(office.double.thread(HELP, ts)[-1].blocks)
    assert "i supporten skickar det här till dig" in sent
    assert "1. Öppna luckan på sidan.\n2. Dra papperet rakt ut." in sent
    events = office.read(lambda unit: list(unit.tickets.events_of_case(1)))
    assert EventKind.RESPONDED in [event.kind for event in events]
    assert "Närmaste artikel: *Byta toner i skrivaren*" in text_of(office.cards()[-1].blocks)


def test_nobody_but_the_staff_sends(office: Any) -> None:
    _, card = card_of(office)
    office.double.click(OLA, SUPPORT, card.ts, "ticket_send")
    office.settle()
    assert len(office.posts(HELP)) == 1


def test_files_are_named_and_linked(office: Any) -> None:
    office.double.say(ASA, HELP, "ser ut så här", files=("skarm.png",))
    office.settle()
    assert re.search(r"<https://\S+\|skarm\.png>", text_of(office.cards()[-1].blocks))

"""Whoever gets a ticket reads why, when somebody answers, and can add to it or cancel it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.slack.blocks import text_of
from models.tables import Status

HELP, SUPPORT, ASA, OLA, KIM = "CHELP", "CSUPPORT", "UASA", "UOLA", "UKIM"
Open = Callable[..., Any]


def asked(office: Any, text: str = "kaffemaskinen låter som en traktor") -> tuple[str, Any]:
    ts = office.double.say(ASA, HELP, text)
    office.settle()
    return ts, office.double.thread(HELP, ts)[-1]


def test_the_line_says_why_and_when_somebody_answers(open_office: Open) -> None:
    office = open_office(lotsen_office_opens="08:00", lotsen_office_closes="17:00")
    said = text_of(asked(office)[1].blocks)
    assert "Jag hittade inget säkert svar, så jag har skapat *ärende 1*." in said
    assert "Supporten svarar på vardagar 08:00–17:00." in said


def test_out_of_hours_it_says_when_somebody_is_back(open_office: Open) -> None:
    saturday = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    office = open_office(start=saturday)
    assert "Supporten är tillbaka måndag 08:00." in text_of(asked(office)[1].blocks)


def test_after_twenty_responses_it_says_how_long_they_usually_take(open_office: Open) -> None:
    office = open_office()
    for number in range(20):
        office.double.say(f"UASA{number}", HELP, f"kaffemaskin {number} låter")
        office.clock.forward(timedelta(minutes=3))
        office.settle()
    office.clock.forward(timedelta(minutes=10))
    for card in office.cards():
        office.double.click(KIM, SUPPORT, card.ts, "ticket_claim")
    office.settle()
    assert "Supporten brukar svara inom" in text_of(asked(office)[1].blocks)


def test_the_asker_adds_words_by_a_form(open_office: Open) -> None:
    office = open_office()
    _, line = asked(office)
    office.double.click(ASA, HELP, line.ts, "ticket_add")
    office.double.submit(ASA, {"text": {"text": "den ryker nu"}})
    office.settle()
    (card,) = office.cards()
    assert "den ryker nu" in text_of(card.blocks)
    assert "Tillagt i *ärende 1*" in text_of(office.double.ephemerals(ASA)[-1].blocks)


def test_the_asker_cancels_what_nobody_has_begun(open_office: Open) -> None:
    office = open_office()
    ts, line = asked(office)
    office.double.click(OLA, HELP, line.ts, "ticket_cancel")
    office.settle()
    assert "Bara den som frågade" in office.double.ephemerals(OLA)[-1].text
    office.double.click(ASA, HELP, line.ts, "ticket_cancel")
    office.settle()
    assert office.read(lambda unit: unit.tickets.get(1)).status is Status.CLOSED
    assert "behöver det inte längre" in text_of(office.cards()[0].blocks)
    assert "avslutat" in text_of(office.double.thread(HELP, ts)[-1].blocks)


def test_work_that_was_done_counts_when_the_asker_cancels(open_office: Open) -> None:
    office = open_office()
    _, line = asked(office)
    office.double.click(KIM, SUPPORT, office.cards()[0].ts, "ticket_claim")
    office.settle()
    office.clock.forward(timedelta(minutes=12))
    office.double.click(ASA, HELP, line.ts, "ticket_cancel")
    office.settle()
    times = office.read(lambda unit: unit.tickets.times(1))
    assert times.handling_minutes == pytest.approx(12, abs=1)

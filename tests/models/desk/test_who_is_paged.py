"""Whoever answers is paged of a reported answer, and nobody else gets into their page."""

from dataclasses import replace
from typing import Any

import pytest

from models.commands import JudgeIncident, ReportIncident
from models.desk.privacy import persons
from models.message import Message
from models.tables import Article, OutboxRow
from tests.models.desk.conftest import ASA, KIM, LENA, OLA, at

QUESTION = "VPN kopplar inte upp felkod 809"
LEO = "ULEO"


@pytest.fixture
def led(desk: Any, article: Article) -> Any:
    """A desk that has answered a question from an article that nobody owns."""
    desk.say(QUESTION)
    return desk


def with_leads(desk: Any, *leads: str, lead_channel: str = "") -> None:
    context = replace(desk.lotsen.desk, leads=frozenset(leads), lead_channel=lead_channel)
    desk.lotsen = replace(desk.lotsen, desk=context)


def report(desk: Any, user: str = ASA, seconds: float = 60) -> None:
    command = ReportIncident(
        id=f"report:{user}:{seconds}",
        user=user,
        kind="wrong",
        told=f"{user} says so",
        at=at(seconds),
        case_id=1,
        article_id=1,
        channel="CHELP",
    )
    desk.do(command, seconds)


def owned_by(desk: Any, user: str) -> None:
    with desk.lotsen.store.begin() as unit:
        row = unit.knowledge.get(1)
        row.owner = user
        unit.knowledge.reviewed(row)


def pages(desk: Any) -> list[OutboxRow]:
    return [row for row in desk.posts() if row.key.startswith("incident:1:page")]


def delivered(desk: Any) -> None:
    with desk.lotsen.store.begin() as unit:
        for row in unit.outbox.listing(("ready",)):
            row.state, row.ts, row.posted_channel = "sent", "1.0", row.channel
            unit.outbox.save(row)


def test_a_lead_who_comes_or_goes_meanwhile_mixes_up_no_pages(led: Any) -> None:
    with_leads(led, LENA, LEO)
    report(led)
    delivered(led)
    assert sorted(row.channel for row in pages(led)) == [LENA, LEO]

    with_leads(led, LENA, KIM)  # sorted, Kim takes Lena's place
    report(led, OLA, 120)
    for row in pages(led)[2:]:
        target = next(page for page in pages(led) if page.key == row.target_key)
        assert row.channel == target.channel
    delivered(led)
    led.lotsen.handle(_released(led), at(180))

    updates = [row for row in pages(led) if row.kind == "update"]
    assert {row.channel for row in updates} == {LENA, LEO}
    assert all(row.target_key in {page.key for page in pages(led)} for row in updates)
    assert {row.channel for row in pages(led)} == {LENA, LEO}


def _released(desk: Any) -> JudgeIncident:
    command = JudgeIncident(id="judge", user=LENA, incident_id=1, verdict="release", at=at(180))
    desk.lotsen.mailbox.accept(command, at(180))
    return command


def test_where_nobody_answers_the_support_channel_hears_of_it_without_names(led: Any) -> None:
    with_leads(led)
    report(led)
    report(led, OLA, 120)

    first, more = pages(led)
    assert (first.channel, more.channel) == ("CSUPPORT", "CSUPPORT")
    assert more.target_key == first.key
    assert not any("says so" in row.message or "Åsa" in row.message for row in pages(led))


def test_with_a_lead_channel_the_support_channel_is_left_alone(led: Any) -> None:
    with_leads(led, lead_channel="CLEAD")
    report(led)

    assert pages(led) == []
    assert [row.channel for row in led.posts() if row.key == "incident:1:lead"] == ["CLEAD"]


def test_an_owner_who_is_erased_leaves_the_incident_to_the_leads(led: Any) -> None:
    owned_by(led, OLA)
    with_leads(led, LENA)
    report(led)
    delivered(led)
    assert [row.channel for row in pages(led)] == [OLA]

    persons.erase(led.lotsen.desk, OLA, at(100))

    last = [row for row in pages(led) if row.channel]
    assert [row.channel for row in last] == [LENA]
    assert "VPN" in Message.from_json(last[0].message).text
    report(led, KIM, 120)
    assert [row.channel for row in pages(led) if ":more:" in row.key] == [LENA]

"""Three people tell of the same: one tap, one notice, one word to all when it is over."""

from dataclasses import replace
from typing import Any, cast

import pytest

from models.commands import MoveOutage
from models.message import Message
from models.tables import OutboxRow, PostKind, PostState, Status
from tests.models.desk.conftest import ASA, KIM, LENA, OLA, Desk, at

WORDS = ("nätet är nere", "inget nät på plan 3", "har ni problem med nätet? inget fungerar")
EVA, BO = "UEVA", "UBO"


@pytest.fixture
def three(desk: Desk) -> Desk:
    """A desk with somebody on duty, where three people told of the same."""
    context = replace(desk.lotsen.desk, duty_group=(LENA,))
    desk.lotsen = replace(desk.lotsen, desk=context)
    for number, (user, text) in enumerate(zip((ASA, OLA, EVA), WORDS, strict=True)):
        desk.say(text, number * 200, user=user)
    return desk


def move(
    desk: Desk, what: str, user: str = KIM, seconds: float = 900, told: str = ""
) -> MoveOutage:
    command = MoveOutage(
        id=f"{what}:{user}:{seconds}",
        user=user,
        outage_id=1,
        move=cast("Any", what),
        told=told,
        at=at(seconds),
        channel="CSUPPORT",
    )
    desk.do(command, seconds)
    return command


def shown(desk: Desk, start: str) -> list[OutboxRow]:
    return [row for row in desk.posts() if row.key.startswith(start)]


def newest(desk: Desk, key: str) -> str:
    with desk.lotsen.store.snapshot() as unit:
        return str(unit.outbox.newest(key).to_json())


def test_three_people_propose_an_outage_two_do_not(desk: Desk) -> None:
    desk.say(WORDS[0], 0, user=ASA)
    desk.say(WORDS[1], 200, user=OLA)
    desk.say(WORDS[2], 400, user=OLA)
    assert not shown(desk, "outage:")
    desk.say("skrivaren är nere", 500, user=EVA)
    assert not shown(desk, "outage:")
    desk.say(WORDS[0], 600, user=EVA)
    (proposal,) = shown(desk, "outage:")
    assert proposal.channel == "CSUPPORT"
    assert "outage_confirm" in proposal.message


def test_half_an_hour_later_it_is_another_matter(desk: Desk) -> None:
    for number, user in enumerate((ASA, OLA, EVA)):
        desk.say(WORDS[0], number * 1000, user=user)
    assert not shown(desk, "outage:")


def test_who_is_on_duty_hears_of_it_at_once(three: Desk) -> None:
    pages = {row.channel for row in shown(three, "outage:1:staff")}
    assert pages == {"CSUPPORT", LENA}
    assert all(row.priority == 0 for row in shown(three, "outage:"))


def test_one_tap_posts_one_notice_and_answers_later_askers_without_a_ticket(three: Desk) -> None:
    move(three, "confirm")
    (notice,) = shown(three, "outage:1:notice")
    assert notice.channel == "CHELP"
    assert "outage_me_too" in notice.message
    tickets = len(three.tickets())
    ts = three.say("nätet ligger nere här också", 1000, user=BO)
    assert len(three.tickets()) == tickets
    (reply,) = [row for row in three.posts() if row.slack_user == BO]
    assert (reply.kind, reply.thread_ts) == (PostKind.EPHEMERAL, ts)
    assert "känt" in Message.from_json(reply.message).parts[0].runs[1].text  # type: ignore[union-attr]
    three.say("nätet ligger nere här också", 1000, user=BO)  # delivered twice
    assert len([row for row in three.posts() if row.slack_user == BO]) == 1
    three.say("AKUT, kassan fungerar inte", 1010, user="UIDA")
    assert three.tickets()[-1].priority == "urgent"
    assert len(three.tickets()) == tickets + 1


def test_something_else_below_ones_message_becomes_a_ticket(three: Desk) -> None:
    move(three, "confirm")
    ts = three.say("nätet är nere hos mig", 1000, user=BO)
    tickets = len(three.tickets())
    three.say("det är min skärm som är svart", 1200, user=BO, thread_ts=ts)
    assert len(three.tickets()) == tickets + 1


def test_me_too_counts_once_and_the_notice_follows(three: Desk) -> None:
    move(three, "confirm")
    assert "You are counted in" in three.reply(move(three, "me_too", KIM, 1000)).text
    move(three, "me_too", BO, 1001)
    assert "5 personer" in newest(three, "outage:1:notice:CHELP")
    move(three, "update", KIM, 1100, told="En växel är trasig, klart 14.")
    assert "En växel är trasig" in newest(three, "outage:1:notice:CHELP")


def test_when_it_is_over_everybody_hears_once_and_the_tickets_are_resolved(three: Desk) -> None:
    move(three, "confirm")
    move(three, "me_too", BO, 1000)
    move(three, "over", KIM, 2000)
    told = [row.channel for row in shown(three, "outage:1:over:")]
    assert sorted(told) == sorted([ASA, OLA, EVA, BO])
    assert {ticket.status for ticket in three.tickets()} == {Status.SOLVED}
    refused = three.reply(move(three, "over", KIM, 2001)).text
    assert len(shown(three, "outage:1:over:")) == 4
    assert refused
    three.say("nätet är nere igen", 4000, user=ASA)
    assert not [row for row in three.posts() if row.slack_user == ASA and "outage" in row.key]


def test_no_means_that_nobody_is_asked_again_for_half_an_hour(three: Desk) -> None:
    move(three, "dismiss", KIM, 500)
    three.say(WORDS[0], 600, user=BO)
    assert not shown(three, "outage:2")
    assert not shown(three, "outage:1:notice")


@pytest.mark.parametrize("what", ["confirm", "dismiss", "update", "over"])
def test_only_the_staff_decide(three: Desk, what: str) -> None:
    reply = three.reply(move(three, what, ASA))
    assert "supporten" in reply.text
    assert not shown(three, "outage:1:notice")


def test_nothing_is_proposed_in_the_sandbox(desk: Desk) -> None:
    sandbox = replace(desk.lotsen.desk, store=desk.lotsen.store.sandbox(), everybody_is_staff=True)
    desk.lotsen = replace(desk.lotsen, desk=sandbox)
    for number, user in enumerate((ASA, OLA, EVA)):
        desk.say(WORDS[0], number * 200, user=user)
    assert not shown(desk, "outage:")


def test_what_needs_a_person_is_posted_before_what_later_askers_read(three: Desk) -> None:
    move(three, "confirm")
    for number in range(5):
        three.say("nätet är nere", 1000 + number, user=f"UMANY{number}")
    three.say("AKUT, kassan fungerar inte", 1010, user="UIDA")
    waiting = sorted(
        (row for row in three.posts() if row.state is PostState.READY),
        key=lambda row: (row.priority, row.id),
    )
    keys = [row.key for row in waiting]
    urgent = max(at for at, key in enumerate(keys) if ":duty:" in key)
    assert urgent < min(at for at, key in enumerate(keys) if key.endswith(":outage"))

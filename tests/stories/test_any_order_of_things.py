"""What comes too early, or was deleted in Slack, is no dead end."""

from collections.abc import Callable
from typing import Any

from bot.slack.blocks import text_of
from bot.slack.reading import instant
from models.commands import Place, PostMessage
from tests.stories.test_nobody_is_met_by_silence import stored

HELP, SUPPORT, ASA, OLA = "CHELP", "CSUPPORT", "UASA", "UOLA"
Open = Callable[..., Any]


def test_a_card_that_somebody_deleted_comes_back(open_office: Open) -> None:
    office = open_office()
    double = office.double
    ts = double.say(ASA, HELP, "skrivaren på plan 3 skriver bara streck")
    office.settle()
    (card,) = office.cards()
    double.delete(double.bot_user_id, SUPPORT, card.ts)
    double.say(ASA, HELP, "den står vid fönstret", thread_ts=ts)
    office.settle()
    (again,) = office.cards()
    assert again.ts != card.ts
    assert "vid fönstret" in text_of(again.blocks)


def test_what_was_for_a_deleted_question_is_dropped(open_office: Open) -> None:
    office = open_office()
    double = office.double
    ts = double.say(ASA, HELP, "skrivaren på plan 3 skriver bara streck")
    double.delete(ASA, HELP, ts)
    office.settle()
    assert office.read(lambda unit: unit.outbox.stuck()) == 0
    assert office.read(lambda unit: unit.inbox.dead()) == 0


def test_a_private_reply_to_a_click_in_a_thread_stays_in_the_thread(open_office: Open) -> None:
    office = open_office(prepare=stored)
    double = office.double
    ts = double.say(ASA, HELP, "VPN kopplar inte upp felkod 809")
    office.settle()
    double.click(OLA, HELP, double.thread(HELP, ts)[-1].ts, "answer_solved")
    office.settle()
    assert [one.thread_ts for one in double.ephemerals(OLA)] == [ts]


def test_a_reply_that_comes_before_its_question_is_in_its_ticket(open_office: Open) -> None:
    office = open_office()
    question = office.double.say(ASA, HELP, "skrivaren på plan 3 skriver bara streck")
    office.settle()
    early = f"{float(question) + 100:.6f}"
    for ts, thread, text in (
        (f"{float(early) + 1:.6f}", early, "den vid fönstret"),
        (early, "", "min skärm är svart"),
    ):
        command = PostMessage(
            id=f"Ev{ts}",
            user=ASA,
            place=Place(HELP, ts, thread),
            text=text,
            where="help",
            at=instant(ts),
        )
        office.lotsen.mailbox.accept(command, office.clock())
        office.settle()
        if thread:
            assert office.read(lambda unit: unit.tickets.count()) == 1
    body = office.read(lambda unit: unit.tickets.text(2).body)
    assert body == "min skärm är svart\nden vid fönstret"

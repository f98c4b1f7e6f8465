"""What only a few may read: a mark in the channel, the rest directly, and a named group alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from models.commands import AddToTicket, DeleteMessage, MakeTicket, MovePrivate, Place
from models.desk.privacy.persons import copy_of, erase
from models.message import Message
from models.tables import PostKind, PrivateState
from tests.models.desk.conftest import ASA, KIM, OLA, START, Desk, at, ts_of

KARIN, BOSSE = "UKARIN", "UBOSSE"
CANARY = "kanariefågel"
TOLD = f"min chef tafsar på mig, {CANARY}"


@pytest.fixture
def told(desk: Desk) -> Desk:
    """A desk with a private group of two, Karin and Ola."""
    context = replace(desk.lotsen.desk, private_group=("SHR",))
    desk.lotsen = replace(desk.lotsen, desk=context)
    desk.lotsen.introduce(KARIN, "Karin Lind", "sv-SE", START)
    desk.lotsen.set_group("SHR", [KARIN, OLA])
    return desk


def texts_to(desk: Desk, channel: str) -> list[str]:
    return [row.message for row in desk.posts() if row.channel == channel]


def move(desk: Desk, what: str, user: str, seconds: float = 60) -> MovePrivate:
    command = MovePrivate(
        id=f"move:{what}:{user}:{seconds}",
        user=user,
        matter_id=1,
        move=cast("Any", what),
        at=at(seconds),
    )
    desk.do(command, seconds)
    return command


def handle_waiting(desk: Desk) -> None:
    """Handle what the desk gave itself to do."""
    while (taken := desk.lotsen.mailbox.take(at(600))) is not None:
        desk.lotsen.handle(taken.command, at(600))


def test_what_is_added_to_an_ordinary_ticket_stays_from_those_who_read_it(told: Desk) -> None:
    told.say("kaffemaskinen låter som en traktor")
    told.do(AddToTicket(id="add", user=ASA, case_id=1, text=TOLD, at=at(60)), 60)

    assert CANARY not in told.body(1)
    assert all(CANARY not in text for text in texts_to(told, "CSUPPORT"))
    assert any(CANARY in text for text in texts_to(told, KARIN))


def test_who_writes_on_and_on_is_heard_by_the_desk_again(told: Desk) -> None:
    """Two more lines may be of the private matter; a day's questions are not."""
    told.say(TOLD)
    told.say("han gör det varje dag", 10)
    told.say("det är outhärdligt", 20)
    told.say("skärmen på plan tre blinkar gult", 30)

    assert len(told.tickets()) == 1
    assert CANARY not in told.body(1)


def test_the_channel_sees_a_mark_the_group_the_words_and_the_writer_who_reads_them(
    told: Desk,
) -> None:
    ts = told.say(TOLD)

    (mark,) = [row for row in told.posts() if row.channel == "CHELP"]
    assert (mark.kind, mark.thread_ts) == (PostKind.REACTION, ts)
    assert CANARY not in mark.message
    for reader in (KARIN, OLA):
        (card,) = texts_to(told, reader)
        assert CANARY in card
        assert CANARY not in Message.from_json(card).text  # what a locked screen shows
    (reply,) = texts_to(told, ASA)
    assert "Karin Lind" in reply
    assert "private_ordinary" in reply
    assert not texts_to(told, "CSUPPORT")
    assert not told.tickets()
    assert not told.cases()


def test_a_canary_is_nowhere_but_where_it_may_be(told: Desk) -> None:
    told.say(f"{TOLD} <@{BOSSE}>")
    told.say("det hände igen igår " + CANARY, 60)  # goes on with it
    told.say("och här " + CANARY, 300, thread_ts=ts_of(0))
    told.react(0, TOLD, user=KIM)  # a colleague's emoji makes no ticket of it
    told.ask("ask", TOLD)
    told.lotsen.introduce(BOSSE, "Bosse Ek", "sv-SE", START)

    found = {}
    with told.lotsen.store.snapshot() as unit:
        for table in SQLModel.metadata.sorted_tables:
            rows = unit._session.execute(select(table)).mappings()
            hits = [row for row in rows if CANARY in str(dict(row))]
            if hits:
                found[table.name] = hits
    assert found.keys() == {"private_message", "outbox"}
    assert len(found["private_message"]) == 3
    assert {row["channel"] for row in found["outbox"]} == {KARIN, OLA}
    assert CANARY in str(copy_of(told.lotsen.store, ASA))
    for other in (KARIN, OLA, KIM, BOSSE):
        assert CANARY not in str(copy_of(told.lotsen.store, other))
        assert CANARY not in str(told.lotsen.home(other, at(400)))
    assert not told.lotsen.load(at(400)).tickets


def test_without_a_group_the_writer_hears_whom_to_turn_to(desk: Desk) -> None:
    context = replace(desk.lotsen.desk, private_contact="Karin Lind, HR")
    desk.lotsen = replace(desk.lotsen, desk=context)
    desk.say(TOLD)
    assert not texts_to(desk, "CSUPPORT")
    (reply,) = texts_to(desk, ASA)
    assert "Karin Lind, HR" in reply


def test_whoever_is_in_danger_first_reads_whom_to_call(told: Desk) -> None:
    told.say("jag orkar inte leva längre")
    (reply,) = texts_to(told, ASA)
    assert "112" in Message.from_json(reply).parts[0].runs[0].text  # type: ignore[union-attr]


def test_one_of_the_group_takes_it_and_ends_it(told: Desk) -> None:
    told.say(TOLD)
    move(told, "take", KARIN)
    assert "Karin Lind tar hand om det och skriver till dig" in _plain(texts_to(told, ASA)[-1])
    assert "private_take" not in texts_to(told, OLA)[-1]
    move(told, "done", OLA, 120)
    with told.lotsen.store.snapshot() as unit:
        matter = unit.private.get(1)
    assert matter is not None
    assert matter.state is PrivateState.DONE


@pytest.mark.parametrize("what", ["take", "done", "ordinary"])
def test_neither_staff_nor_a_colleague_can_touch_it(told: Desk, what: str) -> None:
    told.say(TOLD)
    refused = move(told, what, KIM)
    assert "finns inte" in told.reply(refused).text or "not here" in told.reply(refused).text
    with told.lotsen.store.snapshot() as unit:
        matter = unit.private.get(1)
    assert matter is not None
    assert matter.state is PrivateState.WAITING


def test_the_group_cannot_make_it_public_the_writer_can(told: Desk) -> None:
    told.say("jag har en tumör på skärmen, en svart fläck")
    move(told, "ordinary", KARIN)
    handle_waiting(told)
    assert not told.tickets()
    move(told, "ordinary", ASA, 70)
    handle_waiting(told)
    assert [ticket.id for ticket in told.tickets()] == [1]
    assert "svart fläck" in told.body()
    assert "svart fläck" not in texts_to(told, KARIN)[-1]


def test_an_edit_follows_and_a_deletion_takes_the_words_away_everywhere(told: Desk) -> None:
    told.say(TOLD)
    told.edit(0, f"min chef tafsar på mig och skriker, {CANARY}")
    assert "skriker" in texts_to(told, KARIN)[-1]
    told.delete(0)
    assert CANARY not in texts_to(told, KARIN)[-1]
    assert CANARY not in str(copy_of(told.lotsen.store, ASA).rows["private_message"])


def test_an_ordinary_message_that_becomes_private_by_an_edit_leaves_no_words(told: Desk) -> None:
    told.say("kan någon hjälpa mig med en sak")
    assert told.tickets()
    told.edit(0, TOLD)
    handle_waiting(told)
    assert CANARY in texts_to(told, KARIN)[-1]
    assert told.body() == ""
    assert CANARY not in "".join(texts_to(told, "CSUPPORT"))


def test_an_edit_before_its_message_waits_for_it(told: Desk) -> None:
    told.do(told.edited(0, TOLD), 1)
    assert not told.posts()
    told.do(told.said("kan någon hjälpa mig", 0), 2)
    assert CANARY in texts_to(told, KARIN)[-1]
    assert not told.tickets()


def test_the_same_message_delivered_twice_is_told_once(told: Desk) -> None:
    told.say(TOLD)
    told.say(TOLD)
    assert len(texts_to(told, KARIN)) == 1


def test_a_slash_command_goes_the_same_way(told: Desk) -> None:
    command = MakeTicket(id="T1", user=ASA, text=TOLD, at=START)
    told.do(command)
    assert CANARY in texts_to(told, KARIN)[-1]
    assert not told.tickets()


def test_a_direct_message_is_answered_in_its_thread(told: Desk) -> None:
    ts = told.say(TOLD, channel="DASA", where="direct")
    (reply,) = [row for row in told.posts() if row.channel == "DASA"]
    assert reply.thread_ts == ts
    assert not [row for row in told.posts() if row.kind is PostKind.REACTION]


def test_erasing_the_writer_takes_the_words_off_the_groups_posts(told: Desk) -> None:
    told.say(TOLD)
    erase(told.lotsen.desk, ASA, at(100))
    assert CANARY not in texts_to(told, KARIN)[-1]
    with told.lotsen.store.snapshot() as unit:
        assert not any(row.text for row in unit.private.messages_of(1))


def test_the_words_are_forgotten_some_time_after_the_end(told: Desk) -> None:
    told.say(TOLD)
    move(told, "done", KARIN)
    with told.lotsen.store.begin() as unit:
        unit.private.forget(at(60) + timedelta(days=1))
        assert not any(row.text for row in unit.private.messages_of(1))


def test_a_deletion_that_comes_first_leaves_nothing_to_tell(told: Desk) -> None:
    told.do(DeleteMessage(id="D1", place=Place("CHELP", ts_of(0)), at=at(1)), 1)
    told.do(told.said(TOLD, 0), 2)
    assert not texts_to(told, KARIN)


def test_more_than_ten_people_never_get_it(told: Desk) -> None:
    told.lotsen.set_group("SHR", [f"U{number:02}" for number in range(14)])
    told.say(TOLD)
    assert len([row for row in told.posts() if ":to:" in row.key]) == 10


def _plain(message: str) -> str:
    parts = Message.from_json(message).parts
    return "".join(run.text for part in parts for run in getattr(part, "runs", ()))

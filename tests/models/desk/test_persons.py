"""A person asks for a copy of their data, or to be forgotten: every byte, and no figure."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import SQLModel

from models.desk.privacy.persons import QuotingPost, copy_of, erase, quotes
from models.errors import NotFoundError
from models.mailbox import Envelope, post
from models.message import Message
from models.settings import Settings
from models.store.erasure import WHOSE
from models.store.sqlite_file import overwrite_deleted
from models.store.transaction import Store
from models.tables import CaseState, NameHashes, OutboxRow, PostKind, PostState
from models.upkeep.nightly import POSTS, Nightly
from tests.models.desk.conftest import ASA, KIM, OLA, START, at

SECRET = "zebrafinken"
NOTE = "burkaktuset"


def lived(desk: Any) -> None:
    """Åsa asks, gets a ticket, writes directly to the bot; Kim resolves; Ola asks too."""
    desk.say(f"min {SECRET} startar inte", 0)
    desk.say(f"och den är röd, hälsar {SECRET}", 130, where="direct", channel="DASA")
    desk.say("min stol är trasig", 10, OLA)
    desk.move("claim", seconds=200)
    desk.move("resolve", seconds=800, note=NOTE)
    desk.do(desk.said("väntar", 900, where="direct", channel="DASA"))


def test_every_table_with_personal_columns_says_whose_its_rows_are() -> None:
    personal = {
        table.name
        for table in SQLModel.metadata.tables.values()
        if any(column.info.get("personal") for column in table.columns)
    }
    assert personal == set(WHOSE)


def test_a_copy_holds_what_one_wrote_and_nothing_of_others(desk: Any) -> None:
    lived(desk)
    copy = copy_of(desk.lotsen.store, ASA)
    text = str(copy.rows)
    assert SECRET in text
    assert NOTE in text
    assert "stol" not in text
    assert {"person", "help_case", "case_message", "ticket_text", "outbox"} <= set(copy.rows)
    assert copy_of(desk.lotsen.store, copy.person_id).person_id == copy.person_id


@pytest.mark.slow
def test_what_is_erased_stands_in_no_byte_and_no_figure_changes(desk: Any, tmp_path: Path) -> None:
    lived(desk)
    store = desk.lotsen.store
    with store.snapshot() as unit:
        before = [unit.tickets.times(ticket.id or 0) for ticket in desk.tickets()]
        events = len(desk.events())
    erased = erase(desk.lotsen.desk, ASA, at(5_000))
    assert erased.rows["ticket_text"] == 3
    overwrite_deleted(store)
    store.close()
    for file in tmp_path.glob("desk.db*"):
        raw = file.read_bytes()
        for word in (SECRET, NOTE, "UASA", "Åsa Lind", "DASA"):
            assert word.encode() not in raw, (file.name, word)
    with store.snapshot() as unit:
        after = [unit.tickets.times(ticket.id or 0) for ticket in desk.tickets()]
    assert [row and row.model_dump() for row in after] == [
        row and row.model_dump() for row in before
    ]
    assert len(desk.events()) == events
    assert "stol" in desk.body(3)


def test_the_cards_in_slack_lose_the_words_too(desk: Any) -> None:
    lived(desk)
    for row in desk.posts():
        with desk.lotsen.store.begin() as unit:
            sent = unit.outbox.get(row.id or 0)
            assert sent is not None
            sent.state, sent.ts, sent.posted_channel = PostState.SENT, "1.0", row.channel
            unit.outbox.save(sent)
    erase(desk.lotsen.desk, ASA, at(5_000))
    redrawn = [row for row in desk.posts() if row.state is PostState.READY]
    assert {row.target_key for row in redrawn} >= {"ticket:1:card", "case:1:ticket"}
    assert all(SECRET not in row.message for row in redrawn)
    assert all(row.channel for row in redrawn)


def test_posts_in_slack_that_repeat_their_words_become_a_neutral_line(desk: Any) -> None:
    lived(desk)
    with desk.lotsen.store.begin() as unit:
        for row in desk.posts():
            sent = unit.outbox.get(row.id or 0)
            sent.state, sent.ts, sent.posted_channel = PostState.SENT, f"1.{row.id}", row.channel
            unit.outbox.save(sent)
        post(unit, "case:1:quoting", Envelope("CHELP"), Message(f"Min {SECRET} startar"), START)
        quoting = unit.outbox.find("case:1:quoting")
        quoting.state, quoting.ts, quoting.posted_channel = PostState.SENT, "1.99", "CHELP"
        unit.outbox.save(quoting)
    shown = [row.key for row in desk.posts() if ":resolved:" in row.key]
    assert shown
    erase(desk.lotsen.desk, ASA, at(5_000))

    redrawn = {row.target_key: row for row in desk.posts() if row.state is PostState.READY}
    for key in (*shown, "case:1:quoting"):
        assert "removed" in redrawn[key].message or "tagit bort" in redrawn[key].message, key
    assert all(SECRET not in row.message and NOTE not in row.message for row in redrawn.values())
    assert not [key for key in redrawn if key.startswith(("case:2", "ticket:3"))]
    assert len(redrawn) == len([row for row in desk.posts() if row.state is PostState.READY])


def shown(key: str, message: str) -> OutboxRow:
    return OutboxRow(
        key=key,
        kind=PostKind.POST,
        channel="C",
        posted_channel="C",
        message=message,
        state=PostState.SENT,
        not_before=START,
        created_at=START,
    )


def test_an_answer_that_repeats_nothing_stays_as_it_is() -> None:
    answer = shown("case:1:answer:2", "Byt till port 443.")
    note = shown("ticket:1:resolved:x", "Klart")
    assert quotes([answer], ["min skärm är svart", "port"]) == [QuotingPost("case:1:answer:2", "C")]
    assert quotes([answer], ["min skärm är svart", "porten 44"]) == []
    assert quotes([note], []) == [QuotingPost("ticket:1:resolved:x", "C")]


def test_what_waits_for_the_erased_is_dropped(desk: Any) -> None:
    desk.lotsen.mailbox.accept(desk.said(f"{SECRET} igen", 5), at(5))
    erase(desk.lotsen.desk, ASA, at(6))
    assert desk.lotsen.mailbox.take(at(7)) is None


def test_somebody_erased_who_writes_again_is_somebody_new(desk: Any) -> None:
    lived(desk)
    erase(desk.lotsen.desk, ASA, at(5_000))
    with pytest.raises(NotFoundError, match="nobody"):
        erase(desk.lotsen.desk, ASA, at(5_001))
    desk.say("hej, min mus är död", 6_000)
    assert desk.cases()[-1].state is CaseState.TICKET
    assert desk.cases()[-1].person_id != desk.cases()[0].person_id


def test_a_colleague_of_the_support_team_is_erased_and_the_ticket_stays(desk: Any) -> None:
    lived(desk)
    erase(desk.lotsen.desk, KIM, at(5_000))
    assert "UKIM" not in desk.card()
    assert SECRET in desk.card()


def test_a_name_that_two_share_is_asked_about(desk: Any) -> None:
    with desk.lotsen.store.begin() as unit:
        unit.people.by_name("Bo Ek", "IT", START)
        unit.people.save(unit.people.by_slack_id("UBO", START))
        person = unit.people.by_slack_id("UBO", START)
        person.name = "Bo Ek"
        unit.people.save(person)
    with pytest.raises(NotFoundError, match="several"):
        copy_of(desk.lotsen.store, "Bo Ek")


@pytest.mark.slow
def test_erasing_works_on_both_databases(
    migrated_url: str, new_desk: Callable[[Store], Any]
) -> None:
    store = Store(migrated_url)
    desk = new_desk(store)
    lived(desk)
    erase(desk.lotsen.desk, ASA, at(5_000))
    overwrite_deleted(store)
    assert all(SECRET not in row.message for row in desk.posts())
    assert desk.body(1) == ""
    store.close()


def nights(desk: Any, **more: Any) -> Nightly:
    settings = Settings.load(_env_file=None, lotsen_database_url=desk.lotsen.store.url, **more)
    return Nightly(settings, desk.lotsen.store)


def test_texts_have_their_time_and_open_tickets_keep_theirs(desk: Any) -> None:
    lived(desk)
    keeper = nights(desk, lotsen_keep_texts_days=30)
    assert keeper.forget(START + timedelta(days=29)).tickets == 0
    assert keeper.forget(START + timedelta(days=31)).tickets == 1
    assert (desk.body(1), "stol" in desk.body(3)) == ("", True)
    assert keeper.forget(START + timedelta(days=31)).tickets == 0


@pytest.mark.slow
@pytest.mark.parametrize("migrated_url", ["postgres"], indirect=True)  # it counts rows at once
def test_what_was_emptied_is_not_written_again_each_night(
    migrated_url: str, new_desk: Callable[[Store], Any]
) -> None:
    store = Store(migrated_url)
    desk = new_desk(store)
    lived(desk)
    written: list[int] = []

    def count(_c: Any, cursor: Any, statement: str, *_: Any) -> None:
        written.append(cursor.rowcount if statement.startswith("UPDATE") else 0)

    event.listen(store.engine, "after_cursor_execute", count)
    for expected in (True, False):
        nights(desk, lotsen_keep_texts_days=30).forget(START + timedelta(days=31))
        assert (sum(written) > 0) is expected
        written.clear()
    store.close()


def test_hashed_names_are_deleted_when_they_have_had_their_day(desk: Any) -> None:
    with desk.lotsen.store.begin() as unit:
        row = NameHashes(key_hash="ours", read_at=START, content=b"1")
        unit.people.keep_hashes(row, forget_before=START)

    def are_kept(later: timedelta) -> bool:
        nights(desk).forget(START + later)
        with desk.lotsen.store.snapshot() as unit:
            return unit.people.kept_hashes("ours") is not None

    assert are_kept(timedelta(days=1))
    assert not are_kept(timedelta(days=1, seconds=1))


def test_posts_that_slack_has_shown_since_long_lose_their_words_here(desk: Any) -> None:
    desk.say(f"min {SECRET} startar inte", 0)
    with desk.lotsen.store.begin() as unit:
        row = unit.outbox.find("ticket:1:card")
        assert row is not None
        row.state, row.sent_at = PostState.SENT, START
        unit.outbox.save(row)
    keeper = nights(desk)
    assert keeper.forget(START + POSTS).posts == 0
    assert keeper.forget(START + POSTS + timedelta(days=1)).posts == 1
    assert Message.from_json(desk.card()) == Message("", ())

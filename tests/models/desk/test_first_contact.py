"""Whoever gets an answer for the first time is told, once, that a machine gave it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from models.language import words_for
from models.message import Message, Note, Verbatim, plain
from models.reports.documents.notice import first_contact_text, on_every_answer
from models.store.transaction import Store
from models.tables import Case, CaseState, EventKind, TicketEvent

QUESTION = "VPN kopplar inte upp felkod 809"
NOTICE = first_contact_text(words_for("sv"))


def notes(message: Message) -> list[str]:
    return [plain(part.runs) for part in message.parts if isinstance(part, Note)]


def answers(desk: Any) -> list[Message]:
    found = (Message.from_json(row.message) for row in desk.posts() if ":answer" in row.key)
    return [one for one in found if any(isinstance(part, Verbatim) for part in one.parts)]


def test_the_first_answer_carries_the_notice_and_the_next_does_not(desk: Any, article: Any) -> None:
    desk.say(QUESTION)
    desk.say(QUESTION, seconds=4000)
    first, second = answers(desk)
    assert notes(first).count(NOTICE) == 1
    assert NOTICE not in notes(second)
    # The mark that a machine answered stands below each.
    mark = plain(on_every_answer(words_for("sv")))
    for one in (first, second):
        assert any(mark in note for note in notes(one))


def test_each_person_is_told(desk: Any, article: Any) -> None:
    desk.say(QUESTION)
    desk.say(QUESTION, seconds=10, user="UOLA")
    assert all(NOTICE in notes(one) for one in answers(desk))


def test_an_event_that_comes_twice_tells_once(desk: Any, article: Any) -> None:
    command = desk.said(QUESTION)
    desk.do(command)
    desk.lotsen.handle(command, command.at)
    assert [notes(one).count(NOTICE) for one in answers(desk)] == [1]


@pytest.mark.parametrize("first_by_command", [True, False])
def test_a_search_tells_too_and_counts_as_told(
    desk: Any, article: Any, first_by_command: bool
) -> None:
    if first_by_command:
        assert NOTICE in notes(desk.ask("ask", QUESTION))
        desk.say(QUESTION, seconds=4000)
        assert NOTICE not in notes(answers(desk)[0])
    else:
        desk.say(QUESTION)
        assert NOTICE not in notes(desk.ask("ask", QUESTION))


def test_a_search_without_an_answer_tells_nobody_yet(desk: Any, article: Any) -> None:
    assert NOTICE not in notes(desk.ask("ask", "kaffemaskinens avkalkning"))
    desk.say(QUESTION, seconds=4000)
    assert NOTICE in notes(answers(desk)[0])


def test_who_was_answered_is_known_by_the_event_of_their_own_case(migrated_url: str) -> None:
    now, store = datetime(2026, 11, 23, 9, 0, tzinfo=UTC), Store(migrated_url)
    with store.begin() as unit:
        asa, ola = unit.people.by_slack_id("UASA", now), unit.people.by_slack_id("UOLA", now)
        case = unit.tickets.save(
            Case(
                person_id=asa.id, channel="C", thread_ts="1", entrance="help", language="sv",
                state=CaseState.OPEN, opened_at=now, last_message_at=now,
            )
        )  # fmt: skip
        event: dict[str, Any] = {"at": now, "actor": "", "detail": {}, "case_id": case.id}
        unit.tickets.record(TicketEvent(kind=EventKind.ASKED, command_id="1", **event))
        assert not unit.tickets.was_answered(asa.id)
        unit.tickets.record(TicketEvent(kind=EventKind.ANSWERED, command_id="2", **event))
        assert unit.tickets.was_answered(asa.id)
        assert not unit.tickets.was_answered(ola.id)
    store.close()

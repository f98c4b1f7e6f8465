"""A click that comes too late, or at the same moment as another, changes nothing twice."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from models.commands import Command, JudgeAnswer, MakeTicket, MarkFound, ReportIncident
from models.lotsen import open_lotsen
from models.redaction import redact
from models.store.inbox import InboxRepository
from models.store.tickets import TicketRepository
from models.store.transaction import Store
from models.tables import AnswerVerdict, Article, Case, CaseState, EventKind
from tests.models.desk.conftest import ASA, KIM, OLA, Desk, at, settings_of, ts_of

TODAY = date(2026, 11, 23)
QUESTION = "Jag kommer inte in på VPN"
ONLY_POSTGRES = pytest.mark.parametrize("migrated_url", ["postgres"], indirect=True)
"""SQLite has one writer: two transactions are never at work at once."""


def vpn() -> Article:
    return Article(
        document="handbook",
        external_id="vpn",
        language="sv",
        title="VPN kopplar inte upp",
        questions=["VPN kopplar inte upp felkod 809", QUESTION],
        answer="Byt till port 443 och försök igen.",
        sha256="",
    )


def wants_a_person(name: str) -> JudgeAnswer:
    return JudgeAnswer(id=name, user=ASA, case_id=1, verdict="human", at=at(30))


def found(name: str) -> MarkFound:
    return MarkFound(id=name, user=ASA, case_id=1, article_id=1, at=at(31))


@pytest.fixture
def asked(migrated_url: str, new_desk: Callable[[Store], Desk]) -> Any:
    """A desk that has answered a question."""
    store = Store(migrated_url)
    desk = new_desk(store)
    with store.begin() as unit:
        unit.knowledge.put([vpn()])
    desk.say(QUESTION)
    assert desk.cases()[0].state is CaseState.ANSWERED
    yield desk
    store.close()


def meanwhile(desk: Desk, first: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let another replica handle ``first`` the moment before this one locks the case."""
    locked, pending = TicketRepository.locked_case, [first]

    def late(self: TicketRepository, case_id: int) -> Case | None:
        while pending:
            other = open_lotsen(settings_of(desk.lotsen.store.url), migrate=False)
            other.handle(pending.pop(), at(31))
            other.store.close()
        return locked(self, case_id)

    monkeypatch.setattr(TicketRepository, "locked_case", late)


@ONLY_POSTGRES
@pytest.mark.parametrize("late", [wants_a_person, found])
def test_two_replicas_take_two_clicks_at_once_and_one_ticket_stands(
    asked: Desk, late: Callable[[str], Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = wants_a_person("one"), late("two")
    for click in (first, second):
        asked.lotsen.mailbox.accept(click, at(31))
    meanwhile(asked, first, monkeypatch)
    asked.lotsen.handle(second, at(31))
    assert [ticket.id for ticket in asked.tickets()] == [1]
    assert (asked.cases()[0].state, asked.cases()[0].ticket_id) == (CaseState.TICKET, 1)
    assert EventKind.FOUND not in {event.kind for event in asked.events()}


@pytest.mark.parametrize("verdict", ["human", "not_solved", "solved"])
def test_a_click_below_an_answer_to_a_question_that_was_taken_back(
    asked: Desk, verdict: str
) -> None:
    asked.delete(0)
    asked.judge(verdict)
    assert asked.tickets() == []
    assert asked.cases()[0].state is CaseState.WITHDRAWN
    assert EventKind.ANSWER_SOLVED not in {event.kind for event in asked.events()}


def test_words_taken_back_while_a_verdict_is_handled_are_not_kept(
    asked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked.say("Jag kommer inte in på VPN, zebrafink", 1)
    gone, read = [asked.deleted(1)], redact

    def slowly(text: str, names: frozenset[str]) -> Any:
        while gone:
            asked.do(gone.pop(), 3)
        return read(text, names)

    monkeypatch.setattr("models.desk.answers.feedback.redact", slowly)
    asked.judge("not_solved")
    (verdict,) = asked._all(AnswerVerdict)
    assert "VPN" in verdict.question
    assert "zebrafink" not in verdict.question


def test_a_greeting_edited_into_a_question_is_answered_as_if_it_had_come_so(asked: Desk) -> None:
    with asked.lotsen.store.begin() as unit:
        row = unit.knowledge.get(1)
        assert row is not None
        row.verified_on, row.expires_on = date(2024, 1, 1), date(2027, 1, 1)
        unit.knowledge.reviewed(row)
    asked.say("hej", 600, OLA)
    asked.edit(600, "VPN kopplar inte upp felkod 809", OLA)
    assert asked.cases()[1].state is CaseState.ANSWERED, "it expires, but not yet"
    (shown,) = [row for row in asked.posts() if row.key == "case:2:answer:1"]
    assert "Ingen har kontrollerat det" in shown.message, "and it is old"


def test_a_click_shows_nothing_that_was_not_shown_before(asked: Desk) -> None:
    with asked.lotsen.store.begin() as unit:
        row = unit.knowledge.get(1)
        assert row is not None
        row.answer, row.audience = "Bara för chefer: zebrafink.", ["UBOSS"]
        unit.knowledge.reviewed(row)
    asked.judge("solved")
    (post,) = [row for row in asked.posts() if row.key == "case:1:answer:1"]
    assert "zebrafink" not in post.message
    assert "Byt till port 443" in post.message
    assert "answer_human" not in post.message


def test_a_verdict_never_meets_another_article_that_got_the_number(asked: Desk) -> None:
    other = vpn()
    other.document, other.external_id, other.questions = "others", "other", ["Något annat"]
    with asked.lotsen.store.begin() as unit:
        unit.knowledge.delete_document("handbook")
        unit.knowledge.put([other])
    asked.judge("solved")
    assert asked._all(AnswerVerdict) == []
    (post,) = [row for row in asked.posts() if row.key == "case:1:answer:1"]
    assert "answer_human" not in post.message


def test_an_answer_that_is_reported_while_it_is_looked_up_is_not_shown(
    asked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = ReportIncident(
        id="report", user=ASA, kind="outdated", case_id=1, article_id=1, at=at(600), channel="CHELP"
    )
    index, pending = asked.lotsen.knowledge, [report]
    reply = index.reply

    def slow(*args: Any, **more: Any) -> Any:
        looked_up = reply(*args, **more)
        while pending:
            asked.do(pending.pop(), 600)
        return looked_up

    monkeypatch.setattr(index, "reply", slow)
    asked.say(QUESTION, 600, user=OLA)

    assert not pending
    assert [row.key for row in asked.posts() if row.key.startswith("case:2:answer")] == []
    assert asked.cases()[1].state is CaseState.TICKET


def test_who_is_led_back_to_the_first_answer_gets_a_person_instead_of_silence(
    asked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = vpn()
    other.external_id, other.title, other.questions = (
        "skrivare",
        "Skrivaren",
        ["Skrivaren krånglar"],
    )
    with asked.lotsen.store.begin() as unit:
        unit.knowledge.put([other])
    index = asked.lotsen.knowledge
    replies = iter(
        (
            index.reply("Skrivaren krånglar", "sv", today=TODAY),
            index.reply(QUESTION, "sv", today=TODAY),
        )
    )
    monkeypatch.setattr(index, "reply", lambda *_, **__: next(replies))
    for seconds, words in ((300, "Skrivaren krånglar"), (600, QUESTION)):
        asked.say(words, seconds, thread_ts=ts_of(0))
    assert [row.key for row in asked.posts() if ":answer:" in row.key] == [
        "case:1:answer:1",
        "case:1:answer:2",
    ]
    assert asked.cases()[0].state is CaseState.TICKET


@ONLY_POSTGRES
@pytest.mark.parametrize("change", ["ticket", "edit", "delete"])
def test_what_happens_to_a_message_while_it_is_handled_is_no_error(
    asked: Desk, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    finish = InboxRepository.finish

    def slow(self: InboxRepository, *args: Any, **more: Any) -> bool:
        finished = finish(self, *args, **more)
        time.sleep(0.3)  # both have read the message, neither has written it
        return finished

    monkeypatch.setattr(InboxRepository, "finish", slow)
    said = asked.said("Skrivaren äter papper", 600, user=OLA)
    others: dict[str, Command] = {
        "edit": asked.edited(600, "Skrivaren äter allt", user=OLA),
        "delete": asked.deleted(600),
        "ticket": MakeTicket(
            id="🎫",
            user=KIM,
            text="Skrivaren äter papper",
            author=OLA,
            place=said.place,
            at=at(601),
            channel="CHELP",
        ),
    }
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(asked.do, one, 602) for one in (said, others[change])]:
            done.result()

    assert len([case for case in asked.cases() if case.id != 1]) <= 1
    assert len(asked.tickets()) <= 1

"""``lotsen knowledge candidates``, ``verdicts`` and ``gaps``."""

from datetime import timedelta
from typing import Any

import pytest

from models.lotsen import open_lotsen
from models.settings import Settings
from models.tables import (
    AnswerVerdict,
    Article,
    Case,
    CaseMessage,
    CaseState,
    EventKind,
    Offer,
    QuestionCandidate,
    TicketEvent,
)
from tests.bot.cli.conftest import Lotsen
from tests.conftest import NOW


@pytest.fixture
def judged(lotsen: Lotsen) -> None:
    """Store an article that was judged twice and could learn two questions, and a ticket."""
    opened = open_lotsen(Settings.load())
    now = NOW
    with opened.store.begin() as unit:
        person = unit.people.by_slack_id("UASA", now)
        article = Article(
            document="faq", external_id="1", language="en", title="VPN", answer="Port.", sha256=""
        )
        unit.knowledge.put([article])
        for number, state in ((1, CaseState.SOLVED), (2, CaseState.TICKET)):
            case = unit.tickets.save(
                Case(
                    person_id=person.id,
                    channel="C",
                    thread_ts="",
                    entrance="help",
                    language="en",
                    state=state,
                    opened_at=now,
                    last_message_at=now,
                )
            )
            message = CaseMessage(
                case_id=case.id, channel="C", ts=str(number), text="the coffee machine is broken"
            )
            unit.tickets.save(message)
            of_case: dict[str, Any] = {"case_id": case.id or 0, "article_id": article.id or 0}
            unit.feedback.save(
                QuestionCandidate(
                    question=f"question {number}", state=Offer.WAITING, created_at=now, **of_case
                )
            )
            unit.feedback.put_verdict(
                AnswerVerdict(question="q", solved=number == 1, answer_sha256="", at=now, **of_case)
            )
    opened.close()


@pytest.mark.usefixtures("judged")
def test_candidates_are_listed_approved_and_rejected_once(lotsen: Lotsen) -> None:
    listed = lotsen("knowledge", "candidates", "list", "--json").json["candidates"]
    assert [(one["id"], one["question"], one["article"]) for one in listed] == [
        (1, "question 1", "VPN"),
        (2, "question 2", "VPN"),
    ]
    assert "question 1" in lotsen("knowledge", "candidates", "list").out

    approved = lotsen("knowledge", "candidates", "approve", "1", "--json")
    assert approved.json == {"id": 1, "question": "question 1", "approved": True}
    assert "Left out: question 2" in lotsen("knowledge", "candidates", "reject", "2").out

    again = lotsen("knowledge", "candidates", "approve", "2")
    assert (again.code, again.out) == (2, "")
    assert "declined already" in again.err
    unknown = lotsen("knowledge", "candidates", "approve", "99")
    assert (unknown.code, len(unknown.err.splitlines())) == (2, 1)
    assert "No question waits." in lotsen("knowledge", "candidates", "list").out


@pytest.mark.usefixtures("judged")
def test_verdicts_are_counted_and_forgotten(lotsen: Lotsen) -> None:
    (one,) = lotsen("knowledge", "verdicts", "--json").json["articles"]
    assert (one["title"], one["solved"], one["not_solved"]) == ("VPN", 1, 1)
    assert "VPN" in lotsen("knowledge", "verdicts").out

    assert lotsen("knowledge", "verdicts", "--clear", "1").out == "2 verdicts forgotten.\n"
    assert lotsen("knowledge", "verdicts", "--clear", "1", "--json").json["forgotten"] == 0
    assert "Nobody has judged" in lotsen("knowledge", "verdicts").out


@pytest.mark.usefixtures("judged")
def test_gaps_are_shown_with_what_they_cost(lotsen: Lotsen) -> None:
    found = lotsen("knowledge", "gaps", "--json").json
    assert found["days"] == 90
    assert [(gap["size"], gap["minutes"], gap["example"]) for gap in found["gaps"]] == [
        (1, 0.0, "the coffee machine is broken")
    ]
    assert "coffee machine" in lotsen("knowledge", "gaps").out


def test_without_questions_there_is_no_gap(lotsen: Lotsen) -> None:
    assert lotsen("knowledge", "gaps").out == "Every question found an answer.\n"


def test_outcomes_add_up_to_the_answered_questions(lotsen: Lotsen) -> None:
    opened = open_lotsen(Settings.load())
    now = NOW - timedelta(days=10)
    said = {1: EventKind.ANSWER_SOLVED, 2: EventKind.HUMAN_WANTED, 3: EventKind.RETURNED, 4: None}
    with opened.store.begin() as unit:
        for case, then in said.items():
            kinds = (EventKind.ASKED, EventKind.ANSWERED, *([then] if then else []))
            unit.tickets.record(
                *(
                    TicketEvent(case_id=case, kind=kind, at=now, command_id=f"{case}:{kind}")
                    for kind in kinds
                )
            )
    opened.close()

    found = lotsen("knowledge", "outcomes", "--json").json

    assert found.pop("period")
    assert found == {"answered": 4, "confirmed": 1, "silent": 1, "failed": 1, "returned": 1}
    assert "Nothing said" in lotsen("knowledge", "outcomes").out

"""Buttons of those who keep the answers become commands, and a draft opens as a form."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.slack.forms import modal, return_address
from models.commands import JudgeCandidate, JudgeDraft, PublishArticle, ReviewArticle
from models.desk.curation.article_form import ProposedArticle, article_form
from models.language import words_for
from models.tables import ArticleDraft, DecidedBy, Offer, Source, Status, Ticket, TicketText
from tests.bot.slack.test_listeners import click

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("action", "kind", "verdict"),
    [
        ("candidate_approve", JudgeCandidate, "approve"),
        ("candidate_reject", JudgeCandidate, "reject"),
        ("draft_publish", JudgeDraft, "publish"),
        ("draft_discard", JudgeDraft, "discard"),
        ("article_still_true", ReviewArticle, "still_true"),
        ("article_needs_change", ReviewArticle, "needs_change"),
        ("article_retired", ReviewArticle, "retired"),
    ],
)
def test_each_button_is_one_command_however_often_it_comes(
    ears: Any, action: str, kind: type, verdict: str
) -> None:
    for _ in range(2):
        assert ears.takes(click(action)).status == 200

    (command,) = ears.commands()
    assert isinstance(command, kind)
    assert (command.verdict, command.user) == (verdict, "UKIM")  # type: ignore[attr-defined]  # each kind has them
    assert 7 in vars_of(command)


def vars_of(command: Any) -> list[Any]:
    return [getattr(command, name) for name in command.__dataclass_fields__]


@pytest.mark.parametrize("value", ["abc", "-1", "9" * 40, None, "²"])
def test_a_click_with_junk_is_about_number_0_which_nothing_has(ears: Any, value: Any) -> None:
    assert ears.takes(click("candidate_approve", value)).status == 200

    (command,) = ears.commands()
    assert command.candidate_id == 0


def a_draft(ears: Any) -> int:
    with ears.lotsen.store.begin() as unit:
        ticket = Ticket(
            source=Source.SLACK, status=Status.SOLVED, decided_by=DecidedBy.NOBODY, opened_at=NOW
        )
        unit.tickets.add_ticket(ticket, TicketText(ticket_id=0))
        row = ArticleDraft(
            ticket_id=ticket.id or 0,
            language="sv",
            title="T",
            question="Q",
            answer="A",
            state=Offer.WAITING,
            created_at=NOW,
        )
        unit.feedback.save(row)
        return row.id or 0


def submission(draft: int, **written: str) -> dict[str, Any]:
    form = article_form(ProposedArticle(words_for("en"), "T", ("Q",), "A", "sv", (), draft))
    shown = modal(form, return_address(click("draft_edit", str(draft))))
    values = {name: {name: {"value": text}} for name, text in written.items()}
    view = {**shown, "id": "V1", "hash": "1.1", "state": {"values": values}}
    return {"type": "view_submission", "user": {"id": "UKIM"}, "view": view}


def test_the_form_begins_with_the_draft_and_fits_slacks_limits() -> None:
    words, asked = words_for("de"), ("q" * 500,) * 20
    long = ProposedArticle(words, "t" * 500, asked, "a" * 5_000, "sv", tuple(range(50)), 3)

    view = modal(article_form(long), {})

    assert view["callback_id"] == "article_form"
    assert len(view["private_metadata"]) <= 3000
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        assert len(element["initial_value"]) <= element["max_length"] <= 3000
    for name in ("title", "submit", "close"):
        assert len(view[name]["text"]) <= 24


def test_a_sent_form_publishes_what_was_written_once(ears: Any) -> None:
    draft = a_draft(ears)
    for _ in range(2):
        ears.takes(submission(draft, title=" New ", wordings="Q \n\nR\nQ", answer="Better"))

    (command,) = ears.commands()
    assert isinstance(command, PublishArticle)
    assert (command.draft_id, command.language) == (draft, "sv")
    assert (command.title, command.wordings, command.answer) == ("New", ("Q", "R"), "Better")
    assert command.channel == "CSUPPORT"


def test_an_empty_answer_stays_in_the_form(ears: Any) -> None:
    reply = ears.takes(submission(a_draft(ears), title="New", wordings="Q", answer="  "))

    assert "answer" in reply.body
    assert ears.commands() == []


@pytest.mark.parametrize(
    ("field", "written", "said"),
    [
        ("title", "Ring [NAME]", "hakparentes"),
        ("answer", "Skriv till [EMAIL].", "hakparentes"),
        ("answer", "Logga in med lösenord: Sommar2026!", "lösenordet"),
        ("wordings", " \n ", "minst en fråga"),
        ("wordings", "q" * 301, "Rad 1 har fler än 300"),
        ("wordings", "\n".join(f"fråga {n}" for n in range(21)), "Högst 20"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(ears: Any, field: str, written: str, said: str) -> None:
    filled = {"title": "T", "wordings": "Q", "answer": "A", field: written}
    reply = ears.takes(submission(a_draft(ears), **filled))

    assert said in json.loads(reply.body)["errors"][field]
    assert ears.commands() == []


def test_editing_while_slack_is_silent_loses_nothing_and_is_told(ears: Any) -> None:
    draft = a_draft(ears)

    assert ears.takes(click("draft_edit", str(draft))).status == 200
    (command,) = ears.commands()
    assert isinstance(command, JudgeDraft)
    assert (command.draft_id, command.verdict) == (draft, "edit")

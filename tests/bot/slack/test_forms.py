"""A form that came to nothing is told about; every text of a form fits its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.forms import TextSlot, modal, plain
from models.commands import JudgeDraft, ReportFormProblem
from models.desk.registers.onboarding import START
from models.form import Form
from tests.bot.slack.conftest import form_sent
from tests.bot.slack.test_listeners import click

LIMITS: dict[TextSlot, int] = {
    "title": 24,
    "button": 24,
    "label": 2000,
    "hint": 2000,
    "option": 75,
    "header": 150,
    "section": 3000,
}


@given(st.text(max_size=4000), st.sampled_from(list(LIMITS)))
def test_a_text_fits_its_place_and_is_never_empty(text: str, place: TextSlot) -> None:
    shown = plain(text, place)["text"]

    assert 1 <= len(shown) <= LIMITS[place]
    if len(text.strip()) <= LIMITS[place] and text.strip():
        assert shown == text.strip()


def test_a_long_title_is_cut_as_slack_wants_it() -> None:
    form = modal(Form("x", "T" * 80, "S" * 80, "Abbrechen", ()), {})

    assert [len(form[part]["text"]) for part in ("title", "submit", "close")] == [24, 24, 9]


def test_a_draft_whose_form_does_not_open_is_asked_for_at_the_desk(ears: Any) -> None:
    assert ears.takes(click("draft_edit", "1")).status == 200  # there is no such draft

    (command,) = ears.commands()
    assert isinstance(command, JudgeDraft)
    assert (command.draft_id, command.verdict, command.channel) == (1, "edit", "CSUPPORT")


def test_whoever_gets_no_first_screen_is_told(ears: Any) -> None:
    assert ears.takes(click(START, "")).status == 200  # Slack is silent here

    (command,) = ears.commands()
    assert isinstance(command, ReportFormProblem)
    assert (command.problem, command.user) == ("not_opened", "UKIM")
    assert command.reply_url


@pytest.mark.parametrize("form", ["register_form", "plan_form", "onboarding_form"])
def test_whoever_sends_a_form_that_cannot_be_read_is_told_that_nothing_was_saved(
    ears: Any, form: str
) -> None:
    for _ in range(2):
        assert ears.takes(form_sent(form, {}, {}, ())).status == 200

    (command,) = ears.commands()
    assert isinstance(command, ReportFormProblem)
    assert (command.problem, command.channel) == ("not_read", "UKIM")

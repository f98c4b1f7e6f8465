"""Clicks below a survey, and on the question of the first start, become commands."""

from typing import Any

import pytest

from bot.slack.reading import digest
from models.commands import AnswerPulse, ChooseBaseline, RateTicket, ReadNotice
from tests.bot.slack.test_listeners import click


@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
def test_a_rating_is_one_command_however_often_it_comes(ears: Any, score: int) -> None:
    for _ in range(2):
        assert ears.takes(click(f"csat_{score}", "7")).status == 200

    (command,) = ears.commands()
    assert isinstance(command, RateTicket)
    assert (command.ticket_id, command.score, command.user) == (7, score, "UKIM")


def test_nobody_who_tries_all_buttons_people_and_times_finds_out_who_answered_what(
    ears: Any,
) -> None:
    for score in (1, 5):
        ears.takes({**click(f"pulse_{score}", "2026-12"), "trigger_id": "1795421000.77.4f1d"})

    (command,) = ears.commands()  # the name of a click is Slack's random one, and nothing else
    assert command.id == f"click:{digest('1795421000.77.4f1d')}"


@pytest.mark.parametrize("value", ["abc", "-1", "9" * 40, None, "²"])
def test_a_rating_with_junk_is_about_ticket_0_which_nobody_has(ears: Any, value: Any) -> None:
    assert ears.takes(click("csat_5", value)).status == 200

    (command,) = ears.commands()
    assert command.ticket_id == 0


@pytest.mark.parametrize("action", ["csat_0", "csat_6", "csat_55", "pulse_9", "baseline_none"])
def test_a_forged_button_is_acknowledged_and_nothing_else(ears: Any, action: str) -> None:
    assert ears.takes(click(action, "7")).status == 200

    assert ears.commands() == []


def test_the_pulse_carries_its_month(ears: Any) -> None:
    assert ears.takes(click("pulse_4", "2026-12")).status == 200

    (command,) = ears.commands()
    assert isinstance(command, AnswerPulse)
    assert (command.month, command.score) == ("2026-12", 4)


def test_a_notice_that_was_read(ears: Any) -> None:
    assert ears.takes(click("notice_read", "3")).status == 200

    (command,) = ears.commands()
    assert isinstance(command, ReadNotice)
    assert (command.notice_id, command.user) == (3, "UKIM")


@pytest.mark.parametrize(
    ("action", "value", "step", "weeks"),
    [
        ("baseline_observe", "8", "observe", 8),
        ("baseline_freeze", "0", "freeze", 0),
        ("baseline_override", "0", "override", 0),
    ],
)
def test_the_leads_choice(ears: Any, action: str, value: str, step: str, weeks: int) -> None:
    assert ears.takes(click(action, value)).status == 200

    (command,) = ears.commands()
    assert isinstance(command, ChooseBaseline)
    assert (command.step, command.weeks) == (step, weeks)

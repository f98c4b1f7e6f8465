"""Clicks and forms of the plan become the right command, or none; Slack may be silent."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.slack.forms import errors_at, modal
from bot.slack.submissions import plan_form
from models.commands import Ask, ChangePlan, ReportFormProblem
from models.desk.programme.plan_requests import PlanForm
from models.language import words_for
from models.tables import PlanAct
from tests.bot.slack.conftest import form_sent

STARTED = date(2026, 11, 23)
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


def click(action: str, value: str) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "UKIM"},
        "channel": {"id": "CLEAD"},
        "trigger_id": "1.2",
        "response_url": "http://127.0.0.1:9/r",
        "api_app_id": "A1",
        "actions": [
            {"type": "button", "action_id": action, "block_id": "plan:w1.interviews",
             "value": value, "action_ts": "1795420800.5"}
        ],
    }  # fmt: skip


def submitted(values: dict[str, Any], **back: Any) -> dict[str, Any]:
    where = {"key": "w1.interviews", "act": "done", "period": "2026-W48", "channel": "C"}
    filled = {key: {"value": value} for key, value in values.items()}
    return form_sent("plan_form", {**where, "reply_url": "", **back}, filled, values)


TOLD = {"told": {"value": " six heads "}}


@pytest.fixture
def begun(lotsen: Any) -> Any:
    lotsen.plan.start(STARTED, NOW)
    return lotsen


def test_a_submitted_form_is_one_command_however_often_it_comes(ears: Any, begun: Any) -> None:
    for _ in range(2):
        assert ears.takes(submitted(TOLD)).status == 200

    (command,) = ears.commands()
    assert isinstance(command, ChangePlan)
    assert (command.key, command.act, command.told) == ("w1.interviews", "done", "six heads")
    assert (command.period, command.channel, command.day) == ("2026-W48", "C", None)


def test_a_move_carries_its_day_and_who_takes_over(ears: Any, begun: Any) -> None:
    values = {
        **TOLD,
        "day": {"selected_date": "2099-01-04"},
        "owner": {"selected_user": "ULENA"},
    }
    answer = ears.takes(submitted(values, act="moved"))
    assert json.loads(answer.body)["errors"] == {
        "day": words_for("sv").gettext("Choose a day within a year.")
    }
    assert ears.commands() == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"told": {"value": "  "}}, "told"),
        ({"told": {}}, "told"),
        ({"told": {"value": None}}, "told"),
    ],
)
def test_what_is_wrong_stays_in_the_form(
    ears: Any, begun: Any, values: dict[str, Any], field: str
) -> None:
    answer = ears.takes(submitted(values))

    assert set(json.loads(answer.body)["errors"]) == {field}
    assert ears.commands() == []


@pytest.mark.parametrize(
    "body",
    [
        {**submitted(TOLD), "view": {**submitted(TOLD)["view"], "private_metadata": "no json"}},
        {**submitted(TOLD), "view": {**submitted(TOLD)["view"], "private_metadata": "[]"}},
        {**submitted(TOLD), "view": {**submitted(TOLD)["view"], "private_metadata": "{}"}},
        submitted(TOLD, act="burned"),
        submitted(TOLD, period="../plan"),
        submitted(TOLD, key="k" * 40),
        submitted({**TOLD, "day": {"selected_date": "soon"}}),
        submitted({"told": {"value": "x" * 3001}}),
        {**submitted(TOLD), "view": {**submitted(TOLD)["view"], "state": {}}},
    ],
    ids=["text", "list", "empty", "act", "period", "key", "day", "long", "state"],
)
def test_whoever_sends_a_form_that_nobody_drew_is_told_that_nothing_was_saved(
    ears: Any, begun: Any, body: Any
) -> None:
    assert ears.takes(body).status == 200
    (command,) = ears.commands()
    assert isinstance(command, ReportFormProblem)
    assert command.problem == "not_read"


def test_a_forged_decision_is_left_to_the_desk_which_refuses_it(ears: Any, begun: Any) -> None:
    assert ears.takes(submitted(TOLD, key="gate30")).status == 200

    (command,) = ears.commands()
    assert command.key == "gate30"


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("plan_done", "w1.interviews@2026-W48"),  # Slack does not open the form: it is silent here
        ("plan_blocked", "w99.nothing"),
        ("plan_move", ""),
        ("plan_gate", "gate30"),  # not for Kim to decide
        ("plan_done", "x" * 5000),
    ],
)
def test_where_no_form_opens_the_week_is_shown(
    ears: Any, begun: Any, action: str, value: str
) -> None:
    assert ears.takes(click(action, value)).status == 200

    (command,) = ears.commands()
    assert isinstance(command, Ask)
    assert (command.topic, command.channel) == ("plan", "CLEAD")
    assert "UKIM" not in command.id


@pytest.mark.parametrize("act", [PlanAct.DONE, PlanAct.BLOCKED, PlanAct.MOVED])
@pytest.mark.parametrize("language", ["sv", "en", "de"])
def test_a_form_keeps_within_slacks_limits_in_every_language(act: PlanAct, language: Any) -> None:
    words = words_for(language)
    form = PlanForm("w1.interviews", act, "T" * 4000, "needs " * 60, False, STARTED, words)

    view = modal(plan_form(form, "2026-W48"), {})

    assert len(view["title"]["text"]) <= 24
    assert len(view["submit"]["text"]) <= 24
    for block in view["blocks"][1:]:
        assert len(block["label"]["text"]) <= 2000
        assert len(block.get("hint", {"text": ""})["text"]) <= 2000
    assert len(view["blocks"][0]["text"]["text"]) <= 3000


def test_a_problem_without_a_field_stands_at_the_reason() -> None:
    view = {"blocks": [{"block_id": "told"}]}

    assert errors_at([("", "Gone.")], view, "told") == {"told": "Gone."}
    assert errors_at([("day", "Late.")], view, "told") == {"told": "Late."}

"""Clicks and forms of the registers become the right command, or none; Slack may be silent."""

import json
from typing import Any

import pytest

from bot.slack.forms import errors_at, modal, read
from bot.slack.submissions import SUBMISSIONS, register_form
from models.commands import Ask, ChangeRegister, ReportFormProblem
from models.desk.registers.register_requests import RegisterForm, form_for
from models.language import words_for
from models.registers.catalogue import register_of
from models.registers.declaration import CurrentLine
from tests.bot.slack.conftest import form_sent
from tests.conftest import NOW

VALUES = {
    "name": {"value": {"type": "plain_text_input", "value": "Fire &amp; water"}},
    "kind": {"value": {"type": "static_select", "selected_option": {"value": "technical"}}},
    "likelihood": {"value": {"type": "static_select", "selected_option": {"value": "2"}}},
    "impact": {"value": {"type": "static_select", "selected_option": {"value": "5"}}},
    "action": {"value": {"type": "plain_text_input", "value": None}},
    "owner": {"value": {"type": "users_select", "selected_user": "UKIM"}},
    "state": {"value": {"type": "static_select", "selected_option": {"value": "open"}}},
    "review_on": {"value": {"type": "datepicker", "selected_date": "2027-01-04"}},
}
NOWHERE = {"channel": "C", "reply_url": ""}


def click(action: str, value: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "UKIM"},
        "channel": {"id": "CSUPPORT"},
        "trigger_id": "1.2",
        "response_url": "http://127.0.0.1:9/r",
        "api_app_id": "A1",
        "actions": [
            {"type": "button", "action_id": action, "block_id": "register:risks", "value": value,
             "action_ts": "1795420800.5"} | more
        ],
    }  # fmt: skip


def submitted(values: dict[str, Any] | None = None, **back: Any) -> dict[str, Any]:
    where = {"kind": "risks", "number": 0, "version": None, "channel": "C", "reply_url": ""}
    filled = VALUES if values is None else values
    return form_sent("register_form", {**where, **back}, filled, VALUES)


def test_a_submitted_form_is_one_command_however_often_it_comes(ears: Any) -> None:
    for _ in range(2):
        assert ears.takes(submitted()).status == 200
    (command,) = ears.commands()
    assert isinstance(command, ChangeRegister)
    assert (command.kind, command.number, command.version, command.verb) == (
        "risks",
        0,
        None,
        "save",
    )
    assert command.raw["owner"] == "UKIM"
    assert command.raw["review_on"] == "2027-01-04"
    assert command.raw["action"] == ""


def test_what_is_wrong_stays_in_the_form(ears: Any) -> None:
    answer = ears.takes(submitted({**VALUES, "name": {"value": {"value": "  "}}}))
    assert json.loads(answer.body) == {
        "response_action": "errors",
        "errors": {"name": words_for("sv").gettext("This field is needed.")},
    }
    assert ears.commands() == []


@pytest.mark.parametrize(
    "body",
    [
        {**submitted(), "view": {**submitted()["view"], "private_metadata": "no json"}},
        {**submitted(), "view": {**submitted()["view"], "private_metadata": "[]"}},
        {**submitted(), "view": {**submitted()["view"], "private_metadata": "{}"}},
        submitted(number="seven"),
        submitted(version="x"),
        submitted(kind="k" * 40),
        submitted({**VALUES, "standing": {"value": {"value": "burn"}}}),
        {**submitted(), "view": {**submitted()["view"], "state": {}}},
    ],
    ids=["text", "list", "empty", "number", "version", "kind", "verb", "state"],
)
def test_whoever_sends_a_form_that_nobody_drew_is_told_that_nothing_was_saved(
    ears: Any, body: Any
) -> None:
    assert ears.takes(body).status == 200
    (command,) = ears.commands()
    assert isinstance(command, ReportFormProblem)
    assert command.problem == "not_read"


@pytest.mark.parametrize("kind", ["hopes", "ai_systems", "skills"])
def test_a_forged_form_for_what_one_may_not_change_is_left_to_the_desk(
    ears: Any, kind: str
) -> None:
    assert ears.takes(submitted(kind=kind)).status == 200
    (command,) = ears.commands()
    assert command.kind == kind


@pytest.mark.parametrize(
    ("action", "value", "shown"),
    [
        ("register_add", "risks", "risks"),  # Slack does not open the form: it is silent here
        ("register_add", "skills", "skills"),
        ("register_amend", "risks:99", "risks"),
        ("register_amend", "risks:x", "risks"),
        ("register_add", "h" * 90, "h" * 32),
        ("register_show", "systems", "systems"),
    ],
)
def test_where_no_form_opens_the_list_is_shown(
    ears: Any, action: str, value: str, shown: str
) -> None:
    assert ears.takes(click(action, value)).status == 200
    (command,) = ears.commands()
    assert isinstance(command, Ask)
    assert (command.topic, command.text, command.channel) == ("register", shown, "CSUPPORT")
    assert "UKIM" not in command.id


def test_a_problem_of_the_whole_line_stands_at_the_first_field(lotsen: Any) -> None:
    form = form_for(lotsen.desk, "UKIM", "risks", 0)
    assert form is not None
    view = modal(register_form(form), NOWHERE)
    problems = (("", "Whole."), ("owner", "Who?"), ("gone", "Else."))
    assert errors_at(problems, view, "") == {"name": "Whole. Else.", "owner": "Who?"}


# What Slack cannot show stays ----------------------------------------------------------------


def amended(values: dict[str, Any], in_use: int = 1, names: dict[str, str] | None = None) -> Any:
    """The form of a data source whose system is a line of another register."""
    shelf = {
        "systems": [
            CurrentLine("systems", number, 1, {"name": f"System {number}"}, False, NOW)
            for number in range(1, in_use + 1)
        ]
    }
    line = CurrentLine("data_sources", 1, 3, values, False, NOW)
    register = register_of("data_sources")
    form = RegisterForm(register, line, shelf, {}, words_for("en"), names or {})
    return modal(register_form(form), NOWHERE)


def handed_in(view: Any, **touched: Any) -> dict[str, str]:
    """What a form says that was handed in as it was drawn, but for what was touched."""
    values = {}
    for block in view["blocks"]:
        element = block["element"]
        entered = {
            "selected_option": element.get("initial_option"),
            "selected_user": element.get("initial_user"),
            "value": element.get("initial_value"),
        }
        values[block["block_id"]] = {"value": touched.get(block["block_id"], entered)}
    body = {"user": {"id": "UKIM"}}
    sent = read(body, {**view, "id": "V1", "state": {"values": values}})
    (row,) = (one for one in SUBMISSIONS if one.callback_id == "register_form")
    raw: dict[str, str] = row.arguments(sent)["raw"]
    return raw


def block_of(view: Any, key: str) -> Any:
    return next(block for block in view["blocks"] if block["block_id"] == key)


def test_an_owner_known_by_name_alone_stays_where_nobody_chooses_another() -> None:
    view = amended({"name": "HR", "owner": "p1"}, names={"p1": "Åsa Lind"})

    assert "owner" not in handed_in(view)
    assert handed_in(view, owner={"selected_user": "UKIM"})["owner"] == "UKIM"
    owner = block_of(view, "owner")
    assert owner["optional"]
    assert owner["hint"]["text"].endswith("Stored: Åsa Lind. Leave it empty to keep it.")


def test_a_link_to_a_retired_line_stays_unless_it_is_taken_away() -> None:
    view = amended({"name": "HR", "system": 7})

    chosen = block_of(view, "system")["element"]["initial_option"]
    assert (chosen["value"], chosen["text"]["text"]) == ("7", "7 · retired")
    assert "system" not in handed_in(view)
    assert handed_in(view, system={"selected_option": {"value": "1"}})["system"] == "1"
    assert handed_in(view, system={"selected_option": {"value": "_"}})["system"] == ""


def test_a_link_beyond_what_slack_lists_is_offered_all_the_same() -> None:
    view = amended({"name": "HR", "system": 130}, in_use=140)

    element = block_of(view, "system")["element"]
    assert element["initial_option"]["text"]["text"] == "130 · System 130"
    assert len(element["options"]) == 100
    assert handed_in(view)["system"] == "130"

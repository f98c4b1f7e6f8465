"""A filter and "Found it" of `/lotsen ask` are exactly the right command."""

from typing import Any

import pytest

from models.commands import MarkFound, SearchAgain


def click(action_id: str, block_id: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "trigger_id": "9.9.z",
        "user": {"id": "UASA"},
        "channel": {"id": "CHELP"},
        "response_url": "https://hooks.slack.example/3",
        "actions": [
            {"action_id": action_id, "block_id": block_id, "action_ts": "1795421000.5", **more}
        ],
    }


@pytest.mark.parametrize("name", ["source", "language", "age"])
def test_an_entry_of_a_list_searches_again(ears: Any, name: str) -> None:
    entry = {"selected_option": {"value": "1a2b3c4d.sv.y"}, "type": "static_select"}
    for _ in range(2):  # a double delivery is one click
        assert ears.takes(click(f"search_{name}", f"case:7:search_{name}", **entry)).status == 200
    (command,) = ears.commands()
    assert isinstance(command, SearchAgain)
    assert (command.case_id, command.filters, command.user) == (7, "1a2b3c4d.sv.y", "UASA")
    assert command.reply_url == "https://hooks.slack.example/3"


def test_found_it_names_the_case_and_the_article(ears: Any) -> None:
    ears.takes(click("search_found", "case:7:42", type="button", value="7:42"))
    (command,) = ears.commands()
    assert isinstance(command, MarkFound)
    assert (command.case_id, command.article_id, command.channel) == (7, 42, "CHELP")


@pytest.mark.parametrize("value", ["", "7", ":", "x:y", "7:-1", "7:42:1", "9" * 40 + ":1", "７:1"])
def test_a_forged_value_names_nothing_that_there_is(ears: Any, value: str) -> None:
    ears.takes(click("search_found", "x", type="button", value=value))
    (command,) = ears.commands()
    assert 0 in (command.case_id, command.article_id)


@pytest.mark.parametrize(
    "chosen", [{}, {"selected_option": None}, {"selected_option": {"value": "x" * 500}}], ids=str
)
def test_a_forged_entry_is_taken_and_harms_nobody(ears: Any, chosen: dict[str, Any]) -> None:
    assert ears.takes(click("search_age", "", type="static_select", **chosen)).status == 200
    (command,) = ears.commands()
    assert command.case_id == 0
    assert len(command.filters) <= 75

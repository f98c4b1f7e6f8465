"""What a person may enter or choose in a message or a form, and how Slack reports it."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from bot.demo.double.blocks import elements_of
from bot.demo.double.elements import options_of
from bot.demo.double.people import Json

FIELDS = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
"""Where Slack puts the choice of each element that has a state."""

STATELESS = {"overflow"}
State = dict[str, dict[str, Json]]


class Control(NamedTuple):
    """A button or a menu by its action id, in one block or, where that is None, in any."""

    action_id: str
    block_id: str | None = None


def find_element(
    blocks: Iterable[Json], control: str | Control, value: Any = None
) -> tuple[Json, Json]:
    """Give the block and the element a person clicks.

    Raises
    ------
    LookupError
        When no such element is there, or when it does not carry the value.
    """
    action_id, block_id = Control(control) if isinstance(control, str) else control
    found = [
        (block, element)
        for block in blocks
        if block_id is None or _is_block(str(block.get("block_id")), block_id)
        for element in elements_of(block)
        if element.get("action_id") == action_id
    ]
    if not found:
        raise LookupError(f"there is no element {action_id!r} to click")
    if value is None or found[0][1]["type"] in FIELDS:
        return found[0]
    for block, element in found:
        if value in _values(element):
            return block, element
    raise LookupError(f"no element {action_id!r} carries the value {value!r}")


def _is_block(block_id: str, wanted: str) -> bool:
    """Whether it is that block; its id may end with a digest that follows what it shows."""
    return (
        block_id == wanted or re.fullmatch(re.escape(wanted) + ":[0-9a-f]{8}", block_id) is not None
    )


def find_in_menu(blocks: Iterable[Json], value: object) -> tuple[Json, Json] | None:
    """Give the overflow menu that has an entry of that value, with its block."""
    for block in blocks:
        for element in elements_of(block):
            if element["type"] == "overflow" and value in {
                one["value"] for one in options_of(element)
            }:
                return block, element
    return None


def _values(element: Json) -> list[Any]:
    if element["type"] == "feedback_buttons":
        return [element[name]["value"] for name in ("positive_button", "negative_button")]
    return [element.get("value")]


def clicked(element: Json, value: Any = None) -> Json:
    """Give the action of a click on a button."""
    if element["type"] == "feedback_buttons":
        chosen = value if value is not None else element["positive_button"]["value"]
        return {"type": "feedback_buttons", "value": chosen}
    action: Json = {"type": element["type"], "text": element.get("text")}
    if element.get("value") is not None:
        action["value"] = element["value"]
    return action


def entered(element: Json, value: Any) -> Json:
    """Give the state of an element after a person chose or typed ``value``.

    Options are named by their values; an option that is not there raises LookupError.
    """
    kind = element["type"]
    if kind not in FIELDS:
        raise LookupError(f"nothing can be entered into a {kind}")
    name = FIELDS[kind]
    if name == "selected_option" and isinstance(value, str):
        value = _option(element, value)
    elif name == "selected_options" and value is not None:
        value = [_option(element, one) for one in value]
    elif kind == "number_input" and value is not None:
        value = str(value)
    return {"type": kind, name: value}


def _option(element: Json, value: str) -> Json:
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": value}, "value": value}
    for option in options_of(element):
        if option["value"] == value:
            return option
    raise LookupError(f"{value!r} is not among the options of {element.get('action_id')!r}")


def untouched(element: Json) -> Json:
    """Give the state of an element before anybody touched it."""
    name = FIELDS[element["type"]]
    empty: Any = [] if name.endswith("s") and name != "files" else None
    initial = name.replace("selected_", "initial_") if name != "value" else "initial_value"
    return {"type": element["type"], name: element.get(initial, empty)}


def state_of(blocks: Iterable[Json], changes: State) -> State:
    """Give ``state.values`` of a message or a view."""
    values: State = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] not in FIELDS or element["type"] in STATELESS:
                continue
            inside = values.setdefault(block["block_id"], {})
            changed = changes.get(block["block_id"], {}).get(element["action_id"])
            inside[element["action_id"]] = changed or untouched(element)
    return values


def missing(blocks: Iterable[Json], values: State) -> dict[str, str]:
    """Give what Slack's client itself finds wrong with a form, by block id."""
    complaints: dict[str, str] = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        state = values[block["block_id"]][element["action_id"]]
        chosen = state[FIELDS[element["type"]]]
        if not chosen and not block.get("optional"):
            complaints[block["block_id"]] = "Please complete this required field."
        elif isinstance(chosen, str) and len(chosen) < element.get("min_length", 0):
            complaints[block["block_id"]] = "The text is too short."
        elif isinstance(chosen, str) and len(chosen) > element.get("max_length", 3000):
            complaints[block["block_id"]] = "The text is too long."
    return complaints

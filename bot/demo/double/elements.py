"""What Slack allows inside its blocks: buttons, menus, inputs.

https://docs.slack.dev/reference/block-kit/block-elements
"""

from typing import Any

from bot.demo.double.people import Json
from bot.demo.double.shapes import (
    Findings,
    Rule,
    Shape,
    address,
    anything,
    flag,
    items,
    string,
    text,
    unique,
    whole,
    words,
)

IDENTIFIER = string(255, least=1)
CONFIRM = Shape(
    {
        "title": text(100, plain=True),
        "text": text(300),
        "confirm": text(30, plain=True),
        "deny": text(30, plain=True),
    },
    {"style": words("primary", "danger")},
)
OPTION = Shape(
    {"text": text(75), "value": string(75, least=1)},
    {"description": text(75), "url": address()},
)
PLACEHOLDER = text(150, plain=True)


def options_of(element: Json) -> list[Json]:
    """Give the options of a menu, those of its groups too."""
    found = list(element.get("options") or ())
    for group in element.get("option_groups") or ():
        found.extend(group.get("options") or ())
    return [one for one in found if isinstance(one, dict)]


def _menu(most: int, *, groups: bool = False) -> tuple[dict[str, Rule], Rule]:
    """Give the fields of a list of options, and the check that ties them together."""
    fields: dict[str, Rule] = {"options": items(OPTION, most=most)}
    if groups:
        group = Shape({"label": text(75, plain=True), "options": items(OPTION, most=100)})
        fields["option_groups"] = items(group, most=100)

    def check(found: Findings, element: Any, at: str) -> None:
        given = [name for name in fields if element.get(name) is not None]
        if len(given) != 1:
            wanted = " or ".join(fields)
            found.add(at, f"must provide either {wanted}" if groups else "missing options")
            return
        values = [(one.get("value"), at) for one in options_of(element)]
        unique(found, values, "option value")
        _initial(found, element, at)

    return fields, check


def _initial(found: Findings, element: Json, at: str) -> None:
    known = [one.get("value") for one in options_of(element)]
    chosen = [element.get("initial_option"), *(element.get("initial_options") or ())]
    for one in chosen:
        if isinstance(one, dict) and one.get("value") not in known:
            found.add(at, "initial option must be one of the options")


def _element(
    required: dict[str, Rule], optional: dict[str, Rule] | None = None, extra: Rule = anything
) -> Shape:
    common = {"action_id": IDENTIFIER}
    return Shape(required, common | (optional or {}), extra)


def _chooser(optional: dict[str, Rule], extra: Rule = anything) -> Shape:
    common: dict[str, Rule] = {
        "placeholder": PLACEHOLDER,
        "confirm": CONFIRM,
        "focus_on_load": flag,
    }
    return _element({}, common | optional, extra)


def _typed(optional: dict[str, Rule] | None = None, extra: Rule = anything) -> Shape:
    common: dict[str, Rule] = {
        "placeholder": PLACEHOLDER,
        "focus_on_load": flag,
        "dispatch_action_config": anything,
        "initial_value": string(3000),
    }
    return _element({}, common | (optional or {}), extra)


def image_source(found: Findings, value: Any, at: str) -> None:
    if (value.get("image_url") is None) == (value.get("slack_file") is None):
        found.add(at, "must provide either image_url or slack_file")


def _length_order(found: Findings, value: Any, at: str) -> None:
    least, most = value.get("min_length", 0), value.get("max_length", 3000)
    if isinstance(least, int) and isinstance(most, int) and least > most:
        found.add(at, "min_length must not be greater than max_length")


_LABEL: dict[str, Rule] = {"accessibility_label": string(75)}
_BUTTON: dict[str, Rule] = {
    "url": address(),
    "value": string(2000),
    "style": words("primary", "danger"),
    "confirm": CONFIRM,
    **_LABEL,
}
_FEEDBACK = Shape({"text": text(75, plain=True), "value": string(2000)}, _LABEL)
_LISTS: dict[str, Rule] = {"initial_option": OPTION}
_MANY: dict[str, Rule] = {"initial_options": items(OPTION, most=100)}
_LIMIT: dict[str, Rule] = {"max_selected_items": whole(1, 100)}

_SELECT, _select_check = _menu(100, groups=True)
_TEN, _ten_check = _menu(10)
_FIVE, _five_check = _menu(5)

ELEMENTS: dict[str, Rule] = {
    "button": _element({"text": text(75, plain=True)}, _BUTTON),
    "workflow_button": _element({"text": text(75, plain=True), "workflow": anything}, _BUTTON),
    "icon_button": _element(
        {"icon": words("trash"), "text": text(75, plain=True)},
        {"value": string(2000), "confirm": CONFIRM, "visible_to_user_ids": anything, **_LABEL},
    ),
    "feedback_buttons": _element({"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}),
    "overflow": _element(_FIVE, {"confirm": CONFIRM}, _five_check),
    "checkboxes": _element(_TEN, {"confirm": CONFIRM, "focus_on_load": flag, **_MANY}, _ten_check),
    "radio_buttons": _element(
        _TEN, {"confirm": CONFIRM, "focus_on_load": flag, **_LISTS}, _ten_check
    ),
    "static_select": _chooser(_SELECT | _LISTS, _select_check),
    "multi_static_select": _chooser(_SELECT | _MANY | _LIMIT, _select_check),
    "external_select": _chooser({"min_query_length": whole(0, 300), **_LISTS}),
    "multi_external_select": _chooser({"min_query_length": whole(0, 300), **_MANY, **_LIMIT}),
    "users_select": _chooser({"initial_user": IDENTIFIER}),
    "multi_users_select": _chooser({"initial_users": anything, **_LIMIT}),
    "channels_select": _chooser({"initial_channel": IDENTIFIER, "response_url_enabled": flag}),
    "multi_channels_select": _chooser({"initial_channels": anything, **_LIMIT}),
    "conversations_select": _chooser(
        {
            "initial_conversation": IDENTIFIER,
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": anything,
        }
    ),
    "multi_conversations_select": _chooser(
        {
            "initial_conversations": anything,
            "default_to_current_conversation": flag,
            "filter": anything,
            **_LIMIT,
        }
    ),
    "datepicker": _chooser({"initial_date": string(10, least=10)}),
    "timepicker": _chooser({"initial_time": string(5, least=5), "timezone": string(100)}),
    "datetimepicker": _element(
        {}, {"initial_date_time": anything, "confirm": CONFIRM, "focus_on_load": flag}
    ),
    "plain_text_input": _typed(
        {"multiline": flag, "min_length": whole(0, 3000), "max_length": whole(1, 3000)},
        _length_order,
    ),
    "email_text_input": _typed(),
    "url_text_input": _typed(),
    "number_input": _typed(
        {"is_decimal_allowed": flag, "min_value": anything, "max_value": anything}
    ),
    "rich_text_input": _typed({"initial_value": anything}),
    "file_input": _element({}, {"filetypes": anything, "max_files": whole(1, 10)}),
    "image": Shape(
        {"alt_text": string(2000)},
        {"image_url": address(), "slack_file": anything},
        image_source,
    ),
}

MENUS = {name for name in ELEMENTS if name.endswith("_select")}
PICKERS = {"datepicker", "timepicker", "datetimepicker"}
LISTS = {"checkboxes", "radio_buttons"}
TYPED = {name for name in ELEMENTS if name.endswith("_input")}
BUTTONS = {"button", "workflow_button"}

IN_ACTIONS = MENUS | PICKERS | LISTS | BUTTONS | {"overflow", "rich_text_input"}
IN_SECTION = MENUS | LISTS | BUTTONS | {"overflow", "datepicker", "timepicker", "image"}
IN_INPUT = MENUS | PICKERS | LISTS | TYPED
IN_CONTEXT_ACTIONS = {"feedback_buttons", "icon_button"}

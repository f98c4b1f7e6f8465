"""What somebody entered in a form of the page, as the double wants it."""

from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]

_MANY = {"checkboxes"}


def field_name(index: int) -> str:
    return f"field-{index}"


def values_of(view: Json, form: Mapping[str, Sequence[str]]) -> dict[str, dict[str, Any]]:
    """Return ``values[block_id][action_id]`` of the form's inputs.

    Parameters
    ----------
    form
        The fields of the page's form by name, each with all its values.
    """
    values: dict[str, dict[str, Any]] = {}
    for index, block in enumerate(view["blocks"]):
        if block.get("type") != "input":
            continue
        element = block["element"]
        value = _value(str(element["type"]), list(form.get(field_name(index), ())))
        values[block["block_id"]] = {element["action_id"]: value}
    return values


def _value(kind: str, given: list[str]) -> Any:
    if kind.startswith("multi_") or kind in _MANY:
        return given
    text = given[0] if given else ""
    if kind == "plain_text_input":
        text = text.replace("\r\n", "\n")
    if kind == "datetimepicker":
        return int(text) if text.isdigit() else None
    return text or None

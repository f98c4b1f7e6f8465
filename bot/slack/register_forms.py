"""The form of a register's line, drawn from the register's declaration, and what was written.

Limits: 100 options, texts of 3,000 characters; those of other texts stand in `bot.slack.forms`.

What Slack cannot show as it is stored (somebody known by a name alone, a line that is retired)
goes along as ``kept``: field → what the form says of it as long as nobody touched it.
"""

import json
from typing import Any

from bot.slack.forms import back_of, modal, plain
from bot.slack.markup import cut
from models.desk.registers.register_requests import RegisterForm
from models.language import Translator
from models.registers.deciding import LineProblem
from models.registers.declaration import MAX_LONG, MAX_TEXT, CurrentLine, Field, Value

REGISTER_FORM = "register_form"
STANDING = "standing"
_NONE = "_"
_MOST_OPTIONS = 100
_SHORT_SCALE = 10
_INPUT = "value"


def register_form(form: RegisterForm, click: dict[str, Any]) -> dict[str, Any]:
    """Return the form of a line; with a choice to retire it where it is stored."""
    words, line = form.words, form.line
    back: dict[str, Any] = {
        "kind": form.register.kind,
        "number": line.number if line else 0,
        "version": line.version if line else None,
        **back_of(click),
    }
    fields = [] if line and line.retired else form.register.fields
    back["kept"] = {
        item.key: said for item in fields if (said := _untouched(form, item)) is not None
    }
    blocks = [_block(form, item) for item in fields]
    return modal(
        REGISTER_FORM,
        back,
        words,
        title=f"{words.gettext(form.register.title)} {line.number if line else ''}",
        submit=words.gettext("Save"),
        blocks=[*blocks, *([_standing(line, words)] if line else [])],
    )


def read_register_form(view: dict[str, Any]) -> dict[str, Any]:
    """Return what a submitted form says, as the arguments of `ChangeRegister`."""
    back = json.loads(view["private_metadata"])
    values = view["state"]["values"]
    raw = {key: _entered(block.get(_INPUT) or {}) for key, block in values.items()}
    for key, said in back.get("kept", {}).items():
        if raw.get(key) == said:
            del raw[key]  # a field that is not named stays
    return {
        "kind": str(back["kind"]),
        "number": int(back["number"]),
        "version": back["version"],
        "verb": raw.pop(STANDING, "save") or "save",
        "raw": raw,
        "channel": str(back["channel"]),
        "reply_url": str(back["reply_url"]),
    }


def errors_of(
    problems: tuple[LineProblem, ...], view: dict[str, Any], words: Translator
) -> dict[str, str]:
    """Return each problem under its field; under the first where it is about the whole line."""
    shown = [str(block["block_id"]) for block in view["blocks"]]
    found: dict[str, list[str]] = {}
    for problem in problems:
        place = problem.field if problem.field in shown else shown[0]
        found.setdefault(place, []).append(problem.said(words))
    return {place: cut(" ".join(texts), MAX_TEXT) for place, texts in found.items()}


def _value(form: RegisterForm, item: Field) -> Value:
    return form.line.values.get(item.key) if form.line else item.start


def _untouched(form: RegisterForm, item: Field) -> str | None:
    """Return what the form says of a value that it cannot show; None where it can."""
    value = _value(form, item)
    if value is None or value == "":
        return None
    if item.kind == "person" and not form.people.get(str(value)):
        return ""
    in_use = {str(line.number) for line in form.shelf.get(item.of, ())}
    return str(value) if item.kind == "line" and str(value) not in in_use else None


def _block(form: RegisterForm, item: Field) -> dict[str, Any]:
    value = _value(form, item)
    kept_empty = _untouched(form, item) == ""
    block: dict[str, Any] = {
        "type": "input",
        "block_id": item.key,
        "optional": kept_empty or not item.required,
        "label": plain(form.words.gettext(item.title), "label"),
        "element": {"action_id": _INPUT, **_element(form, item, value)},
    }
    hints = [form.words.gettext(item.help)] if item.help else []
    if kept_empty and form.names.get(str(value)):
        name = form.names[str(value)]
        hints.append(form.words.gettext("Stored: {name}. Leave it empty to keep it.", name=name))
    if hints:
        block["hint"] = plain(" ".join(hints), "hint")
    return block


def _element(form: RegisterForm, item: Field, value: Value) -> dict[str, Any]:
    if item.kind == "number" and item.digits == 0 and item.high - item.low < _SHORT_SCALE:
        scale = [str(n) for n in range(int(item.low), int(item.high) + 1)]
        return _select([(n, n) for n in scale], value, required=item.required)
    if item.kind == "number":
        return _number(item, value)
    if item.kind == "choice":
        options = [(key, form.words.gettext(title)) for key, title in item.choices]
        return _select(options, value, required=item.required)
    if item.kind == "line":
        return _line_select(form, item, value)
    if item.kind == "person":
        known = form.people.get(str(value), "")
        return {"type": "users_select", **({"initial_user": known} if known else {})}
    if item.kind == "day":
        return {"type": "datepicker", **({"initial_date": str(value)} if value else {})}
    return _typed(item, value)


def _typed(item: Field, value: Value) -> dict[str, Any]:
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "multiline": item.kind == "long",
        "max_length": MAX_LONG if item.kind == "long" else MAX_TEXT,
    }
    return {**element, "initial_value": str(value)} if value else element


def _number(item: Field, value: Value) -> dict[str, Any]:
    element = {
        "type": "number_input",
        "is_decimal_allowed": item.digits > 0,
        "min_value": f"{item.low:.15g}",
        "max_value": f"{item.high:.15g}",
    }
    return element if value is None else {**element, "initial_value": f"{value}"}


def _line_select(form: RegisterForm, item: Field, value: Value) -> dict[str, Any]:
    every = [
        (str(line.number), f"{line.number} · {_name(line)}") for line in form.shelf.get(item.of, ())
    ]
    options = every[: _MOST_OPTIONS - 1]
    if value is not None and str(value) not in dict(options):
        now = dict(every).get(str(value)) or form.words.gettext(
            "{number} · retired", number=str(value)
        )
        options = [(str(value), now), *options[: _MOST_OPTIONS - 2]]
    return _select(options, value, required=item.required)


def _name(line: CurrentLine) -> str:
    return str(line.values.get("name") or "–")


def _select(options: list[tuple[str, str]], value: Value, *, required: bool) -> dict[str, Any]:
    # Slack lets nobody take back a choice, so that "nothing" has to be one.
    offered = [*([] if required and options else [(_NONE, "–")]), *options]
    drawn = [{"text": plain(label, "option"), "value": key} for key, label in offered]
    chosen = next((option for option in drawn if option["value"] == str(value)), None)
    element: dict[str, Any] = {"type": "static_select", "options": drawn}
    return {**element, "initial_option": chosen} if chosen else element


def _standing(line: CurrentLine, words: Translator) -> dict[str, Any]:
    options = [
        ("save", words.gettext("in use")),
        ("retire", words.gettext("retired: no longer shown")),
    ]
    if line.retired:
        options = [("restore", words.gettext("in use")), ("retire", words.gettext("retired"))]
    chosen = "retire" if line.retired else "save"
    return {
        "type": "input",
        "block_id": STANDING,
        "label": plain(words.gettext("This line is"), "label"),
        "element": {"action_id": _INPUT, **_select(options, chosen, required=True)},
    }


def _entered(element: dict[str, Any]) -> str:
    chosen = (element.get("selected_option") or {}).get("value")
    found = (
        chosen
        or element.get("selected_date")
        or element.get("selected_user")
        or element.get("value")
        or ""
    )
    return "" if found == _NONE else str(found)[:MAX_LONG]

"""A form drawn as Slack's modal, and read when it is sent; each text within Slack's limit.

The way back to where it was opened, and what the form hides, travel in the view's metadata.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from bot.slack.markup import cut
from bot.slack.reading import Body
from models.form import MAX_TEXT, Field, Form, Value

TextSlot = Literal["title", "button", "label", "hint", "option", "header", "section"]
_LIMITS: Final[dict[TextSlot, int]] = {
    "title": 24,
    "button": 24,  # those that send the form or close it
    "label": 2000,
    "hint": 2000,
    "option": 75,
    "header": 150,
    "section": 3000,
}
MAX_OPTIONS = 100
_NONE = "_"
_SHORT_SCALE = 10


def plain(text: str, slot: TextSlot) -> Body:
    """Return a text object; Slack wants at least one character."""
    return {"type": "plain_text", "text": cut(text, _LIMITS[slot]).strip() or "–"}


def return_address(click: Body) -> dict[str, Any]:
    """Return where to answer whoever clicked: the channel, else the person, and Slack's address.

    A click in a thread is answered there; App Home shows what came of a click on it.
    """
    message = click.get("message") or {}
    thread = (click.get("container") or {}).get("thread_ts") or message.get("thread_ts")
    return {
        "channel": str((click.get("channel") or {}).get("id") or click["user"]["id"]),
        "reply_url": str(click.get("response_url") or ""),
        "thread_ts": str(thread or ""),
        "from_home": (click.get("view") or {}).get("type") == "home",
    }


# Drawing -------------------------------------------------------------------------------------


def modal(form: Form, back: dict[str, Any]) -> Body:
    """Return the view of a form; ``back`` is the way back that it carries until it is sent."""
    header = [{"type": "header", "text": plain(form.header, "header")}] if form.header else []
    lines = [{"type": "section", "text": plain(line, "section")} for line in form.lines]
    return {
        "type": "modal",
        "callback_id": form.callback_id,
        "private_metadata": json.dumps({**form.hidden, **back}),
        "title": plain(form.title, "title"),
        "submit": plain(form.submit, "button"),
        "close": plain(form.cancel, "button"),
        "blocks": [*header, *lines, *(_block(item, form.input_id) for item in form.fields)],
    }


def _block(item: Field, input_id: str) -> Body:
    block: Body = {
        "type": "input",
        "block_id": item.key,
        "optional": not item.required,
        "label": plain(item.title, "label"),
        "element": {"action_id": input_id or item.key, **_element(item)},
    }
    return {**block, "hint": plain(item.help, "hint")} if item.help else block


def _element(item: Field) -> Body:
    if item.kind == "number" and item.digits == 0 and item.high - item.low < _SHORT_SCALE:
        scale = [str(n) for n in range(int(item.low), int(item.high) + 1)]
        return _select([(n, n) for n in scale], item.start, required=item.required)
    match item.kind:
        case "number":
            return _number(item)
        case "choice" | "line":
            return _select(item.choices, item.start, required=item.required)
        case "radio":
            return _radio(item)
        case "person":
            return {"type": "users_select"} | _initial("user", item.start or None)
        case "people":
            most = {"max_selected_items": item.limit} if item.limit else {}
            return {"type": "multi_users_select"} | most
        case "day":
            return {"type": "datepicker"} | _initial("date", item.start or None)
    typed = {
        "type": "plain_text_input",
        "multiline": item.kind == "long",
        "max_length": item.max_length,
    }
    text = None if item.start is None else str(item.start)[: item.max_length]
    return typed | _initial("value", text)


def _radio(item: Field) -> Body:
    options = _options(item.choices)
    chosen = next((option for option in options if option["value"] == str(item.start)), None)
    element: Body = {"type": "radio_buttons", "options": options}
    return {**element, "initial_option": chosen} if chosen else element


def _initial(kind: str, value: Value) -> Body:
    return {} if value is None else {f"initial_{kind}": str(value)}


def _number(item: Field) -> Body:
    element = {
        "type": "number_input",
        "is_decimal_allowed": item.digits > 0,
        "min_value": f"{item.low:.15g}",
        "max_value": f"{item.high:.15g}",
    }
    return element | _initial("value", item.start)


def _select(choices: Iterable[tuple[str, str]], start: Value, *, required: bool) -> Body:
    options = _options(choices)
    # Slack lets nobody take back a choice, so that "nothing" has to be one.
    offered = options if required and options else [*_options([(_NONE, "–")]), *options]
    chosen = next((option for option in offered if option["value"] == str(start)), None)
    element: Body = {"type": "static_select", "options": offered}
    return {**element, "initial_option": chosen} if chosen else element


def _options(choices: Iterable[tuple[str, str]]) -> list[Body]:
    return [{"text": plain(title, "option"), "value": value} for value, title in choices]


# Reading -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form that was sent: what it hid, and field → what was chosen or typed; empty for nothing.

    ``back`` is the way back, ``sender`` the sending's own id and who sent it.
    """

    sender: dict[str, str]
    back: dict[str, Any]
    hidden: dict[str, Any]
    values: dict[str, str]

    def text(self, key: str, limit: int) -> str:
        """Return what was typed, without the spaces around it.

        Raises
        ------
        KeyError
            When the form has no such field.
        """
        return self.values[key].strip()[:limit]


def sender_of(body: Body, view: Body) -> dict[str, str]:
    return {"id": f"form:{view['id']}:{view.get('hash', '')}", "user": str(body["user"]["id"])}


def read(body: Body, view: Body) -> SentForm:
    """Return what a sent form says.

    Raises
    ------
    ValueError, LookupError, TypeError, AttributeError
        When nobody drew this form, or an earlier version did.
    """
    hidden = json.loads(view["private_metadata"])
    return SentForm(
        sender=sender_of(body, view),
        back={
            **{name: str(hidden.pop(name)) for name in ("channel", "reply_url")},
            "thread_ts": str(hidden.pop("thread_ts", "")),
            "from_home": hidden.pop("from_home", False) is True,
        },
        hidden=hidden,
        values={key: _entered(block) for key, block in view["state"]["values"].items()},
    )


def _entered(block: Body) -> str:
    element = next(iter(block.values()), None) or {}
    entered = (
        (element.get("selected_option") or {}).get("value")
        or element.get("selected_date")
        or element.get("selected_user")
        or ",".join(element.get("selected_users") or ())
        or element.get("value")
        or ""
    )
    return "" if entered == _NONE else str(entered)


def errors_at(problems: Iterable[tuple[str, str]], view: Body, elsewhere: str) -> dict[str, str]:
    """Return each (field, problem) under its field.

    What has no field in the form stands at ``elsewhere``; at the first field where that is empty.
    """
    shown = [str(block["block_id"]) for block in view.get("blocks", ()) if block.get("block_id")]
    errors: dict[str, list[str]] = {}
    for key, problem in problems:
        place = key if key in shown or not shown else elsewhere or shown[0]
        errors.setdefault(place, []).append(problem)
    return {place: cut(" ".join(texts), MAX_TEXT) for place, texts in errors.items()}

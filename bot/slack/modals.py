"""Forms: how they look, and what was written in them."""

import json
from dataclasses import dataclass
from typing import Any

from bot.slack.forms import back_of, modal, plain
from models.language import Translator

RESOLVE_FORM = "ticket_resolve_form"
MAX_NOTE = 3000


def resolve_form(
    ticket: int, click: dict[str, Any], words: Translator, *, unclaimed: bool
) -> dict[str, Any]:
    """Return the form that asks for the resolution note of a ticket.

    Where nobody took the ticket, no clock ran: the form then asks for the minutes.
    """
    return modal(
        RESOLVE_FORM,
        {"ticket": ticket, **back_of(click)},
        words,
        title=words.gettext("Ticket {number}", number=ticket),
        submit=words.gettext("Resolve"),
        blocks=[_note(words), *([_minutes(words)] if unclaimed else [])],
    )


def _note(words: Translator) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": "note",
        "label": plain(words.gettext("What solved it?"), "label"),
        "hint": plain(
            words.gettext("The employee reads this; it also helps the next one."), "hint"
        ),
        "element": {
            "type": "plain_text_input",
            "action_id": "note",
            "multiline": True,
            "max_length": MAX_NOTE,
        },
    }


def _minutes(words: Translator) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": "minutes",
        "optional": True,
        "label": plain(words.gettext("How many minutes did it take?"), "label"),
        "hint": plain(words.gettext("Nobody took the ticket, so no clock was running."), "hint"),
        "element": {
            "type": "number_input",
            "action_id": "minutes",
            "is_decimal_allowed": False,
            "min_value": "0",
            "max_value": "2400",
        },
    }


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was written in the resolve form, and where it was opened from."""

    ticket: int
    note: str
    stated_minutes: float | None
    channel: str
    reply_url: str


def read_resolve_form(view: dict[str, Any]) -> Resolution:
    """Read a submitted resolve form."""
    back = json.loads(view["private_metadata"])
    values = view["state"]["values"]
    note = str(values["note"]["note"].get("value") or "").strip()
    minutes = str(values.get("minutes", {}).get("minutes", {}).get("value") or "")
    return Resolution(
        ticket=int(back["ticket"]),
        note=note[:MAX_NOTE],
        stated_minutes=float(minutes) if minutes.isascii() and minutes.isdigit() else None,
        channel=str(back["channel"]),
        reply_url=str(back["reply_url"]),
    )


def note_missing(words: Translator) -> str:
    return words.gettext("Write a few words on what solved it.")

"""What Slack's forms are made of: each text within the limit that Slack has for its place."""

import json
from typing import Any, Final, Literal

from bot.slack.markup import cut
from bot.slack.reading import Body
from models.language import Translator

Place = Literal["title", "button", "label", "hint", "option", "header", "section"]
_LIMITS: Final[dict[Place, int]] = {
    "title": 24,
    "button": 24,  # those that send the form or close it
    "label": 2000,
    "hint": 2000,
    "option": 75,
    "header": 150,
    "section": 3000,
}


def plain(text: str, place: Place) -> Body:
    """Return a text object; Slack wants at least one character."""
    return {"type": "plain_text", "text": cut(text, _LIMITS[place]).strip() or "–"}


def modal(
    callback_id: str,
    back: dict[str, Any],
    words: Translator,
    *,
    title: str,
    submit: str,
    blocks: list[Body],
) -> Body:
    """Return a form; ``back`` is what it carries until it is sent."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": json.dumps(back),
        "title": plain(title, "title"),
        "submit": plain(submit, "button"),
        "close": plain(words.gettext("Cancel"), "button"),
        "blocks": blocks,
    }


def back_of(click: Body) -> dict[str, str]:
    """Return the way back to where a form was opened."""
    return {
        "channel": str((click.get("channel") or {}).get("id") or ""),
        "reply_url": str(click.get("response_url") or ""),
    }


def sent(body: Body, view: Body) -> dict[str, Any]:
    """Return what every form that was sent carries: its name, and who sent it."""
    return {
        "id": f"form:{view['id']}:{view.get('hash', '')}",
        "user": str(body["user"]["id"]),
    }

"""The shapes of Slack's interaction payloads.

https://docs.slack.dev/reference/interaction-payloads
"""

from collections.abc import Iterable
from typing import Any

from bot.demo.double.choices import state_of
from bot.demo.double.conversation import Conversation
from bot.demo.double.identity import Identity
from bot.demo.double.people import Json, Member, StoredMessage
from bot.demo.double.views import OpenView


def _opening(identity: Identity, person: Member, kind: str) -> Json:
    username = person.name.lower().replace(" ", ".")
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": username,
            "name": username,
            "team_id": identity.team_id,
        },
        "api_app_id": identity.app_id,
        "token": identity.verification_token,
        "team": {"id": identity.team_id, "domain": identity.team_domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _place(where: Conversation) -> Json:
    names = {"im": "directmessage", "group": "privategroup"}
    return {"id": where.id, "name": names.get(where.kind, where.channel.name)}


def message_action(
    identity: Identity, person: Member, where: Conversation, message: StoredMessage, action: Json
) -> Json:
    """Give ``block_actions`` for an element on a message."""
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": where.id,
        "is_ephemeral": message.ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = _opening(identity, person, "block_actions") | {
        "container": container,
        "channel": _place(where),
        "state": {"values": state_of(message.blocks, {})},
        "actions": [action],
    }
    if not message.ephemeral:  # Slack keeps no copy of an ephemeral message
        payload["message"] = where.as_slack(message, with_metadata=True)
    return payload


def view_action(identity: Identity, person: Member, view: OpenView, action: Json) -> Json:
    """Give ``block_actions`` for an element in a form or in App Home."""
    return _opening(identity, person, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "view": view.as_slack(),
        "actions": [action],
    }


def view_submission(
    identity: Identity, person: Member, view: OpenView, addresses: Iterable[Json] = ()
) -> Json:
    """Give ``view_submission``."""
    return _opening(identity, person, "view_submission") | {
        "view": view.as_slack(),
        "response_urls": list(addresses),
    }


def view_closed(identity: Identity, person: Member, view: OpenView, *, cleared: bool) -> Json:
    """Give ``view_closed``, which Slack sends when the view asked for it."""
    return _opening(identity, person, "view_closed") | {
        "view": view.as_slack(),
        "is_cleared": cleared,
    }


def message_shortcut(
    identity: Identity,
    person: Member,
    where: Conversation,
    message: StoredMessage,
    callback_id: str,
) -> Json:
    """Give ``message_action``, the payload of a message shortcut."""
    return _opening(identity, person, "message_action") | {
        "callback_id": callback_id,
        "channel": _place(where),
        "message_ts": message.ts,
        "message": where.as_slack(message, with_metadata=True),
        "action_ts": message.ts,
    }


def global_shortcut(identity: Identity, person: Member, callback_id: str, ts: str) -> Json:
    """Give ``shortcut``, which belongs to no message."""
    return _opening(identity, person, "shortcut") | {"callback_id": callback_id, "action_ts": ts}


def slash_command(
    identity: Identity, person: Member, where: Conversation, command: str, text: str
) -> Json:
    """Give the form fields of a slash command."""
    return {
        "token": identity.verification_token,
        "team_id": identity.team_id,
        "team_domain": identity.team_domain,
        "channel_id": where.id,
        "channel_name": _place(where)["name"],
        "user_id": person.id,
        "user_name": person.name.lower().replace(" ", "."),
        "command": command,
        "text": text,
        "api_app_id": identity.app_id,
        "is_enterprise_install": "false",
    }

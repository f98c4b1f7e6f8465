"""The shapes of Slack's interaction payloads.

https://docs.slack.dev/reference/interaction-payloads
"""

from typing import Any

from bot.demo.double.choices import state_of
from bot.demo.double.conversation import Conversation
from bot.demo.double.identity import Identity
from bot.demo.double.people import Json, Member, StoredMessage


def opening(identity: Identity, person: Member, kind: str) -> Json:
    """Give what every interaction of a kind begins with."""
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


def place(where: Conversation) -> Json:
    names = {"im": "directmessage", "group": "privategroup"}
    return {"id": where.id, "name": names.get(where.kind, where.channel.name)}


def on_message(where: Conversation, message: StoredMessage, action: Json) -> Json:
    """Give the rest of ``block_actions`` for an element on a message."""
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": where.id,
        "is_ephemeral": message.ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = {
        "container": container,
        "channel": place(where),
        "state": {"values": state_of(message.blocks, {})},
        "actions": [action],
    }
    if not message.ephemeral:  # Slack keeps no copy of an ephemeral message
        payload["message"] = where.as_slack(message, with_metadata=True)
    return payload


def slash_command(
    identity: Identity, person: Member, where: Conversation, command: str, text: str
) -> Json:
    """Give the form fields of a slash command."""
    return {
        "token": identity.verification_token,
        "team_id": identity.team_id,
        "team_domain": identity.team_domain,
        "channel_id": where.id,
        "channel_name": place(where)["name"],
        "user_id": person.id,
        "user_name": person.name.lower().replace(" ", "."),
        "command": command,
        "text": text,
        "api_app_id": identity.app_id,
        "is_enterprise_install": "false",
    }

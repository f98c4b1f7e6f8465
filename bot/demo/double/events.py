"""The shapes of Slack's events, as they stand in the Events API."""

from typing import Any

from bot.demo.double.conversation import Conversation
from bot.demo.double.identity import Identity, IdGenerator
from bot.demo.double.people import Json, StoredMessage


def envelope(identity: Identity, new_id: IdGenerator, event: Json, at: int) -> Json:
    """Give the outer event; ``at`` is in whole seconds since 1970."""
    return {
        "token": identity.verification_token,
        "team_id": identity.team_id,
        "context_team_id": identity.team_id,
        "context_enterprise_id": None,
        "api_app_id": identity.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": at,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": identity.team_id,
                "user_id": identity.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": new_id("4-", 24),
    }


def said(identity: Identity, where: Conversation, message: StoredMessage) -> Json:
    """Give the ``message`` event; an app's own posts come back to it with its ids."""
    event = message.as_slack(with_metadata=True) | {
        "channel": where.id,
        "channel_type": where.kind,
        "event_ts": message.ts,
        "team": message.team or identity.team_id,
    }
    if message.bot:
        event["bot_profile"] = {
            "id": identity.bot_id,
            "app_id": identity.app_id,
            "name": identity.bot_name,
            "deleted": False,
            "team_id": identity.team_id,
        }
    return event


def mentioned(event: Json) -> Json:
    """Give the ``app_mention`` event that Slack sends besides the message."""
    kept = {"user", "ts", "text", "blocks", "team", "thread_ts", "channel", "event_ts", "files"}
    kept |= {"user_team", "source_team"}
    chosen = {name: value for name, value in event.items() if name in kept}
    return {"type": "app_mention", **chosen, "client_msg_id": event.get("client_msg_id", "")}


def changed(where: Conversation, now: StoredMessage, before: StoredMessage, event_ts: str) -> Json:
    """Give the ``message_changed`` event, with the message nested."""
    shown = {"message": where.as_slack(now, with_metadata=True)}
    return _hidden("message_changed", where, before, event_ts) | shown


def deleted(where: Conversation, message: StoredMessage, event_ts: str) -> Json:
    """Give the ``message_deleted`` event."""
    return _hidden("message_deleted", where, message, event_ts) | {"deleted_ts": message.ts}


def _hidden(subtype: str, where: Conversation, before: StoredMessage, event_ts: str) -> Json:
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": where.id,
        "channel_type": where.kind,
        "ts": event_ts,
        "event_ts": event_ts,
        "previous_message": before.as_slack(with_metadata=True),
    }


def reacted(user: str, emoji: str, message: StoredMessage, event_ts: str, kind: str) -> Json:
    """Give ``reaction_added`` or ``reaction_removed``."""
    event: dict[str, Any] = {
        "type": kind,
        "user": user,
        "reaction": emoji,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "event_ts": event_ts,
    }
    return event | ({"item_user": message.user} if message.user else {})


def home_opened(user: str, channel: str, tab: str, view: Json | None, event_ts: str) -> Json:
    """Give ``app_home_opened``; ``view`` is what the Home tab showed before, if anything."""
    event: dict[str, Any] = {
        "type": "app_home_opened",
        "user": user,
        "channel": channel,
        "tab": tab,
        "event_ts": event_ts,
    }
    return event | ({"view": view} if view and tab == "home" else {})


def scope_kind(event: Json) -> str:
    """Name the subscription an event belongs to, such as ``message.im``."""
    if event.get("type") == "message":
        return f"message.{event.get('channel_type', 'channel')}"
    return str(event.get("type"))

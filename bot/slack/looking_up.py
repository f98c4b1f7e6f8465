"""Find a post that Slack may show already: by the key in its metadata, or by its file."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient

from models.mailbox import OutgoingPost
from models.tables import PostKind

EVENT_TYPE = "lotsen_post"


def find(client: WebClient, post: OutgoingPost, channel: str) -> str | None:
    """Return the ts of this post; None when Slack does not show it."""
    oldest = f"{(post.created_at - timedelta(minutes=1)).timestamp():.6f}"
    common: dict[str, Any] = {
        "channel": channel,
        "oldest": oldest,
        "include_all_metadata": True,
        "limit": 200,
    }
    cursor = ""
    while True:
        if post.to.thread_ts:
            page = client.conversations_replies(
                ts=post.to.thread_ts, cursor=cursor or None, **common
            )
        else:
            page = client.conversations_history(cursor=cursor or None, **common)
        for message in page.get("messages") or ():
            if _is(message, post):
                return str(message["ts"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return None


def _is(message: Mapping[str, Any], post: OutgoingPost) -> bool:
    """Tell a post by its key, and a shared document, which has none, by its file."""
    if post.kind is not PostKind.FILE:
        return _key_of(message) == post.key
    shared = {str(file.get("id") or "") for file in message.get("files") or ()}
    return any(file.stored in shared for file in post.files if file.stored)


def metadata(key: str) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def _key_of(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return ""
    return str((metadata.get("event_payload") or {}).get("key") or "")

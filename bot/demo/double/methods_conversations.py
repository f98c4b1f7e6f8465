"""``conversations.*`` and ``reactions.*``: where people talk, and what stands there."""

import base64
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.demo.double import events
from bot.demo.double.arguments import Arguments
from bot.demo.double.conversation import Conversation, MessagePage, microseconds
from bot.demo.double.method import method
from bot.demo.double.people import Json, Reaction, StoredMessage, WorkspaceChange
from bot.demo.double.refusal import Refusal
from bot.demo.double.slack_platform import Platform

FOREVER = 10**17
PREFIXES = {"channel": "channels", "group": "groups", "im": "im"}
TYPES = {"channel": "public_channel", "group": "private_channel", "im": "im"}
LISTED = {"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read"}
"""The scope that each type of conversation takes to be listed."""
_EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?\Z")


def cursor(place: int | str) -> str:
    """Write where the next page begins, opaque as Slack's are."""
    return base64.b64encode(f"next:{place}".encode()).decode() if place != "" else ""


def place_of(given: Arguments, default: int) -> int:
    """Read where a page begins."""
    if not given.text("cursor"):
        return default
    try:
        return int(base64.b64decode(given.text("cursor")).decode().removeprefix("next:"))
    except ValueError:
        raise Refusal("invalid_cursor") from None


def paged(found: Sequence[Any], given: Arguments) -> tuple[list[Any], Json]:
    """Give one page of a plain list and its ``response_metadata``."""
    start, limit = place_of(given, 0), given.limit()
    end = start + limit
    following = cursor(end) if end < len(found) else ""
    return list(found[start:end]), {"next_cursor": following}


def describe(slack: Platform, where: Conversation) -> Json:
    """Give the conversation object."""
    shown: Json = {
        "id": where.id,
        "created": where.created,
        "is_archived": where.archived,
        "is_im": where.kind == "im",
        "is_channel": where.kind == "channel",
        "is_group": where.kind == "group",
        "is_private": where.kind != "channel",
        "is_member": slack.identity.bot_user_id in where.members,
        "is_mpim": False,
        "context_team_id": slack.identity.team_id,
    }
    if where.kind == "im":
        return shown | {"user": where.im_with, "is_open": True}
    topic = {"value": where.channel.topic, "creator": "", "last_set": 0}
    return shown | {
        "name": where.channel.name,
        "name_normalized": where.channel.name,
        "topic": topic,
        "purpose": topic,
        "num_members": len(where.members),
        "is_shared": where.channel.shared,
        "is_ext_shared": where.channel.shared,
        "is_org_shared": False,
    }


def _readable(slack: Platform, given: Arguments, right: str) -> Conversation:
    where = slack.workspace.visible(given.required("channel"))
    slack.require(f"{PREFIXES[where.kind]}:{right}")
    return where


@method("conversations.open", "im:write", tier=3, writes=True)
def open_conversation(slack: Platform, given: Arguments) -> Json:
    """Open the direct message with one person."""
    users = given.items("users")
    if not users and given.text("channel"):
        return {"channel": describe(slack, _readable(slack, given, "history"))}
    if len(users) != 1:
        raise Refusal("users_list_not_supplied" if not users else "not_enough_users")
    if users[0] not in slack.workspace.people:
        raise Refusal("user_not_found")
    if slack.workspace.people[users[0]].is_bot:
        raise Refusal("cannot_dm_bot")
    known = bool(slack.workspace.im_id(users[0]))
    where = slack.workspace.im(users[0], slack.clock())
    shown = describe(slack, where) if given.flag("return_im") else {"id": where.id}
    return {"no_op": known, "already_open": known, "channel": shown}


@method("conversations.info", tier=3)
def info(slack: Platform, given: Arguments) -> Json:
    """Describe one conversation."""
    where = slack.workspace.visible(given.required("channel"))
    if where.kind != "im":
        slack.require(f"{PREFIXES[where.kind]}:read")
    return {"channel": describe(slack, where)}


@method("conversations.list", *LISTED.values(), tier=2)
def list_conversations(slack: Platform, given: Arguments) -> Json:
    """List the conversations the app can see."""
    wanted = given.items("types") or ["public_channel"]
    for kind in wanted:
        slack.require(*([LISTED[kind]] if kind in LISTED else ()))
    me = slack.identity.bot_user_id
    found = [
        describe(slack, where)
        for where in slack.workspace.conversations.values()
        if TYPES[where.kind] in wanted
        and (where.kind == "channel" or me in where.members)
        and not (given.flag("exclude_archived") and where.archived)
    ]
    page, metadata = paged(found, given)
    return {"channels": page, "response_metadata": metadata}


@method("conversations.members", tier=4)
def members(slack: Platform, given: Arguments) -> Json:
    """List who is in a conversation."""
    where = _readable(slack, given, "read")
    page, metadata = paged(list(where.members), given)
    return {"members": page, "response_metadata": metadata}


@method("conversations.join", "channels:join", tier=3, writes=True)
def join(slack: Platform, given: Arguments) -> Json:
    """Let the app join a public channel."""
    where = slack.workspace.visible(given.required("channel"))
    if where.kind != "channel":
        raise Refusal("method_not_supported_for_channel_type")
    if where.archived:
        raise Refusal("is_archived")
    where.join([slack.identity.bot_user_id])
    return {"channel": describe(slack, where)}


def _bounds(given: Arguments) -> tuple[int, int]:
    """Give the first and the last moment asked for, the ends included."""
    oldest, latest = given.moment("oldest", -1), given.moment("latest", FOREVER)
    if given.flag("inclusive"):
        return oldest, latest
    return oldest + 1, latest - (1 if given.text("latest") else 0)


def _listing(where: Conversation, page: MessagePage, given: Arguments, following: str) -> Json:
    with_metadata = given.flag("include_all_metadata")
    shown = [where.as_slack(one, with_metadata=with_metadata) for one in page.messages]
    listing: Json = {"messages": shown, "has_more": page.has_more}
    return listing | ({"response_metadata": {"next_cursor": following}} if following else {})


@method("conversations.history", tier=3)
def history(slack: Platform, given: Arguments) -> Json:
    """List top-level messages, newest first."""
    where = _readable(slack, given, "history")
    slack.workspace.joined(where.id)
    oldest, latest = _bounds(given)
    page = where.history(oldest, min(latest, place_of(given, FOREVER)), given.limit())
    last = microseconds(page.messages[-1].ts) - 1 if page.has_more else ""
    listing = _listing(where, page, given, cursor(last))
    return listing | {"pin_count": 0, "latest": given.text("latest") or None}


@method("conversations.replies", tier=3)
def replies(slack: Platform, given: Arguments) -> Json:
    """List a thread: the parent, then the replies, oldest first."""
    where = _readable(slack, given, "history")
    slack.workspace.joined(where.id)
    try:
        ts = given.ts("ts")
    except Refusal:
        raise Refusal("thread_not_found") from None
    if not where.thread(ts):
        raise Refusal("thread_not_found")
    oldest, latest = _bounds(given)
    page = where.replies(ts, max(oldest, place_of(given, -1)), latest, given.limit())
    last = microseconds(page.messages[-1].ts) + 1 if page.has_more else ""
    return _listing(where, page, given, cursor(last))


def add_reaction(
    slack: Platform, where: Conversation, message: StoredMessage, user: str, name: str
) -> None:
    """Put an emoji under a message, for the app or for a person."""
    with slack.workspace.lock:
        message = where.get(message.ts) or message
        standing = {one.name: one for one in message.reactions}
        users = standing[name].users if name in standing else ()
        if user in users:
            raise Refusal("already_reacted")
        standing[name] = Reaction(name, (*users, user))
        now = where.change(message, reactions=tuple(standing.values()))
        event_ts = where.next_ts(slack.clock())
        slack.publish(events.reacted(user, name, now, event_ts, "reaction_added"), where)
    slack.notify(WorkspaceChange("reaction", where.id, user, message.ts))


def _reacted_message(slack: Platform, given: Arguments) -> tuple[Conversation, StoredMessage]:
    where = slack.workspace.joined(given.required("channel"))
    message = where.get(given.ts("timestamp"))
    if message is None:
        raise Refusal("message_not_found")
    return where, message


@method("reactions.add", "reactions:write", tier=3, writes=True)
def react(slack: Platform, given: Arguments) -> Json:
    """Put the app's emoji under a message."""
    name = given.required("name").strip(":")
    if not _EMOJI.match(name):
        raise Refusal("invalid_name")
    where, message = _reacted_message(slack, given)
    add_reaction(slack, where, message, slack.identity.bot_user_id, name)
    return {}


@method("reactions.remove", "reactions:write", tier=2, writes=True)
def unreact(slack: Platform, given: Arguments) -> Json:
    """Take the app's emoji away."""
    where, message = _reacted_message(slack, given)
    me, name = slack.identity.bot_user_id, given.required("name").strip(":")
    if not any(one.name == name and me in one.users for one in message.reactions):
        raise Refusal("no_reaction")
    left = [
        replace(one, users=tuple(user for user in one.users if (user, one.name) != (me, name)))
        for one in message.reactions
    ]
    where.change(message, reactions=tuple(one for one in left if one.users))
    return {}


@method("reactions.get", "reactions:read", tier=3)
def reactions(slack: Platform, given: Arguments) -> Json:
    """Give a message with its emoji."""
    where, message = _reacted_message(slack, given)
    return {"type": "message", "channel": where.id, "message": where.as_slack(message)}

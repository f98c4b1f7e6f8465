"""``chat.*``: posting, changing and deleting messages, and streaming them."""

import re
from typing import Any

from bot.demo.double.arguments import Arguments, invalid
from bot.demo.double.conversation import Conversation
from bot.demo.double.limits import TEXT_CUT, UPDATE_TEXT, check_blocks, check_metadata
from bot.demo.double.method import POSTING, UNLIMITED, method
from bot.demo.double.people import Json, StoredMessage
from bot.demo.double.pictures import check_pictures
from bot.demo.double.refusal import Refusal
from bot.demo.double.slack_platform import Platform

STREAM_TEXT = 12_000
MOST_ATTACHMENTS = 100


def destination(slack: Platform, channel: str) -> Conversation:
    """Give where to post; a person's id means the direct message with them."""
    if channel in slack.workspace.people and channel != slack.identity.bot_user_id:
        return slack.workspace.im(channel, slack.clock())
    return slack.workspace.writable(channel)


@method("blocks.validate", tier=POSTING)
def blocks_validate(slack: Platform, given: Arguments) -> Json:
    """https://docs.slack.dev/reference/methods/blocks.validate."""
    try:
        check_pictures(slack, check_blocks(given.raw("blocks")))
    except Refusal as refusal:
        told = [
            re.fullmatch(r"\[ERROR\] (.*) \[json-pointer:/blocks(.*)\]", one)
            for one in refusal.messages
        ]
        errors = [
            {"pointer": one[2], "code": "failed_constraint", "message": one[1]}
            for one in told
            if one
        ]
        raise Refusal("invalid_blocks", errors=errors) from None
    return {}


def _drawable(slack: Platform, given: Arguments, *, alone: bool) -> list[Json]:
    try:
        blocks = check_blocks(given.raw("blocks"))
        check_pictures(slack, blocks, alone=alone)
    except Refusal as refusal:
        raise Refusal(refusal.code, () if slack.faults.unexplained else refusal.messages) from None
    return blocks


def content(slack: Platform, given: Arguments, *, alone: bool = False) -> dict[str, Any]:
    """Read text, blocks, attachments and metadata, or refuse them.

    ``alone`` says that one person only will see them.
    """
    blocks = _drawable(slack, given, alone=alone)
    attachments = given.json("attachments") or []
    text = given.text("text")
    markdown = given.text("markdown_text")
    if markdown and (text or blocks):
        raise Refusal("markdown_text_conflict")
    if len(markdown) > STREAM_TEXT:
        raise Refusal("msg_too_long")
    if not isinstance(attachments, list) or len(attachments) > MOST_ATTACHMENTS:
        raise Refusal("too_many_attachments")
    if not (text.strip() or blocks or attachments or markdown):
        raise Refusal("no_text")
    return {
        "text": (text or markdown)[:TEXT_CUT],
        "blocks": slack.workspace.with_block_ids(blocks),
        "attachments": tuple(attachments),
        "metadata": check_metadata(given.raw("metadata")),
    }


def _as_whom(slack: Platform, given: Arguments) -> dict[str, Any]:
    if not any(given.text(name) for name in ("username", "icon_emoji", "icon_url")):
        return dict(slack.author())
    slack.require("chat:write.customize")
    return slack.author() | {"username": given.text("username"), "subtype": "bot_message"}


def _thread(given: Arguments) -> str:
    return given.ts("thread_ts") if given.text("thread_ts") else ""


@method("chat.postMessage", "chat:write", tier=POSTING, writes=True)
def post_message(slack: Platform, given: Arguments) -> Json:
    """Post to a channel, a thread or a person."""
    where = destination(slack, given.required("channel"))
    fields = content(slack, given) | _as_whom(slack, given)
    message = slack.post(
        where,
        broadcast=given.flag("reply_broadcast"),
        thread_ts=_thread(given),
        **fields,
    )
    answer: Json = {
        "channel": where.id,
        "ts": message.ts,
        "message": message.as_slack(with_metadata=True),
    }
    if len(given.text("text")) > TEXT_CUT:
        answer |= {"warning": "message_truncated"}
        answer |= {"response_metadata": {"warnings": ["message_truncated"]}}
    return answer


@method("chat.postEphemeral", "chat:write", tier=4, writes=True)
def post_ephemeral(slack: Platform, given: Arguments) -> Json:
    """Show a message to one member of a channel."""
    where = slack.workspace.writable(given.required("channel"))
    user = given.required("user")
    if user not in where.members:
        raise Refusal("user_not_in_channel")
    message = slack.whisper(
        where, user, thread_ts=_thread(given), **content(slack, given, alone=True)
    )
    return {"message_ts": message.ts}


def own_message(
    slack: Platform, given: Arguments, refusal: str
) -> tuple[Conversation, StoredMessage]:
    """Give the app's own message that a call names."""
    where = slack.workspace.writable(given.required("channel"))
    message = where.get(given.ts("ts"))
    if message is None or message.subtype == "tombstone":
        raise Refusal("message_not_found")
    if message.bot_id != slack.identity.bot_id:
        raise Refusal(refusal)
    return where, message


@method("chat.update", "chat:write", tier=3, writes=True)
def update(slack: Platform, given: Arguments) -> Json:
    """Change one of the app's messages; text without blocks takes the blocks away."""
    where, message = own_message(slack, given, "cant_update_message")
    if len(given.text("text")) > UPDATE_TEXT:
        raise Refusal("msg_too_long")
    if (message.channel, message.ts) in slack.streams:
        raise Refusal("streaming_state_conflict")
    fields = content(slack, given)
    if not fields["metadata"]:
        fields["metadata"] = message.metadata
    if "blocks" not in given:  # Slack marks a message as edited only when its text is replaced
        fields["edited"] = {"user": message.user, "ts": where.next_ts(slack.clock())}
    changed = slack.revise(where, message, **fields)
    shown = changed.as_slack(with_metadata=True)
    return {"channel": where.id, "ts": message.ts, "text": changed.text, "message": shown}


@method("chat.delete", "chat:write", tier=3, writes=True)
def delete(slack: Platform, given: Arguments) -> Json:
    """Delete one of the app's messages."""
    where, message = own_message(slack, given, "cant_delete_message")
    slack.withdraw(where, message)
    return {"channel": where.id, "ts": message.ts}


@method("chat.getPermalink", tier=UNLIMITED)
def get_permalink(slack: Platform, given: Arguments) -> Json:
    """Give the web address of a message."""
    where = slack.workspace.visible(given.required("channel"))
    message = where.get(given.ts("message_ts"))
    if message is None:
        raise Refusal("message_not_found")
    host = f"https://{slack.identity.team_domain}.slack.com"
    link = f"{host}/archives/{where.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={where.id}"
    return {"channel": where.id, "permalink": link}


@method("chat.startStream", "chat:write", tier=2, writes=True)
def start_stream(slack: Platform, given: Arguments) -> Json:
    """Begin a message that grows; it needs a thread, and in channels a recipient."""
    where = destination(slack, given.required("channel"))
    thread_ts = given.ts("thread_ts")
    if where.kind != "im":
        for name in ("recipient_team_id", "recipient_user_id"):
            if not given.text(name):
                raise Refusal(f"missing_{name}")
    text = _streamed(given)
    message = slack.post(where, text=text, thread_ts=thread_ts, **slack.author())
    slack.streams.add((where.id, message.ts))
    return {"channel": where.id, "ts": message.ts}


def _streamed(given: Arguments) -> str:
    text = given.text("markdown_text")
    for chunk in given.json("chunks") or ():
        if chunk.get("type") == "markdown_text":
            text += chunk.get("text", "")
        elif chunk.get("type") not in {"task_update", "plan_update", "blocks"}:
            raise invalid(f"unsupported type: {chunk.get('type')}")
    if len(text) > STREAM_TEXT:
        raise Refusal("msg_too_long")
    return text


def _growing(slack: Platform, given: Arguments) -> tuple[Conversation, StoredMessage]:
    where, message = own_message(slack, given, "message_not_owned_by_app")
    if (where.id, message.ts) not in slack.streams:
        raise Refusal("message_not_in_streaming_state")
    return where, message


@method("chat.appendStream", "chat:write", tier=4, writes=True)
def append_stream(slack: Platform, given: Arguments) -> Json:
    """Add text to a growing message."""
    where, message = _growing(slack, given)
    text = _streamed(given)
    if not text and "chunks" not in given:
        raise Refusal("no_text")
    # Slack sends no event for each piece; the app hears of the message when the stream stops.
    where.change(message, text=message.text + text)
    slack.stir()
    return {"channel": where.id, "ts": message.ts}


@method("chat.stopStream", "chat:write", tier=2, writes=True)
def stop_stream(slack: Platform, given: Arguments) -> Json:
    """Finish a growing message, with blocks under it if wanted."""
    where, message = _growing(slack, given)
    blocks = slack.workspace.with_block_ids(check_blocks(given.raw("blocks")))
    metadata = check_metadata(given.raw("metadata"))
    text = message.text + _streamed(given)
    slack.streams.discard((where.id, message.ts))
    changed = slack.revise(where, message, text=text, blocks=blocks, metadata=metadata)
    shown = changed.as_slack(with_metadata=True)
    return {"channel": where.id, "ts": message.ts, "message": shown}

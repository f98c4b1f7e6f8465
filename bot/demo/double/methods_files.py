"""``files.*``: the three steps of an upload.

https://docs.slack.dev/reference/methods/files.getUploadURLExternal
"""

import mimetypes
from datetime import timedelta
from typing import Any

from bot.demo.double.arguments import Arguments, invalid
from bot.demo.double.conversation import Conversation
from bot.demo.double.limits import check_blocks
from bot.demo.double.method import method
from bot.demo.double.methods_chat import destination
from bot.demo.double.people import Json, StoredFile
from bot.demo.double.refusal import Refusal
from bot.demo.double.slack_platform import Platform
from bot.demo.double.workspace import Upload

MOST_BYTES = 1_000_000_000
MOST_ALT = 1000


@method("files.getUploadURLExternal", "files:write", tier=4, writes=True)
def upload_address(slack: Platform, given: Arguments) -> Json:
    """Give the address the bytes are posted to."""
    name = given.required("filename")
    length = given.whole("length", 0)
    if "length" not in given:
        raise invalid("missing required field: length")
    if length < 1:
        raise Refusal("missing_argument")
    if length > MOST_BYTES:
        raise Refusal("file_upload_size_restricted")
    if len(given.text("alt_txt")) > MOST_ALT:
        raise Refusal("alt_txt_too_large")
    file_id = slack.workspace.new_id("F")
    slack.workspace.uploads[file_id] = Upload(file_id, name, length, given.text("alt_txt"))
    return {"upload_url": f"{slack.identity.address}upload/{file_id}", "file_id": file_id}


def receive(slack: Platform, file_id: str, content: bytes) -> str:
    """Take the bytes of an announced file; give what is wrong with them, or nothing."""
    upload = slack.workspace.uploads.get(file_id)
    if upload is None:
        return "file_not_found"
    if len(content) != upload.length:
        return f"expected {upload.length} bytes but got {len(content)}"
    upload.content = content
    return ""


@method("files.completeUploadExternal", "files:write", tier=4, writes=True)
def complete(slack: Platform, given: Arguments) -> Json:
    """Finish uploads, and share them in a channel where one is named."""
    wanted = given.json("files")
    if not isinstance(wanted, list) or not wanted:
        raise invalid("missing required field: files")
    channels = [*given.items("channels"), *given.items("channel_id")]
    if any(channel.startswith(("U", "W")) for channel in given.items("channel_id")):
        raise invalid(
            "input must match regex pattern: ^[CGDZ][A-Z0-9]{8,}$ [json-pointer:/channel_id]"
        )
    places = [destination(slack, channel) for channel in channels]
    blocks = check_blocks(given.raw("blocks"))
    if given.text("thread_ts") and any(
        where.get(given.ts("thread_ts")) is None for where in places
    ):
        raise Refusal("thread_not_found")
    files = [_finished(slack, one, places) for one in wanted]
    shown = [_described(slack, one) for one in files]
    for where in places:
        slack.post(
            where,
            text=given.text("initial_comment"),
            blocks=slack.workspace.with_block_ids(blocks),
            files=tuple(shown),
            thread_ts=given.text("thread_ts"),
            subtype="file_share",
            **slack.author(),
        )
    return {"files": shown}


def _finished(slack: Platform, wanted: Any, places: list[Conversation]) -> StoredFile:
    file_id = wanted.get("id", "") if isinstance(wanted, dict) else ""
    upload = slack.workspace.uploads.get(file_id)
    if upload is None or upload.content is None:
        raise Refusal("file_not_found")
    stored = StoredFile(
        id=upload.id,
        name=upload.name,
        title=wanted.get("title") or upload.name,
        content=upload.content,
        channels=tuple(where.id for where in places),
        alt_txt=upload.alt_txt,
        mimetype=mimetypes.guess_type(upload.name)[0] or "application/octet-stream",
        ready_at=slack.clock() + timedelta(seconds=slack.faults.file_seconds),
    )
    slack.workspace.files[stored.id] = stored
    return stored


@method("files.info", "files:read", tier=4)
def info(slack: Platform, given: Arguments) -> Json:
    """Describe a file."""
    stored = slack.workspace.files.get(given.required("file"))
    if stored is None:
        raise Refusal("file_not_found")
    return {"file": _described(slack, stored)}


def _described(slack: Platform, stored: StoredFile) -> Json:
    ready = stored.is_ready(slack.clock())
    return stored.as_slack(slack.identity.address, ready=ready)

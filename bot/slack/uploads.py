"""Files to Slack by its three calls, each step written down before the next.

    files.getUploadURLExternal → the bytes to that address → files.completeUploadExternal

A process that dies goes on where it stood. A picture is kept without a channel, so that only
the app sees it until a post shows it: a second one that a lost answer leaves behind is seen
by nobody. A document is shared by the last call; before that is repeated, the delivery looks
whether the thread has it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.slack.markup import cut
from models.mailbox import Attachment, Outgoing, OutgoingPost
from models.message import Chart, File, Message, Picture
from models.tables import FileStep

TIMEOUT_S = 10.0
MAX_ALT = 1000
"""Of an uploaded file; a block may say twice as much."""
UNKNOWN: Final = "file_not_found"
"""How Slack says that it knows no such upload (any more)."""

Place = Mapping[str, str]
Draw = Callable[[Chart, str], File | None]
"""From a chart and a file name to its picture; None where none can be drawn."""


class LostHoldError(Exception):
    """Another process has taken the post over."""


class Uploads:
    """Takes the files of posts to Slack."""

    def __init__(self, client: WebClient, outgoing: Outgoing, clock: Clock) -> None:
        self._client, self._outgoing, self._clock = client, outgoing, clock

    def keep(self, post: OutgoingPost, file: Attachment, place: Place) -> Attachment:
        """Bring a file to Slack from the step where it stands, and share it at ``place``.

        Parameters
        ----------
        place
            ``channel_id`` and ``thread_ts``; without them only the app sees the file.

        Raises
        ------
        SlackApiError
            When Slack refuses a step.
        OSError
            When it is silent.
        LostHoldError
            When another process has taken the post over: leave it alone.
        """
        steps: dict[FileStep, Callable[[OutgoingPost, Attachment], Attachment]] = {
            FileStep.HERE: self._announce,
            FileStep.ANNOUNCED: self._send,
            FileStep.SENT: lambda post, file: self._complete(post, file, place),
        }
        while file.step in steps:
            file = steps[file.step](post, file)
        return file

    def anew(self, post: OutgoingPost, file: Attachment) -> None:
        """Begin with a file from the first step: Slack has forgotten its upload."""
        self._wrote(post, replace(file, step=FileStep.HERE, stored="", address=""))

    def _announce(self, post: OutgoingPost, file: Attachment) -> Attachment:
        answer = self._client.files_getUploadURLExternal(
            filename=file.file.name,
            length=len(file.file.content),
            alt_txt=cut(file.file.alt, MAX_ALT) or None,
        )
        stored, address = str(answer["file_id"]), str(answer["upload_url"])
        return self._wrote(
            post, replace(file, step=FileStep.ANNOUNCED, stored=stored, address=address)
        )

    def _send(self, post: OutgoingPost, file: Attachment) -> Attachment:
        status = _posted(file.address, file.file.content)
        if status >= 500 or status == 429:
            raise OSError(f"Slack answers {status} to the bytes of {file.file.name}")
        if status >= 400:  # the address has had its time
            self.anew(post, file)
            raise OSError(f"Slack answers {status} to the bytes of {file.file.name}: once more")
        return self._wrote(post, replace(file, step=FileStep.SENT, address=""))

    def _complete(self, post: OutgoingPost, file: Attachment, place: Place) -> Attachment:
        title = cut(file.file.title, 255) or file.file.name
        try:
            self._client.files_completeUploadExternal(
                files=[{"id": file.stored, "title": title}],
                channel_id=place.get("channel_id"),
                thread_ts=place.get("thread_ts"),
            )
        except SlackApiError as error:
            if not place and error.response.get("error") == UNKNOWN:
                self.anew(post, file)
                raise OSError(f"Slack has forgotten {file.file.name}: once more") from error
            raise
        return self._wrote(post, replace(file, step=FileStep.KEPT))

    def _wrote(self, post: OutgoingPost, file: Attachment) -> Attachment:
        """Write the step down, and hold the post for as long again."""
        if not self._outgoing.file_went(post, file, self._clock()):
            raise LostHoldError(post.key)
        return file


def _posted(address: str, content: bytes) -> int:
    """Post bytes; return the status. Slack's addresses want nothing else."""
    import httpx2

    try:
        # Through the proxy that the environment names, as the Slack client does.
        return int(httpx2.post(address, content=content, timeout=TIMEOUT_S).status_code)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise OSError(f"{type(error).__name__}: {error}") from error


def pictured(message: Message, stored: Mapping[str, str]) -> Message:
    """Return the message with the ids of its pictures in Slack, by name."""
    parts = tuple(
        replace(part, stored=stored.get(part.name, part.stored))
        if isinstance(part, Picture)
        else part
        for part in message.parts
    )
    return replace(message, parts=parts)


def unpictured(message: Message) -> Message:
    """Return the message with its pictures in words."""
    parts = tuple(
        replace(part, stored="") if isinstance(part, Picture) else part for part in message.parts
    )
    return replace(message, parts=parts)


def is_about_a_file(error: SlackApiError) -> bool:
    """Return whether Slack refuses blocks because of a picture: it may not be ready yet.

    Slack works on an uploaded file after it has answered, and until then says
    ``invalid slack file [json-pointer:/blocks/0/slack_file]``: python-slack-sdk, issue 1521.
    """
    answer: Mapping[str, Any] = error.response.data if isinstance(error.response.data, dict) else {}
    told = (answer.get("response_metadata") or {}).get("messages") or answer.get("errors") or ()
    return any("slack_file" in str(line) for line in told)


def with_drawn_charts(post: OutgoingPost, draw: Draw) -> Message | None:
    """Return the message with each chart as a picture, or None where one cannot be drawn."""
    parts, files = list(post.message.parts), [one.file for one in post.files]
    for at, part in enumerate(parts):
        if isinstance(part, Chart):
            drawn = draw(part, f"chart-{at}.png")
            if drawn is None:
                return None
            parts[at] = Picture(drawn.name, drawn.alt, drawn.title)
            files.append(drawn)
    return replace(post.message, parts=tuple(parts), files=tuple(files))

"""Where Slack shows a post: for runs that name one by its key.

Looked up when a message is drawn, so that a post which has not left yet gets no link, and
the core needs to know no address of Slack.
"""

from collections.abc import Callable
from dataclasses import replace
from http.client import HTTPException

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from models.message import Message, Note, Paragraph, Part, Run

log = structlog.get_logger(__name__)

_SILENT = (SlackApiError, SlackClientError, OSError, HTTPException)


class Links:
    """Turns the keys of posts into links.

    Parameters
    ----------
    place_of
        Gives the channel and time stamp of a post, empty where it is not shown.
    """

    def __init__(self, client: WebClient, place_of: Callable[[str], tuple[str, str]]) -> None:
        self._client = client
        self._place_of = place_of
        self._workspace = ""

    def put_into(self, message: Message) -> Message:
        """Return the message with a link wherever it names a post that is shown."""
        if not any(_names_a_post(part) for part in message.parts) or not self._address():
            return message
        return replace(message, parts=tuple(self._linked(part) for part in message.parts))

    def _linked(self, part: Part) -> Part:
        if not isinstance(part, Paragraph | Note):
            return part
        return replace(part, runs=tuple(self._link(run) for run in part.runs))

    def _link(self, run: Run) -> Run:
        if run.post:
            channel, ts = self._place_of(run.post)
        else:
            channel, _, ts = run.place.partition("/")
        if not ts:
            return run
        return replace(run, link=f"{self._workspace}archives/{channel}/p{ts.replace('.', '')}")

    def _address(self) -> str:
        """Return the workspace's address, asked of Slack once; empty while it is silent."""
        if not self._workspace:
            try:
                self._workspace = str(self._client.auth_test().get("url") or "")
            except _SILENT as error:
                log.info("no links: Slack does not say its address", error=str(error))
        return self._workspace


def _names_a_post(part: Part) -> bool:
    return isinstance(part, Paragraph | Note) and any(
        run.post or "/" in run.place for run in part.runs
    )

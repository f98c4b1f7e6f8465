"""Post a message, edit it and delete it: whether Slack lets the bot do its work."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.delivery import slack_client
from models.errors import InvalidError, UnavailableError
from models.settings import Settings


def rehearse(
    settings: Settings, channel: str, text: str, edited: str
) -> Iterator[tuple[str, float]]:
    """Yield each step that went well, and how many seconds it took.

    Raises
    ------
    InvalidError
        When Slack refuses a step. What was posted is deleted where that is allowed.
    UnavailableError
        When Slack is silent.
    """
    client = slack_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    posted, seconds = _timed(
        "post",
        lambda: client.chat_postMessage(
            channel=channel, text=text, unfurl_links=False, unfurl_media=False
        ),
    )
    where, ts = str(posted["channel"]), str(posted["ts"])
    try:
        yield "post", seconds
        yield (
            "edit",
            _timed("edit", lambda: client.chat_update(channel=where, ts=ts, text=edited))[1],
        )
    finally:
        deleted = _timed("delete", lambda: client.chat_delete(channel=where, ts=ts))[1]
    yield "delete", deleted


def _timed(step: str, call: Callable[[], Any]) -> tuple[Any, float]:
    started = time.monotonic()
    try:
        return call(), time.monotonic() - started
    except SlackApiError as error:
        raise InvalidError(f"{step}: Slack says {error.response.get('error')}") from error
    except (SlackClientError, OSError) as error:
        raise UnavailableError(f"{step}: Slack did not answer ({error})") from error

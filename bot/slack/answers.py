"""What Slack's refusals and silences mean: whether to try again, when, and whether to look first."""

from datetime import timedelta
from http.client import HTTPException
from typing import Final
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError

# Slack's passing troubles; everything else it would refuse again.
PASSING: Final = frozenset({"service_unavailable", "request_timeout", "accesslimited"})
# After these, its reference says, a part of the work may have been done.
HALF_DONE: Final = frozenset({"internal_error", "fatal_error"})
# How the network says "no answer": the call may or may not have reached Slack.
UNCLEAR: Final = (OSError, URLError, HTTPException, SlackClientError)


SHUT_OUT: Final = frozenset(
    {"not_in_channel", "channel_not_found", "user_not_in_channel", "is_archived"}
)
"""How Slack says that the bot, or the reader, is not in a channel: a direct message remains."""


TOKEN_REFUSED: Final = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_allowed_token_type",
        "no_permission",
    }
)
"""What Slack says of a token that will not work tomorrow either."""


def code_of(error: SlackApiError) -> str:
    return str(error.response.get("error") or error.response.status_code)


def pointers_of(error: SlackApiError) -> list[str]:
    """Return where in the blocks Slack sees something wrong, as it says it."""
    data = error.response.data if isinstance(error.response.data, dict) else {}
    told = data.get("response_metadata") or {}
    found = data.get("errors") or told.get("messages") or []
    return [_said(one)[:200] for one in found[:5]]


def _said(one: object) -> str:
    if isinstance(one, dict):
        return f"{one.get('pointer', '')} {one.get('code', '')}: {one.get('message', '')}"
    return str(one)


def may_pass(error: SlackApiError) -> bool:
    """Return whether a later try may go better."""
    passing = error.response.status_code >= 500 or code_of(error) in PASSING | HALF_DONE
    return passing or is_rate_limited(error)


def is_rate_limited(error: SlackApiError) -> bool:
    return error.response.status_code == 429 or code_of(error) in ("ratelimited", "rate_limited")


def wait_of(error: SlackApiError) -> timedelta:
    """Return how long Slack asks us to wait; a second where it does not say."""
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    asked = str(headers.get("retry-after") or "")
    return timedelta(seconds=int(asked) if asked.isascii() and asked.isdigit() else 1)

"""Who we are to Slack: whether it takes the tokens, what they may do, where we are a member."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.clock import Clock
from bot.slack.answers import TOKEN_REFUSED
from bot.slack.delivery import slack_client
from bot.slack.slack_time import date_of
from models.errors import InvalidError, UnavailableError
from models.settings import Settings

_SILENT = (SlackClientError, OSError)
_WHERE = {
    "SLACK_BOT_TOKEN": "OAuth & Permissions",
    "SLACK_APP_TOKEN": "Basic Information, App-Level Tokens (scope connections:write)",
}
_REFUSED = TOKEN_REFUSED | {"org_login_required"}


@dataclass(frozen=True, slots=True)
class Account:
    """What Slack says of a token.

    Attributes
    ----------
    skew_s
        Seconds by which our clock is ahead of Slack's; None where Slack did not say.
    """

    team: str
    user: str
    scopes: frozenset[str]
    skew_s: float | None


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What the bot sees of a channel; ``shared`` says that another company is in it."""

    name: str
    member: bool
    archived: bool
    shared: bool


def bot_account(settings: Settings, clock: Clock) -> Account:
    """Ask Slack about the bot token.

    Raises
    ------
    InvalidError
        When Slack refuses it.
    UnavailableError
        When Slack is silent.
    """
    return _account(settings, "SLACK_BOT_TOKEN", settings.slack_bot_token.get_secret_value(), clock)


def app_account(settings: Settings, clock: Clock) -> Account:
    """Ask Slack about the app-level token; errors as with `bot_account`."""
    return _account(settings, "SLACK_APP_TOKEN", settings.slack_app_token.get_secret_value(), clock)


def open_a_socket(settings: Settings) -> None:
    """Ask Slack for the address of a socket, and leave it: it ends unused within seconds.

    Raises
    ------
    InvalidError
        When Slack gives none, such as where Socket Mode is off or the scope is missing.
    UnavailableError
        When Slack is silent.
    """
    token = settings.slack_app_token.get_secret_value()
    client = slack_client(token, settings.slack_api_url)
    try:
        client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        raise InvalidError(f"Slack opens no socket ({error.response.get('error')})") from error
    except _SILENT as error:
        raise _silent(client, error) from error


def channel_facts(settings: Settings, channel: str) -> ChannelFacts:
    """Ask Slack about a channel.

    Raises
    ------
    InvalidError
        When the bot cannot see it.
    UnavailableError
        When Slack is silent.
    """
    client = slack_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    try:
        found: Mapping[str, Any] = client.conversations_info(channel=channel).get("channel") or {}
    except SlackApiError as error:
        raise InvalidError(f"{channel}: Slack says {error.response.get('error')}") from error
    except _SILENT as error:
        raise _silent(client, error) from error
    return ChannelFacts(
        name=str(found.get("name") or channel),
        member=bool(found.get("is_member")),
        archived=bool(found.get("is_archived")),
        shared=bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared")),
    )


def user_groups(settings: Settings) -> Mapping[str, tuple[str, ...]]:
    """Ask Slack for the user groups in use: id → user ids of the members.

    Raises
    ------
    InvalidError
        When Slack refuses, such as without the scope.
    UnavailableError
        When Slack is silent.
    """
    client = slack_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    try:
        found = client.usergroups_list(include_users=True).get("usergroups") or ()
    except SlackApiError as error:
        raise InvalidError(f"Slack says {error.response.get('error')}") from error
    except _SILENT as error:
        raise _silent(client, error) from error
    return {str(group["id"]): tuple(map(str, group.get("users") or ())) for group in found}


def has_user(settings: Settings, user: str) -> bool:
    """Ask Slack whether somebody is there, and not deactivated; errors as with `user_groups`."""
    client = slack_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    try:
        found: Mapping[str, Any] = client.users_info(user=user).get("user") or {}
    except SlackApiError as error:
        if error.response.get("error") in ("user_not_found", "user_not_visible"):
            return False
        raise InvalidError(f"{user}: Slack says {error.response.get('error')}") from error
    except _SILENT as error:
        raise _silent(client, error) from error
    return not found.get("deleted")


def _account(settings: Settings, name: str, token: str, clock: Clock) -> Account:
    client = slack_client(token, settings.slack_api_url)
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        raise _refusal(name, error) from error
    except _SILENT as error:
        raise _silent(client, error) from error
    headers = {key.lower(): value for key, value in answer.headers.items()}
    scopes = (scope.strip() for scope in _text(headers.get("x-oauth-scopes")).split(","))
    return Account(
        team=str(answer.get("team") or ""),
        user=str(answer.get("user") or answer.get("app_name") or ""),
        scopes=frozenset(scope for scope in scopes if scope),
        skew_s=_skew(date_of(answer.headers), clock),
    )


def _refusal(name: str, error: SlackApiError) -> InvalidError | UnavailableError:
    code = str(error.response.get("error") or error.response.status_code)
    if code in _REFUSED:
        return InvalidError(
            f"Slack refuses {name} ({code}): copy it again from the Slack app's page, {_WHERE[name]}"
        )
    return UnavailableError(f"Slack does not say whether {name} is right ({code}): try again")


def _silent(client: WebClient, error: Exception) -> UnavailableError:
    return UnavailableError(
        f"Slack cannot be reached at {client.base_url} ({error}): check the network and the proxy"
    )


def _text(value: Any) -> str:
    # The SDK keeps headers as text or as a list of texts.
    return ",".join(value) if isinstance(value, list) else str(value or "")


def _skew(date: datetime | None, clock: Clock) -> float | None:
    return None if date is None else (clock() - date).total_seconds()

"""Socket Mode: events through a WebSocket that we open, acknowledged when stored."""

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any

from prometheus_client import Histogram
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.meters import acknowledgement_times
from bot.slack.answers import TOKEN_REFUSED
from models.errors import InvalidError, UnavailableError

GOODBYE_S = 0.3
_REFUSED = TOKEN_REFUSED | {"missing_scope"}


def connect(
    app: App,
    app_token: str,
    client: WebClient,
    greeted: Callable[[], None] = lambda: None,
    acknowledgement: Histogram | None = None,
) -> SocketModeClient:
    """Open the WebSocket and hand each envelope to Bolt.

    Parameters
    ----------
    greeted
        Called whenever a socket is open: Slack says hello, at first and after each reconnect.
    acknowledgement
        Times envelopes.

    Raises
    ------
    InvalidError
        When Slack refuses the token.
    UnavailableError
        When Slack cannot be reached.
    """
    socket = SocketModeClient(
        app_token=app_token,
        web_client=WebClient(client.token, client.base_url, timeout=10, ssl=client.ssl),
        logger=logging.getLogger("slack_sdk.socket_mode"),
        concurrency=10,
    )

    timed = acknowledgement or acknowledgement_times()

    def take(sender: BaseSocketModeClient, request: SocketModeRequest) -> None:
        with timed.time():
            answer = app.dispatch(BoltRequest(mode="socket_mode", body=request.payload))
        if answer.status != 200:
            return  # not acknowledged: Slack sends it again
        response = SocketModeResponse(request.envelope_id, payload=_payload(answer.body))
        sender.send_socket_mode_response(response)

    def listen(_sender: BaseSocketModeClient, message: dict[str, Any], _raw: str | None) -> None:
        if message.get("type") == "hello":
            greeted()

    socket.socket_mode_request_listeners.append(take)
    socket.message_listeners.append(listen)
    try:
        socket.connect()
    except SlackApiError as error:
        code = str(error.response.get("error"))
        if code not in _REFUSED:
            raise UnavailableError(f"Slack opens no socket just now ({code})") from error
        raise InvalidError(
            f"Slack refuses SLACK_APP_TOKEN ({code}): make a new app-level token with "
            "connections:write"
        ) from error
    except (SlackClientError, OSError) as error:
        raise UnavailableError(f"Slack cannot be reached at {client.base_url}: {error}") from error
    return socket


def reconnect(socket: SocketModeClient) -> None:
    """Open another WebSocket in the place of one that is open and hears nothing.

    Raises
    ------
    UnavailableError
        When Slack opens none just now.
    """
    try:
        socket.connect_to_new_endpoint(force=True)
    except (SlackClientError, OSError) as error:
        raise UnavailableError(f"Slack opens no socket just now: {error}") from error


def disconnect(socket: SocketModeClient) -> None:
    """Close the WebSocket and take no more events.

    The SDK's reader notices within seconds; nobody needs to wait for it: an event that is
    not acknowledged any more comes again.
    """
    closing = Thread(target=_close, args=(socket,), name="close socket", daemon=True)
    closing.start()
    closing.join(GOODBYE_S)


def _close(socket: SocketModeClient) -> None:
    # The SDK's reader may close the socket first, which its close() does not expect.
    with suppress(AttributeError):
        socket.close()


def _payload(body: str | None) -> dict[str, object] | None:
    if not body or not body.startswith("{"):
        return None
    parsed = json.loads(body)
    return parsed if isinstance(parsed, dict) else None

"""The Bolt app: store, then acknowledge."""

import logging
from typing import Any

import structlog
from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.slack.listeners import Listeners

log = structlog.get_logger(__name__)

# How a payload shows that it is none of Slack's: a field is missing or of another kind.
_JUNK = (LookupError, ValueError, TypeError, AttributeError, OverflowError)


def bolt_app(client: WebClient, listeners: Listeners) -> App:
    """Return the Bolt app with Lotsen's listeners.

    Bolt would acknowledge an event before its listener runs unless
    ``process_before_response`` is set; an event that is not stored would then be lost.
    Requests are verified at the HTTP edge, on the raw bytes, before Bolt parses them.
    Who we are is not asked of Slack on the way: Bolt answers 200 and drops the event
    when `auth.test` is refused, as it is while Slack is in trouble.
    """
    token = client.token

    def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=token)

    app = App(
        client=WebClient(base_url=client.base_url, timeout=client.timeout, retry_handlers=[]),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=True,
        logger=logging.getLogger("bolt"),
    )
    listeners.register(app)
    app.error(_not_acknowledged)
    return app


def _not_acknowledged(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """Leave the event unacknowledged, so that Slack sends it again; but never junk."""
    if isinstance(error, _JUNK):
        # It would fail again for ever, and Slack switches off whoever fails often.
        log.error("event not understood", kind=_kind_of(body), error=type(error).__name__)
        return BoltResponse(status=200, body="")
    log.error("event not stored", error=f"{type(error).__name__}: {error}")
    return BoltResponse(status=500, body="")


def _kind_of(body: dict[str, Any]) -> str:
    event = body.get("event")
    kind = event.get("type") if isinstance(event, dict) else body.get("type")
    return str(kind)[:80]

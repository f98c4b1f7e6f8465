"""The Bolt app: store, then acknowledge."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import SecretStr
from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.slack.hearing import JUNK
from bot.slack.listeners import Listeners

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ours:
    """The workspace and the app that events are for; empty where they are not known yet."""

    team: str = ""
    app: str = ""

    def has(self, body: dict[str, Any]) -> bool:
        """Return whether an event or an interaction is for this app in this workspace.

        Slack names the workspace in several places: an event of a channel that companies share
        bears the other one's id too.
        """
        app = str(body.get("api_app_id") or "")
        if self.app and app and app != self.app:
            return False
        named = (body.get("team_id"), _id_of(body.get("team")), _id_of(body.get("user"), "team_id"))
        given = body.get("authorizations") or ()
        teams = {str(one) for one in (*named, *(_id_of(a, "team_id") for a in given)) if one}
        return not self.team or not teams or self.team in teams


def app_of(app_token: SecretStr) -> str:
    """Return the app's id, which stands in its token for Socket Mode: ``xapp-1-A0123-…``."""
    parts = app_token.get_secret_value().split("-")
    return parts[2] if len(parts) > 3 and parts[2].startswith("A") else ""


def bolt_app(client: WebClient, listeners: Listeners, ours: Callable[[], Ours] = Ours) -> App:
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
        name="lotsen",  # else Bolt reads the source of every frame above to name the app
        client=WebClient(
            base_url=client.base_url, timeout=client.timeout, ssl=client.ssl, retry_handlers=[]
        ),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=True,
        logger=logging.getLogger("bolt"),
    )
    app.use(_only_ours(ours))
    listeners.register(app)
    app.error(_not_acknowledged)
    return app


def _only_ours(ours: Callable[[], Ours]) -> Callable[..., BoltResponse | None]:
    def check(body: dict[str, Any], next_: Callable[[], None]) -> BoltResponse | None:
        if ours().has(body):
            next_()
            return None
        log.warning("event for another app or workspace", kind=_kind_of(body))
        return BoltResponse(status=200, body="")

    return check


def _id_of(value: object, name: str = "id") -> object:
    return value.get(name) if isinstance(value, dict) else None


def _not_acknowledged(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """Leave the event unacknowledged, so that Slack sends it again; but never junk."""
    if isinstance(error, JUNK):
        # It would fail again for ever, and Slack switches off whoever fails often.
        log.error("event not understood", kind=_kind_of(body), error=type(error).__name__)
        return BoltResponse(status=200, body="")
    log.error("event not stored", error=f"{type(error).__name__}: {error}")
    return BoltResponse(status=503, body="")


def _kind_of(body: dict[str, Any]) -> str:
    event = body.get("event")
    kind = event.get("type") if isinstance(event, dict) else body.get("type")
    return str(kind)[:80]

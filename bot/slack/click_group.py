"""What listeners to clicks have in common: who clicked, when, the way back, and forms."""

from collections.abc import Callable
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.clock import Clock
from bot.slack.forms import sent
from bot.slack.reading import Body, digest
from models.commands import Command, ReportFormProblem
from models.lotsen import Lotsen
from models.tables import new_secret

log = structlog.get_logger(__name__)

SILENT = (SlackApiError, SlackClientError, OSError)
"""How Slack says nothing, where nothing depends on it."""


class ClickGroup:
    """Buttons, lists and forms of one subject, as commands.

    Parameters
    ----------
    accept
        Stores a command.
    """

    def __init__(self, lotsen: Lotsen, clock: Clock, accept: Callable[[Command], None]) -> None:
        self._lotsen, self._clock, self._accept = lotsen, clock, accept

    def _click(self, body: Body) -> dict[str, Any]:
        """Return what every click carries: who, when, and the way back."""
        user = str(body["user"]["id"])
        channel = str((body.get("channel") or {}).get("id") or user)
        # Slack's random name of this one click. Events keep the command's id for ever, so nobody
        # may find out by trying who clicked what: no digest of person, button and time is enough.
        trigger = str(body.get("trigger_id") or new_secret())
        return {
            "id": f"click:{digest(trigger)}",
            "user": user,
            "at": self._clock(),
            "channel": channel,
            "reply_url": str(body.get("response_url") or ""),
        }

    def _not_read(self, body: Body, view: Body, error: Exception) -> None:
        """Tell whoever sent a form that this version cannot read it: nothing was saved."""
        log.warning("form not understood", form=view.get("callback_id"), error=type(error).__name__)
        user = str(body["user"]["id"])
        self._accept(
            ReportFormProblem(
                **sent(body, view), problem="not_read", channel=user, at=self._clock()
            )
        )


def opened(client: WebClient, trigger: str, view: Body) -> bool:
    """Open a form; False when Slack did not, such as for a click that is seconds old."""
    try:
        client.views_open(trigger_id=trigger, view=view)
    except SILENT as error:
        log.warning("form not opened", error=str(error))
        return False
    return True

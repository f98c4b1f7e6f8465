"""What time it is at Slack: asked when the computer's clock jumped."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.slack.answers import UNCLEAR

log = structlog.get_logger(__name__)


class SlackTime:
    """Confirms a clock by the ``Date`` of Slack's answers."""

    def __init__(self, client: WebClient, clock: Clock) -> None:
        self._client, self._clock = client, clock

    def is_settled(self) -> bool:
        """Return whether the clock may be followed; ask Slack where it is in doubt.

        While Slack is silent it may not: what is due by a clock that jumped is then held.
        """
        if not self._clock.is_in_doubt:
            return True
        ahead_s = round(self._clock.offset.total_seconds())
        try:
            moment = date_of(self._client.auth_test().headers)
        except (SlackApiError, *UNCLEAR) as error:
            log.warning("clock jumped; scheduled work waits for Slack", s=ahead_s, error=str(error))
            return False
        if moment is None:
            log.warning("clock jumped and Slack does not say its time", s=ahead_s)
            return False
        self._clock.confirm(moment)
        if self._clock.is_in_doubt:
            log.warning("clock is wrong; Slack's time counts", s=ahead_s)
        return True


def date_of(headers: Mapping[str, Any]) -> datetime | None:
    """Return when an answer was written; None where it does not say."""
    shown = {key.lower(): value for key, value in headers.items()}.get("date")
    first = shown[0] if isinstance(shown, list) else shown  # the SDK keeps some as lists
    try:
        return parsedate_to_datetime(str(first)).replace(tzinfo=UTC)  # always in GMT
    except (ValueError, IndexError):
        return None

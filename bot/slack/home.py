"""App Home as a view; without its pictures where Slack does not show them there."""

from datetime import datetime

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.blocks import home_view
from bot.slack.uploads import is_about_a_file, unpictured
from models.lotsen import Lotsen
from models.message import Message

log = structlog.get_logger(__name__)

# How Slack says nothing, where nothing depends on it.
_SILENT = (SlackApiError, SlackClientError, OSError)


def show_home(client: WebClient, lotsen: Lotsen, user: str, now: datetime) -> None:
    """Draw somebody's App Home; where Slack does not, the next look draws it anew."""
    try:
        publish_home(client, user, lotsen.home(user, now))
    except _SILENT as error:
        log.warning("App Home not drawn", error=str(error))


def publish_home(client: WebClient, user: str, message: Message) -> None:
    """Publish a message as somebody's App Home.

    Raises
    ------
    SlackApiError
        When Slack refuses it.
    """
    try:
        client.views_publish(user_id=user, view=home_view(message))
    except SlackApiError as error:
        if not is_about_a_file(error):
            raise
        # A picture that somebody deleted in Slack must not take the whole page away.
        client.views_publish(user_id=user, view=home_view(unpictured(message)))

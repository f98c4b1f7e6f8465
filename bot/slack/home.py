"""App Home as a view; without its pictures where Slack does not show them there."""

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.blocks import home_view
from bot.slack.uploads import is_about_a_file, unpictured
from models.message import Message


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

"""``--llm``: the same language model as the bot's, asked from a terminal."""

from typing import Annotated, TypeVar

from typer import Option

from bot.cli.output import hint
from bot.cli.session import Session
from bot.slack.delivery import slack_client
from bot.slack.directory import Directory
from models.errors import InvalidError
from models.knowledge.colleague import Errand
from models.llm import Llm, LlmRefusal

T = TypeVar("T")
WithLlm = Annotated[
    bool, Option("--llm", help="Ask the language model too, as the bot does; it may cost money.")
]


def language_model(session: Session) -> Llm:
    """Return the model; where there is a workspace, its names are read first, to be masked.

    Raises
    ------
    InvalidError
        Where none is set up.
    """
    lotsen, settings = session.lotsen, session.settings
    if lotsen.desk.llm is None:
        raise InvalidError("--llm: no language model is set up; see: lotsen llm status")
    token = settings.slack_bot_token.get_secret_value()
    if token:
        directory = Directory(lotsen, slack_client(token, settings.slack_api_url))
        directory.refresh_names(session.now)
    return lotsen.desk.llm


def errand(session: Session, purpose: str) -> Errand:
    """Return what the model is asked for; what the calls cost is booked like the bot's."""
    return Errand(f"terminal:{purpose}", session.now, session.lotsen.names(), may_ask=True)


def heard(said: T | LlmRefusal) -> T | None:
    """Return what the model said; where it refused, say so on standard error."""
    if isinstance(said, LlmRefusal):
        hint(f"llm: {said.reason.value} {said.detail}".rstrip())
        return None
    return said

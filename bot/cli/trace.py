"""``lotsen trace``: a message's whole way, from what is stored."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

from typer import Argument

from bot.cli.arguments import as_text
from bot.cli.command import Result, command, tree
from bot.cli.session import Session
from models.errors import NotFoundError
from models.reports.trace_report import UNKNOWN, trace_message
from models.upkeep import trace as traces

app = tree()


@command(app)
def trace(
    session: Session,
    asked: Annotated[
        str,
        Argument(
            metavar="EVENT|TICKET|MESSAGE",
            help="An event's id, a ticket's number, or a message's link or time stamp.",
        ),
    ],
) -> Result:
    """Tell a message's whole way: when it came, what became of it, what was posted, and why late."""
    wanted, settings = as_text(asked), session.settings
    try:
        found = traces.trace(
            session.lotsen.store, wanted, settings.lotsen_help_channel, session.now
        )
    except NotFoundError:
        raise NotFoundError(session.words.gettext(UNKNOWN, asked=wanted)) from None
    return Result(lambda: _plain(asdict(found)), trace_message(found, session.words, session.zone))


def _plain(value: Any) -> Any:
    """Return a trace as JSON takes it: durations in seconds, under names that say so."""
    if isinstance(value, dict):
        named = {
            f"{key}_s" if isinstance(one, timedelta) else key: one for key, one in value.items()
        }
        return {key: _plain(one) for key, one in named.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    return value.total_seconds() if isinstance(value, timedelta) else value

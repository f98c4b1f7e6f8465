"""``lotsen sweep``: what Slack did not deliver, found in its history."""

import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

from typer import Option

from bot.cli.arguments import read_moment
from bot.cli.command import Result, command, tree
from bot.cli.output import Text
from bot.cli.session import Session
from bot.clock import Clock, clock_for
from bot.slack.delivery import slack_client
from bot.slack.history_reading import HistoryReader, Pace
from bot.slack.history_sweep import HistorySweep, SweepFindings
from models.errors import InvalidError, UnavailableError

app = tree()


@command(app)
def sweep(
    session: Session,
    since: Annotated[
        str | None,
        Option("--since", metavar="TIME", help="Look back to then; two weeks if not named."),
    ] = None,
) -> Result:
    """Find what Slack did not deliver, and put it into the inbox for the running bot."""
    settings = session.settings
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        raise InvalidError("set SLACK_BOT_TOKEN (xoxb-…): without it Slack shows no history")
    moment = read_moment(since, "--since", session.zone) if since else None
    if moment is not None and moment >= session.now:
        raise InvalidError(f"--since {since!r}: name a moment that is over")
    reader = HistoryReader(slack_client(token, settings.slack_api_url), Pace(_wait))
    found = HistorySweep(session.lotsen, reader, clock_for(settings, Clock())).run(
        thorough=True, since=moment
    )
    if found is None:
        raise UnavailableError("lotsen run looks into the history just now: try again in a minute")
    return Result(lambda: _as_json(found), _in_words(session, found))


def _wait(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def _as_json(found: SweepFindings) -> dict[str, Any]:
    shown = {name: value for name, value in asdict(found).items() if name != "newest"}
    unreadable = [{"channel": at, "error": said} for at, said in found.unreadable.items()]
    return {**shown, "found": found.found, "unreadable": unreadable}


def _in_words(session: Session, found: SweepFindings) -> Iterator[Text]:
    words = session.words
    yield words.gettext(
        "Since {since}: {conversations} conversations and {threads} threads read.",
        since=words.moment(found.since, session.zone),
        conversations=words.number(found.conversations),
        threads=words.number(found.threads),
    )
    yield words.gettext(
        "Not delivered, and in the inbox now: {messages} messages, {edits} edits, "
        "{deletions} deletions.",
        messages=words.number(found.messages),
        edits=words.number(found.edits),
        deletions=words.number(found.deletions),
    )
    for channel, said in found.unreadable.items():
        yield words.gettext("{channel} cannot be read: {error}", channel=channel, error=said)

"""``lotsen run``, ``demo`` and ``doctor``."""

import signal
import sys
from dataclasses import asdict
from enum import StrEnum
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.arguments import Json
from bot.cli.output import emit, say, show_parts

if TYPE_CHECKING:
    from bot.cli.doctor import Check
    from bot.clock import Clock
    from models.language import Words
    from models.lotsen import Lotsen
    from models.settings import Settings

SEED = 1
FAILURE = 1


class Mode(StrEnum):
    """How Slack's events come."""

    SOCKET = "socket"
    HTTP = "http"


def register(app: typer.Typer) -> None:
    """Put these commands into the tree."""
    for command in (run, demo, doctor):
        app.command()(command)


def run(
    mode: Annotated[
        Mode, typer.Option("--mode", help="socket: we open the line; http: Slack posts to us.")
    ] = Mode.SOCKET,
) -> None:
    """Run the bot until it is told to stop; it logs lines of JSON on standard error."""
    _stop_at_once()
    from bot.clock import Clock
    from bot.log import configure_for_service
    from bot.main import Service, check_settings, serve
    from models.lotsen import open_lotsen
    from models.settings import Settings
    from models.upkeep.database import open_store

    settings = Settings.load()
    configure_for_service(settings.lotsen_log_level, _secrets(settings))
    check_settings(settings, mode.value)
    clock = Clock()
    _check_tokens(settings, mode, clock)
    lotsen = open_lotsen(settings, store=open_store(settings))
    try:
        _prepare(lotsen, clock)
        serve(Service(lotsen, clock, mode.value), Event())
    finally:
        lotsen.close()


def demo(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Of the page; 0 for any free one.")
    ] = 8080,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")
    ] = True,
    people: Annotated[
        int, typer.Option("--people", min=20, max=250, help="How many work at the company.")
    ] = 120,
) -> None:
    """Show a made-up company on a web page; needs no Slack and no key."""
    from bot.cli.playground import run_demo

    run_demo(port=port, browser=browser, people=people)


def doctor(as_json: Json = False) -> None:
    """Check everything that Lotsen needs; each finding says what to do."""
    from bot.cli.doctor import examine
    from bot.clock import Clock
    from bot.log import configure_for_terminal

    configure_for_terminal()
    words, checks = examine(Clock())
    if as_json:
        emit({"checks": [asdict(check) for check in checks]})
    else:
        _show_checks(words, checks)
    if not all(check.ok for check in checks):
        raise typer.Exit(FAILURE)


def _stop_at_once() -> None:
    """End cleanly when told to stop before anything runs; later `serve` drains first."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: sys.exit(0))


def _secrets(settings: "Settings") -> list[str]:
    hidden = (
        settings.slack_bot_token,
        settings.slack_app_token,
        settings.slack_signing_secret,
        settings.openai_api_key,
    )
    return [secret.get_secret_value() for secret in hidden if secret.get_secret_value()]


def _check_tokens(settings: "Settings", mode: Mode, clock: "Clock") -> None:
    import structlog

    from bot.slack.account import app_account, bot_account

    account = bot_account(settings, clock)
    if mode is Mode.SOCKET:
        app_account(settings, clock)
    structlog.get_logger(__name__).info("slack accepts us", team=account.team, user=account.user)


def _prepare(lotsen: "Lotsen", clock: "Clock") -> None:
    from models.desk.setup.first_start import prepare

    prepare(lotsen.store, lotsen.triage, clock(), SEED)
    lotsen.baselines.ask(clock())


def _mark(check: "Check") -> str:
    """Return a tick where all is well, a question mark where nothing is wrong but something to do."""
    if not check.ok:
        return "✗"
    return "?" if check.fix else "✓"


def _show_checks(words: "Words", checks: "list[Check]") -> None:
    from models.message import Table

    header = ("", words.say("Check"), words.say("What was found"), words.say("What to do"))
    rows = tuple((_mark(check), check.name, check.detail, check.fix or "–") for check in checks)
    show_parts(Table(header, rows))
    wrong = sum(not check.ok for check in checks)
    said = words.count("{n} check needs attention.", "{n} checks need attention.", wrong)
    say(said if wrong else words.say("All is well."))

"""``lotsen run``: the bot itself."""

import os
from datetime import timedelta
from threading import Thread
from typing import Annotated

import structlog
from typer import Option

from bot.cli import stopping
from bot.cli.command import tree
from bot.clock import Clock, SteadyClock
from bot.log import configure_for_service
from bot.main import Mode, Service, check_settings, serve
from bot.slack.account import app_account, bot_account
from models.desk.setup.first_start import add_categories
from models.errors import LotsenError
from models.lotsen import Lotsen, open_lotsen
from models.meaning.patience import PATIENCE_S
from models.settings import Settings
from models.upkeep.database import open_store
from models.upkeep.erased import erase_again
from models.upkeep.soundness import ended_by_itself, require_sound

app = tree()


@app.command()
def run(
    mode: Annotated[
        Mode, Option("--mode", help="socket: we open the line; http: Slack posts to us.")
    ] = "socket",
) -> None:
    """Run the bot until it is told to stop; it logs lines of JSON on standard error."""
    settings = Settings.load()
    configure_for_service(settings.lotsen_log_level, settings.secrets)
    check_settings(settings, mode)
    clock = SteadyClock()
    _check_tokens(settings, mode, clock)
    require_sound(settings)
    lotsen = open_lotsen(settings, store=open_store(settings), patience_s=PATIENCE_S)
    try:
        _prepare(lotsen, clock)
        Thread(target=_catch_up, args=(lotsen, clock), name="first model", daemon=True).start()
        ended = serve(Service(lotsen, clock, mode, apart=True), stopping)
    finally:
        lotsen.close()
    if not ended:  # Python would wait for the threads that we do not wait for
        os._exit(0)
    ended_by_itself(settings)


def _check_tokens(settings: Settings, mode: Mode, clock: Clock) -> None:
    account = bot_account(settings, clock)
    if account.skew_s is not None:  # before anything is written with a wrong time
        clock.confirm(clock() - timedelta(seconds=account.skew_s))
    if mode == "socket":
        app_account(settings, clock)
    structlog.get_logger(__name__).info("slack accepts us", team=account.team, user=account.user)


def _prepare(lotsen: Lotsen, clock: Clock) -> None:
    if again := erase_again(lotsen.settings, lotsen.store, clock()):
        structlog.get_logger(__name__).warning("erased again after a restore", people=again)
    lotsen.registers.prepare(clock())  # it has to name the embeddings before they are used
    add_categories(lotsen.store)
    lotsen.baselines.ask(clock())


def _catch_up(lotsen: Lotsen, clock: Clock) -> None:
    """Train what is missing; the bot serves meanwhile, and asks who is there."""
    try:
        lotsen.learning.catch_up(clock())
    except LotsenError as error:
        structlog.get_logger(__name__).warning("no model trained at the start", error=str(error))
    lotsen.triage.refresh()

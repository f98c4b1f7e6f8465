"""The command line, a file a group of commands.

Nothing heavy is imported before a command runs (`bot.cli.catalogue`): help answers at once.
"""

import signal
import sys
from threading import Event

stopping = Event()
"""Somebody asked the bot to end before it was there to hear it."""


def main() -> None:
    """Run the command ``lotsen``."""
    if [word for word in sys.argv[1:] if word != "--debug"][:1] == ["run"]:
        # Before the imports: a service manager may change its mind within milliseconds.
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, _end)
    from bot.cli.application import app

    app(prog_name="lotsen")


def _end(*_: object) -> None:
    # Where the exit meets a destructor Python swallows it: the bot looks here before it starts.
    stopping.set()
    sys.exit(0)

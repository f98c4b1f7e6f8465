"""The command line, a file a group of commands.

Nothing heavy is imported before a command runs (`bot.cli.catalogue`): help answers at once.
"""

import signal
import sys
from importlib import import_module
from pathlib import Path
from threading import Event

stopping = Event()
"""Somebody asked the bot to end before it was there to hear it."""


def main() -> None:
    """Run the command ``lotsen``."""
    if [word for word in sys.argv[1:] if word != "--debug"][:1] == ["run"]:
        # Before the imports: a service manager may change its mind within milliseconds.
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, _end)
    _require_own_packages()
    from bot.cli.application import app

    app(prog_name="lotsen")


def _require_own_packages() -> None:
    """Say so where another package has the name of one of ours, instead of failing somewhere."""
    ours = Path(__file__).parents[2]
    for name in ("models", "jobs", "migrations"):
        found = getattr(import_module(name), "__file__", None)
        if found is None or Path(found).parents[1] != ours:
            sys.exit(
                f"lotsen: another package named {name} stands before Lotsen's ({found}): "
                "install Lotsen in an environment of its own, and unset PYTHONPATH"
            )


def _end(*_: object) -> None:
    # Where the exit meets a destructor Python swallows it: the bot looks here before it starts.
    stopping.set()
    sys.exit(0)

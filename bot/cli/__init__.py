"""The command line, a file a group of commands.

Nothing heavy is imported before a command runs (`bot.cli.catalogue`): help answers at once.
"""

import signal
import sys


def main() -> None:
    """Run the command ``lotsen``."""
    if [word for word in sys.argv[1:] if word != "--debug"][:1] == ["run"]:
        # Before the imports: a service manager may change its mind within milliseconds.
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: sys.exit(0))
    from bot.cli.application import app

    app(prog_name="lotsen")

"""The command line, a file a group of commands.

Nothing heavy is imported before a command runs: help answers at once.
"""

import signal
import sys


def main() -> None:
    """Run the command ``lotsen``."""
    if "run" in sys.argv[1:3]:
        # Before the imports: a service manager may change its mind within milliseconds.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    from bot.cli.application import app

    app(prog_name="lotsen")

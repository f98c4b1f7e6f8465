"""``python -m bot``: the same as the command ``lotsen``."""

from bot.cli import main

main()

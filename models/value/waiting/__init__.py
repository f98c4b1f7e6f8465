"""How long employees wait: judged as handling time is, and beside it, never as money."""

"""How the answers are kept true and learn."""

"""What a ticket is called: its title, or the start of its words."""

from models.desk.base.smalltalk import is_greeting
from models.redaction import mask_exposed
from models.tables import TicketText

TITLE_LENGTH = 80
MOST_READ = 5000


def title_or_start(text: TicketText) -> str:
    """Return the ticket's title, or the start of its text where it has none; numbers masked."""
    return mask_exposed(text.title or cut_title(text.body)).text


def cut_title(text: str) -> str:
    """Return the first line that is more than a greeting, cut at a word."""
    lines = [part.strip() for part in text[:MOST_READ].splitlines() if part.strip()]
    line = next((part for part in lines if not is_greeting(part)), lines[0] if lines else "")
    return cut_words(line, TITLE_LENGTH)


def cut_words(line: str, most: int) -> str:
    """Return ``line``, cut at a word where it is longer than ``most`` characters."""
    if len(line) <= most:
        return line
    return line[: most - 1].rsplit(" ", 1)[0].rstrip(".,;:") + "…"

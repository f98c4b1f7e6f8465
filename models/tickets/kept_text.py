"""How much text a case keeps: forty messages of forty thousand characters are not a card. Pure."""

from typing import Final

MOST_KEPT: Final = 20_000
"""Characters that a case keeps of what was written."""
_FOR_SHORT_WORDS: Final = 2_000
"""Of them, so many are for short messages alone: that it burns is read after any log."""
_SHORT: Final = 200
_WORD: Final = 100  # so far back the end of a word is looked for


def kept(text: str, others: int = 0) -> str:
    """Return what a case keeps of a message where its others have so many characters."""
    most = MOST_KEPT if len(text) <= _SHORT else MOST_KEPT - _FOR_SHORT_WORDS
    return cut_text(text, most - others)


def cut_text(text: str, most: int = MOST_KEPT) -> str:
    """Return a text of at most so many characters, cut at a word; "…" says that more was there."""
    if len(text) <= most:
        return text
    start = text[: max(most - 1, 0)]
    if start and not text[len(start)].isspace():
        end = max(start.rfind(gap) for gap in " \n\t")
        start = start[:end] if end >= len(start) - _WORD else start
    return f"{start.rstrip()}…"

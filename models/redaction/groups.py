"""A text as its groups of digits.

A detector looks at the groups from one on and says how many belong to a number, so that
it is masked with all of its groups or not at all.
"""

import re
from collections.abc import Sequence

# A single character class: there is nothing that could be tried twice.
_DIGITS = re.compile(r"[0-9]+")


class Groups:
    """The groups of digits of a text, and what stands between them.

    Attributes
    ----------
    places, digits
        Start and end of each group, and what it says.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.places: Sequence[tuple[int, int]] = [match.span() for match in _DIGITS.finditer(text)]
        self.digits: Sequence[str] = [text[start:end] for start, end in self.places]

    def gap(self, at: int) -> str:
        """Return what stands between group ``at`` and the next; empty after the last one."""
        if at + 1 >= len(self.places):
            return ""
        return self.text[self.places[at][1] : self.places[at + 1][0]]

    def before(self, at: int, n: int = 1) -> str:
        start = self.places[at][0]
        return self.text[max(0, start - n) : start]

    def after(self, at: int) -> str:
        end = self.places[at][1]
        return self.text[end : end + 1]


def touches_word(char: str) -> bool:
    """Return whether a character beside a number makes it a part of a word."""
    return char.isalnum() or char == "_"

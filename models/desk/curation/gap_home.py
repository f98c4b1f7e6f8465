"""The gaps of knowledge in App Home, for those who may fill them."""

from collections.abc import Iterator, Sequence

from models.commands import MOST_CASES
from models.governance.small_groups import FEWEST
from models.knowledge.gaps import Gap
from models.language import Translator
from models.message import Button, Buttons, Divider, Note, Paragraph, Part

MOST = 5
WRITE = "gap_write"
BETWEEN = "."
"""Stands between the numbers of the questions in the button's value."""


def gap_parts(found: Sequence[Gap], words: Translator, *, may_list: bool) -> Iterator[Part]:
    """Yield the gaps, the dearest first, each with the button that opens its form. Pure.

    Parameters
    ----------
    may_list
        Whether minutes of a few tickets may be shown: not at a desk of a few people.
    """
    if not found:
        return
    yield Divider()
    yield Paragraph(words.rich("*What no answer helps with*"))
    yield Note(words.rich("Of the last 90 days, the most handling time first."))
    for gap in found:
        count = words.ngettext("{n} question", "{n} questions", gap.size)
        cost = words.minutes(gap.minutes) if may_list or gap.size >= FEWEST else ""
        figures = " · ".join(filter(None, (count, cost)))
        yield Paragraph(words.rich("“{example}” ({figures})", example=gap.example, figures=figures))
        value = BETWEEN.join(map(str, gap.cases[:MOST_CASES]))
        write = Button(WRITE, words.gettext("Write an article"), value)
        yield Buttons(f"gap:{gap.cases[0]}", (write,))

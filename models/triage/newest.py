"""Which tickets are kept where all are too many: the newest of each category, in turns. Pure."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.triage.metrics import Labels
from models.triage.ticket_text import MAX_CHARACTERS

MOST_CHARACTERS: Final = 3_000_000
"""What is learned from in all: 11,000 IT tickets of 270 characters, in 700 MB of memory."""


def newest_in_turns(labels: Labels) -> NDArray[np.intp]:
    """Return all places: the newest of each category, then the second newest, and so on.

    Later places are newer tickets.
    """
    turn = np.zeros(len(labels), dtype=np.intp)
    for label in np.unique(labels):
        here = np.flatnonzero(labels == label)
        turn[here[::-1]] = np.arange(len(here))
    return np.argsort(turn, kind="stable")


def newest_within(labels: Labels, lengths: Sequence[int], most: int) -> NDArray[np.intp]:
    """Return the places of the newest tickets of each category with so many characters in all.

    Parameters
    ----------
    labels, lengths : shape (n_tickets,)
        Categories, and characters of each ticket; later places are newer tickets.
    """
    counted = np.minimum(np.asarray(lengths, dtype=np.int64), MAX_CHARACTERS)
    order = newest_in_turns(labels)
    return np.sort(order[np.cumsum(counted[order]) <= most])

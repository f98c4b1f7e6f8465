"""How much help labelled questions got: who got what they needed, who was misled. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.knowledge.knowledge_base import CHOICES
from models.knowledge.tiers import Tier


@dataclass(frozen=True, slots=True)
class LabelledReply:
    """What a question led to.

    ``place`` is that of the first right article among the nearest, from 1; 0 where none is.
    ``answerable`` says whether a right one is stored at all.
    """

    tier: Tier
    place: int
    answerable: bool


@dataclass(frozen=True, slots=True)
class CoverageAndPrecision:
    """Of all questions, the share that got an answer; and of these, the share that was right.

    ``precision`` is None where nothing was answered.
    """

    coverage: float
    precision: float | None


@dataclass(frozen=True, slots=True)
class CoverageOfChoices:
    """Of all questions, the share that was shown titles, and how good these were.

    ``right_in_three`` is of the answerable ones among them the share that had a right
    article among the three; None where none was answerable.
    """

    coverage: float
    right_in_three: float | None


@dataclass(frozen=True, slots=True)
class HelpShares:
    """What the tiers are worth to those who ask.

    Attributes
    ----------
    helped : float in [0, 1] or None
        Of the answerable questions, the share that was answered with a right article, or
        had one among the titles to choose from. None where no question is answerable.
    bothered : float in [0, 1] or None
        Of the unanswerable ones, the share that was shown an answer or titles.
    wrong : float in [0, 1]
        Of all, the share that was answered with an article that is not right.
    """

    answered: CoverageAndPrecision
    suggested: CoverageOfChoices
    helped: float | None
    bothered: float | None
    wrong: float


def shares_of(replies: Sequence[LabelledReply]) -> HelpShares:
    """Return the shares of at least one reply."""
    answered = np.array([one.tier is Tier.ANSWERED for one in replies], bool)
    suggested = np.array([one.tier is Tier.SUGGESTED for one in replies], bool)
    answerable = np.array([one.answerable for one in replies], bool)
    first = np.array([one.place == 1 for one in replies], bool)
    among = np.array([1 <= one.place <= CHOICES for one in replies], bool)
    helped = (answered & first) | (suggested & among)
    return HelpShares(
        answered=CoverageAndPrecision(float(answered.mean()), mean(first[answered])),
        suggested=CoverageOfChoices(float(suggested.mean()), mean(among[suggested & answerable])),
        helped=mean(helped[answerable]),
        bothered=mean((answered | suggested)[~answerable]),
        wrong=float((answered & ~first).mean()),
    )


def mean(values: NDArray[np.generic]) -> float | None:
    """Return the mean; None without any value."""
    return float(values.astype(np.float64).mean()) if len(values) else None

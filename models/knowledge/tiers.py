"""What somebody who writes gets: an answer, titles to choose from, or a person. Pure.

An answer has to be near the question and clearly ahead of what comes next; titles to
choose from only have to be near. Each has its own limit, and judgements move both
(`models.knowledge.limits`).
"""

from dataclasses import dataclass
from enum import StrEnum
from math import exp

from models.knowledge.index import MatchEvidence

SAME = 0.93
"""Likeness from which on it is a stored question itself, but for spelling and small words.
Somebody approved the answer to that one, so nothing has to be weighed."""
_SAME_CONFIDENCE = 0.97


CLEAR_OF = 0.1
"""So much nearer than the nearest counterexample the questions of an article should be."""
DOUBT = 1.5
"""What each missing bit of that takes from a score."""


class Tier(StrEnum):
    """What a message leads to.

    The first three follow from how sure a search is; small talk and what is sensitive are
    known before anything is searched for.
    """

    ANSWERED = "answered"
    SUGGESTED = "suggested"
    TICKET = "ticket"
    SMALLTALK = "smalltalk"
    SENSITIVE = "sensitive"


def doubt(evidence: MatchEvidence) -> float:
    """Return what counterexamples take from a score, at least 0.

    Both figures come from wordings and counterexamples that were left out of the index, five
    folds (decision 28).
    """
    return DOUBT * max(0.0, CLEAR_OF - evidence.ahead)


def nearness(evidence: MatchEvidence) -> float:
    """Return how much speaks for offering the first titles, at most 1: near, and not doubted."""
    return evidence.score - doubt(evidence)


def sureness(evidence: MatchEvidence) -> float:
    """Return how much speaks for showing the first result, at most 1: near, ahead, not doubted.

    It orders right and wrong first results at least as well as the score alone on nearly every
    set that was tried, and holds where a regression on more features does not (decision 25).
    """
    return (2 * evidence.score + evidence.lead) / 3 - doubt(evidence)


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on an article is shown, and from where on titles are.

    Attributes
    ----------
    answered
        Lowest `sureness` of an answer.
    suggested
        Lowest `nearness` of the first title.
    """

    answered: float
    suggested: float

    def tier(self, evidence: MatchEvidence | None) -> Tier:
        """Return what a question leads to; None is one for which nothing was found."""
        if evidence is None:
            return Tier.TICKET
        if evidence.question >= SAME or sureness(evidence) >= self.answered:
            return Tier.ANSWERED
        return Tier.SUGGESTED if nearness(evidence) >= self.suggested else Tier.TICKET


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely a first result is right, by its sureness: a logistic curve.

    ``half`` is the sureness at which every second one is.
    """

    half: float
    slope: float

    def of(self, evidence: MatchEvidence | None) -> float:
        """Return the probability that the first result answers the question."""
        if evidence is None:
            return 0.0
        found = 1 / (1 + exp(-self.slope * (sureness(evidence) - self.half)))
        return max(found, _SAME_CONFIDENCE) if evidence.question >= SAME else found

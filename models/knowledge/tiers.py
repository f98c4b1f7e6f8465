"""What somebody who writes gets: an answer, titles to choose from, or a person. Pure."""

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Limits:
    """From which confidence on an article is shown, and from which on titles are."""

    answered: float
    suggested: float

    def tier(self, confidence: float) -> Tier:
        """Return what a first result of this confidence leads to."""
        if confidence >= self.answered:
            return Tier.ANSWERED
        return Tier.SUGGESTED if confidence >= self.suggested else Tier.TICKET

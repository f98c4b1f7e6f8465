"""What a model is asked to choose from, and what comes of asking."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

UNSURE = "unsure"
"""What a model may say instead of a key; a choice cannot have it as its key."""

Confidence = Literal["low", "medium", "high"]
"""How sure a model says it is. A word, because it is no measured probability."""


@dataclass(frozen=True, slots=True)
class ChoiceOption:
    """One of the things that a model may choose: a category, a team, a priority."""

    key: str
    title: str
    description: str = ""


class RefusalReason(StrEnum):
    """Why there is no answer."""

    OFF = "off"  # settings are missing, or somebody switched it off
    POLICY = "policy"  # such data must not go there
    NAMES = "names"  # who works here is not known well enough to mask it
    BUDGET = "budget"  # the month's money does not reach for this call
    QUOTA = "quota"  # this person's calls of today, or part of the month, are used up
    BREAKER = "breaker"  # it failed too often, or asked to be left alone for a while
    BUSY = "busy"  # as many calls as allowed are under way
    TIMEOUT = "timeout"  # no whole answer before the deadline
    INVALID = "invalid"  # an answer that is none of the choices
    ERROR = "error"  # the service or the network failed


@dataclass(frozen=True, slots=True)
class LlmAnswer:
    """A choice that is on the list, or none.

    Attributes
    ----------
    key
        Key of the choice; empty when the model is unsure.
    prompt_version
        Hash of the template that was sent.
    cost_cents
        Price of the call in euro cents, not rounded.
    call_id
        Its row in the store, which says what was masked.
    words
        Searches that it proposed, where it was asked for some; shown and stored nowhere.
    """

    key: str
    confidence: Confidence | None
    model: str
    prompt_version: str
    tokens_in: int
    tokens_out: int
    cost_cents: float
    latency_ms: float
    call_id: int | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LlmRefusal:
    """That there is no answer, and why; ``detail`` is for logs and names no secret."""

    reason: RefusalReason
    detail: str = ""

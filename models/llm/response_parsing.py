"""What a service answered, read with distrust: nothing in it is taken on its word."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from models.errors import InvalidError
from models.llm.choices import UNSURE, ChoiceOption, Confidence

_MOST_TOKENS = 10_000_000
_FIELDS = frozenset({"choice", "confidence"})


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call, as the service counted them."""

    tokens_in: int
    tokens_out: int


@dataclass(frozen=True, slots=True)
class ParsedChoice:
    """What an answer says. ``key`` is empty for "unsure"; ``words`` are never stored."""

    key: str
    confidence: Confidence | None
    words: tuple[str, ...] = ()


def read_usage(completion: Any) -> Usage | None:
    """Return the tokens of a completion; None where they are missing or impossible."""
    usage = getattr(completion, "usage", None)
    counts = [getattr(usage, name, None) for name in ("prompt_tokens", "completion_tokens")]
    if all(type(count) is int and 0 <= count <= _MOST_TOKENS for count in counts):
        return Usage(*cast("list[int]", counts))
    return None


def read_choice(completion: Any, choices: Sequence[ChoiceOption]) -> ParsedChoice:
    """Return what was chosen.

    Raises
    ------
    InvalidError
        For anything but one of the keys or "unsure", in the form that was asked for.
    """
    answer = content_of(completion)
    if not set(answer) <= _FIELDS:
        raise InvalidError("other fields than asked for")
    key, confidence = answer.get("choice"), answer.get("confidence")
    if not isinstance(key, str) or key not in {*(choice.key for choice in choices), UNSURE}:
        raise InvalidError("a choice that is not on the list")
    if confidence is not None and confidence not in get_args(Confidence):
        raise InvalidError("a confidence that is not on the list")
    return ParsedChoice("" if key == UNSURE else key, cast("Confidence | None", confidence))


def content_of(completion: Any) -> dict[str, Any]:
    """Return the JSON object of a completion.

    Raises
    ------
    InvalidError
        When there is none.
    """
    try:
        answer = json.loads(completion.choices[0].message.content)
    except (AttributeError, IndexError, TypeError, ValueError, RecursionError):
        raise InvalidError("no JSON in the answer") from None
    if not isinstance(answer, dict):
        raise InvalidError("other fields than asked for")
    return answer

r"""Rules that the company writes: the first one that fits decides. Pure.

Patterns run in RE2, whose time grows with the length of the text only, never
explosively. Look-around and back-references do not exist there, so a pattern with one
is refused, and so is one that is large, or that fits an empty text.

Case does not matter; ``(?-i)`` makes it. ``\b``, ``\w`` and ``\d`` know the letters a–z
and digits only: write ``\pL`` for a letter such as å.

References
----------
github.com/google/re2/wiki/Syntax
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

from models.errors import InvalidError
from models.store.rules import RULE
from models.tables import RuleKind, TriageRule

MAX_PATTERN = 500
"""Characters of a pattern."""
MAX_PROGRAM = 2_000
"""Instructions that RE2 makes of a pattern; a usual rule has fewer than a hundred."""
MAX_CHARACTERS = 4_000
"""Of a text, what a rule looks at: as much as the classifier reads."""
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A rule that decides, and the words or the team that it fits.

    Attributes
    ----------
    name : ``rule-7``; belongs into `Decision.model`, from which hits are counted
    """

    rule_id: int
    category: str
    matched: str

    @property
    def name(self) -> str:
        return f"{RULE}{self.rule_id}"


def first_match(rules: Sequence[TriageRule], text: str, sender: str, team: str) -> RuleMatch | None:
    """Return the first active rule, by position, that fits.

    Parameters
    ----------
    text
        Title and body.
    sender
        Pseudonym of who wrote; empty where nobody knows.
    team
        The sender's team; empty where nobody knows.
    """
    seen = _normal(text[:MAX_CHARACTERS])
    for rule in sorted(rules, key=lambda rule: (rule.position, rule.id or 0)):
        if rule.active and (fits := _fits(rule, seen, sender, team)):
            return RuleMatch(rule.id or 0, rule.category, fits)
    return None


def check_pattern(kind: RuleKind, pattern: str) -> None:
    """Refuse a pattern that cannot be used.

    Raises
    ------
    InvalidError
        The message says why, and what to write instead.
    """
    if not pattern.strip():
        raise InvalidError("the pattern is empty")
    if len(pattern) > MAX_PATTERN or "\0" in pattern:
        raise InvalidError(
            f"the pattern is longer than {MAX_PATTERN} characters or holds a zero byte: "
            "make several rules of it"
        )
    if kind is RuleKind.REGEX:
        _check_regex(pattern)


def _check_regex(pattern: str) -> None:
    try:
        compiled = _compile(pattern)
    except _re2().error as error:
        reason = error.args[0] if error.args else error
        explained = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise InvalidError(
            f"the pattern {pattern!r} cannot be used: {explained}. Look-around, back-references and "
            f"more than 1000 repetitions are not possible, so that no text can slow a rule down"
        ) from error
    if compiled.programsize > MAX_PROGRAM:
        raise InvalidError(
            f"the pattern {pattern!r} is too large ({compiled.programsize} instructions, at most "
            f"{MAX_PROGRAM}): use smaller numbers of repetitions, or several rules"
        )
    if compiled.search(""):
        raise InvalidError(
            f"the pattern {pattern!r} fits an empty text, so it would decide every ticket: "
            "write what must be there"
        )


def _fits(rule: TriageRule, text: str, sender: str, team: str) -> str:
    """Return what the rule fits; empty where it does not."""
    if rule.kind is RuleKind.SENDER:
        return sender if sender and sender == rule.pattern else ""
    if rule.kind is RuleKind.SENDER_TEAM:
        return team if team and _folded(team) == _folded(rule.pattern) else ""
    compiled = _usable(rule.pattern)
    found = compiled.search(text) if compiled is not None else None
    return found[0][:_SHOWN] if found else ""


@lru_cache(maxsize=1024)
def _usable(pattern: str) -> Any:
    """Return the compiled pattern; None for one that was not checked before it was stored."""
    try:
        check_pattern(RuleKind.REGEX, pattern)
    except InvalidError:
        return None
    return _compile(pattern)


def _compile(pattern: str) -> Any:
    options = _re2().Options()
    options.case_sensitive = False
    options.log_errors = False
    return _re2().compile(_normal(pattern), options)


@cache
def _re2() -> Any:
    # By name: the library has no types, and most starts need no rule.
    return import_module("re2")


def _normal(text: str) -> str:
    """Return one form of letters with marks, without half characters, which RE2 refuses."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", whole)


def _folded(text: str) -> str:
    return " ".join(_normal(text).casefold().split())

"""Add, try and remove the rules that the company writes.

A rule is tried on all stored tickets before it is stored: how many it would have
decided, and how many of them otherwise than a person did.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.errors import InvalidError, NotFoundError
from models.store.transaction import Store, UnitOfWork
from models.tables import RuleKind, TriageRule
from models.triage.rules import check_pattern, first_match

MAX_RULES = 200
_SLACK_ID = re.compile(r"[UW][A-Z0-9]{3,20}")
_EXAMPLES = 5
_NEW = 2**62
"""Stands for the id of a rule that is not stored yet: the last among equals."""


@dataclass(frozen=True, slots=True)
class RuleTrial:
    """What a rule would have done with the stored tickets.

    Attributes
    ----------
    tickets : all that have words
    decided : those the rule would have decided, after the rules before it
    judged : of these, those whose category a person gave
    differently : of these, those for which the person gave another one
    examples : ids of some of the different ones
    """

    tickets: int
    decided: int
    judged: int
    differently: int
    examples: tuple[int, ...]

    @property
    def contradicts(self) -> bool:
        """Whether people mostly decided otherwise."""
        return self.differently * 2 > self.judged


@dataclass(frozen=True, slots=True)
class RuleHits:
    """A rule with how many tickets it decided, the last at ``last_hit``."""

    rule: TriageRule
    hits: int
    last_hit: datetime | None


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A rule as somebody writes it.

    Attributes
    ----------
    kind
        ``regex``, ``sender`` or ``sender_team``.
    pattern
        A regular expression; a person's Slack id or name; a team's name.
    position
        The lowest is asked first; None puts it last.
    """

    kind: str
    pattern: str
    category: str
    position: int | None = None


def draft_rule(store: Store, spec: RuleSpec, now: datetime) -> TriageRule:
    """Return a rule that was checked, but not stored.

    Raises
    ------
    InvalidError
        For another kind, an unusable pattern, a category that is not in use, or a rule that is
        there already.
    NotFoundError
        When nobody is called like the sender, or more than one.
    """
    kinds = [known.value for known in RuleKind]
    if spec.kind not in kinds:
        raise InvalidError(f"there is no kind {spec.kind!r}; the kinds are {', '.join(kinds)}")
    kind, pattern = RuleKind(spec.kind), spec.pattern
    check_pattern(kind, pattern)
    with store.snapshot() as unit:
        _check_category(unit, spec.category)
        rules = unit.rules.active()
        if kind is RuleKind.SENDER:
            pattern = _pseudonym(unit, pattern)
    wanted = (kind, pattern, spec.category)
    same = [rule for rule in rules if (rule.kind, rule.pattern, rule.category) == wanted]
    if same:
        raise InvalidError(f"rule {same[0].id} does that already")
    if len(rules) >= MAX_RULES:
        raise InvalidError(f"there are {MAX_RULES} rules already: remove some first")
    last = max((rule.position for rule in rules), default=0)
    return TriageRule(
        position=last + 1 if spec.position is None else spec.position,
        kind=kind,
        pattern=pattern,
        category=spec.category,
        created_at=now,
    )


def try_rule(store: Store, rule: TriageRule) -> RuleTrial:
    """Try a rule that is not stored on all stored tickets; reads only."""
    candidate = TriageRule(**{**rule.model_dump(), "id": _NEW})
    tickets = decided = judged = 0
    different: list[int] = []
    with store.snapshot() as unit:
        rules = [*unit.rules.active(), candidate]
        for ticket in unit.rules.stored_tickets():
            tickets += 1
            match = first_match(rules, ticket.text, ticket.sender, ticket.team)
            if match is None or match.rule_id != _NEW:
                continue
            decided += 1
            if ticket.by_person:
                judged += 1
                if ticket.category != rule.category:
                    different.append(ticket.id)
    return RuleTrial(tickets, decided, judged, len(different), tuple(different[:_EXAMPLES]))


def store_rule(store: Store, rule: TriageRule) -> int:
    """Store a rule that was tried; return its id."""
    with store.begin() as unit:
        return unit.rules.save(rule).id or 0


def remove_rule(store: Store, rule_id: int) -> None:
    """Take a rule out of use.

    Raises
    ------
    NotFoundError
        When there is no such rule in use.
    """
    with store.begin() as unit:
        unit.rules.remove(rule_id)


def rules_listed(store: Store, *, everything: bool = False) -> Sequence[RuleHits]:
    """Return the rules with their hits; ``everything`` has the removed ones too."""
    with store.snapshot() as unit:
        rules = unit.rules.all() if everything else unit.rules.active()
        hits = unit.rules.hits()
    return [RuleHits(rule, *hits.get(rule.id or 0, (0, None))) for rule in rules]


def _check_category(unit: UnitOfWork, category: str) -> None:
    keys = [known.key for known in unit.tickets.categories()]
    if category not in keys:
        raise InvalidError(
            f"there is no category {category!r} in use; there are {', '.join(keys) or 'none yet'}"
        )


def _pseudonym(unit: UnitOfWork, sender: str) -> str:
    """Return the pseudonym of a Slack id or of a name, so that a rule holds no name."""
    found = unit.people.find(sender) if _SLACK_ID.fullmatch(sender) else None
    people = [found] if found else unit.rules.people_called(sender)
    if len(people) == 1:
        return people[0].id
    if people:
        raise NotFoundError(f"{len(people)} people are called {sender!r}: give the Slack id")
    raise NotFoundError(
        f"nobody known is {sender!r}: give the Slack id or the name of somebody who wrote before"
    )

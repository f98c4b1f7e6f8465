"""Whether a stored decision would be the same again: by the same model, on the same words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import isclose
from typing import Self

from models.errors import InvalidError, NotFoundError, UnavailableError
from models.meaning.embedder import Embedder
from models.store.oversight import StoredText
from models.store.rules import RULE
from models.store.transaction import Store, UnitOfWork
from models.tables import DecidedBy, Decision, LlmCall, Ticket, TriageRule
from models.triage.cascade import MODEL, TriageVerdict
from models.triage.classifier import Classifier
from models.triage.model_file import from_bytes
from models.triage.rules import first_match
from models.triage.ticket_text import TriageText, text_of
from models.triage.triage import verdict_by

_EXACT = 1e-6
"""Of a probability or a cosine: processors add in different orders."""


class ReplayOutcome(StrEnum):
    """What came of a replay."""

    SAME = "same"
    DIFFERENT = "different"
    WORDS = "words"  # the ticket's words changed since, or were erased
    FILE = "file"  # the model's file is gone or damaged, or its embeddings cannot be had
    PERSON = "person"  # people are not replayed
    LLM = "llm"  # a language model does not repeat itself; what it saw and cost is stored
    NOTHING = "nothing"  # nothing was asked: there was no model


@dataclass(frozen=True, slots=True)
class Replay:
    """A stored decision, and what the same model says now.

    Attributes
    ----------
    category_now, confidence_now : of the replay; None where there was none
    call : what a language model was asked, without any text
    """

    decision_id: int
    at: datetime
    decided_by: DecidedBy
    model: str
    category: str
    confidence: float | None
    outcome: ReplayOutcome
    category_now: str | None = None
    confidence_now: float | None = None
    call: LlmCall | None = None

    @classmethod
    def of(
        cls,
        decision: Decision,
        outcome: ReplayOutcome,
        category_now: str | None = None,
        confidence_now: float | None = None,
        call: LlmCall | None = None,
    ) -> Self:
        """Return the replay of a stored decision."""
        was = (decision.decided_by, decision.model, decision.category, decision.confidence)
        now = (outcome, category_now, confidence_now, call)
        return cls(decision.id or 0, decision.at, *was, *now)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What decisions of a ticket were made on, as far as it is still there."""

    ticket: Ticket
    text: StoredText | None
    changed_at: datetime | None
    rules: Sequence[TriageRule]


def replay_ticket(store: Store, ticket_id: int, embedder: Embedder | None = None) -> list[Replay]:
    """Replay every decision on a ticket, the oldest first.

    Raises
    ------
    NotFoundError
        When there is no such ticket.
    """
    with store.snapshot() as unit:
        ticket = unit.tickets.find(ticket_id)
        if ticket is None:
            raise NotFoundError(f"there is no ticket {ticket_id}")
        decisions = unit.tickets.decisions_of(ticket_id)
        ground = _Ground(
            ticket,
            unit.oversight.text_of(ticket_id),
            unit.tickets.words_changed_at(ticket.case_id) if ticket.case_id else None,
            unit.rules.all(),
        )
    return [_replay(store, ground, decision, embedder) for decision in reversed(decisions)]


def _replay(store: Store, ground: _Ground, decision: Decision, embedder: Embedder | None) -> Replay:
    if decision.decided_by is DecidedBy.PERSON:
        return Replay.of(decision, ReplayOutcome.PERSON)
    if decision.llm_call_id is not None:
        with store.snapshot() as unit:
            return Replay.of(
                decision, ReplayOutcome.LLM, call=unit.llm_calls.find(decision.llm_call_id)
            )
    text = ground.text
    changed = ground.changed_at is not None and ground.changed_at > decision.at
    if text is None or changed or not text_of(text).words.strip():
        return Replay.of(decision, ReplayOutcome.WORDS)
    if decision.model.startswith(RULE):
        return _by_rule(ground, decision, text)
    if not decision.model.startswith(MODEL) or decision.confidence is None:
        return Replay.of(decision, ReplayOutcome.NOTHING)
    return _by_model(store, decision, text_of(text), embedder)


def _by_rule(ground: _Ground, decision: Decision, text: StoredText) -> Replay:
    own = [
        TriageRule(**{**rule.model_dump(), "active": True})
        for rule in ground.rules
        if f"{RULE}{rule.id}" == decision.model
    ]
    words = f"{text.title}\n{text.body}".strip()
    sender = ground.ticket.requester_id or ""
    match = first_match(own, words, sender, text.requester_team)
    category = match.category if match else ""
    return Replay.of(decision, _outcome(same=category == decision.category), category)


def _by_model(
    store: Store, decision: Decision, text: TriageText, embedder: Embedder | None
) -> Replay:
    try:
        with store.snapshot() as unit:
            classifier = _classifier(unit, decision.model)
        vectors = None
        if decision.embedder:
            if embedder is None:
                return Replay.of(decision, ReplayOutcome.FILE)
            vectors = classifier.vectors(embedder, [text])
    except (InvalidError, UnavailableError):
        return Replay.of(decision, ReplayOutcome.FILE)
    now = verdict_by(classifier, decision.model, text, vectors)
    outcome = _outcome(same=_is_same(decision, now))
    return Replay.of(decision, outcome, now.category, now.confidence)


def _classifier(unit: UnitOfWork, name: str) -> Classifier:
    row = unit.model_versions.get(int(name.removeprefix(MODEL)))
    if row is None:
        raise InvalidError(f"there is no {name}")
    return from_bytes(row.content, row.sha256)


def _is_same(stored: Decision, now: TriageVerdict) -> bool:
    """Compare; categories that were out of use then are no difference."""
    shares = dict(now.alternatives)
    known = {str(key): float(share) for key, share in stored.alternatives}
    category = now.category if now.category in known else ""
    # Sure, and yet not decided: it was left to the language model.
    sure = stored.threshold is not None and (stored.confidence or 0.0) >= stored.threshold
    stepped_back = sure and stored.in_scope and not stored.category
    return (
        (stored.category == category or stepped_back)
        and _close(stored.confidence, now.confidence)
        and stored.in_scope == now.in_scope
        and (stored.threshold is None or _close(stored.threshold, now.threshold))
        and all(_close(share, shares.get(key)) for key, share in known.items())
        and (stored.threshold is None or _nearest_alike(stored.nearest, now.nearest))
    )


def _nearest_alike(stored: Sequence[Sequence[float]], now: Sequence[tuple[int, float]]) -> bool:
    return [int(pair[0]) for pair in stored] == [number for number, _ in now] and all(
        _close(float(one[1]), other[1]) for one, other in zip(stored, now, strict=True)
    )


def _close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=0.0, abs_tol=_EXACT)


def _outcome(*, same: bool) -> ReplayOutcome:
    return ReplayOutcome.SAME if same else ReplayOutcome.DIFFERENT

"""Tickets drawn by lot: held out from every training, and decided unseen as blind samples.

Whether a ticket is drawn follows from a keyed hash of its own key or number: the same in
every process and for ever, so nothing has to be remembered, and nobody can guess it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from models.store.oversight import StoredText
from models.store.transaction import UnitOfWork
from models.tables import DecidedBy, DecisionMode
from models.triage.cascade import TriageVerdict
from models.triage.evaluation import Dataset
from models.triage.ticket_text import text_of

SHARE = 0.15
FEWEST_TICKETS = 700
"""Below, nothing is held out: a small desk needs every ticket to learn from, and of 15 % of
them, some 100 tickets, one alone is a point."""
MOST = 2_000
"""The newest held-out tickets that are evaluated on: old ones say little of today's."""

_HELD_OUT_KEY = b"lotsen: held out, 1"
_BLIND_KEY = b"lotsen: blind sample, 1"


def keyed_share(key: bytes, text: str) -> float:
    """Return a number in [0, 1) that follows from key and text, and looks like chance."""
    digest = hashlib.blake2b(text.encode(), key=key, digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Held-out tickets.

    Attributes
    ----------
    ids : every ticket that no model may be trained on
    tickets : the newest of them, to evaluate on; their categories are in use
    """

    ids: frozenset[int] = field(default_factory=frozenset)
    tickets: tuple[StoredText, ...] = ()

    @property
    def dataset(self) -> Dataset:
        return Dataset.of((text_of(ticket), ticket.category) for ticket in self.tickets)


def is_held_out(key: str) -> bool:
    """Return whether the ticket with this key is held out; the same answer for ever."""
    return keyed_share(_HELD_OUT_KEY, key) < SHARE


def held_out(unit: UnitOfWork, now_of: Mapping[str, str]) -> HeldOut:
    """Return what is held out now; nothing on a small desk.

    ``now_of`` is each category → the one in use that it is, or was merged into.
    """
    untouched = [ticket for ticket in unit.oversight.untouched() if text_of(ticket).words]
    if len(untouched) < FEWEST_TICKETS:
        return HeldOut()
    kept = [ticket for ticket in untouched if is_held_out(ticket.key)]
    known = [
        replace(ticket, category=now_of[ticket.category])
        for ticket in kept
        if ticket.category in now_of
    ]
    known.sort(key=lambda ticket: (ticket.opened_at, ticket.ticket_id))
    return HeldOut(frozenset(ticket.ticket_id for ticket in kept), tuple(known[-MOST:]))


def is_blind_sample(ticket_id: int, share: float) -> bool:
    """Return whether the ticket is drawn as a blind sample; ``share`` of all tickets are."""
    return keyed_share(_BLIND_KEY, str(ticket_id)) < share


def decision_mode(
    verdict: TriageVerdict, ticket_id: int, *, share: float, unseen: bool, suggest_only: bool
) -> DecisionMode:
    """Return whether a verdict is acted on, only suggested, or checked blind.

    Parameters
    ----------
    share
        Of the tickets that the classifier would decide, how many are drawn.
    unseen
        Whether nobody has seen an earlier suggestion for this ticket; else it is too late
        for a blind sample.
    suggest_only
        Whether the classifier was demoted. Blind samples go on: they show when it is
        right again.
    """
    if verdict.decided_by is not DecidedBy.CLASSIFIER or not verdict.category:
        return DecisionMode.ACTED
    if unseen and is_blind_sample(ticket_id, share):
        return DecisionMode.BLIND
    return DecisionMode.SUGGESTED if suggest_only else DecisionMode.ACTED

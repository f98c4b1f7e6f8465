"""Tickets that no model is ever trained on, so that two models can be compared on them.

Whether a ticket is held out follows from a keyed hash of its own number: the same
tickets for ever, in every training. Below `FEWEST_TICKETS` nothing is held out, because
a small desk needs every ticket to learn from.
"""

import hashlib
from dataclasses import dataclass, field

from models.store.oversight import StoredText
from models.store.transaction import UnitOfWork
from models.triage.text import text_of

SHARE = 0.15
FEWEST_TICKETS = 700
"""15 % of them are some 100 tickets; with fewer, one ticket alone is more than a point."""
MOST = 2_000
"""The newest held-out tickets that are judged on: old ones say little of today's."""

_KEY = b"lotsen: held out, 1"


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Held-out tickets.

    Attributes
    ----------
    ids : every ticket that no model may be trained on
    tickets : the newest of them, to judge by; their categories are in use
    """

    ids: frozenset[int] = field(default_factory=frozenset)
    tickets: tuple[StoredText, ...] = ()


def is_held_out(key: str) -> bool:
    """Say whether the ticket with this key is held out; the same answer for ever."""
    return keyed_share(_KEY, key) < SHARE


def held_out(unit: UnitOfWork, in_use: frozenset[str]) -> HeldOut:
    """Return what is held out now; nothing on a small desk."""
    untouched = [ticket for ticket in unit.oversight.untouched() if text_of(ticket).words]
    if len(untouched) < FEWEST_TICKETS:
        return HeldOut()
    kept = [ticket for ticket in untouched if is_held_out(ticket.key)]
    known = [ticket for ticket in kept if ticket.category in in_use]
    known.sort(key=lambda ticket: (ticket.opened_at, ticket.ticket_id))
    return HeldOut(frozenset(ticket.ticket_id for ticket in kept), tuple(known[-MOST:]))


def keyed_share(key: bytes, text: str) -> float:
    """Return a number in [0, 1) that follows from key and text, and looks like chance."""
    digest = hashlib.blake2b(text.encode(), key=key, digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64

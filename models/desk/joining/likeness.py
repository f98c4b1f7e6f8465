"""Which tickets are about the same, which of them may be joined, and what is joined now."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from models.desk.base.ticket_links import TicketLink, link_to
from models.knowledge.similarity import QUESTIONS, SIMILAR
from models.language import LANGUAGES, Mention
from models.redaction.sensitivity import sensitivity
from models.store.transaction import UnitOfWork
from models.tables import DONE, CaseState, Status, Ticket
from models.tickets.urgency import is_alike, topic_of

SHOWN: Final = 3
_KEPT: Final = 6
"""More are kept than are shown: some are resolved meanwhile."""
_NEWEST: Final = 50
"""Tickets that are looked at while somebody waits for theirs."""
_COMPARED: Final = 10
"""Of those with words in common so many are compared as a whole, which takes its time."""
_LOOKED_AT: Final = 300
_WORD = re.compile(r"[^\W\d_]{3,}")
_STEM: Final = 5


@dataclass(frozen=True, slots=True)
class Joining:
    """What a ticket is joined with, and what it could be.

    Attributes
    ----------
    main : the ticket that it follows
    worker : who works on that one; None where nobody does yet
    followers : the tickets that follow it
    candidates : open tickets about the same, the most alike first
    """

    main: TicketLink | None = None
    worker: Mention | None = None
    followers: tuple[TicketLink, ...] = ()
    candidates: tuple[TicketLink, ...] = ()


ALONE: Final = Joining()


def find_alike(unit: UnitOfWork, ticket_id: int, words: str) -> list[list[Any]]:
    """Return (number, likeness) of the waiting tickets about the same, the most alike first.

    Two are about the same where the same fails (`models.tickets.urgency`), or where their
    words are as near as those of two questions that one article answers.
    """
    if sensitivity(words) is not None:
        return []
    topic = topic_of(words)
    rows = [(number, text[:_LOOKED_AT]) for number, text in unit.tickets.waiting_words(_NEWEST)]
    others = [(number, text) for number, text in rows if number != ticket_id]
    same = {number for number, text in others if topic and is_alike(topic, topic_of(text))}
    pool = _nearest(words, others, same)
    cosines = QUESTIONS.cosines(words[:_LOOKED_AT], [text for _, text in pool]).tolist()
    found = [
        [number, round(cosine, 2)]
        for (number, _), cosine in zip(pool, cosines, strict=True)
        if number in same or cosine >= SIMILAR
    ]
    return sorted(found, key=lambda one: (-one[1], -one[0]))[:_KEPT]


def _nearest(
    words: str, others: Sequence[tuple[int, str]], same: set[int]
) -> list[tuple[int, str]]:
    """Return those that are worth comparing: about the same, or with words in common."""
    stems = _stems(words)
    shared = {number: len(stems & _stems(text)) for number, text in others}
    near = [row for row in others if row[0] in same or shared[row[0]]]
    return sorted(near, key=lambda row: (row[0] not in same, -shared[row[0]]))[:_COMPARED]


def _stems(text: str) -> frozenset[str]:
    empty = LANGUAGES.words("function")
    words = _WORD.findall(text[:_LOOKED_AT].casefold())
    return frozenset(word[:_STEM] for word in words if word not in empty)


def may_be_joined(unit: UnitOfWork, ticket: Ticket) -> bool:
    """Return whether a ticket is open, was asked here, and has nothing for few eyes only."""
    case = unit.tickets.find_case(ticket.case_id) if ticket.case_id else None
    if ticket.status in DONE or case is None or case.state is CaseState.WITHDRAWN:
        return False
    words = unit.tickets.text(ticket.id or 0).body
    return bool(words.strip()) and sensitivity(words) is None


def joining_of(unit: UnitOfWork, ticket: Ticket) -> Joining:
    """Return what a ticket is joined with now, and what may be joined with it now."""
    main = unit.tickets.find(ticket.joined_to) if ticket.joined_to else None
    if main is not None:
        person = unit.people.get(main.assignee_id or "")
        worker = Mention(person.slack_id or "", person.name) if person else None
        return Joining(main=link_to(unit, main.id or 0), worker=worker)
    followers = unit.tickets.joined_to(ticket.id or 0)
    return Joining(
        followers=tuple(
            link_to(unit, one.id or 0) for one in followers if one.status is not Status.CLOSED
        ),
        candidates=_candidates(unit, ticket),
    )


def _candidates(unit: UnitOfWork, ticket: Ticket) -> tuple[TicketLink, ...]:
    if not ticket.alike or not may_be_joined(unit, ticket):
        return ()
    near = (unit.tickets.find(int(number)) for number, _ in ticket.alike)
    free = [one for one in near if one is not None and one.joined_to is None]
    fit = [one.id or 0 for one in free if one.id != ticket.id and may_be_joined(unit, one)]
    return tuple(link_to(unit, number) for number in fit[:SHOWN])

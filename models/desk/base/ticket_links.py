"""Tickets named in a post: by number, each a link where a post shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.desk.base.titles import cut_words, title_or_start
from models.message import Run, Runs
from models.store.transaction import UnitOfWork

_TITLE = 40


@dataclass(frozen=True, slots=True)
class TicketLink:
    """A ticket as others name it; ``post`` is the key of a post that shows it, or empty."""

    ticket_id: int
    title: str
    post: str = ""

    @property
    def short_title(self) -> str:
        return cut_words(self.title, _TITLE)


def card_key(ticket_id: int) -> str:
    """Return the key of a ticket's card in the support channel."""
    return f"ticket:{ticket_id}:card"


def link_to(unit: UnitOfWork, ticket_id: int) -> TicketLink:
    """Return a ticket as the staff see it named."""
    title = title_or_start(unit.tickets.text(ticket_id))
    is_shown = unit.outbox.find(card_key(ticket_id)) is not None
    return TicketLink(ticket_id, title, card_key(ticket_id) if is_shown else "")


def linked(links: Sequence[TicketLink], *, titles: bool = False) -> Runs:
    """Return the tickets in a row, each with its title where no post shows it, or with ``titles``."""
    runs: list[Run] = []
    for place, one in enumerate(links):
        runs += [Run(", ")] if place else []
        runs.append(Run(str(one.ticket_id), post=one.post))
        runs += [Run(f" ({one.short_title})")] if one.title and (titles or not one.post) else []
    return tuple(runs)

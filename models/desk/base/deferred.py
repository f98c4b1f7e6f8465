"""Commands that the desk gives itself, to be handled after the transaction that queues them."""

from datetime import datetime

from models.commands import SLOW, Command, DraftArticle, to_json
from models.store.transaction import UnitOfWork
from models.tables import Source, Ticket


def defer(
    unit: UnitOfWork, command: Command, now: datetime, *, due: datetime | None = None
) -> bool:
    """Queue a command in this transaction, to be handled when ``due``; say whether its id is new."""
    return unit.inbox.accept(
        command_id=command.id,
        kind=command.type,
        payload=to_json(command),
        now=now,
        due=due,
        person=getattr(command, "user", ""),
        slow=SLOW,
    )


def defer_for(unit: UnitOfWork, person: str, command: Command, now: datetime) -> bool:
    """Queue a command that names no sender, in turn with the person's others.

    ``person`` is the Slack id of whose words it is about.
    """
    return unit.inbox.accept(
        command_id=command.id,
        kind=command.type,
        payload=to_json(command),
        now=now,
        person=person,
        slow=SLOW,
    )


def draft_later(unit: UnitOfWork, ticket: Ticket, command_id: str, now: datetime) -> None:
    """Queue the look at a ticket that was just resolved: its note may become an article."""
    if ticket.source is not Source.SLACK or ticket.id is None:
        return
    name = f"draft:{ticket.id}:{command_id}"[:255]
    defer(unit, DraftArticle(id=name, ticket_id=ticket.id, at=now), now)

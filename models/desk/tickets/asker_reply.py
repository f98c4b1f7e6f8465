"""What the asker's own words change in a ticket that waited for them."""

from datetime import datetime

from models.desk.base.ticket_links import card_key
from models.desk.base.turn import Turn
from models.language import Mention, Translator
from models.mailbox import post_below
from models.message import Runs, text_message
from models.store.transaction import UnitOfWork
from models.tables import EventKind, Person, Status, Ticket, TicketEvent
from models.tickets.lifecycle import event_of, move


def pause_for_asker(unit: UnitOfWork, ticket: Ticket) -> TicketEvent | None:
    """Return the pause in which a ticket waits for its asker; None where it does not."""
    if ticket.status is not Status.PAUSED:
        return None
    events = unit.tickets.events_of(ticket.id or 0)
    last = next((one for one in reversed(events) if one.kind is EventKind.PAUSED), None)
    return last if last is not None and last.detail.get("waiting") == "requester" else None


def resume_for_asker(turn: Turn, ticket: Ticket, at: datetime) -> None:
    """Let a ticket go on that waited for these words, and tell whoever has it.

    Words that were written before the pause are none that it waited for. The ticket is shown by
    whoever calls.
    """
    unit, pause = turn.unit, pause_for_asker(turn.unit, ticket)
    if pause is None or at < pause.at:
        return
    kind, ticket.status = event_of(ticket.status, "resume"), move(ticket.status, "resume")
    unit.tickets.save(ticket)
    # The clock is that of whoever has the ticket: nobody measures the asker.
    turn.record(kind, at, ticket, actor=ticket.assignee_id or "", by="asker")
    line = _line(ticket, unit.people.get(ticket.assignee_id or ""), turn.desk.words)
    key, below = f"ticket:{ticket.id}:answered:{turn.name}", card_key(ticket.id or 0)
    post_below(unit, key, below, turn.desk.support_channel, text_message(line), turn.now)


def _line(ticket: Ticket, assignee: Person | None, words: Translator) -> Runs:
    number = str(ticket.id)
    if assignee is None:
        return words.rich("▶️ The asker has answered. *Ticket {number}* goes on.", number=number)
    who = Mention(assignee.slack_id or "", assignee.name)
    return words.rich(
        "▶️ {who}: the asker has answered. *Ticket {number}* goes on.", who=who, number=number
    )

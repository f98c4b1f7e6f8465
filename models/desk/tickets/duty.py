"""Who is on duty reads at once of what presses: each by direct message, before all other posts."""

from typing import Final

from models.desk.base.answer_posts import progress_post
from models.desk.base.titles import title_or_start
from models.desk.base.turn import Turn
from models.desk.setup.rota_changes import MOST, by_rota
from models.language import Mention, Translator
from models.mailbox import Envelope
from models.message import Button, Buttons, Message, Note, Paragraph, Run
from models.tables import DONE, Person, Status, Ticket
from models.tickets.urgency import URGENT, is_urgent

_START: Final = "ticket:{ticket}:duty:"
"""How the key of a page begins; its reader's pseudonym follows."""


def mark_urgent(turn: Turn, ticket: Ticket, text: str) -> None:
    """Give a ticket whose words press the priority for it, unless it has another one."""
    if not ticket.priority and is_urgent(text):
        ticket.priority = URGENT
        turn.unit.tickets.save(ticket)


def on_duty(turn: Turn) -> list[Person]:
    """Return who is on duty: by the rota, else the duty group; nobody in the sandbox."""
    unit = turn.unit
    if unit.in_sandbox:  # nothing presses there
        return []
    return list(by_rota(turn.desk, unit, turn.today)) or [
        unit.people.by_slack_id(name, turn.now)
        for name in unit.people.listed(turn.desk.duty_group, MOST)
    ]


def paged(turn: Turn, start: str) -> list[Person]:
    """Return who has a post whose key is ``start`` and their pseudonym, whoever is on duty now."""
    rows = turn.unit.outbox.begun_with(start)
    found = (turn.unit.people.get(row.key.removeprefix(start)) for row in rows)
    return [person for person in found if person is not None and person.slack_id]


def page_duty(turn: Turn, ticket: Ticket) -> None:
    """Tell each who is on duty of an urgent ticket, and let its posts go first."""
    if ticket.priority != URGENT:
        return
    keys = []
    for person in on_duty(turn):
        key = _key(ticket, person)
        turn.post(key, Envelope(person.slack_id or ""), _page(turn, ticket, person))
        keys.append(key)
    unit = turn.unit
    case = unit.tickets.find_case(ticket.case_id) if ticket.case_id else None
    progress = progress_post(unit, case) if case is not None else ""
    unit.outbox.hurry(*keys, f"ticket:{ticket.id}:card", progress)


def show_to_duty(turn: Turn, ticket: Ticket) -> None:
    """Bring the pages about an urgent ticket up to date, where there are any."""
    if ticket.priority != URGENT:
        return
    for person in paged(turn, _START.format(ticket=ticket.id)):
        turn.update(_key(ticket, person), person.slack_id or "", _page(turn, ticket, person))


def _key(ticket: Ticket, person: Person) -> str:
    return _START.format(ticket=ticket.id) + person.id


def _page(turn: Turn, ticket: Ticket, reader: Person) -> Message:
    unit = turn.unit
    asker = unit.people.get(ticket.requester_id or "")
    taker = unit.people.get(ticket.assignee_id or "")
    title = title_or_start(unit.tickets.text(ticket.id or 0))
    return page(ticket, title, (_named(asker), _named(taker)), turn.desk.words_of(reader))


def _named(person: Person | None) -> Mention | None:
    return Mention(person.slack_id or "", person.name) if person is not None else None


def page(
    ticket: Ticket, title: str, people: tuple[Mention | None, Mention | None], words: Translator
) -> Message:
    """Return the page; ``people`` are who asked and who took it. Pure."""
    number = str(ticket.id)
    asker, taker = people
    link = Run(words.gettext("Ticket {number}", number=number), post=f"ticket:{number}:card")
    head = words.rich("🚨 *Urgent*: {ticket} · {title}", ticket=link, title=title)
    parts: list[Paragraph | Note | Buttons] = [Paragraph(head)]
    if asker is not None:
        parts.append(Note(words.rich("Asked by {who}.", who=asker)))
    if ticket.status in DONE:
        parts.append(Note(words.rich("✅ Done.")))
    elif ticket.joined_to is not None:
        main = str(ticket.joined_to)
        parts.append(Note(words.rich("🔗 Joined with ticket {ticket}", ticket=main)))
    elif taker is not None:
        parts.append(Note(words.rich("{who} takes care of it.", who=taker)))
    elif ticket.status is Status.NEW:
        claim = Button("ticket_claim", words.gettext("I take care of it"), number, "primary")
        parts.append(Buttons(f"ticket:{number}", (claim,)))
    return Message(words.gettext("Urgent: ticket {number}", number=number), tuple(parts))

"""App Home: a person's own tickets, and for the staff what waits."""

from models.desk.answers import answer_cards
from models.desk.base.context import DeskContext
from models.desk.base.titles import title_or_start
from models.desk.joining.joining_cards import join_list, joined_notes
from models.desk.joining.likeness import joining_of
from models.desk.registers.onboarding import onboarding_button
from models.desk.tickets import cards
from models.desk.tickets.recording import id_of
from models.governance.authorization import Action, Subject, allowed
from models.language import Translator
from models.message import (
    Button,
    Buttons,
    Divider,
    Heading,
    Message,
    Note,
    Paragraph,
    Part,
    text_message,
)
from models.store.transaction import UnitOfWork
from models.tables import Person, Ticket

_SHOWN, _SHOWN_ABOVE_MORE = 15, 10
"""Tickets that wait, the oldest first: of all, and where much stands below them."""


def home(desk: DeskContext, slack_id: str, *, goes_on: bool = False) -> Message:
    """Return App Home: own tickets; for the staff also what waits.

    ``goes_on`` says that much stands below: Slack shows a hundred blocks at most.
    """
    with desk.store.snapshot() as unit:
        person = unit.people.find(slack_id) or Person(slack_id=slack_id)
        words = desk.words_of(person)
        own = own_tickets(desk, unit, person, words)
        parts: list[Part] = [
            Heading(words.gettext("Lotsen, your help desk")),
            Paragraph(
                words.rich(
                    "Write in the help channel or to me directly. I look for an answer with its source; where I have none, a person takes over."
                )
            ),
            answer_cards.disclosure(words),
            Divider(),
            *(own.parts if own else ()),
            onboarding_button(words),
        ]
        if desk.is_staff(unit, person):
            parts += _queue(unit, words, _SHOWN_ABOVE_MORE if goes_on else _SHOWN)
    return Message(words.gettext("Lotsen, your help desk"), tuple(parts))


def own_tickets(
    desk: DeskContext, unit: UnitOfWork, person: Person, words: Translator
) -> Message | None:
    """Return a person's tickets; None where they may not see them."""
    subject = Subject("tickets", "", person.id)
    if not allowed(desk.actor(unit, person), Action.SEE_OWN_STATUS, subject):
        return None
    tickets = unit.tickets.of_requester(person.id)
    if not tickets:
        return text_message(
            words.rich("You have no tickets. Write in the help channel, or /lotsen ticket …")
        )
    lines = tuple(_line(unit, ticket, words) for ticket in tickets)
    head = Paragraph(words.rich("*Your tickets*"))
    return Message(words.gettext("Your tickets"), (head, *lines))


def _line(unit: UnitOfWork, ticket: Ticket, words: Translator) -> Part:
    return Paragraph(
        words.rich(
            "*{number}* · {title} — {status}",
            number=str(ticket.id),
            title=title_or_start(unit.tickets.text(id_of(ticket))) or words.gettext("(no text)"),
            status=words.gettext(cards.STATUS_WORDS[ticket.status]),
        )
    )


def _queue(unit: UnitOfWork, words: Translator, most: int) -> list[Part]:
    waiting = unit.tickets.unresolved(limit=most)
    number = unit.tickets.count_waiting()
    head = words.ngettext("*{n} ticket waits*", "*{n} tickets wait*", number)
    parts: list[Part] = [Divider(), Paragraph(words.rich(head))]
    for ticket in waiting:
        parts.append(_line(unit, ticket, words))
        if ticket.status.value == "new":
            take = Button("ticket_claim", words.gettext("Take"), str(ticket.id), "primary")
            parts.append(Buttons(f"ticket:{ticket.id}", (take,)))
        joining = joining_of(unit, ticket)
        parts += joined_notes(joining, words, is_open=True)
        parts += join_list(id_of(ticket), joining, words)
    return [*parts, *_of_all(len(waiting), number, words)]


def _of_all(shown: int, number: int, words: Translator) -> list[Part]:
    """Return that a list shows only some of what there is; nothing where it shows all."""
    if shown >= number:
        return []
    texts = {"shown": words.number(shown), "n": words.number(number)}
    return [Note(words.rich("Showing {shown} of {n}.", **texts))]

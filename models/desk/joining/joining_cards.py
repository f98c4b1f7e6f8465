"""How joined tickets look: to the staff, in App Home, to whoever asked. Pure."""

from collections.abc import Iterator

from models.desk.base.ticket_links import linked
from models.desk.joining.likeness import Joining
from models.language import Translator
from models.message import Button, Buttons, Message, Note, Paragraph, Part, Runs, Select, plain


def joining_parts(
    ticket_id: int, joining: Joining, words: Translator, *, is_open: bool
) -> Iterator[Part]:
    """Yield what the card says of joined tickets, and offers to join."""
    yield from joined_notes(joining, words, is_open=is_open)
    if is_open and joining.candidates:
        head = words.rich("Open about the same: ")
        yield Note((*head, *linked(joining.candidates, titles=True)))
        yield from join_list(ticket_id, joining, words)


def joined_notes(joining: Joining, words: Translator, *, is_open: bool) -> Iterator[Part]:
    """Yield which ticket this one follows, and which follow it."""
    if joining.main is not None:
        (number, *title) = linked((joining.main,), titles=True)
        if is_open:
            line = words.rich("🔗 Joined with ticket {ticket}", ticket=number)
            end = words.rich(". It is resolved with that one.")
        else:
            line, end = words.rich("🔗 Was joined with ticket {ticket}", ticket=number), ()
        yield Note((*line, *title, *end))
    if joining.followers:
        head = words.rich("🔗 Joined, and resolved with this one: ")
        yield Note((*head, *linked(joining.followers)))


def join_list(ticket_id: int, joining: Joining, words: Translator) -> Iterator[Part]:
    """Yield the list that joins the ticket with one about the same; nothing without any."""
    if not joining.candidates:
        return
    yield Select(
        subject=f"ticket:{ticket_id}:join",
        action="ticket_join",
        label=words.gettext("Join with …"),
        options=tuple(
            (str(one.ticket_id), f"{one.ticket_id} · {one.short_title}")
            for one in joining.candidates
        ),
    )


def part_button(ticket_id: int, words: Translator) -> Button:
    """Return the button that takes a joined ticket apart."""
    return Button("ticket_part", words.gettext("Take apart"), str(ticket_id))


def follows(number: int, joining: Joining, words: Translator) -> Runs:
    """Tell whoever asked that their ticket follows another one."""
    main = joining.main.ticket_id if joining.main else 0
    if joining.worker is None:
        return words.rich(
            "🔗 *Ticket {number}* is about the same as ticket {main}, which the support team takes care of. You get an answer here when it is solved.",
            number=str(number),
            main=str(main),
        )
    return words.rich(
        "🔗 *Ticket {number}* is about the same as ticket {main}, which {who} is working on. You get an answer here when it is solved.",
        number=str(number),
        main=str(main),
        who=joining.worker,
    )


def follows_message(number: int, joining: Joining, words: Translator) -> Message:
    """Return the news for whoever asked; it says the same as their ticket's line."""
    head = follows(number, joining, words)
    return Message(plain(head), (Paragraph(head),))


def parted_message(number: int, main: int, words: Translator) -> Message:
    """Return what that news becomes where the ticket goes its own way again."""
    head = words.rich(
        "*Ticket {number}* is looked at by itself now, apart from ticket {main}. You get an answer here.",
        number=str(number),
        main=str(main),
    )
    return Message(plain(head), (Paragraph(head),))


def part_row(ticket_id: int, more: tuple[Button, ...], words: Translator) -> Buttons:
    """Return the buttons of a joined ticket: it is worked on where it is joined."""
    return Buttons(f"ticket:{ticket_id}", (part_button(ticket_id, words),), more, "ticket_more")

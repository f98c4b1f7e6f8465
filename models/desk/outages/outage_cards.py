"""How an outage looks: to the staff, in the channel, to whoever asks later. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.desk.base.ticket_links import TicketLink, card_key, linked
from models.language import N_, Translator
from models.message import Button, Buttons, Message, Note, Paragraph, Part, Quote, Run, Runs
from models.tables import OutageState


@dataclass(frozen=True, slots=True)
class OutageView:
    """All that a drawing of an outage needs; ``notice`` is the key of the post in the channel."""

    number: int
    title: str
    told: str
    state: OutageState
    people: int
    since: str
    until: str = ""
    tickets: tuple[int, ...] = ()
    notice: str = ""


def for_the_staff(view: OutageView, words: Translator) -> Message:
    """Return what the support channel and who is on duty read, and do."""
    number = str(view.number)
    title = words.gettext("Outage {number}: {title}", number=number, title=view.title)
    parts: list[Part] = [Paragraph(_head(view, words)), Note(_tickets(view.tickets, words))]
    if view.told:
        parts.append(Quote(view.told))
    if view.state is OutageState.PROPOSED:
        parts.append(
            Note(words.rich("One tap tells everybody in the channel, and answers who asks later."))
        )
        confirm = Button("outage_confirm", words.gettext("Yes, one outage"), number, "primary")
        dismiss = Button("outage_dismiss", words.gettext("No"), number)
        parts.append(Buttons(f"outage:{number}", (confirm, dismiss)))
    elif view.state is OutageState.OPEN:
        update = Button("outage_update", words.gettext("Say how it stands"), number)
        over = Button("outage_over", words.gettext("It is over"), number, "primary")
        parts.append(Buttons(f"outage:{number}", (update, over)))
    return Message(title, tuple(parts))


def _head(view: OutageView, words: Translator) -> Runs:
    people = words.ngettext("{n} person", "{n} people", view.people)
    texts = {
        OutageState.PROPOSED: N_(
            "⚠️ *Is this an outage?* {people} tell of the same since {since}: *{title}*"
        ),
        OutageState.OPEN: N_("⚠️ *Outage {number}: {title}*, since {since}. {people} are met."),
        OutageState.DISMISSED: N_(
            "Outage {number} is none: {title}. Each ticket goes its own way."
        ),
        OutageState.OVER: N_(
            "✅ *Outage {number} is over*: {title}, {since} to {until}. {people} were met."
        ),
    }
    values = {"number": str(view.number), "title": view.title, "people": people}
    return words.rich(texts[view.state], since=view.since, until=view.until, **values)


def _tickets(tickets: Sequence[int], words: Translator) -> Runs:
    links = [TicketLink(number, "", card_key(number)) for number in tickets[:20]]
    runs = (Run(words.gettext("Tickets:") + " "), *linked(links))
    return (*runs, Run(" …")) if len(tickets) > len(links) else runs


def notice(view: OutageView, words: Translator) -> Message:
    """Return the one notice of the channel, as things stand."""
    number = str(view.number)
    people = words.ngettext("{n} person", "{n} people", view.people)
    if view.state is OutageState.OVER:
        head = words.rich(
            "✅ *It works again*: {title}. It did not from {since} to {until}.",
            title=view.title,
            since=view.since,
            until=view.until,
        )
        parts: list[Part] = [Paragraph(head)]
        return Message(words.gettext("It works again: {title}", title=view.title), tuple(parts))
    head = words.rich(
        "⚠️ *Outage: {title}*, since {since}. The support team works on it.",
        title=view.title,
        since=view.since,
    )
    parts = [Paragraph(head)]
    if view.told:
        parts.append(Quote(view.told))
    parts.append(
        Note(
            words.rich(
                "{people} have told of it. You need not write: press the button, and I tell you when it is over.",
                people=people,
            )
        )
    )
    me_too = Button("outage_me_too", words.gettext("Me too"), number)
    parts.append(Buttons(f"outage:{number}", (me_too,)))
    return Message(words.gettext("Outage: {title}", title=view.title), tuple(parts))


def for_later_askers(view: OutageView, words: Translator) -> Message:
    """Return what somebody reads who tells of it while it is known."""
    known = Run(words.gettext("This is known"), "bold", post=view.notice)
    first = words.rich(
        "⚠️ {known}: {title}, since {since}. The support team works on it.",
        known=known,
        title=view.title,
        since=view.since,
    )
    second = words.rich(
        "I count you in, and tell you when it is over. Is it something else? Write that below your message."
    )
    parts: list[Part] = [Paragraph(first)]
    if view.told:
        parts.append(Quote(view.told))
    return Message(words.gettext("Outage: {title}", title=view.title), (*parts, Note(second)))


def over(view: OutageView, words: Translator) -> Message:
    """Return the one word to each whom it met."""
    text = words.rich(
        "✅ *It works again*: {title}. Does it not for you? Just write to me.", title=view.title
    )
    return Message(words.gettext("It works again: {title}", title=view.title), (Paragraph(text),))

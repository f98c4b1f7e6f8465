"""How a private matter looks, to those who get it and to whoever wrote it. Pure.

The text of a message is what Slack shows on a locked screen: it never says what it is about.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models.language import Mention, Translator
from models.message import Button, Buttons, Message, Note, Paragraph, Part, Quote, Runs
from models.redaction.sensitivity import SensitiveKind
from models.tables import PrivateState

_GRAVE = (SensitiveKind.SELF_HARM, SensitiveKind.THREATS)


@dataclass(frozen=True, slots=True)
class MatterView:
    """All that a drawing of a private matter needs.

    ``contact`` is whom to turn to besides; ``in_channel`` says that the words stand in a channel.
    """

    number: int
    state: PrivateState
    text: str
    person: Mention
    taken_by: Mention | None
    readers: tuple[Mention, ...]
    opened: str
    contact: str
    in_channel: bool
    kind: SensitiveKind | None = None


def for_the_group(view: MatterView, words: Translator) -> Message:
    """Return what each of the group reads, and does."""
    title = words.gettext("Somebody wrote something for you and a few others only.")
    if view.state is PrivateState.ORDINARY:
        gone = words.rich(
            "🔒 {who} made it an ordinary question; nothing is left for you to do.", who=view.person
        )
        return Message(title, (Paragraph(gone),))
    if view.state is PrivateState.WITHDRAWN:
        gone = words.rich("🔒 {who} took back what was written here.", who=view.person)
        return Message(title, (Paragraph(gone),))
    head = words.rich("🔒 *For few eyes* · {who} · {when}", who=view.person, when=view.opened)
    parts: list[Part] = [Paragraph(head), Quote(view.text)]
    others = _listing(view.readers, words)
    parts.append(
        Note(
            words.rich(
                "Only {who} got this. Write to the person directly, and pass it on to nobody.",
                who=others,
            )
        )
    )
    if view.taken_by is not None:
        parts.append(Note(words.rich("{who} takes care of it.", who=view.taken_by)))
    if view.state is PrivateState.DONE:
        parts.append(Note(words.rich("✅ Done.")))
    else:
        parts.append(_tools(view, words))
    return Message(title, tuple(parts))


def _tools(view: MatterView, words: Translator) -> Buttons:
    number = str(view.number)
    take = Button("private_take", words.gettext("I take care of it"), number, "primary")
    done = Button("private_done", words.gettext("Done"), number)
    waiting = view.state is PrivateState.WAITING
    return Buttons(f"private:{number}", (take, done) if waiting else (done,))


def for_the_person(view: MatterView, words: Translator) -> Message:
    """Return what whoever wrote it reads."""
    title = words.gettext("About what you wrote to me")
    if view.state is PrivateState.ORDINARY:
        return Message(title, (Paragraph(words.rich("It goes the ordinary way now. 👍")),))
    if view.state is PrivateState.WITHDRAWN:
        return Message(
            title,
            (Paragraph(words.rich("You deleted it. I have thrown your words away as well.")),),
        )
    parts: list[Part] = []
    if view.kind in _GRAVE:
        parts.append(
            Paragraph(
                words.rich(
                    "*Is somebody in danger? Call 112.* Somebody to talk to, day and night: 116 123."
                )
            )
        )
    parts += [Paragraph(line) for line in _who_reads(view, words)]
    if view.in_channel:
        parts.append(
            Note(
                words.rich(
                    "Your message still stands in the channel. To take it away, point at it and choose *⋯* → *Delete message*."
                )
            )
        )
    if view.taken_by is not None:
        parts.append(
            Paragraph(
                words.rich("{who} takes care of it and will write to you.", who=view.taken_by)
            )
        )
    if view.state is PrivateState.DONE:
        parts.append(
            Paragraph(words.rich("✅ It is ended. Write to me again whenever you need to."))
        )
    else:
        ordinary = Button(
            "private_ordinary", words.gettext("It is an ordinary question"), str(view.number)
        )
        parts.append(Buttons(f"private:{view.number}", (ordinary,)))
    return Message(title, tuple(parts))


def _who_reads(view: MatterView, words: Translator) -> Sequence[Runs]:
    if not view.readers:
        return (
            words.rich(
                "🔒 This sounds like something for few eyes. I have passed it on to *nobody*."
            ),
            _turn_to(view.contact, words),
        )
    lines = [
        words.rich(
            "🔒 This sounds like something for few eyes. Only {who} got it, by direct message.",
            who=_listing(view.readers, words),
        ),
        words.rich(
            "The support team, the lead and the figures know nothing of it. One of them will write to you; what you add in this thread reaches them too."
        ),
    ]
    if view.contact:
        lines.append(_turn_to(view.contact, words))
    return tuple(lines)


def _turn_to(contact: str, words: Translator) -> Runs:
    if contact:
        return words.rich("You can also turn to {who}.", who=contact)
    return words.rich(
        "Turn to HR, to your safety representative or your union, to the occupational health service, or to a manager whom you trust."
    )


def in_a_search(contact: str, words: Translator, *, has_group: bool) -> Message:
    """Return the answer to a search that is for few eyes: nothing was looked up or kept."""
    first = words.rich(
        "🔒 This sounds like something for few eyes. I have not looked it up, and kept nothing."
    )
    way = (
        words.rich(
            "Write it to me directly, or `/lotsen ticket` and your words: then only a few people get it, by direct message."
        )
        if has_group
        else _turn_to(contact, words)
    )
    return Message(words.gettext("About what you wrote to me"), (Paragraph(first), Paragraph(way)))


def _listing(people: Sequence[Mention], words: Translator) -> str:
    return words.listing(person.name or person.slack_id for person in people)

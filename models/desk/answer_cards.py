"""How an answer looks, and the ways on from it, before any face draws them.

Pure: facts in, `Message` out. Action names are those that the faces send back.
"""

from dataclasses import dataclass
from datetime import date

from models.language import Words
from models.message import (
    Button,
    Buttons,
    Message,
    Note,
    Paragraph,
    Part,
    Run,
    Runs,
    Verbatim,
    plain,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An article as it is shown: its text byte for byte, with its source."""

    title: str
    text: str
    source: str
    url: str
    owner: str
    verified_on: date | None
    address: str = ""
    old: bool = False


def answer(case_id: int, shown: Shown, words: Words, *, buttons: bool = True) -> Message:
    """Return an answer with its source, and the three ways on."""
    parts: list[Part] = [
        Paragraph(words.rich("*{title}*", title=shown.title)),
        Verbatim(shown.text),
        Note(_source_line(shown, words)),
    ]
    if shown.old:
        old = words.rich("Nobody has checked this for more than a year. Ask a person if unsure.")
        parts.append(Note(old))
    if buttons:
        parts.append(_judgement(case_id, words))
    return Message(shown.title, tuple(parts))


def answered(shown: Shown, verdict: str, words: Words) -> Message:
    """Return the same answer after the asker judged it: no buttons, the verdict instead."""
    message = answer(0, shown, words, buttons=False)
    line = {
        "solved": words.rich("✅ Solved. Glad it helped!"),
        "ticket": words.rich("🎫 Handed to the support team."),
    }[verdict]
    return Message(message.text, (*message.parts, Note(line)))


def _judgement(case_id: int, words: Words) -> Buttons:
    value = str(case_id)
    return Buttons(
        f"case:{case_id}",
        (
            Button("answer_solved", words.say("Solved"), value, "primary"),
            Button("answer_not_solved", words.say("Not solved"), value),
            Button("answer_human", words.say("Ask a person"), value),
        ),
    )


def no_answer(case_id: int, words: Words) -> Message:
    """Say honestly that nothing fits, with one tap to a person."""
    head = words.rich("I found no answer that I can vouch for.")
    button = Button("answer_human", words.say("Ask a person"), str(case_id), "primary")
    return Message(plain(head), (Paragraph(head), Buttons(f"case:{case_id}", (button,))))


def greeting(words: Words) -> Message:
    head = words.rich(
        "Hello! Write what you need help with, and I look for an answer or make a ticket."
    )
    return Message(plain(head), (Paragraph(head), disclosure(words)))


def disclosure(words: Words) -> Note:
    """Return the line that says who is talking (EU AI Act, art. 50)."""
    return Note(words.rich("I am Lotsen, an automatic assistant. A person reads every ticket."))


def _source_line(shown: Shown, words: Words) -> Runs:
    source = Run(shown.source, link=shown.url)
    runs = words.rich("Source: {source}", source=source)
    if shown.address:
        runs += words.rich(" · {place}", place=shown.address)
    if shown.owner:
        runs += words.rich(" · Owner: {owner}", owner=shown.owner)
    if shown.verified_on is not None:
        runs += words.rich(" · Verified {day}", day=words.day(shown.verified_on))
    return runs + words.rich(" · Automatic answer")

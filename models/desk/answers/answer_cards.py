"""How an answer looks, and the ways on from it, before any face draws them.

Pure: facts in, `Message` out. Action names are those that the faces send back.
"""

from dataclasses import dataclass
from datetime import date

from models.desk.base.report_button import report_button
from models.desk.tickets.asker_line import asker_buttons
from models.language import LANGUAGES, Mention, Translator
from models.language.detection import closest, recognise
from models.language.records import language_name
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
from models.reports.documents.notice import on_every_answer


@dataclass(frozen=True, slots=True)
class Shown:
    """An article as it is shown: its text byte for byte, with its source.

    ``picked`` says that the language model chose the sentences of it that are shown.
    """

    title: str
    text: str
    source: str
    url: str
    owner: str
    verified_on: date | None
    address: str = ""
    old: bool = False
    picked: bool = False
    article_id: int = 0


def answer(case_id: int, shown: Shown, words: Translator) -> Message:
    """Return an answer with its source, and the three ways on."""
    parts: list[Part] = [
        Paragraph(words.rich("*{title}*", title=shown.title)),
        Verbatim(shown.text),
        Note(source_line(shown, words) + on_every_answer(words)),
    ]
    if shown.picked:
        chosen = words.rich("The language model chose these sentences; the document wrote them.")
        parts.append(Note(chosen))
    if shown.old:
        old = words.rich("Nobody has checked this for more than a year. Ask a person if unsure.")
        parts.append(Note(old))
    parts.append(_judgement(case_id, shown.article_id, words))
    return Message(shown.title, tuple(parts))


def sent(case_id: int, shown: Shown, sender: Mention | None, words: Translator) -> Message:
    """Return an article that a person of the staff sends to whoever asked."""
    who = sender or words.gettext("a colleague")
    head = words.rich("{who} from the support team sends you this:", who=who)
    parts = (
        Paragraph(head),
        Paragraph(words.rich("*{title}*", title=shown.title)),
        Verbatim(shown.text),
        Note(source_line(shown, words)),
        asker_buttons(case_id, words),
    )
    return Message(plain((*head, Run(f" {shown.title}"))), parts)


def answered(shown: Message, verdict: str, words: Translator) -> Message:
    """Return an answer after the asker judged it: as it was shown, the verdict for the buttons.

    It is not drawn anew: the article may say something else since, or to fewer people.
    """
    line = {
        "solved": words.rich("✅ Solved. Glad it helped!"),
        "ticket": words.rich("🎫 Handed to the support team."),
    }[verdict]
    parts = (part for part in shown.parts if not isinstance(part, Buttons))
    return Message(shown.text, (*parts, Note(line)))


def _judgement(case_id: int, article_id: int, words: Translator) -> Buttons:
    value = str(case_id)
    return Buttons(
        f"case:{case_id}",
        (
            Button("answer_solved", words.gettext("Solved"), value, "primary"),
            Button("answer_not_solved", words.gettext("Not solved"), value),
            Button("answer_human", words.gettext("Ask a person"), value),
            *([report_button(f"{case_id}:{article_id}", words)] if article_id else []),
        ),
    )


def person_button(case_id: int, words: Translator) -> Buttons:
    """Return the one tap to a person."""
    button = Button("answer_human", words.gettext("Ask a person"), str(case_id), "primary")
    return Buttons(f"case:{case_id}", (button,))


def looking(words: Translator) -> Message:
    """Say that the documents are being read."""
    head = words.rich("🔎 Looking in the documents …")
    return Message(plain(head), (Paragraph(head), disclosure(words)))


def taken_back(words: Translator) -> Message:
    """Say that the question was deleted before it was answered."""
    head = words.rich("The question was taken back.")
    return Message(plain(head), (Paragraph(head),))


def answered_directly(words: Translator) -> Message:
    """Say in a thread that the answer is for the asker alone, and no more than that."""
    head = words.rich("I have answered you in a direct message.")
    return Message(plain(head), (Paragraph(head),))


def greeting(words: Translator) -> Message:
    head = words.rich(
        "Hello! Write what you need help with, and I look for an answer or make a ticket."
    )
    return Message(plain(head), (Paragraph(head), disclosure(words)))


def disclosure(words: Translator) -> Note:
    """Return the line that says who is talking (EU AI Act, art. 50)."""
    return Note(words.rich("I am Lotsen, an automatic assistant. A person reads every ticket."))


def source_line(shown: Shown, words: Translator) -> Runs:
    """Return where a text stands, whose it is and when it was last verified."""
    source = Run(shown.source, link=shown.url)
    runs = words.rich("Source: {source}", source=source)
    if shown.address:
        runs += words.rich(" · {place}", place=shown.address)
    if shown.owner:
        runs += words.rich(" · Owner: {owner}", owner=shown.owner)
    if shown.verified_on is not None:
        runs += words.rich(" · Verified {day}", day=words.day(shown.verified_on))
    return runs


def with_note(message: Message, question: str, words: Translator) -> Message:
    """Return the answer with a line for readers of a language that nothing is written in."""
    recognised = recognise(question)
    if not recognised or recognised in LANGUAGES:
        return message
    line = words.rich(
        "You wrote in {written}; the closest language I answer in is {answered}.",
        written=language_name(recognised, words.record.locale),
        answered=language_name(closest(recognised, words.language), words.record.locale),
    )
    return Message(message.text, (*message.parts, Note(line)))

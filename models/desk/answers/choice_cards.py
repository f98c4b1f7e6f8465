"""How titles to choose from look, before any face draws them. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from models.desk.answers.answer_cards import disclosure, person_button
from models.desk.base.smalltalk import is_greeting
from models.desk.base.titles import cut_words
from models.language import Translator
from models.language.records import language_name
from models.message import Button, Buttons, Message, Note, Paragraph, Part, Run, plain
from models.tables import Article

TITLES = 3
_LINE = 120
_SENTENCE = 3
"""Words from which on a sentence says something."""
_EXCLAMATION = 6
"""Words up to which one with "!" is a welcome."""
_STEP = re.compile(r"\d+[.)]\s")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class TitleOption:
    """A title to choose; ``line`` says what stands in the article."""

    article_id: int
    title: str
    line: str


def option(article: Article, words: Translator) -> TitleOption:
    """Return a stored article as a title to choose, in whichever language it is."""
    title = article.title
    if article.language != words.language:
        title = f"{title} ({language_name(article.language, words.record.locale)})"
    return TitleOption(article.id or 0, title, cut_words(telling_line(article.answer), _LINE))


def telling_line(answer: str) -> str:
    """Return from where on an article's first lines say something.

    A welcome, a heading such as "Liquid:" and a word or two tell nobody whether it is what they
    look for. A numbered step is never passed over. Where nothing says more, the first line.
    """
    stripped = (line.strip(" #*-•\t") for line in answer.splitlines())
    lines = [line for line in stripped if line]
    return next(filter(None, map(_from_what_tells, lines)), lines[0] if lines else "")


def _from_what_tells(line: str) -> str:
    """Return a line without the sentences at its beginning that say nothing."""
    if _STEP.match(line):
        return line
    sentences = _SENTENCE_END.split(line)
    telling = (at for at, sentence in enumerate(sentences) if _tells(sentence))
    first = next(telling, len(sentences))
    return " ".join(sentences[first:])


def _tells(sentence: str) -> bool:
    words = len(sentence.split())
    exclaims = sentence.endswith("!") and words <= _EXCLAMATION
    return words >= _SENTENCE and not exclaims and not is_greeting(sentence)


def titles(case_id: int, options: Iterable[TitleOption], words: Translator, until: str) -> Message:
    """Return titles to choose from, each with a line, and the way out.

    Parameters
    ----------
    until
        When a ticket is made of the question, as people say it.
    """
    head = words.rich("Is it one of these?")
    parts: list[Part] = [Paragraph(head)]
    for place, one in enumerate(options, start=1):
        button = Button("suggestion_take", one.title, str(one.article_id))
        parts.append(Buttons(f"case:{case_id}:title:{place}", (button,)))
        parts.append(Note((Run(one.line),)))
    none = Button("suggestion_none", words.gettext("None of these"), str(case_id))
    parts.append(Buttons(f"case:{case_id}:none", (none,)))
    if until:
        late = words.rich("If you choose none by {until}, I make a ticket of it.", until=until)
        parts.append(Note(late))
    parts.append(disclosure(words))
    return Message(plain(head), tuple(parts))


@dataclass(frozen=True, slots=True)
class QuestionBack:
    """A question of the list in somebody's language, with its answers."""

    case_id: int
    key: str
    question: str
    options: tuple[str, ...]


def clarification(asked: QuestionBack, words: Translator, until: str) -> Message:
    """Return a question back with its answers, and the way out; ``until`` is as in `titles`."""
    buttons = [
        Button(f"clarify_{asked.key}_{n}", text, str(n)) for n, text in enumerate(asked.options)
    ]
    none = Button("suggestion_none", words.gettext("None of these"), str(asked.case_id))
    parts: list[Part] = [
        Paragraph((Run(asked.question),)),
        Buttons(f"case:{asked.case_id}:clarify", (*buttons, none)),
    ]
    if until:
        late = words.rich("If you choose none by {until}, I make a ticket of it.", until=until)
        parts.append(Note(late))
    parts.append(disclosure(words))
    return Message(asked.question, tuple(parts))


def not_needed(case_id: int, words: Translator) -> Message:
    """Say that no ticket will come of the question: its asker wrote that it is solved."""
    head = words.rich("✅ Solved, so I make no ticket of it.")
    return Message(plain(head), (Paragraph(head), person_button(case_id, words)))

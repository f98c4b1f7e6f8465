"""Say so where somebody is answered in another language than their own."""

from models.language import LANGUAGES, Translator
from models.language.detection import closest, recognise
from models.language.records import language_name
from models.message import Message, Note


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

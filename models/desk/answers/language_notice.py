"""Say so where somebody is answered in another language than their own."""

from models.language import Words
from models.language.detection import recognise
from models.message import Message, Note


def with_note(message: Message, question: str, words: Words) -> Message:
    """Return the answer with a line for Norwegian and Danish readers, who get Swedish."""
    recognised = recognise(question)
    if recognised == "no":
        line = words.rich("You wrote in Norwegian; the closest language I answer in is Swedish.")
    elif recognised == "da":
        line = words.rich("You wrote in Danish; the closest language I answer in is Swedish.")
    else:
        return message
    return Message(message.text, (*message.parts, Note(line)))

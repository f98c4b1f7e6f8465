"""What Lotsen says of itself in Slack (AI Act, art. 50), and what the AI notice quotes."""

from models.language import Translator
from models.message import Note, Runs, plain


def first_contact(words: Translator) -> Note:
    """Return what goes along with the first reply to a person."""
    return Note(_first_contact(words))


def first_contact_text(words: Translator) -> str:
    return plain(_first_contact(words))


def on_every_answer(words: Translator) -> Runs:
    """Return the mark that stands below each answer, after its source."""
    return words.rich(" · Automatic answer")


def _first_contact(words: Translator) -> Runs:
    return words.rich(
        "You are talking to Lotsen, an automatic assistant (AI). I can be wrong: a person reads every ticket, and *Ask a person* brings one. `/lotsen privacy` says what I store about you."
    )

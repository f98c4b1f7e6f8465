"""The button below what an AI system said, to report that it is wrong."""

from models.language import Translator
from models.message import Button

REPORT = "answer_incident"
"""Action of the button that opens the form."""


def report_button(value: str, words: Translator) -> Button:
    """Return the button below what an AI system said; ``value`` names it."""
    return Button(REPORT, words.gettext("Report an error"), value)

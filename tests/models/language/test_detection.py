"""The language of a message decides the language of its answer."""

import pytest

from models.language import Language
from models.language.detection import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("min dator är trasig sedan i morse", "sv"),
        ("VPN funkar inte hemifrån", "sv"),
        ("my laptop won't boot any more", "en"),
        ("teams mic not working", "en"),
        ("mein Laptop startet nicht mehr", "de"),
        ("ich hab kein Ton in Teams", "de"),
        ("Der Drucker im 2. Stock druckt nicht", "de"),
    ],
)
def test_sentences_are_told_apart(text: str, language: Language) -> None:
    other: Language = "de" if language != "de" else "sv"

    assert detect(text, other) == language


@pytest.mark.parametrize(
    "text", ["jeg kan ikke logge ind på min konto", "jeg får ikke logget inn på kontoen min"]
)
def test_danish_and_norwegian_are_answered_in_swedish(text: str) -> None:
    assert detect(text, "en") == "sv"


@pytest.mark.parametrize("text", ["VPN", "Outlook 365", "", "???", "12345 67", "👍"])
def test_a_text_that_does_not_tell_takes_the_fallback(text: str) -> None:
    assert detect(text, "de") == "de"
    assert detect(text, "en") == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [("hej", "sv"), ("lösenord", "sv"), ("Drucker kaputt", "de"), ("password reset", "en")],
)
def test_one_typical_word_is_enough(text: str, language: Language) -> None:
    other: Language = "de" if language != "de" else "sv"

    assert detect(text, other) == language


def test_two_languages_in_two_words_take_the_fallback() -> None:
    assert detect("hej password", "de") == "de"


def test_a_very_long_text_is_no_trouble() -> None:
    assert detect("skrivaren skriver inte ut " * 10_000, "en") == "sv"

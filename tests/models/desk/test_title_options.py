"""What stands below a title to choose from says what the article is about."""

import pytest

from models.desk.answers.choice_cards import telling_line


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ("Välkommen!\n1. Logga in med kontot.\n2. Byt lösenord.", "1. Logga in med kontot."),
        ("Vätska:\nStäng av datorn genast.", "Stäng av datorn genast."),
        ("Hej! Första dagen får du en dator.", "Första dagen får du en dator."),
        ("Welcome to us! Your computer is ready. Sign in.", "Your computer is ready. Sign in."),
        (
            "## Drucker\n\n- Papier nachfüllen, dann neu starten.",
            "Papier nachfüllen, dann neu starten.",
        ),
        ("Tonern ligger i skåpet bredvid.", "Tonern ligger i skåpet bredvid."),
        ("1. Öppna Teams.\n2. Välj kamera i inställningarna.", "1. Öppna Teams."),
        ("Ring 112.", "Ring 112."),
        ("Välkommen!", "Välkommen!"),
        (" \n", ""),
    ],
)
def test_a_greeting_a_heading_and_a_word_or_two_are_passed_over(answer: str, line: str) -> None:
    assert telling_line(answer) == line

"""A note to one person becomes what everybody may read."""

import pytest

from models.desk.curation.cleaning import clean_note, clean_question
from models.redaction import redact

NAMES = ("Åsa Lind", "Ola Berg", "Kim Ek")


@pytest.mark.parametrize(
    ("note", "article"),
    [
        (
            "Hej Åsa!\n\nStarta om skrivaren och vänta två minuter.\n\nMed vänliga hälsningar\nKim Ek",
            "Starta om skrivaren och vänta två minuter.",
        ),
        ("Hej Pelle, byt till port 443. Tack!", "Byt till port 443."),
        ("Hallå! Töm brickan.\n\nMvh Kim\nSupporten, 070-123 45 67", "Töm brickan."),
        ("Töm brickan. Ring Ola Berg på 070-123 45 67 om den blinkar.", "Töm brickan."),
        ("Byt kabel i dockan, hälsar Kim Ek", "Byt kabel i dockan"),
        ("Byt kabel i dockan. /Kim", "Byt kabel i dockan."),
        ("Hi Kim,\n1. Open the lid.\n2. Pull the paper out.\n\nBest regards,\nOla Berg", "1. Open the lid.\n2. Pull the paper out."),
        ("Hallo zusammen, Drucker neu starten.\nMit freundlichen Grüßen\nOla", "Drucker neu starten."),
        ("Vänligen starta om datorn.\nVänta en minut.", "Vänligen starta om datorn.\nVänta en minut."),
        ("Gå till Arkiv / Skriv ut.", "Gå till Arkiv / Skriv ut."),
        ("Ring Ola Berg.", ""),
    ],
)  # fmt: skip
def test_greetings_signatures_names_and_numbers_leave_a_note(note: str, article: str) -> None:
    assert clean_note(redact(note, NAMES).text) == article


@pytest.mark.parametrize(
    ("asked", "wording"),
    [
        ("Hej! Nyckeln till förrådet saknas\nmvh Åsa", "Nyckeln till förrådet saknas"),
        ("nyckeln till förrådet saknas, ring Åsa Lind 070-123 45 67", "nyckeln till förrådet saknas"),
        ("kaffemaskinen blinkar rött och vägrar brygga, hälsar Ola Berg", "kaffemaskinen blinkar rött och vägrar brygga"),
        ("kan Ola Berg få en skärm", "kan [NAME] få en skärm"),
        ("skrivaren strular, igen", "skrivaren strular, igen"),
    ],
)  # fmt: skip
def test_a_question_is_left_as_others_would_ask_it(asked: str, wording: str) -> None:
    assert clean_question(redact(asked, NAMES).text) == wording

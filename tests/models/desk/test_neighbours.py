"""Norwegian and Danish readers are told why the answer is in Swedish."""

import pytest

from models.desk.answers.answer_cards import with_note
from models.language import words_for
from models.message import Message, Note, Paragraph, Run, plain

ANSWER = Message("Lösenord", (Paragraph((Run("Byt det i portalen."),)),))


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Hvordan bytter jeg passord når jeg er hjemme?", "norska"),
        ("Hvordan nulstiller jeg min adgangskode hjemmefra?", "danska"),
    ],
)
def test_the_answer_names_the_language_that_was_recognised(question: str, named: str) -> None:
    message = with_note(ANSWER, question, words_for("sv"))

    note = message.parts[-1]
    assert isinstance(note, Note)
    assert f"Du skrev på {named}; jag svarar på svenska" in plain(note.runs)
    assert message.parts[:-1] == ANSWER.parts


@pytest.mark.parametrize("question", ["Hur byter jag lösenord?", "How do I reset it?", "VPN", ""])
def test_others_get_the_answer_as_it_is(question: str) -> None:
    assert with_note(ANSWER, question, words_for("sv")) == ANSWER

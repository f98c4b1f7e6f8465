"""What follows ``/lotsen``: a command in the writer's language, a ticket's number, or a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.desk.conversation.slash_command import TOPICS, read_slash
from models.language import LANGUAGES


@pytest.mark.parametrize(
    ("written", "word", "rest"),
    [
        ("", "help", ""),
        ("  ", "help", ""),
        ("?", "help", ""),
        ("hjälp", "help", ""),
        ("Hilfe!", "help", ""),
        ("hjälp mig, skrivaren är trasig", "ask", "hjälp mig, skrivaren är trasig"),
        ("hur byter jag lösenord?", "ask", "hur byter jag lösenord?"),
        ("wifi", "ask", "wifi"),
        ("fråga hur byter jag lösenord?", "ask", "hur byter jag lösenord?"),
        ("ask  how do I\nreset it", "ask", "how do I\nreset it"),
        ("ticket 249", "show", "249"),
        ("ärende #249", "show", "#249"),
        ("249", "show", "249"),
        ("T-249?", "show", "t-249"),
        ("ticket skärmen är svart", "ticket", "skärmen är svart"),
        ("ärende", "ticket", ""),
        ("mina ärenden", "status", ""),
        ("varför 12", "why", "12"),
        ("varför funkar inte vpn", "ask", "varför funkar inte vpn"),
        ("warum 12?", "why", "12"),
        ("nyckeltal", "kpi", ""),
        ("kpi by category", "kpi", "by category"),
        ("plan för semestern", "ask", "plan för semestern"),
        ("register risker", "register", "risker"),
        ("jour", "duty", ""),
        ("meine Daten", "privacy", ""),
    ],
)
def test_what_is_wanted_is_understood(written: str, word: str, rest: str) -> None:
    assert read_slash(written) == (word, rest)


@given(st.text(max_size=60))
def test_whatever_is_written_is_a_command_or_a_question_and_no_word_of_it_is_lost(
    written: str,
) -> None:
    word, rest = read_slash(written)
    assert word in {*TOPICS, "ticket", "why", "show"}
    if word == "ask" and written.split()[:1] not in (["ask"],):
        assert rest.split() == written.split() or rest.split() == written.split()[1:]


def test_a_word_of_one_language_means_the_same_in_every_other() -> None:
    for code, record in LANGUAGES.items():
        for name, word in record.subcommands.items():
            assert word in {*TOPICS, "ticket", "why"}, (code, name)
            assert LANGUAGES.subcommands[name] == word, (code, name)
            assert name == name.casefold()

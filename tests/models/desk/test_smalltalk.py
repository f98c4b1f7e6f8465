"""Greetings and thanks are heard as such, and nothing that asks for help is."""

import time

import pytest

from models.desk.base.smalltalk import is_greeting, is_thanks
from models.desk.base.titles import cut_title


@pytest.mark.parametrize(
    "text",
    [
        "Hej",
        "hejsan!",
        "Hej alla 👋",
        "God morgon",
        "Tjena!",
        "Hi there",
        "Good morning team",
        "Hallo zusammen!",
        "Moin",
        "Guten Tag",
        "  HEJ  ",
    ],
)
def test_a_greeting_is_one(text: str) -> None:
    assert is_greeting(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hej min dator är trasig",
        "hejdå",
        "Hi, VPN is down",
        "Hallo, ich brauche Hilfe",
        "VPN",
        "Hejka",
    ],
)
def test_a_question_is_no_greeting(text: str) -> None:
    assert not is_greeting(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tack!",
        "Tack så mycket!",
        "Stort tack för hjälpen",
        "Tack, nu funkar det",
        "Tack Kim!",
        "tusen tack :pray:",
        "👍",
        ":+1:",
        "ok",
        "Okej, tack",
        "Super!",
        "Perfekt, det löste sig",
        "Thanks a lot Kim",
        "Thank you, it works now",
        "great, thx",
        "Vielen Dank!",
        "Danke, jetzt geht es wieder",
        "Toppen 🙏",
    ],
)
def test_thanks_are_thanks(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Tack, men det fungerar inte",
        "Super, men nu är skärmen svart",
        "Tack men samma fel kvar",
        "ok nu är skrivaren helt död",
        "Tack, hur gör jag på mobilen",
        "Tack! Dessutom behöver jag en mus",
        "Thanks but it still fails",
        "Great, now it doesn't start",
        "Danke, aber es geht nicht",
        "Danke, geht leider immer noch nicht",
        "Perfekt?",
        "Nej, nu är strecken tillbaka",
        "takk",
        "!!!",
    ],
)
def test_what_asks_for_more_is_not_taken_for_thanks(text: str) -> None:
    assert not is_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "!" * 100_000,
        "tack" + "a" * 100_000 + "#",
        "danke" * 20_000,
        "hej" + "j" * 100_000 + "#",
        ":" + "a" * 100_000,
        ":a" * 50_000,
        "hej" + " alla" * 20_000 + "#",
        " " * 100_000,
        "👍" * 100_000,
        "tack " * 20_000,
    ],
    ids=range(10),
)
def test_no_text_keeps_the_worker_busy(text: str) -> None:
    started = time.process_time()
    is_greeting(text)
    is_thanks(text)
    cut_title(text)
    assert time.process_time() - started < 1.0  # a runaway pattern takes minutes


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Skrivaren är trasig", "Skrivaren är trasig"),
        ("\n\n  Skrivaren \nplan 3", "Skrivaren"),
        ("Hej!\nmin skärm blinkar", "min skärm blinkar"),
        ("Hej!", "Hej!"),
        ("", ""),
        (" \n ", ""),
        (
            "Skrivaren på plan tre skriver bara streck, " * 3,
            "Skrivaren på plan tre skriver bara streck, Skrivaren på plan tre skriver bara…",
        ),
        ("x" * 200, "x" * 79 + "…"),
    ],
)
def test_a_title_is_the_first_line_that_says_something(text: str, title: str) -> None:
    assert cut_title(text) == title
    assert len(cut_title(text)) <= 80

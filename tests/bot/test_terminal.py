"""A message as plain text: everything is there, and nothing takes over the terminal."""

from hypothesis import given
from hypothesis import strategies as st

from bot.terminal import as_text, harmless
from models.message import (
    Button,
    Buttons,
    Chart,
    Divider,
    Excerpt,
    Fields,
    Heading,
    Message,
    Note,
    Paragraph,
    Quote,
    Run,
    Select,
    Table,
    Verbatim,
)

EVERY_PART = Message(
    "A card",
    (
        Heading("Ticket 7"),
        Paragraph((Run("Asked by "), Run("Åsa Lind", person="U1"), Run(" now", "bold"))),
        Paragraph((Run("The portal", link="https://portal.example/help"),)),
        Quote("it is\nbroken"),
        Verbatim("1. Restart\n   it"),
        Excerpt((Run("… the "), Run("printer", "bold"), Run(" stops"))),
        Fields((("Category", (Run("VPN"),)), ("Team", ()))),
        Divider(),
        Table(("Figure", "Value"), (("Handling time", "12 min"),)),
        Buttons("ticket:7", (Button("ticket_claim", "Take", "7"),)),
        Select("ticket:7", "ticket_category", "Category", (("vpn", "VPN & network"),), "vpn"),
        Note((Run("an automatic suggestion"),)),
    ),
)


def test_every_part_of_a_message_is_shown() -> None:
    text = as_text(EVERY_PART, width=60)
    for shown in (
        "Ticket 7\n========",
        "Asked by @Åsa Lind now",
        "The portal (https://portal.example/help)",
        "> it is\n> broken",
        "  1. Restart\n     it",
        "  … the printer stops",
        "Category:  VPN",
        "Team:      –",
        "Handling time  12 min",
        "[Take]",
        "Category: VPN & network",
        "an automatic suggestion",
    ):
        assert shown in text
    assert max(len(line) for line in text.splitlines()) <= 60


def test_words_of_others_are_no_markup_and_no_command_to_the_terminal() -> None:
    evil = "\x1b]0;owned\x07[red]not markup[/red] :smile: \u202egnp.exe"
    text = as_text(Message("", (Quote(evil), Table(("a",), ((evil,),)), Paragraph((Run(evil),)))))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.count("[red]not markup[/red] :smile:") == 3


@given(st.text(st.characters(codec="utf-8")))
def test_nothing_but_control_characters_is_ever_lost(text: str) -> None:
    kept = harmless(text)
    assert all(sign in "\n\t" or sign >= " " for sign in kept)
    assert harmless(kept) == kept
    assert len(kept) <= len(text)


def test_a_chart_is_a_line_of_heights() -> None:
    lines = (("Median", (8.0, 4.0, 0.0)), ("Baseline", (8.0, 8.0, 8.0)))

    shown = as_text(Message("t", (Chart("Minutes", ("45", "46", "47"), lines),)))

    assert shown.splitlines() == ["Minutes (45–47)", "Median █▅▁", "Baseline ███"]


def test_a_chart_without_a_point_is_no_crash() -> None:
    assert as_text(Message("t", (Chart("Minutes", (), (("Median", ()),)),))).startswith("Minutes")

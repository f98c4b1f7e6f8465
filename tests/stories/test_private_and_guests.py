"""In Slack itself: a private matter, a guest, somebody of another company, Slackbot."""

from collections.abc import Callable
from typing import Any

from bot.slack.blocks import text_of

HELP, SUPPORT = "CHELP", "CSUPPORT"
ASA, KIM, OLA = "UASA", "UKIM", "UOLA"


def words(posts: list[Any]) -> str:
    return "\n".join(f"{post.text} {text_of(post.blocks)}" for post in posts)


def private(office: Any, user: str) -> list[Any]:
    """Give what the bot wrote to somebody directly."""
    return office.posts(office.double.im(user))  # type: ignore[no-any-return]


def test_a_private_matter_goes_to_the_group_and_leaves_a_mark_only(
    open_office: Callable[..., Any],
) -> None:
    office = open_office(lotsen_private_group=(OLA,))
    ts = office.double.say(ASA, HELP, "min chef tafsar på mig")
    office.settle()

    (message,) = [one for one in office.double.messages(HELP) if one.ts == ts]
    assert [reaction.name for reaction in message.reactions] == ["eyes"]
    assert not office.posts(HELP)
    assert not office.posts(SUPPORT)
    (card,) = private(office, OLA)
    assert "tafsar" in words([card])
    office.double.click(OLA, card.channel, card.ts, "private_take")
    office.settle()
    (reply,) = private(office, ASA)
    assert "Ola Berg" in words([reply])


def test_a_guest_gets_a_ticket_a_stranger_a_word_and_slackbot_nothing(
    open_office: Callable[..., Any],
) -> None:
    office = open_office()
    office.double.change_person(ASA, guest="one_channel")
    office.double.change_person(OLA, team="TOTHER")
    office.double.say(ASA, HELP, "Hur återställer jag mitt lösenord?")
    office.double.direct_message(OLA, "Hur återställer jag mitt lösenord?")
    office.settle()
    assert office.read(lambda unit: unit.tickets.count()) == 1
    assert "kollegor" in words(private(office, OLA))

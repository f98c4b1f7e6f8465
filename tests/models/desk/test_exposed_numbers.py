"""A personal number in an open channel: its writer is warned, the card masks it, a look is noted."""

import pytest

from models.commands import RevealTicket
from models.message import Message
from models.tables import EventKind, PostKind
from tests.models.desk.conftest import ASA, KIM, Desk, at

NUMBER = "850709-9805"


def reveal(desk: Desk, user: str) -> str:
    command = RevealTicket(id=f"R{user}", user=user, ticket_id=1, at=at(60), channel="CSUPPORT")
    desk.do(command, 60)
    return str(desk.reply(command))


@pytest.mark.parametrize("text", [f"mitt personnummer är {NUMBER}", "lösenordet är Sommar2026!"])
def test_the_writer_alone_is_warned_once(desk: Desk, text: str) -> None:
    desk.say(text)
    desk.say(text)
    (warning,) = [row for row in desk.posts() if row.key.endswith(":exposed")]
    assert (warning.kind, warning.slack_user) == (PostKind.EPHEMERAL, ASA)
    assert "Ta bort" in warning.message
    assert NUMBER not in warning.message


def test_the_card_masks_it_and_a_look_is_noted(desk: Desk) -> None:
    desk.say(f"hjälp mig med inloggningen i systemet\nmitt personnummer är {NUMBER}")
    assert NUMBER not in desk.card()
    assert "[PNR]" in desk.card()
    assert "ticket_reveal" in desk.card()
    assert NUMBER not in reveal(desk, ASA)
    assert NUMBER in reveal(desk, KIM)
    assert [event.kind for event in desk.events()].count(EventKind.REVEALED) == 1
    assert NUMBER not in desk.card()


def test_a_title_masks_it_too(desk: Desk) -> None:
    desk.say(f"personnummer {NUMBER} kommer inte in")
    assert NUMBER not in desk.card()
    assert NUMBER not in str(desk.lotsen.home(KIM, at(100)))


def test_in_a_direct_message_nobody_else_reads_it(desk: Desk) -> None:
    desk.say(f"mitt personnummer är {NUMBER}", channel="DASA", where="direct")
    assert not [row for row in desk.posts() if row.key.endswith(":exposed")]
    assert isinstance(Message.from_json(desk.card()), Message)

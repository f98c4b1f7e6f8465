"""Words that press raise the priority and reach whoever is on duty, before all other posts."""

from dataclasses import replace

from models.message import Message
from tests.models.desk.conftest import KIM, LENA, Desk


def with_duty(desk: Desk) -> Desk:
    context = replace(desk.lotsen.desk, duty_group=(KIM, LENA))
    desk.lotsen = replace(desk.lotsen, desk=context)
    return desk


def test_an_urgent_message_pages_who_is_on_duty(desk: Desk) -> None:
    with_duty(desk).say("AKUT!! hela ekonomi har tappat nätet")
    (ticket,) = desk.tickets()
    assert ticket.priority == "urgent"
    assert "🚨 brådskande" in desk.card()
    pages = {row.channel: row for row in desk.posts() if ":duty:" in row.key}
    assert pages.keys() == {KIM, LENA}
    assert all(row.priority == 0 for row in desk.posts() if row.channel != "CHELP")
    assert "ticket_claim" in pages[KIM].message
    desk.move("claim")
    assert "Kim Ek" in pages_of(desk, LENA)[-1]
    assert "ticket_claim" not in pages_of(desk, LENA)[-1]


def test_an_ordinary_one_pages_nobody(desk: Desk) -> None:
    with_duty(desk).say("det är inte akut, men skärmen flimrar")
    assert not [row for row in desk.posts() if ":duty:" in row.key]
    assert desk.tickets()[0].priority == ""


def pages_of(desk: Desk, user: str) -> list[str]:
    rows = [row for row in desk.posts() if ":duty:" in row.key and row.channel == user]
    return [str(Message.from_json(row.message)) for row in rows]

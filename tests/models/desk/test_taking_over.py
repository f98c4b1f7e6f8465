"""A ticket that somebody has can be taken over, when they are ill or asked for help."""

from typing import Any

from models.message import Button, Buttons, Message
from models.tables import EventKind, Status
from tests.models.desk.conftest import KIM, LENA


def buttons(desk: Any) -> dict[str, str]:
    """The buttons of the newest card that move the ticket: action → what stands on it."""
    groups = [part for part in Message.from_json(desk.card()).parts if isinstance(part, Buttons)]
    found: list[Button] = [button for group in groups for button in (*group.buttons, *group.more)]
    return {one.action: one.label for one in found if one.action != "ticket_why"}


def test_the_card_of_a_claimed_ticket_offers_to_take_it_over(desk: Any) -> None:
    desk.say("Skrivaren äter papper")
    assert buttons(desk)["ticket_claim"] == "Ta ärendet"

    desk.move("claim", KIM)

    assert buttons(desk) == {
        "ticket_pause": "Pausa",
        "ticket_resolve": "Lös",
        "ticket_claim": "Ta över ärendet",
        "ticket_wait_requester": "Väntar på frågeställaren",
        "ticket_wait_third": "Väntar på någon annan",
    }
    desk.move("pause", KIM)
    assert set(buttons(desk)) == {"ticket_resume", "ticket_resolve"}


def test_whoever_takes_it_over_has_it_and_whoever_has_it_is_told_so(desk: Any) -> None:
    desk.say("Skrivaren äter papper")
    desk.move("claim", KIM)
    desk.move("claim", LENA, 120)
    desk.move("claim", LENA, 180)

    (ticket,) = desk.tickets()
    with desk.lotsen.store.snapshot() as unit:
        assert ticket.assignee_id == unit.people.find(LENA).id
    assert ticket.status is Status.CLAIMED
    kinds = [event.kind for event in desk.events() if event.kind is EventKind.REASSIGNED]
    assert len(kinds) == 1
    assert desk.replies() == ["Ärende 1 är redan ditt."]

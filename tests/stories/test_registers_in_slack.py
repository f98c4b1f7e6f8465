"""Registers from list to form to the next list, against a Slack that is strict about forms."""

from collections.abc import Callable
from typing import Any

import pytest

from models.registers.catalogue import registers
from tests.stories.conftest import KIM, LEAD, LENA, SUPPORT, Office

Open = Callable[..., Office]
RISK: dict[str, dict[str, Any]] = {
    "name": {"value": "Brand i serverrummet"},
    "kind": {"value": "technical"},
    "likelihood": {"value": "2"},
    "impact": {"value": "5"},
    "action": {"value": "Flytta servrarna"},
    "owner": {"value": KIM},
    "state": {"value": "open"},
}


@pytest.fixture
def office(open_office: Open) -> Office:
    return open_office()


def asked(office: Office, user: str, channel: str, words: str) -> Any:
    """Type ``/lotsen register`` and give what only the asker sees."""
    office.double.command(user, channel, "/lotsen", f"register {words}")
    office.settle()
    return seen(office, user)


def seen(office: Office, user: str) -> Any:
    return office.double.ephemerals(user)[-1]


def pressed(office: Office, user: str, channel: str, words: str, action: str, choice: str) -> Any:
    """Ask for a register and open one of its forms."""
    message = asked(office, user, channel, words)
    if action == "register_add":
        office.double.click(user, channel, message.ts, action)
    else:
        office.double.choose(user, channel, message.ts, action, choice)
    return office.double.view(user)


def test_every_form_keeps_within_slacks_limits(office: Office) -> None:
    for kind, register in registers().items():
        view = pressed(office, LENA, LEAD, kind, "register_add", "")
        assert view is not None, kind
        assert view["callback_id"] == "register_form"
        shown = [block["block_id"] for block in view["blocks"]]
        acted = register.known_by_acting  # who asked and who decided is not typed
        assert shown == [item.key for item in register.fields if item.key not in acted]
        office.double.close_view(LENA)


def test_a_line_is_added_amended_and_retired_in_forms(office: Office) -> None:
    assert pressed(office, LENA, LEAD, "risks", "register_add", "")
    assert office.double.submit(LENA, RISK).status == 200
    office.settle()
    assert "rad 10, Brand i serverrummet" in seen(office, LENA).text

    view = pressed(office, LENA, LEAD, "risks", "register_amend", "risks:10")
    by_block = {block["block_id"]: block["element"] for block in view["blocks"]}
    assert by_block["name"]["initial_value"] == "Brand i serverrummet"
    assert by_block["owner"]["initial_user"] == KIM
    assert by_block["impact"]["initial_option"]["value"] == "5"
    office.double.submit(LENA, {"impact": {"value": "3"}, "owner": {"value": LENA}})
    office.settle()
    (line,) = [one for one in office.lotsen.registers.listing("risks").lines if one.number == 10]
    assert (line.version, line.values["impact"], line.values["action"]) == (
        2,
        3,
        "Flytta servrarna",
    )

    assert pressed(office, LENA, LEAD, "risks", "register_amend", "risks:10")
    office.double.submit(LENA, {"standing": {"value": "retire"}})
    office.settle()
    assert len(office.lotsen.registers.listing("risks").lines) == 9


def test_what_is_wrong_is_said_at_its_field_while_the_form_is_open(office: Office) -> None:
    assert pressed(office, LENA, LEAD, "risks", "register_add", "")
    # Settled without an owner: no single field is wrong, but they are together.
    wrong = {**RISK, "state": {"value": "closed"}, "owner": {"value": None}}
    ack = office.double.submit(LENA, wrong)
    assert set(ack.body["errors"]) == {"owner"}
    assert "ägare" in ack.body["errors"]["owner"]
    assert office.double.view(LENA) is not None
    assert office.double.submit(LENA, RISK).status == 200
    assert office.double.view(LENA) is None


def test_a_form_that_was_overtaken_says_so(office: Office) -> None:
    from models.registers.deciding import LineChange

    assert pressed(office, LENA, LEAD, "risks", "register_amend", "risks:1")
    scores = {"likelihood": "1", "impact": "1"}
    office.lotsen.registers.change("risks", LineChange(1, scores), office.clock())
    ack = office.double.submit(LENA, {"likelihood": {"value": "5"}, "impact": {"value": "5"}})
    assert "Någon annan" in ack.body["errors"]["name"]


def test_the_support_staff_may_not_open_what_is_the_leads(office: Office) -> None:
    message = asked(office, KIM, SUPPORT, "ai_systems")
    assert "register_add" not in str(message.blocks)
    assert "register_add" in str(asked(office, KIM, SUPPORT, "risks").blocks)
    assert "skills" not in str(asked(office, KIM, SUPPORT, "").blocks)

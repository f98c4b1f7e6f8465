"""Three screens in Slack, the last with a quiz that points out what is wrong."""

from collections.abc import Callable

import pytest

from models.desk.registers.onboarding import QUIZ
from tests.stories.conftest import ASA, HELP, Office

RIGHT = {question.key: {"value": question.right} for question in QUIZ}


@pytest.fixture
def office(open_office: Callable[..., Office]) -> Office:
    return open_office()


def test_an_employee_gets_to_know_lotsen_in_three_screens(office: Office) -> None:
    office.double.command(ASA, HELP, "/lotsen", "help")
    office.settle()
    message = office.double.ephemerals(ASA)[-1]
    office.double.click(ASA, HELP, message.ts, "onboarding_start")
    for step in (1, 2, 3):
        view = office.double.view(ASA)
        assert view is not None
        assert view["title"]["text"] == f"Lotsen {step}/3"
        if step < 3:
            assert office.double.submit(ASA, {}).status == 200

    ack = office.double.submit(ASA, {**RIGHT, "wrong": {"value": "obey"}})
    assert set(ack.body["errors"]) == {"wrong"}
    assert "människa" in ack.body["errors"]["wrong"]
    office.double.submit(ASA, RIGHT)
    assert office.double.view(ASA) is None
    office.settle()
    assert "🎓" in office.double.ephemerals(ASA)[-1].text
    (line,) = office.lotsen.registers.listing("trainings").lines
    assert line.values["role"] == "employee"

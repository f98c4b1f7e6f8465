"""The language model's turn comes second: whoever chose while it thought is not overruled."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from models.commands import ConsultModel
from models.desk.tickets.consulting import consult_model
from models.llm import LlmAnswer
from models.tables import DecidedBy
from tests.models.desk.conftest import Desk, at


class Model:
    """A language model that says "mail"; ``meanwhile`` happens while it thinks."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self.meanwhile = meanwhile

    def choose(self, *_: object, **__: object) -> LlmAnswer:
        self.meanwhile()
        return LlmAnswer("mail", "high", "small", "1", 200, 10, 0.1, 50.0)


@pytest.mark.parametrize(
    ("chosen", "category", "by"),
    [("vpn", "vpn", DecidedBy.PERSON), ("", "mail", DecidedBy.LLM)],
)
def test_who_chose_while_the_model_thought_is_not_overruled(
    desk: Desk, chosen: str, category: str, by: DecidedBy
) -> None:
    desk.say("Skrivaren äter papper")
    model: Any = Model(lambda: desk.choose(chosen) if chosen else None)
    command = ConsultModel(id="consult", ticket_id=1, at=at(60))
    desk.lotsen.mailbox.accept(command, at(60))
    consult_model(replace(desk.lotsen.desk, llm=model), command, at(60))

    (ticket,) = desk.tickets()
    assert (ticket.category, ticket.decided_by) == (category, by)

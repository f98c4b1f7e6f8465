"""The language model's turn comes second: whoever chose while it thought is not overruled."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from models.commands import ConsultModel
from models.desk.tickets.consulting import consult_model
from models.desk.tickets.triage_decision import verdict_for
from models.llm import LlmAnswer
from models.tables import (
    DecidedBy,
    Decision,
    Label,
    LabelKind,
    Source,
    Status,
    Ticket,
    TicketText,
)
from models.triage.cascade import TriageVerdict
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


def judge(desk: Desk, decided_by: DecidedBy, right: str, n: int) -> None:
    """Let somebody judge ``n`` decisions for "mail"."""
    with desk.lotsen.store.begin() as unit:
        for _ in range(n):
            ticket = unit.tickets.add_ticket(
                Ticket(
                    source=Source.IMPORT,
                    status=Status.CLOSED,
                    opened_at=at(0),
                    decided_by=DecidedBy.NOBODY,
                ),
                TicketText(ticket_id=0, body="old"),
            )
            number = ticket.id or 0
            unit.tickets.save(
                Decision(ticket_id=number, at=at(0), decided_by=decided_by, category="mail")
            )
            kind = LabelKind.CORRECTED if right != "mail" else LabelKind.CONFIRMED
            unit.oversight.save(Label(ticket_id=number, kind=kind, category=right, at=at(1)))


def test_where_it_was_often_wrong_a_person_decides(desk: Desk) -> None:
    desk.say("Skrivaren äter papper")
    judge(desk, DecidedBy.LLM, "vpn", 20)
    model: Any = Model(lambda: None)
    command = ConsultModel(id="consult", ticket_id=1, at=at(60))
    desk.lotsen.mailbox.accept(command, at(60))
    consult_model(replace(desk.lotsen.desk, llm=model), command, at(60))

    ticket = desk.tickets()[0]
    assert (ticket.category, ticket.decided_by) == ("", DecidedBy.NOBODY)


@pytest.mark.parametrize(("model_right", "category"), [("mail", ""), ("vpn", "mail")])
def test_a_category_at_which_the_model_is_better_waits_for_it(
    desk: Desk, model_right: str, category: str
) -> None:
    class Sure:
        def classify(self, *_: object) -> TriageVerdict:
            return TriageVerdict("mail", 0.97, DecidedBy.CLASSIFIER, threshold=0.9)

    judge(desk, DecidedBy.CLASSIFIER, "vpn", 10)
    judge(desk, DecidedBy.CLASSIFIER, "mail", 15)
    judge(desk, DecidedBy.LLM, model_right, 30)
    triage, model = cast("Any", Sure()), cast("Any", Model(lambda: None))
    alone = replace(desk.lotsen.desk, triage=triage)

    assert verdict_for(alone, "Outlook", "sv", "").category == "mail"
    found = verdict_for(replace(alone, llm=model), "Outlook", "sv", "")
    assert found.category == category
    assert found.confidence == 0.97

"""Rules, the classifier, the language model, a person: who decides, and what they see."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from bot.slack.blocks import text_of
from bot.slack.scopes import NEEDED, OPTIONAL
from models.lotsen import Lotsen
from models.tables import (
    Category,
    DecidedBy,
    EventKind,
    RuleKind,
    Source,
    Status,
    Ticket,
    TicketText,
    TriageRule,
)
from models.triage.replay import ReplayOutcome, replay_ticket
from models.triage.training import train

HELP, SUPPORT, ASA, KIM = "CHELP", "CSUPPORT", "UASA", "UKIM"
Open = Callable[..., Any]


def desk(lotsen: Lotsen) -> None:
    """Two categories and no model: the classifier has nothing to say."""
    with lotsen.store.begin() as unit:
        unit.tickets.put_categories(
            [
                Category(key="vpn", titles={"sv": "VPN"}, position=1),
                Category(key="printing", titles={"sv": "Skrivare"}, position=2),
            ]
        )


class Service:
    """A language model on loopback that answers with one key and remembers what it was told."""

    def __init__(self) -> None:
        self.key = "printing"
        self.heard: list[str] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                service.heard.append(body)
                self._answer(service.completion(json.loads(body)))

            def _answer(self, answer: dict[str, Any]) -> None:
                raw = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def completion(self, request: dict[str, Any]) -> dict[str, Any]:
        schema = request["response_format"]["json_schema"]["schema"]["properties"]
        content = {name: next(iter(part["enum"])) for name, part in schema.items()}
        key = next(name for name, part in schema.items() if "unsure" in part["enum"])
        content[key] = self.key
        message = {"role": "assistant", "content": json.dumps(content)}
        return {
            "id": "x",
            "object": "chat.completion",
            "created": 1,
            "model": request["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 200, "completion_tokens": 10, "total_tokens": 210},
        }


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.server.shutdown()
    made.server.server_close()


def with_model(service: Service) -> dict[str, Any]:
    return {
        "openai_base_url": service.url,
        "openai_api_key": "sk-test",
        "lotsen_llm_model": "small",
        "lotsen_llm_monthly_cap": 5.0,
    }


def test_the_language_model_decides_where_the_classifier_is_unsure_and_sees_no_names(
    open_office: Open, service: Service
) -> None:
    office = open_office(prepare=desk, **with_model(service))

    office.double.say(ASA, HELP, "Papper fastnar igen, ring Åsa Lind på 070-123 45 67")
    office.settle()

    ticket = office.read(lambda unit: unit.tickets.get(1))
    assert (ticket.category, ticket.decided_by) == ("printing", DecidedBy.LLM)
    (card,) = office.cards()
    assert "språkmodellen" in text_of(card.blocks)
    (heard,) = service.heard
    assert "Papper fastnar igen" in json.loads(heard)["messages"][-1]["content"]
    assert "070" not in heard
    assert "Lind" not in heard
    decision = office.read(lambda unit: unit.tickets.decisions_of(1))[0]
    call = office.read(lambda unit: unit.llm_calls.find(decision.llm_call_id))
    assert (call.subject, call.answer, sum(call.redacted.values())) == ("ticket:1", "printing", 2)
    assert call.cost_micros > 0
    (first, second) = replay_ticket(office.lotsen.store, 1)
    assert (first.outcome, second.outcome) == (ReplayOutcome.NOTHING, ReplayOutcome.LLM)


def test_what_the_language_model_makes_up_is_not_taken(open_office: Open, service: Service) -> None:
    service.key = "coffee"
    office = open_office(prepare=desk, **with_model(service))

    office.double.say(ASA, HELP, "Kaffemaskinen är trasig")
    office.settle()

    assert len(service.heard) == 1
    assert office.read(lambda unit: unit.tickets.get(1)).category == ""


def test_a_rule_of_the_company_goes_before_everything(open_office: Open, service: Service) -> None:
    def ruled(lotsen: Lotsen) -> None:
        desk(lotsen)
        with lotsen.store.begin() as unit:
            unit.rules.save(
                TriageRule(
                    position=1,
                    kind=RuleKind.REGEX,
                    pattern=r"\bcisco\b",
                    category="vpn",
                    active=True,
                    created_at=datetime(2026, 11, 23, tzinfo=UTC),
                )
            )

    office = open_office(prepare=ruled, **with_model(service))
    office.double.say(ASA, HELP, "Cisco säger nej")
    office.settle()

    ticket = office.read(lambda unit: unit.tickets.get(1))
    assert (ticket.category, ticket.decided_by) == ("vpn", DecidedBy.RULE)
    assert service.heard == []


def test_a_person_who_chose_first_is_never_overruled(open_office: Open, service: Service) -> None:
    office = open_office(prepare=desk, **with_model(service))
    office.lotsen.desk.llm.switch(on=False, now=office.clock())
    office.double.say(ASA, HELP, "Papper fastnar")
    office.settle()
    (card,) = office.cards()
    assert service.heard == []

    office.double.choose(KIM, SUPPORT, card.ts, "ticket_category", "vpn")
    office.settle()
    office.lotsen.desk.llm.switch(on=True, now=office.clock())
    office.double.say(ASA, HELP, "fortfarande papper")
    office.settle()

    ticket = office.read(lambda unit: unit.tickets.get(1))
    assert (ticket.category, ticket.decided_by) == ("vpn", DecidedBy.PERSON)


def with_history(lotsen: Lotsen) -> None:
    """Two categories, a year of tickets with a priority, and a model of them."""
    desk(lotsen)
    said = {"vpn": "vpn tunnel gateway", "printing": "skrivare papper toner"}
    with lotsen.store.begin() as unit:
        for number in range(120):
            key = "vpn" if number % 2 else "printing"
            row = Ticket(
                source=Source.IMPORT,
                external_id=str(number),
                status=Status.CLOSED,
                category=key,
                decided_by=DecidedBy.IMPORTED,
                priority="Hög" if key == "vpn" else "Låg",
                opened_at=datetime(2026, 1, 5, tzinfo=UTC),
            )
            words = said[key] if number % 12 > 1 else "hjälp tack"
            unit.tickets.add_ticket(row, TicketText(ticket_id=0, body=f"{words} fel {number % 7}"))
    train(lotsen.store, datetime(2026, 11, 20, tzinfo=UTC), seed=1)


def test_the_card_links_similar_tickets_and_one_tap_sets_the_suggested_priority(
    open_office: Open,
) -> None:
    office = open_office(prepare=with_history, lotsen_blind_share=0.0)
    double = office.double
    double.say(ASA, HELP, "vpn tunnel mot gateway i Lund kopplar ner")
    office.settle()
    (first,) = office.cards()
    double.choose(KIM, SUPPORT, first.ts, "ticket_category", "vpn")
    office.settle()
    train(office.lotsen.store, office.clock(), seed=1)  # the night passes
    office.lotsen.triage.refresh()
    office.clock.forward(timedelta(hours=1))

    double.say(ASA, HELP, "vpn tunnel mot gateway i Lund kopplar ner igen")
    office.settle()
    card = office.cards()[-1]
    shown = text_of(card.blocks)
    assert f"/archives/{SUPPORT}/p{first.ts.replace('.', '')}|121>" in shown
    assert "Liknar ärendena" in shown
    assert "Sätt prioritet: Hög" in shown
    double.click(KIM, SUPPORT, card.ts, "ticket_priority")
    double.click(KIM, SUPPORT, card.ts, "ticket_why")
    office.settle()

    assert office.read(lambda unit: unit.tickets.get(122)).priority == "Hög"
    kinds = [event.kind for event in office.read(lambda unit: unit.tickets.events_of(122))]
    assert kinds.count(EventKind.PRIORITISED) == 1
    assert "Sätt prioritet" not in text_of(office.cards()[-1].blocks)
    assert "|121> (vpn tunnel mot gateway i Lund" in text_of(double.ephemerals(KIM)[-1].blocks)


def test_without_the_names_of_the_workspace_the_model_is_not_asked_and_the_ticket_is_there(
    open_office: Open, service: Service
) -> None:
    without = {"scopes": frozenset({*NEEDED, *OPTIONAL} - {"users:read"})}
    office = open_office(prepare=desk, double_options=without, **with_model(service))

    office.double.say(ASA, HELP, "Papper fastnar igen, ring Åsa Lind")
    office.settle()

    assert len(office.cards()) == 1
    assert service.heard == []

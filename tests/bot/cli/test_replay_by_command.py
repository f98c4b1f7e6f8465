"""``lotsen model replay``: a ticket's decisions, asked for again."""

from datetime import UTC, datetime
from pathlib import Path

from models.desk.tickets.labels import decision_of
from models.store.transaction import Store
from models.tables import DecidedBy, Decision, DecisionMode
from models.triage.ticket_text import text_of
from models.triage.triage import Triage
from tests.bot.cli.conftest import Lotsen

AT = datetime(2026, 11, 1, 9, tzinfo=UTC)


def test_the_decisions_of_a_ticket_are_replayed(lotsen: Lotsen, history: Path) -> None:
    store = Store(f"sqlite:///{history / 'lotsen.db'}")
    with store.snapshot() as unit:
        stored = unit.oversight.text_of(2)
    assert stored is not None
    verdict = Triage(store).classify(text_of(stored), "en")
    with store.begin() as unit:
        ticket = unit.tickets.get(2)
        unit.tickets.save(decision_of(ticket, verdict, DecisionMode.ACTED, AT))
        by_person = Decision(ticket_id=2, at=AT, decided_by=DecidedBy.PERSON, category="vpn")
        unit.tickets.save(by_person)
    store.close()

    said = lotsen("model", "replay", "2", "--json").json

    assert said["ticket"] == 2
    assert [one["outcome"] for one in said["decisions"]] == ["same", "person"]
    assert said["decisions"][0]["model"] == "classifier-1"
    assert said["decisions"][0]["confidence_now"] == said["decisions"][0]["confidence"]
    assert "The same again" in lotsen("model", "replay", "2").out


def test_a_ticket_that_is_not_there_is_an_error(lotsen: Lotsen, history: Path) -> None:
    refused = lotsen("model", "replay", "404", "--json")

    assert (refused.code, refused.out) == (2, "")
    assert "no ticket 404" in refused.err

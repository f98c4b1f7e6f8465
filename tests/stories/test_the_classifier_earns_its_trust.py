"""Blind checks show how often the classifier is right; where it is not, it only suggests."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.slack.blocks import text_of
from models.kpis.periods import day_of
from models.lotsen import Lotsen
from models.tables import (
    Category,
    DecidedBy,
    DecisionMode,
    Label,
    LabelKind,
    OutboxRow,
    PostState,
    Source,
    Status,
    Ticket,
    TicketText,
)
from models.triage.training import train
from tests.conftest import NOW
from tests.rows import labels_of

HELP, SUPPORT, LEAD = "CHELP", "CSUPPORT", "CLEAD"
ASA, KIM, LENA = "UASA", "UKIM", "ULENA"
QUESTION = "vpn tunnel kopplar inte upp mot gateway"
TITLES = {"remote": "Distansåtkomst", "paper": "Pappershantering"}

Open = Callable[..., Any]


def trained(lotsen: Lotsen, blind_wrong: int = 0) -> None:
    """Give the desk two categories, a model that is sure of them, and blind labels."""
    now = NOW
    said = {"remote": "vpn tunnel gateway", "paper": "skrivare papper toner"}
    with lotsen.store.begin() as unit:
        unit.tickets.put_categories(
            Category(key=key, titles={"sv": title, "en": title}, source="import")
            for key, title in TITLES.items()
        )
        for number in range(120):
            key = "remote" if number % 2 else "paper"
            ticket = Ticket(
                source=Source.IMPORT,
                external_id=str(number),
                status=Status.CLOSED,
                category=key,
                decided_by=DecidedBy.IMPORTED,
                opened_at=now - timedelta(days=30),
            )
            # One in six says nothing of its topic: nothing is that clear in an office.
            words = said[key] if number % 12 > 1 else "hjälp tack"
            text = TicketText(ticket_id=0, body=f"{words} fel {number % 7}")
            unit.tickets.add_ticket(ticket, text)
        for number in range(1, blind_wrong + 1):
            unit.oversight.save(
                Label(
                    ticket_id=number,
                    kind=LabelKind.BLIND,
                    category="paper",
                    suggested="remote" if number > 3 else "paper",
                    at=now - timedelta(hours=1),
                )
            )
    train(lotsen.store, now, seed=1)


def rows_of(office: Any) -> list[OutboxRow]:
    return list(office.read(lambda unit: unit.outbox.listing(tuple(PostState))))


def told_outside_the_list(office: Any) -> str:
    """Everything that was posted anywhere, without the list of categories to choose from.

    Timestamps of Slack are left out: one that ends in ``0.9…`` is no confidence.
    """
    said = []
    for row in rows_of(office):
        message = json.loads(row.message)
        message["parts"] = [part for part in message["parts"] if part["type"] != "select"]
        selects = [part for part in json.loads(row.message)["parts"] if part["type"] == "select"]
        assert all(select["chosen"] == "" for select in selects)
        said.append(json.dumps(message, ensure_ascii=False))
    return re.sub(r"\d{9,}\.\d+", "", " ".join(said))


def test_a_blind_ticket_shows_the_suggestion_nowhere_and_counts_for_the_precision(
    database_url: str, open_office: Open
) -> None:
    office = open_office(database_url, prepare=trained, lotsen_blind_share=1.0)
    double = office.double

    ts = double.say(ASA, HELP, QUESTION)
    office.settle()
    (card,) = office.cards()
    double.click(KIM, SUPPORT, card.ts, "ticket_why")
    double.say(ASA, HELP, "det är bråttom med min vpn tunnel", thread_ts=ts)
    office.settle()
    double.command(ASA, HELP, "/lotsen", "why 121")
    double.click(KIM, SUPPORT, card.ts, "ticket_claim")
    office.settle()

    ticket = office.read(lambda unit: unit.tickets.get(121))
    assert (ticket.category, ticket.decided_by) == ("", DecidedBy.NOBODY)
    assert ticket.confidence is None
    decision = office.read(lambda unit: unit.tickets.decisions_of(121))[0]
    assert (decision.mode, decision.category) == (DecisionMode.BLIND, "remote")
    assert decision.decided_by is DecidedBy.CLASSIFIER
    assert "Blindprov" in text_of(office.cards()[0].blocks)
    assert "blind check" in double.ephemerals(KIM)[0].text
    assert "blindprov" in double.ephemerals(ASA)[0].text
    told = told_outside_the_list(office)
    for secret in (*TITLES, *TITLES.values(), "ticket_suggestion", " %", "0.9", "classifier"):
        assert secret not in told, secret

    double.choose(KIM, SUPPORT, card.ts, "ticket_category", "remote")
    double.click(KIM, SUPPORT, card.ts, "ticket_why")
    office.settle()

    (label,) = office.read(lambda unit: labels_of(unit, 121))
    assert (label.kind, label.category, label.suggested) == (LabelKind.BLIND, "remote", "remote")
    assert (label.model_version, label.by != "") == ("classifier-1", True)
    assert "Distansåtkomst" in text_of(office.cards()[0].blocks)
    assert "stays hidden" in double.ephemerals(KIM)[-1].text
    now = office.clock()
    today = day_of(now.astimezone(office.lotsen.calendar.zone).date())
    precision = office.lotsen.kpis.measure(today, now)["triage_precision"]
    assert (precision.n, precision.value) == (1, 1.0)
    assert precision.low is not None
    assert precision.low < 0.5


def test_corrections_and_resolutions_are_labels_of_different_worth(open_office: Open) -> None:
    office = open_office(prepare=trained, lotsen_blind_share=0.0)
    double = office.double
    for text in (QUESTION, "skrivare utan papper och toner", "min stol är trasig"):
        double.say(ASA, HELP, text)
        office.settle()
        office.clock.forward(timedelta(minutes=5))
    first, second, third = office.cards()
    assert "Distansåtkomst" in text_of(first.blocks)

    double.choose(KIM, SUPPORT, first.ts, "ticket_category", "paper")
    double.choose(KIM, SUPPORT, third.ts, "ticket_category", "paper")
    double.click(KIM, SUPPORT, second.ts, "ticket_claim")
    office.settle()
    double.click(KIM, SUPPORT, second.ts, "ticket_resolve")
    double.submit(KIM, {"note": {"note": "Fyllde på."}})
    office.settle()

    labels = [office.read(lambda unit, n=n: labels_of(unit, n)) for n in (121, 122, 123)]
    kinds = [[(label.kind.value, label.suggested) for label in row] for row in labels]
    assert kinds == [[("corrected", "remote")], [("confirmed", "paper")], [("chosen", "")]]
    assert office.read(lambda unit: unit.oversight.new_labels(None)) == 2


@pytest.fixture
def demoted(open_office: Open) -> Any:
    """An office in which 17 of 20 blind checks went wrong, the morning after."""
    office = open_office(prepare=lambda lotsen: trained(lotsen, 20), lotsen_blind_share=0.0)
    office.service.runner.run("retrain", office.clock())
    office.settle()
    return office


def test_too_low_a_precision_demotes_to_suggestions_until_somebody_lifts_it(demoted: Any) -> None:
    office, double = demoted, demoted.double
    (note,) = office.posts(LEAD)
    assert "3 gånger av 20" in note.text + text_of(note.blocks)

    double.say(ASA, HELP, QUESTION)
    office.settle()
    (card,) = office.cards()
    shown = text_of(card.blocks)
    assert "Förslag: Distansåtkomst" in shown.replace("*", "")
    assert office.read(lambda unit: unit.tickets.get(121)).category == ""
    double.click(KIM, SUPPORT, card.ts, "ticket_why")
    double.command(LENA, LEAD, "/lotsen", "kpi")
    office.settle()
    assert "only suggest" in text_of(double.ephemerals(KIM)[-1].blocks)
    assert "Endast förslag" in text_of(double.ephemerals(LENA)[-1].blocks)

    double.click(KIM, SUPPORT, card.ts, "ticket_suggestion_1")
    office.settle()
    assert office.read(lambda unit: unit.tickets.get(121)).category == "remote"
    (label,) = office.read(lambda unit: labels_of(unit, 121))
    assert (label.kind, label.suggested) == (LabelKind.CHOSEN, "remote")

    assert office.lotsen.learning.resume(office.clock())
    assert not office.lotsen.learning.resume(office.clock())
    office.clock.forward(timedelta(minutes=5))
    double.say(ASA, HELP, QUESTION)
    office.settle()
    assert office.read(lambda unit: unit.tickets.get(122)).category == "remote"
    # The old samples do not demote it a second time.
    assert not office.lotsen.learning.review(office.clock()).is_too_low


def test_a_newly_promoted_model_lifts_the_demotion(demoted: Any) -> None:
    office = demoted

    report = train(office.lotsen.store, office.clock(), seed=1)

    assert report.promoted
    assert not office.read(lambda unit: unit.oversight.suggest_only())
    assert office.read(lambda unit: unit.oversight.mode()).reason == "classifier-2 passed the gate"

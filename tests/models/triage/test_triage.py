"""Triage asks the newest good model, and a person where there is none."""

import threading
from datetime import datetime

import pytest

from models.store.transaction import Store
from models.tables import Category, DecidedBy, Source, Status, Ticket, TicketText
from models.triage.cascade import TriageVerdict
from models.triage.training import train
from models.triage.triage import LOOK_EVERY_SECONDS, Triage


class Clock:
    """Seconds that move when the test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def store(memory: Store) -> Store:
    return memory


@pytest.fixture
def company(store: Store, now: datetime) -> Store:
    """A company with tickets enough for a small model."""
    with store.begin() as unit:
        unit.tickets.put_categories(
            Category(key=key, titles={"sv": key}, source="import") for key in ("vpn", "mail")
        )
        for number, text in enumerate(["vpn tunnel", "mailbox full"] * 60):
            ticket = Ticket(
                source=Source.IMPORT,
                external_id=str(number),
                status=Status.CLOSED,
                category="mail" if "mail" in text else "vpn",
                decided_by=DecidedBy.IMPORTED,
                opened_at=now,
            )
            body = f"{text} {number}"
            unit.tickets.add_ticket(ticket, TicketText(ticket_id=0, body=body))
    return store


def test_without_a_model_a_person_decides(store: Store) -> None:
    verdict = Triage(store).classify("vpn is down", "en")

    assert (verdict.category, verdict.decided_by) == ("", DecidedBy.NOBODY)
    assert verdict.confidence is None


@pytest.mark.long
def test_day_one_suggests_the_clear_cases_in_three_languages(store: Store, now: datetime) -> None:
    train(store, now, seed=1)
    triage = Triage(store)

    for text in ("vpn funkar inte hemifrån", "VPN won't connect", "VPN geht nicht"):
        verdict = triage.classify(text, "sv")
        assert verdict.alternatives[0][0] == "network_vpn"
        assert "vpn" in verdict.reasons
        assert verdict.model == "classifier-1"
    assert triage.classify("asdf", "sv").category == ""
    assert triage.classify("  ", "sv").confidence is None


def test_a_verdict_names_what_it_needed_and_how_long_it_took(company: Store, now: datetime) -> None:
    class Ticking:
        """A clock that moves by a quarter of a second with each look."""

        seconds = 0.0

        def __call__(self) -> float:
            self.seconds += 0.25
            return self.seconds

    train(company, now, seed=1)

    verdict = Triage(company, Ticking()).classify("vpn tunnel", "sv")

    assert verdict.threshold is not None
    assert verdict.threshold <= 1.01
    assert verdict.embedder == ""
    assert verdict.latency_ms == 500.0  # asked thrice: begin, look for a newer model, end
    assert all(number > 0 for number, _ in verdict.nearest)


def test_a_newer_model_is_noticed_after_half_a_minute(company: Store, now: datetime) -> None:
    clock = Clock()
    triage = Triage(company, clock)
    triage.classify("vpn", "sv")
    train(company, now, seed=1)

    assert triage.classify("vpn", "sv").model == ""
    clock.seconds += LOOK_EVERY_SECONDS
    assert triage.classify("vpn", "sv").model == "classifier-1"


def test_who_trained_a_model_need_not_wait(company: Store, now: datetime) -> None:
    triage = Triage(company)
    triage.classify("vpn", "sv")
    train(company, now, seed=1)

    triage.refresh()

    assert triage.classify("vpn", "sv").model == "classifier-1"


def test_a_damaged_file_is_passed_over_for_the_one_before(company: Store, now: datetime) -> None:
    train(company, now, seed=1)
    train(company, now, seed=1)
    with company.begin() as unit:
        champion = unit.model_versions.champion()
        assert champion is not None
        champion.content = champion.content[:-1]

    assert Triage(company).classify("vpn", "sv").model == "classifier-1"


def test_a_category_retired_since_the_training_is_not_given(company: Store, now: datetime) -> None:
    train(company, now, seed=1)
    with company.begin() as unit:
        unit.tickets.put_categories([Category(key="vpn", source="import", active=False)])

    verdict = Triage(company).classify("vpn tunnel", "sv")

    assert (verdict.category, verdict.decided_by) == ("", DecidedBy.NOBODY)
    assert [key for key, _ in verdict.alternatives] == ["mail"]


def test_several_threads_may_ask_at_once(company: Store, now: datetime) -> None:
    train(company, now, seed=1)
    triage = Triage(company)
    verdicts: list[TriageVerdict] = []

    def ask() -> None:
        verdicts.extend(triage.classify("mailbox full", "sv") for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(verdicts) == 20
    assert len(set(verdicts)) == 1

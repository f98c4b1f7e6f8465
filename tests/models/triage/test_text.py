"""One shape of text: what is learned from, judged on, asked about and replayed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from models.store.oversight import StoredText
from models.store.transaction import Store
from models.tables import Case, CaseState, Category, DecidedBy, Source, Status, Ticket, TicketText
from models.triage.sampling import FEWEST_TICKETS
from models.triage.ticket_text import TriageText, text_of
from models.triage.training import training_set


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store(migrated_url)
    yield opened
    opened.close()


def add(store: Store, now: datetime, number: int, case: Case | None = None) -> None:
    with store.begin() as unit:
        person = unit.people.by_slack_id("U1", now)
        person.team = "Payroll"
        if case is not None:
            case.person_id = person.id
            unit.tickets.save(case)
        ticket = Ticket(
            case_id=case.id if case else None,
            source=Source.SLACK if case else Source.IMPORT,
            external_id=None if case else str(number),
            status=Status.CLOSED,
            category="vpn",
            decided_by=DecidedBy.PERSON if case else DecidedBy.IMPORTED,
            requester_id=person.id,
            opened_at=now,
        )
        text = TicketText(ticket_id=0, title=f"title {number}", body=f"Hej!\nbody {number}")
        unit.tickets.add_ticket(ticket, text)


def test_only_a_title_that_somebody_wrote_is_one(store: Store, now: datetime) -> None:
    case = Case(
        person_id="",
        channel="C1",
        thread_ts="1.0",
        entrance="help",
        language="sv",
        state=CaseState.TICKET,
        opened_at=now,
        last_message_at=now,
    )
    add(store, now, 1)
    add(store, now, 2, case)

    with store.snapshot() as unit:
        imported, asked = (text_of(row) for row in unit.oversight.labelled())

    assert imported == TriageText("Hej!\nbody 1", "title 1", "Payroll", "", 1)
    assert asked == TriageText("Hej!\nbody 2", "", "Payroll", "C1", 2)


def test_tickets_are_judged_on_with_all_that_others_are_learned_from(
    store: Store, now: datetime
) -> None:
    with store.begin() as unit:
        unit.tickets.put_categories([Category(key="vpn", titles={}, source="import")])
        person = unit.people.by_slack_id("U1", now)
        person.team = "Payroll"
        rows = [
            Ticket(
                source=Source.IMPORT,
                external_id=str(number),
                status=Status.CLOSED,
                category="vpn",
                decided_by=DecidedBy.IMPORTED,
                requester_id=person.id,
                opened_at=now,
            )
            for number in range(FEWEST_TICKETS)
        ]
        unit.tickets.save_all(rows)
        unit.tickets.save_all(
            TicketText(ticket_id=row.id or 0, title="t", body="b") for row in rows
        )
        material = training_set(unit)

    learned = {
        replace(text, ticket_id=0) for text, _ in material.tickets if isinstance(text, TriageText)
    }
    judged = {replace(text_of(row), ticket_id=0) for row in material.held.tickets}
    assert judged == learned == {TriageText("b", "t", "Payroll")}


def test_direct_messages_are_one_place_so_that_no_model_learns_who_writes(now: datetime) -> None:
    stored = StoredText(7, "slack:7", now, "", "vpn", "vpn", "", "", " Payroll ", "D0123")

    assert text_of(stored).marks == ["team:payroll", "channel:direct"]
    assert text_of(replace(stored, channel="C1")).marks == ["team:payroll", "channel:c1"]

"""What `make faults` counts."""

from datetime import datetime

import pytest

from benchmarks.faults import texts_of_tickets
from models.store.transaction import Store
from models.tables import DecidedBy, Source, Status, Ticket, TicketText


def add_ticket(store: Store, text: str, now: datetime, *, dies: bool = False) -> None:
    with store.begin() as unit:
        ticket = Ticket(
            source=Source.SLACK, status=Status.NEW, decided_by=DecidedBy.NOBODY, opened_at=now
        )
        unit.tickets.add_ticket(ticket, TicketText(ticket_id=0, body=text))
        if dies:
            raise KeyboardInterrupt  # the process dies here


def test_a_hole_in_the_numbers_of_tickets_is_no_lost_ticket(
    migrated_url: str, now: datetime
) -> None:
    store = Store(migrated_url)
    add_ticket(store, "one", now)
    with pytest.raises(KeyboardInterrupt):
        add_ticket(store, "two", now, dies=True)
    add_ticket(store, "two", now)
    add_ticket(store, "two", now)

    texts = texts_of_tickets(store)
    store.close()

    assert texts == {"one": 1, "two": 2}

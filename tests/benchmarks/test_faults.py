"""What `make faults` counts."""

from datetime import datetime

import pytest

from benchmarks.faults import SIZES, run
from benchmarks.storm import texts_of_tickets
from benchmarks.verdicts import Verdict, table
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


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.timeout(280)
@pytest.mark.usefixtures("postgres_url")
def test_promises_hold_in_small() -> None:
    """Those of kills and stops take minutes: `make faults SIZE=small`."""
    verdicts = list(run(SIZES["small"], seed=1, only=("P12", "P14")))
    assert all(verdict.ok for verdict in verdicts), table(verdicts)
    assert len(verdicts) == 6


def test_a_broken_promise_stands_out_in_the_table() -> None:
    kept = Verdict("P1", "kill", "sqlite, http", 10, 0, 0, ok=True)
    broken = Verdict("P2", "kill", "sqlite, http", 10, 1, 2, ok=False, seen="3 stuck")
    head, first, second = table([kept, broken]).splitlines()
    assert head.split()[:3] == ["promise", "fault", "where"]
    assert first.endswith("kept")
    assert second.split()[-1] == "BROKEN"

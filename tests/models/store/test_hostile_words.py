"""What people write is a value in a query, never a part of it."""

from datetime import datetime

import pytest

from models.store.transaction import Store
from models.tables import DecidedBy, Source, Status, Ticket, TicketText

HOSTILE = (
    "'; DROP TABLE ticket; --",
    "' OR '1'='1",
    '" OR ""="',
    "x') UNION SELECT 1,2,3 --",
    "%' AND 1=0 UNION ALL SELECT NULL --",
    "\\'; DELETE FROM person; --",
    "$$; DROP TABLE person; $$",
    ":user",
    "%s",
    "?1",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_words_of_sql_are_words(store: Store, now: datetime, words: str) -> None:
    with store.begin() as unit:
        person = unit.people.by_slack_id("UASA", now)
        person.name = words
        unit.people.save(person)
        ticket = Ticket(
            source=Source.SLACK, status=Status.NEW, decided_by=DecidedBy.NOBODY, opened_at=now
        )
        unit.tickets.add_ticket(ticket, TicketText(ticket_id=0, body=words, title=words))
        unit.people.set_members(words, [words])

    with store.begin() as unit:
        assert unit.people.find(words) is None
        assert unit.tickets.case_in_thread(words, words) is None
        assert unit.people.members_of([words]) == {words}
        assert unit.outbox.find(words) is None
        assert not unit.inbox.remove(words)
        unit.inbox.finish(words, now)
        unit.inbox.release(words, now)

    with store.snapshot() as unit:
        assert unit.tickets.count() == 1
        assert unit.tickets.text(ticket.id or 0).body == words
        found = unit.people.find("UASA")
        assert found is not None
        assert found.name == words

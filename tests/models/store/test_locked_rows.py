"""A row that is read to be changed is read as it is, though the transaction has seen it before."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.mailbox import Envelope, post
from models.message import Message
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    CaseMessage,
    CaseState,
    DecidedBy,
    PostState,
    RunState,
    Source,
    Status,
    Ticket,
    TicketText,
)
from tests.rows import add_case

NOW, LEASE = datetime(2026, 11, 23, 9, tzinfo=UTC), timedelta(minutes=10)
ONLY_POSTGRES = pytest.mark.parametrize("migrated_url", ["postgres"], indirect=True)
"""SQLite has one writer: nobody else changes a row meanwhile."""

See = Callable[[UnitOfWork], Any]


@pytest.fixture
def filled(store: Store, now: datetime) -> Store:
    with store.begin() as unit:
        case = add_case(unit, CaseState.OPEN, now)
        unit.tickets.save(CaseMessage(case_id=case.id, channel="C1", ts="1.1", text="old"))
        ticket = Ticket(
            source=Source.SLACK, status=Status.NEW, decided_by=DecidedBy.NOBODY, opened_at=now
        )
        unit.tickets.add_ticket(ticket, TicketText(ticket_id=0))
        post(unit, "a", Envelope("C1"), Message("old"), now)
        unit.job_runs.skip("digest", "2026-W48", due_at=now, now=now)
    return store


def change(unit: UnitOfWork, now: datetime) -> None:
    unit.tickets.case(1).state = CaseState.SOLVED
    unit.tickets.get(1).status = Status.SOLVED
    row, message = unit.outbox.find("a"), unit.tickets.message_at("C1", "1.1")
    assert row is not None
    assert message is not None
    row.state, message.text = PostState.SENT, "new"
    unit.job_runs.close("digest", "2026-W48", RunState.FAILED, error="new", retry_at=now)


@ONLY_POSTGRES
@pytest.mark.parametrize(
    ("seen", "locked", "new"),
    [
        (lambda u: u.tickets.find_case(1), lambda u: u.tickets.case(1).state, CaseState.SOLVED),
        (lambda u: u.tickets.find(1), lambda u: u.tickets.get(1).status, Status.SOLVED),
        (lambda u: u.outbox.find("a"), lambda u: u.outbox.get(1).state, PostState.SENT),
        (
            lambda u: u.tickets.messages_of(1),
            lambda u: u.tickets.message_at("C1", "1.1").text,
            "new",
        ),
        (
            lambda u: u.job_runs.find("digest", "2026-W48"),
            lambda u: u.job_runs.win("digest", "2026-W48", due_at=NOW, now=NOW, lease=LEASE),
            True,
        ),
    ],
    ids=["case", "ticket", "post", "message", "run"],
)
def test_what_another_transaction_changed_is_seen_once_it_is_locked(
    filled: Store, now: datetime, seen: See, locked: See, new: object
) -> None:
    with filled.begin() as unit:
        held = seen(unit)
        with filled.begin() as other:
            change(other, now)
        assert locked(unit) == new
        assert held is not None

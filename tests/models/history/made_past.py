"""Made-up past tickets: three kinds in turn, two a day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from models.history.past_tickets import PastTickets, past_of
from models.tickets.sources import TicketRow

MONDAY = datetime(2026, 6, 1, 8, tzinfo=UTC)
KINDS = {
    "Printer": "the printer on floor {n} is out of toner and prints nothing",
    "VPN": "my vpn connection drops {n} times when I work from home",
    "Payslip": "where do I find the payslip of month number {n}",
}


def row(at: int, text: str, category: str = "", **more: Any) -> TicketRow:
    made = TicketRow(
        row=at + 2,
        external_id=f"T{at}",
        title="",
        text=text,
        category=category,
        priority="",
        team="",
        requester=f"Person{at % 5}",
        opened_at=MONDAY + timedelta(hours=12 * at),
        first_response_at=None,
        resolved_at=MONDAY + timedelta(hours=12 * at + 1 + at % 4),
        closed_at=None,
        handling_minutes=10.0 + 10 * (at % 3),
        reopened=0,
        reassigned=0,
        in_order=True,
    )
    return replace(made, **more)


def rows(n: int, **more: Any) -> Iterator[TicketRow]:
    kinds = list(KINDS.items())
    for at in range(n):
        category, text = kinds[at % len(kinds)]
        yield replace(row(at, text.format(n=at), category), **more)


def past(n: int, **more: Any) -> PastTickets:
    return past_of(rows(n, **more))

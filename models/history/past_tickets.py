"""The tickets of a file as the past of a desk: in order, each once, with how many come and how long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.errors import InvalidError
from models.tickets.hours import Calendar
from models.tickets.sources import SkippedRow, TicketRow, in_the_past
from models.tickets.sources.ticket_file import TicketFile
from models.triage.ticket_text import TriageText

Floats = NDArray[np.float64]

MOST = 5_000
"""Tickets that are looked at: the newest, or a draw where there are no times."""
_SEED = 0
LEAST_SPAN = timedelta(days=28)
"""Shorter histories do not say how many tickets a month come in."""
DAYS_A_MONTH = 365 / 12


@dataclass(frozen=True)
class PastTickets:
    """Tickets, the oldest first; where most have no time, in the order of the file.

    Attributes
    ----------
    n
        Rows of the file.
    rows
        At most `MOST` of them, the newest, or drawn where there are no times (a file may be
        sorted by category); each ticket once.
    skipped
        Rows that cannot be read.
    is_by_time
        Whether the order is that of time.
    """

    n: int
    rows: tuple[TicketRow, ...]
    skipped: int
    opened: tuple[datetime, ...]

    @property
    def is_by_time(self) -> bool:
        return bool(self.opened)

    @property
    def a_month(self) -> float | None:
        """How many come in a month of 365 ÷ 12 days; None below four weeks of times."""
        if not self.opened or self.opened[-1] - self.opened[0] < LEAST_SPAN:
            return None
        days = (self.opened[-1] - self.opened[0]) / timedelta(days=1)
        return len(self.opened) / days * DAYS_A_MONTH

    @cached_property
    def requesters(self) -> frozenset[str]:
        return frozenset(row.requester for row in self.rows if row.requester)

    @property
    def minutes(self) -> Floats:
        """Handling minutes where they are known, shape (n_known,)."""
        return np.array([one for row in self.rows if (one := row.handling_minutes) is not None])

    def office_minutes_to_solution(self, calendar: Calendar) -> Floats:
        """Office minutes from opening to solution where both are known, shape (n_known,)."""
        return np.array(
            [
                calendar.business_minutes(row.opened_at, row.resolved_at)
                for row in self.rows
                if row.opened_at and row.resolved_at
            ]
        )


def read_past(file: TicketFile, now: datetime) -> PastTickets:
    """Read the tickets of an opened file, without those of days to come.

    Raises
    ------
    InvalidError
        When there is none that can be read.
    """
    return past_of(in_the_past(row, now) for row in file.rows())


def past_of(rows: Iterable[TicketRow | SkippedRow]) -> PastTickets:
    """Return these rows as a past; the same ticket is taken once.

    Raises
    ------
    InvalidError
        When there is no ticket.
    """
    read = list(rows)
    known = {row.external_id: row for row in reversed(read) if isinstance(row, TicketRow)}
    if not known:
        raise InvalidError("no row of the file can be read as a ticket")
    tickets = list(reversed(known.values()))
    timed = [(row.opened_at, row.row, row) for row in tickets if row.opened_at]
    opened: list[datetime] = []
    if 2 * len(timed) > len(tickets):
        timed.sort(key=lambda one: one[:2])
        tickets, opened = [row for *_, row in timed], [at for at, *_ in timed]
    return PastTickets(
        n=len(read),
        rows=tuple(tickets[-MOST:] if opened else _drawn(tickets)),
        skipped=sum(isinstance(row, SkippedRow) for row in read),
        opened=tuple(opened),
    )


def _drawn(tickets: list[TicketRow]) -> list[TicketRow]:
    if len(tickets) <= MOST:
        return tickets
    places = np.random.default_rng(_SEED).choice(len(tickets), MOST, replace=False)
    return [tickets[at] for at in sorted(places.tolist())]


def words_of(row: TicketRow) -> str:
    """Return a ticket's title and text, as triage and search read them."""
    return text_of(row).words.strip()


def text_of(row: TicketRow) -> TriageText:
    return TriageText(row.text, row.title)

"""Where tickets come from: one file a source, each yields `TicketRow`s.

A file in this folder with a ``SOURCE`` is a source; `formats` finds it. The row numbers
are those a spreadsheet shows (the header is row 1); in JSON the first ticket is row 1,
and in NDJSON the row is the line.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

Field = Literal[
    "id",
    "text",
    "title",
    "category",
    "opened_at",
    "first_response_at",
    "resolved_at",
    "closed_at",
    "priority",
    "team",
    "requester",
    "handling_minutes",
    "reopen_count",
    "reassignment_count",
    "status",
]
FIELDS: tuple[Field, ...] = get_args(Field)
TIMES: tuple[Field, ...] = ("opened_at", "first_response_at", "resolved_at", "closed_at")
_CLOCKS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket of another system, checked and in UTC.

    Attributes
    ----------
    in_order : bool
        False when a time or a duration made no sense and was left out.
    filled : int
        How many of the important fields are there, of `IMPORTANT`.
    ended : bool or None
        What the other system's status says; None where it has none that we know.
    """

    row: int
    external_id: str
    title: str
    text: str
    category: str
    priority: str
    team: str
    requester: str
    opened_at: datetime | None
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    handling_minutes: float | None
    reopened: int
    reassigned: int
    in_order: bool
    ended: bool | None = None

    @property
    def filled(self) -> int:
        words = self.title or self.text
        times = (self.opened_at, self.first_response_at, self.resolved_at)
        return sum(bool(value) for value in (words, self.category, *times))


IMPORTANT = 5
"""Words, category, opened, first response, resolved: what triage and baseline need."""


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that was left out, and what to do about it."""

    row: int
    reason: str


def in_the_past(row: TicketRow | SkippedRow, now: datetime) -> TicketRow | SkippedRow:
    """Leave out a ticket of days to come: nobody has worked on it, whatever its row says.

    A day is allowed for clocks and time zones that are not the office's.
    """
    if isinstance(row, SkippedRow):
        return row
    times: dict[str, datetime | None] = {name: getattr(row, name) for name in TIMES}
    late = [name for name, at in times.items() if at is not None and at > now + _CLOCKS]
    if not late:
        return row
    return SkippedRow(row.row, f"{late[0]} is still to come: are day and month in this order?")

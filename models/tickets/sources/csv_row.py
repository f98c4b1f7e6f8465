"""One ticket of a file: its cells by field, checked as they are taken."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models.commands import MAX_TEXT
from models.tickets.sources import Field, TicketRow
from models.tickets.sources.moments import NOTHING, DateOrder, instant
from models.tickets.sources.status import ended

MAX_WORD = 200
"""Longest category, id, name or team."""
MAX_COUNT = 100
MAX_MINUTES = 525_600.0  # a year
MAX_AFTER = 5_256_000.0  # ten years


class SkipRowError(Exception):
    """The row is left out; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class CellFormats:
    """How the cells of a file are read.

    Attributes
    ----------
    places : field → where its cells stand
        More than one where a column is repeated: the first that is filled counts.
    seconds : fields whose numbers are seconds, not minutes
    after : times that are given as minutes after the opening
    external_id : a ticket's number in the file → its id here
    """

    places: Mapping[Field, Sequence[int]]
    zone: ZoneInfo
    orders: Mapping[Field, DateOrder]
    seconds: Collection[Field] = ()
    after: Collection[Field] = ()
    external_id: Callable[[str], str] = str

    def cell(self, field: Field, cells: Sequence[str]) -> str:
        """Return what a row holds for a field; empty where it holds nothing."""
        here = (cells[place].strip() for place in self.places.get(field, ()))
        return next((value for value in here if value), "")


class CsvRow:
    """One row's cells by field, checked as they are taken."""

    def __init__(self, reading: CellFormats, cells: Sequence[str]) -> None:
        self._reading, self._cells = reading, cells
        self._in_order = True

    def ticket(self, number: int) -> TicketRow:
        title, text = self._text("title"), self._text("text")
        opened = self._time("opened_at")
        if not (title or text or opened):
            raise SkipRowError("the row has neither text nor a time: there is nothing to import")
        # Without its beginning no other time says anything.
        response = self._later("first_response_at", opened)
        resolved = self._later("resolved_at", opened)
        closed = self._later("closed_at", resolved or opened)
        return TicketRow(
            row=number,
            external_id=self._id(),
            title=title,
            text=text,
            category=self._word("category"),
            priority=self._word("priority"),
            team=self._word("team"),
            requester=self._word("requester"),
            opened_at=opened,
            first_response_at=response,
            resolved_at=resolved,
            closed_at=closed,
            handling_minutes=self._minutes(),
            reopened=self._count("reopen_count"),
            reassigned=self._count("reassignment_count"),
            in_order=self._in_order,
            ended=ended(self._cell("status")),
        )

    def _cell(self, field: Field) -> str:
        return self._reading.cell(field, self._cells)

    def _id(self) -> str:
        number = self._word("id")
        return self._reading.external_id(number) if number else self._hash()

    def _hash(self) -> str:
        whole = "\x1f".join(self._cells).encode("utf-8", "replace")
        return "row-" + hashlib.sha256(whole).hexdigest()[:32]

    def _text(self, field: Field) -> str:
        value = self._cell(field)
        if len(value) > MAX_TEXT:
            raise SkipRowError(f"{field} is longer than {MAX_TEXT} characters: shorten it")
        return value

    def _word(self, field: Field) -> str:
        value = self._cell(field)
        if len(value) > MAX_WORD:
            raise SkipRowError(
                f"{field} is longer than {MAX_WORD} characters: is the right column mapped?"
            )
        return "" if value.lower() in NOTHING else " ".join(value.split())

    def _time(self, field: Field) -> datetime | None:
        value = self._cell(field)
        if value.lower() in NOTHING:
            return None
        try:
            return instant(value, self._reading.zone, self._reading.orders.get(field, ""))
        except ValueError as error:
            raise SkipRowError(
                f"{field} {value[:40]!r} is no time: write it as 2026-03-01 08:15"
            ) from error

    def _later(self, field: Field, start: datetime | None) -> datetime | None:
        """Return a time that is not before ``start``; else drop it and remember that."""
        if start is None:
            return None
        value = self._after(field, start) if field in self._reading.after else self._time(field)
        if value is None:
            return None
        if value < start:
            self._in_order = False
            return None
        return value

    def _after(self, field: Field, start: datetime) -> datetime | None:
        minutes = self._number(field)
        if minutes is None:
            return None
        if minutes > MAX_AFTER:
            raise SkipRowError(f"{field} is more than ten years after opened_at: is it in minutes?")
        return start + timedelta(minutes=minutes)

    def _number(self, field: Field) -> float | None:
        value = self._cell(field)
        if value.lower() in NOTHING:
            return None
        try:
            number = float("".join(value.split()).replace(",", "."))
        except ValueError:
            number = float("nan")
        if not abs(number) < float("inf"):
            raise SkipRowError(f"{field} {value[:40]!r} is no number")
        return number

    def _minutes(self) -> float | None:
        minutes = self._number("handling_minutes")
        if minutes is not None and "handling_minutes" in self._reading.seconds:
            minutes /= 60
        if minutes is not None and minutes > MAX_MINUTES:
            raise SkipRowError("handling_minutes is more than a year: is it in minutes?")
        if minutes is not None and minutes < 0:
            self._in_order = False
            return None
        return minutes

    def _count(self, field: Field) -> int:
        number = self._number(field) or 0.0
        if number > MAX_COUNT:
            raise SkipRowError(f"{field} is more than {MAX_COUNT}: is the right column mapped?")
        self._in_order &= number >= 0
        return max(0, int(number))

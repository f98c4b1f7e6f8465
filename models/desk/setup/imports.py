"""Bring in the tickets of another system: what is learned from, and the baseline."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import structlog

from models.desk.setup.imported_categories import ImportedCategories, key_of
from models.language.detection import recognise
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    DecidedBy,
    EventKind,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketText,
)
from models.tickets.hours import Calendar
from models.tickets.quality import DataQuality, QualityCheck
from models.tickets.sources import Field, SkippedRow, TicketRow, in_the_past
from models.tickets.sources.ticket_file import TicketFile
from models.tickets.times import times_of

log = structlog.get_logger(__name__)

BATCH = 1_000
"""Rows a transaction: others can write in between, and memory stays small."""


@dataclass(frozen=True, slots=True)
class TicketImport:
    """What an import did: ``rows`` are imported, duplicates or skipped.

    Attributes
    ----------
    changed : int
        Of the duplicates, those whose status or category is not that of the first
        import; what was imported first is kept.
    columns : dict
        Field → column as it was used.
    format : str
        The source's name.
    """

    rows: int
    imported: int
    duplicates: int
    changed: int
    skipped: tuple[SkippedRow, ...]
    quality: DataQuality
    columns: dict[Field, str]
    format: str


State = tuple[Status, str | None]
"""Status and category of a ticket; no category where somebody here decided it."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How tickets are imported.

    Attributes
    ----------
    now
        When; a ticket without a time of opening gets this one.
    dry_run
        Read and judge everything, write nothing.
    progress
        Called with the rows done and the rows in all.
    """

    now: datetime
    dry_run: bool = False
    source: Source = Source.IMPORT
    progress: Callable[[int, int], None] | None = None


def import_tickets(
    store: Store, calendar: Calendar, tickets: TicketFile, options: ImportOptions
) -> TicketImport:
    """Import the tickets of an opened file; what was imported before is left as it is.

    A ticket without a time of opening is learned from, but it has no events and is in
    no figure. Where the file has at least two categories with five tickets each, its
    categories replace the starter's.
    """
    importer = _Importer(store, calendar, tickets, options)
    for done in importer.run():
        if options.progress is not None:
            options.progress(done, tickets.total)
    return importer.report()


class _Importer:
    """One run over a file."""

    def __init__(
        self, store: Store, calendar: Calendar, tickets: TicketFile, options: ImportOptions
    ) -> None:
        self._store, self._calendar, self._tickets = store, calendar, tickets
        self._now, self._source, self._dry_run = options.now, options.source, options.dry_run
        self._imported = self._duplicates = self._changed = 0
        self._skipped: list[SkippedRow] = []
        self._seen: dict[str, State] = {}
        self._people: dict[str, str] = {}
        self._quality = QualityCheck()
        self._categories = ImportedCategories(options.source)
        columns = tickets.columns
        self._tells_end = any(name in columns for name in ("resolved_at", "closed_at", "status"))
        self._tells_solved = "resolved_at" in columns
        self._command_id = f"import:{tickets.sha256[:32]}"

    def run(self) -> Iterator[int]:
        """Import batch by batch; yield the rows done."""
        rows, done = self._tickets.rows(), 0
        while batch := list(islice(rows, BATCH)):
            dated = [in_the_past(row, self._now) for row in batch]
            good = [row for row in dated if isinstance(row, TicketRow)]
            self._skipped += [row for row in dated if isinstance(row, SkippedRow)]
            for row in good:
                self._quality.see(row, key_of(row.category))
                self._categories.see(row.category)
            self._take(good)
            done += len(batch)
            yield done
        if not self._dry_run:
            with self._store.begin() as unit:
                self._categories.store(unit)

    def report(self) -> TicketImport:
        log.info(
            "tickets imported",
            imported=self._imported,
            duplicates=self._duplicates,
            skipped=len(self._skipped),
            dry_run=self._dry_run,
        )
        return TicketImport(
            rows=self._tickets.total,
            imported=self._imported,
            duplicates=self._duplicates,
            changed=self._changed,
            skipped=tuple(self._skipped),
            quality=self._quality.result(),
            columns=self._tickets.columns,
            format=self._tickets.source.name,
        )

    def _take(self, rows: Sequence[TicketRow]) -> None:
        begin = self._store.snapshot if self._dry_run else self._store.begin
        with begin() as unit:
            new = self._new(unit, rows)
            if not self._dry_run:
                self._write(unit, new)
        self._imported += len(new)
        self._duplicates += len(rows) - len(new)

    def _new(self, unit: UnitOfWork, rows: Sequence[TicketRow]) -> list[TicketRow]:
        """Return the rows whose id neither the store nor an earlier row has."""
        known = unit.tickets.known_external(self._source, (row.external_id for row in rows))
        seen, new = self._seen, []
        for row in rows:
            now = self._status(row), key_of(row.category)
            before = seen.setdefault(row.external_id, known.get(row.external_id, now))
            if before is now:
                new.append(row)
            elif self._differs(before, now):
                self._changed += 1
        return new

    def _differs(self, before: State, now: State) -> bool:
        moved = self._tells_end and before[0] is not now[0]
        return moved or (before[1] is not None and bool(now[1]) and before[1] != now[1])

    def _write(self, unit: UnitOfWork, rows: Sequence[TicketRow]) -> None:
        tickets = [self._ticket(unit, row) for row in rows]
        unit.tickets.save_all(tickets)  # all at once: the ids come with it
        texts, events, times = [], [], []
        for row, ticket in zip(rows, tickets, strict=True):
            ticket_id = ticket.id or 0
            texts.append(TicketText(ticket_id=ticket_id, title=row.title, body=row.text))
            happened = self._events(row, ticket_id)
            if happened:
                events += happened
                times.append(times_of(self._source, ticket_id, happened, self._calendar))
        unit.tickets.save_all(texts)
        unit.tickets.record(*events)
        unit.projection.keep_calendar(self._calendar.version, self._calendar.content)
        unit.tickets.save_all(times)

    def _ticket(self, unit: UnitOfWork, row: TicketRow) -> Ticket:
        category = key_of(row.category)
        return Ticket(
            source=self._source,
            external_id=row.external_id,
            status=self._status(row),
            language=recognise(f"{row.title} {row.text}"),
            category=category,
            decided_by=DecidedBy.IMPORTED if category else DecidedBy.NOBODY,
            priority=row.priority,
            team=row.team,
            requester_id=self._requester(unit, row.requester),
            opened_at=row.opened_at or self._now,
        )

    def _status(self, row: TicketRow) -> Status:
        # Where the file does not tell how tickets end, they are history, not work to do.
        if row.closed_at or row.opened_at is None or not self._tells_end:
            return Status.CLOSED
        if row.resolved_at:
            return Status.SOLVED
        # The other system knows that it is over, though not since when.
        return Status.CLOSED if row.ended or self._only_status(row) else Status.NEW

    def _only_status(self, row: TicketRow) -> bool:
        """Say whether nothing but an unknown status word could tell the end."""
        columns = self._tickets.columns
        times = "resolved_at" in columns or "closed_at" in columns
        return row.ended is None and not times

    def _requester(self, unit: UnitOfWork, name: str) -> str | None:
        if not name:
            return None
        people = self._people
        if name not in people:
            people[name] = unit.people.by_name(name, "", self._now).id
        return people[name]

    def _events(self, row: TicketRow, ticket_id: int) -> list[TicketEvent]:
        """Return what happened, in its order; nothing where the beginning is unknown."""
        return [
            TicketEvent(
                ticket_id=ticket_id, kind=kind, at=at, detail=detail, command_id=self._command_id
            )
            for kind, at, detail in _happenings(row, tells_solved=self._tells_solved)
        ]


def _happenings(
    row: TicketRow, *, tells_solved: bool
) -> Iterator[tuple[EventKind, datetime, dict[str, Any]]]:
    if row.opened_at is None:
        return
    yield EventKind.OPENED, row.opened_at, {}
    if category := key_of(row.category):
        detail = {"category": category, "by": DecidedBy.IMPORTED.value}
        yield EventKind.CATEGORISED, row.opened_at, detail
    if row.first_response_at:
        yield EventKind.RESPONDED, row.first_response_at, {}
    # Some systems keep one of the two only. Where both are kept, a ticket that was closed,
    # often days later and by itself, without having been resolved has no such time.
    resolved = row.resolved_at if tells_solved else row.closed_at
    if stated := _stated(row):
        yield EventKind.STATED, resolved or row.opened_at, stated
    if resolved:
        yield EventKind.RESOLVED, resolved, {}
    if row.closed_at:
        yield EventKind.CLOSED, row.closed_at, {}


def _stated(row: TicketRow) -> dict[str, Any]:
    """Return what the other system counted: nobody knows when it happened."""
    counts: Counter[str] = Counter(reopened=row.reopened, reassigned=row.reassigned)
    stated: dict[str, Any] = {name: n for name, n in counts.items() if n}
    if row.handling_minutes is not None:
        stated["minutes"] = row.handling_minutes
    return stated

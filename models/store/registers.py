"""The lines of the registers, version by version."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import and_, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from models.store.repository import Repository
from models.tables import RegisterChange, RegisterLine, Ticket, TicketText, TicketTimes


class RegisterRepository(Repository):
    """The table register_line; nothing in it is changed, a newer version is added."""

    def newest(self, kind: str) -> Sequence[RegisterLine]:
        """Return each line of a register as it stands, by number; retired ones too."""
        query = self._current_lines(kind).order_by(col(RegisterLine.number))
        return self._session.exec(query).all()

    def in_use(self, kind: str) -> list[dict[str, Any]]:
        """Return the values of the lines that are not retired."""
        return [content_of(row) for row in self.newest(kind) if not is_retired(row)]

    def overdue(self, kind: str, day: date) -> int:
        """Return how many lines were to be looked at before a day, retired ones aside."""
        days = (str(line.get("review_on") or "") for line in self.in_use(kind))
        return sum("" < one < day.isoformat() for one in days)

    def history(self, kind: str, number: int) -> Sequence[RegisterLine]:
        """Return all versions of a line, the newest first."""
        query = select(RegisterLine).where(RegisterLine.kind == kind, RegisterLine.number == number)
        return self._session.exec(query.order_by(col(RegisterLine.version).desc())).all()

    def origins(self, kind: str) -> Mapping[str, int]:
        """Return the numbers of the lines that Lotsen itself keeps or began with."""
        query = select(RegisterLine.origin, RegisterLine.number).where(
            RegisterLine.kind == kind, RegisterLine.origin != ""
        )
        return dict(self._session.exec(query).all())

    def seeded(self) -> frozenset[tuple[str, str]]:
        """Return register and origin of each line that Lotsen itself keeps or began with."""
        query = select(RegisterLine.kind, RegisterLine.origin).where(RegisterLine.origin != "")
        return frozenset(self._session.exec(query).all())

    def next_number(self, kind: str) -> int:
        """Return the number of a new line; take the lock ``register:<kind>`` first."""
        query = select(func.max(RegisterLine.number)).where(RegisterLine.kind == kind)
        return (self._session.exec(query).one() or 0) + 1

    def newest_tickets(self, most: int) -> Iterator[tuple[Ticket, TicketText, TicketTimes | None]]:
        """Yield the newest tickets with their words and times, for rating them as data."""
        query = (
            select(Ticket, TicketText, TicketTimes)
            .join(TicketText, col(TicketText.ticket_id) == col(Ticket.id))
            .join(TicketTimes, col(TicketTimes.ticket_id) == col(Ticket.id), isouter=True)
            .order_by(col(Ticket.id).desc())
            .limit(most)
        )
        yield from self._session.exec(query)

    def _current_lines(self, kind: str) -> SelectOfScalar[RegisterLine]:
        newest = (
            select(RegisterLine.number, func.max(RegisterLine.version).label("version"))
            .where(RegisterLine.kind == kind)
            .group_by(col(RegisterLine.number))
            .subquery()
        )
        same = and_(
            col(RegisterLine.number) == newest.c.number,
            col(RegisterLine.version) == newest.c.version,
        )
        return select(RegisterLine).join(newest, same).where(RegisterLine.kind == kind)


def content_of(row: RegisterLine) -> dict[str, Any]:
    """Return the values of a version; of an erased person nothing but the pseudonym is left."""
    told = json.loads(row.told) if row.told else {}
    return {**row.content, **told}


def is_retired(row: RegisterLine) -> bool:
    """Return whether the line is out of use: by a decision, or because nothing is left of it."""
    return row.change is RegisterChange.RETIRED or bool(row.about and not row.told)

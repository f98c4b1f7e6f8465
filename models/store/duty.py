"""The duty rota's rows: written once and never altered, but for whoever is erased."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import col, func, select

from models.store.repository import Repository
from models.tables import DutyAct, DutyEntry


class DutyRepository(Repository):
    """The table duty_entry."""

    def entries(self) -> Sequence[DutyEntry]:
        """Return all rows, the oldest first."""
        return self._session.exec(select(DutyEntry).order_by(col(DutyEntry.id))).all()

    def newest(self) -> int:
        """Return the number of the newest change; 0 before the first."""
        return self._session.exec(select(func.max(DutyEntry.change))).one() or 0

    def add(
        self, act: DutyAct, first_day: date, slots: Sequence[Sequence[str]], at: datetime, by: str
    ) -> None:
        """Write a change: the pseudonyms of each week in turn; nobody is a row without one."""
        newest = self.newest()
        self.save_all(
            DutyEntry(
                change=newest + 1,
                at=at,
                act=act,
                first_day=first_day,
                slot=slot,
                person_id=person,
                by=by,
            )
            for slot, people in enumerate(slots or [()])
            for person in (people or [""])
        )

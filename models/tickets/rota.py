"""The duty rota: who is on duty in which week, as it follows from what was changed. Pure.

A week is known by its Monday. A single week that somebody set goes before the order that repeats;
where neither says anybody, nobody is on duty by the rota.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from models.tables import DutyAct, DutyEntry


@dataclass(frozen=True, slots=True)
class RotaChange:
    """A change of the rota.

    Attributes
    ----------
    first_day : the Monday of the week, or of an order's first week
    slots : pseudonyms of each week in turn, one week where only that is set; nobody: as before
    """

    act: DutyAct
    first_day: date
    slots: tuple[tuple[str, ...], ...]


def changes_in(entries: Iterable[DutyEntry]) -> tuple[RotaChange, ...]:
    """Return the changes that rows say, the oldest first; whoever was erased is nobody in them."""
    ordered = sorted(entries, key=lambda row: (row.change, row.slot, row.id or 0))
    return tuple(_change(list(rows)) for _, rows in groupby(ordered, key=lambda row: row.change))


def _change(rows: Sequence[DutyEntry]) -> RotaChange:
    slots = tuple(
        tuple(row.person_id for row in slot if row.person_id)
        for _, slot in groupby(rows, key=lambda row: row.slot)
    )
    return RotaChange(rows[0].act, rows[0].first_day, slots)


def is_set_apart(changes: Sequence[RotaChange], week: date) -> bool:
    """Return whether somebody set that one week, so that no order fills it."""
    return bool(_of_the_week(changes, week))


def people_in(changes: Sequence[RotaChange], week: date) -> tuple[str, ...]:
    """Return the pseudonyms of those on duty in the week that begins on that Monday."""
    return _of_the_week(changes, week) or _of_the_order(changes, week)


def _of_the_week(changes: Sequence[RotaChange], week: date) -> tuple[str, ...]:
    for change in reversed(changes):
        if change.act is DutyAct.WEEK and change.first_day == week:
            return change.slots[0]
    return ()


def _of_the_order(changes: Sequence[RotaChange], week: date) -> tuple[str, ...]:
    for change in reversed(changes):
        if change.act is DutyAct.ORDER and change.first_day <= week:
            turn = (week - change.first_day).days // 7
            return change.slots[turn % len(change.slots)]
    return ()

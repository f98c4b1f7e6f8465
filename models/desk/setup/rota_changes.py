"""Who is on duty in which week: read for paging, changed by the support staff.

What was changed stays as it was written; who is on duty follows from it (`models.tickets.rota`).
Whoever left the support staff, or was erased, is on duty no more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from models.desk.base.context import DeskContext
from models.desk.base.form_problems import FieldRefusedError
from models.desk.base.turn import Turn
from models.kpis.periods import Period, week_of
from models.language import N_
from models.store.transaction import UnitOfWork
from models.tables import DutyAct, DutyEntry, Membership, Person
from models.tickets.rota import RotaChange, changes_in, is_set_apart, people_in

MOST: Final = 10
"""So many people are paged at most."""
_SEVEN_DAYS: Final = timedelta(days=7)


class RotaRefusedError(FieldRefusedError):
    """A change of the duty rota cannot be made."""


@dataclass(frozen=True, slots=True)
class RotaEdit:
    """What somebody wants of the rota.

    Attributes
    ----------
    people : Slack ids in their order; nobody: the week follows the order again, the order ends
    size : people a week of an order
    swap : the week that this one is swapped with
    seen : the newest change that whoever swaps had seen; None where they saw none
    """

    act: DutyAct
    week: Period
    people: tuple[str, ...] = ()
    size: int = 1
    swap: Period | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class DutyWeek:
    """A week of the rota: who is on duty, and whether that was set for this week alone."""

    week: Period
    people: tuple[Person, ...]
    apart: bool


def weeks_from(desk: DeskContext, unit: UnitOfWork, day: date, number: int) -> list[DutyWeek]:
    """Return the week of ``day`` and those after it, ``number`` in all; reads only."""
    changes = changes_in(unit.duty.entries())
    weeks = [week_of(day + at * _SEVEN_DAYS) for at in range(number)]
    return [
        DutyWeek(
            week,
            _staff(desk, unit, people_in(changes, week.first_day)),
            is_set_apart(changes, week.first_day),
        )
        for week in weeks
    ]


def by_rota(desk: DeskContext, unit: UnitOfWork, day: date) -> tuple[Person, ...]:
    """Return who is on duty on a day of the office by the rota; nobody where it says nobody."""
    return weeks_from(desk, unit, day, 1)[0].people


def _staff(desk: DeskContext, unit: UnitOfWork, pseudonyms: Sequence[str]) -> tuple[Person, ...]:
    found = (unit.people.get(one) for one in dict.fromkeys(pseudonyms))
    return tuple(one for one in found if one is not None and _may_be_on_duty(desk, unit, one))


def _may_be_on_duty(desk: DeskContext, unit: UnitOfWork, person: Person) -> bool:
    here = bool(person.slack_id) and person.membership is not Membership.GONE
    return here and desk.is_staff(unit, person)


def check_rota(desk: DeskContext, unit: UnitOfWork, edit: RotaEdit, today: date) -> None:
    """Let a change pass, or refuse it; reads only.

    Raises
    ------
    RotaRefusedError
        When it cannot be made; the message says why.
    """
    for place, week in (("week", edit.week), ("swap", edit.swap)):
        if week is not None and week.last_day < today:
            raise RotaRefusedError(place, N_("Week {week} is over."), week=week.key)
    if edit.swap is not None:
        _check_swap(desk, unit, edit, edit.swap)
        return
    for name in edit.people:
        person = unit.people.find(name) or Person(slack_id=name)
        if not _may_be_on_duty(desk, unit, person):
            text = N_("{name} is not one of the support team.")
            raise RotaRefusedError("people", text, name=person.name or name)
    a_week = edit.size if edit.act is DutyAct.ORDER else len(edit.people)
    if a_week > MOST:
        text = N_("{n} people can be on duty in a week at most.")
        raise RotaRefusedError("people", text, n=str(MOST))
    if edit.act is DutyAct.ORDER and len(edit.people) % edit.size:
        text = N_("{people} people do not fill weeks of {n}: choose more or fewer.")
        values = {"people": str(len(edit.people)), "n": str(edit.size)}
        raise RotaRefusedError("people", text, **values)


def _check_swap(desk: DeskContext, unit: UnitOfWork, edit: RotaEdit, other: Period) -> None:
    if edit.people or edit.act is DutyAct.ORDER:
        raise RotaRefusedError("swap", N_("Choose either people or a week to swap with."))
    if edit.week.key == other.key:
        raise RotaRefusedError("swap", N_("Choose another week to swap with."))
    weeks = (edit.week, other)
    if edit.seen is not None and _changed_since(unit, edit.seen, weeks):
        text = N_(
            "Somebody has changed these weeks already; now {weeks}. Open the form again if they should be swapped still."
        )
        people = [(week.key, by_rota(desk, unit, week.first_day)) for week in weeks]
        now = (f"{key}: {', '.join(one.name or '–' for one in who)}" for key, who in people)
        raise RotaRefusedError("swap", text, weeks=", ".join(now))
    for place, one in zip(("week", "swap"), weeks, strict=True):
        if not by_rota(desk, unit, one.first_day):
            text = N_("The rota has nobody for week {week}: there is nothing to swap.")
            raise RotaRefusedError(place, text, week=one.key)


def _changed_since(unit: UnitOfWork, seen: int, weeks: Iterable[Period]) -> bool:
    """Return whether other people are on duty in any of these weeks than by the change ``seen``."""
    rows = unit.duty.entries()
    before, now = changes_in(row for row in rows if row.change <= seen), changes_in(rows)
    days = [week.first_day for week in weeks]
    return any(people_in(before, day) != people_in(now, day) for day in days)


def edit_rota(turn: Turn, edit: RotaEdit, at: datetime, by: str = "") -> None:
    """Write a change; ``by`` is a pseudonym.

    Raises
    ------
    RotaRefusedError
        When it cannot be made.
    """
    unit = turn.unit
    unit.lock("duty")
    check_rota(turn.desk, unit, edit, turn.today)
    for first_day, slots in _written(turn, edit):
        unit.duty.add(edit.act, first_day, slots, at, by)


def _written(turn: Turn, edit: RotaEdit) -> Iterable[tuple[date, Sequence[Sequence[str]]]]:
    """Return the first day and the slots of each change that is to be written."""
    unit = turn.unit
    if edit.swap is not None:
        both = (edit.week.first_day, edit.swap.first_day)
        here, there = ([one.id for one in by_rota(turn.desk, unit, day)] for day in both)
        return [(both[0], [there]), (both[1], [here])]
    people = [unit.people.by_slack_id(name, turn.now).id for name in edit.people]
    size = edit.size if edit.act is DutyAct.ORDER else max(1, len(people))
    slots = [people[at : at + size] for at in range(0, len(people), size)]
    return [(edit.week.first_day, slots)]


def history(unit: UnitOfWork, most: int) -> list[tuple[DutyEntry, RotaChange]]:
    """Return the newest changes, the last one first, each with a row of it."""
    rows = unit.duty.entries()
    first = {row.change: row for row in reversed(rows)}
    changes = dict(zip(sorted(first), changes_in(rows), strict=True))
    return [(first[n], changes[n]) for n in sorted(first, reverse=True)[:most]]

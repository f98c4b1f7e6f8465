"""Write the times of tickets: at each event, and anew from all events.

A ticket's minutes of work depend on what else its people had running, so an event on one
ticket may change the minutes of others. Both ways of writing them are one function of the
events: `project` after an event, `rebuild` for all.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from models.store.transaction import UnitOfWork
from models.tables import Source, TicketEvent, TicketTimes
from models.tickets.effort import ACTIVITY, ACTS, LONGEST, Stretch, effort_of, is_act
from models.tickets.hours import Calendar, calendar_from
from models.tickets.times import times_of

History = tuple[Source, list[TicketEvent]]

_LOCK = "shared clock"


def project(unit: UnitOfWork, ticket_id: int, in_force: Calendar) -> None:
    """Write a ticket's times after an event, and those of the tickets it shares the clock with.

    Business minutes are counted by the calendar in force until the ticket is resolved, then
    by that one for good.
    """
    own = unit.projection.histories([ticket_id])
    acts = _acts(own)
    if acts:
        # Two who write at once would not see each other's events.
        unit.lock(_LOCK)
    near = {ticket_id, *unit.projection.beside(acts, LONGEST, ACTS)}
    before = unit.projection.times_of(near)
    calendars = _Calendars(unit, in_force, before)
    histories = _touched(ticket_id, unit.projection.histories(near), calendars)
    known = before.get(ticket_id)
    if known is None or known.resolved_at is None:
        calendars.renew(ticket_id)
    stood = {number: (row.handling_minutes, row.evidence) for number, row in before.items()}
    for row in _times(unit, histories, calendars):
        changed = stood.get(row.ticket_id) != (row.handling_minutes, row.evidence)
        if changed or row.ticket_id == ticket_id:
            unit.tickets.put_times(row)


def _touched(
    ticket_id: int, near: dict[int, History], calendars: "_Calendars"
) -> dict[int, History]:
    """Return the histories of a ticket and of those whose work may lie beside its own.

    Whatever stretch the ticket has, or had before its latest event, begins with one of its
    acts and ends with one of its events, or with a window.
    """
    events = near[ticket_id][1] if ticket_id in near else []
    last = max((event.at for event in events), default=None)
    own = [
        Stretch(ticket_id, event.actor, event.at, max(event.at + ACTIVITY, last or event.at))
        for event in events
        if is_act(event)
    ]
    clock = _Clock(own)
    theirs = {
        number: effort_of(number, ordered, calendars.of(number)).stretches
        for number, (_, ordered) in near.items()
        if number != ticket_id
    }
    return {
        number: history
        for number, history in near.items()
        if number == ticket_id or any(clock.meets(one) for one in theirs[number])
    }


def rebuilt(
    unit: UnitOfWork, batch: Sequence[tuple[int, Source, list[TicketEvent]]], in_force: Calendar
) -> list[TicketTimes]:
    """Return the times of these tickets from their events, by the calendars they were kept by."""
    histories = {number: (source, events) for number, source, events in batch if events}
    calendars = _Calendars(unit, in_force, unit.projection.times_of(histories))
    return list(_times(unit, histories, calendars))


def _times(
    unit: UnitOfWork, histories: Mapping[int, History], calendars: "_Calendars"
) -> Iterator[TicketTimes]:
    acts = _acts(histories)
    around = unit.projection.beside(acts, LONGEST, ACTS) - set(histories)
    calendars.add(unit.projection.times_of(around))
    everything = {**unit.projection.histories(around), **histories}
    clock = _Clock(
        stretch
        for number, (_, events) in everything.items()
        for stretch in effort_of(number, events, calendars.of(number)).stretches
    )
    for number, (source, events) in histories.items():
        others = clock.beside(number)
        yield times_of(source, number, events, calendars.of(number), others)


def _acts(histories: Mapping[int, History]) -> list[tuple[str, datetime]]:
    return [
        (event.actor, event.at)
        for _, events in histories.values()
        for event in events
        if is_act(event)
    ]


class _Mine(NamedTuple):
    starts: list[datetime]
    stretches: list[Stretch]


class _Clock:
    """The stretches of some tickets, found by who worked and when."""

    def __init__(self, stretches: Iterable[Stretch]) -> None:
        self._of_ticket: dict[int, list[Stretch]] = defaultdict(list)
        by_actor: dict[str, list[Stretch]] = defaultdict(list)
        for stretch in stretches:
            self._of_ticket[stretch.ticket].append(stretch)
            by_actor[stretch.actor].append(stretch)
        self._of_actor: dict[str, _Mine] = {}
        for actor, theirs in by_actor.items():
            theirs.sort(key=lambda stretch: (stretch.start, stretch.ticket))
            self._of_actor[actor] = _Mine([stretch.start for stretch in theirs], theirs)

    def beside(self, ticket: int) -> set[Stretch]:
        """Return the stretches on other tickets that may overlap those of this one."""
        return {
            other
            for own in self._of_ticket.get(ticket, ())
            for other in self._around(own)
            if other.ticket != ticket
        }

    def meets(self, other: Stretch) -> bool:
        """Return whether the person had anything of this running at that time."""
        mine = self._of_actor.get(other.actor)
        stretches = mine.stretches if mine else []
        return any(own.start < other.end and other.start < own.end for own in stretches)

    def _around(self, own: Stretch) -> Sequence[Stretch]:
        mine = self._of_actor[own.actor]
        first = bisect_left(mine.starts, own.start - LONGEST)
        return mine.stretches[first : bisect_right(mine.starts, own.end)]


class _Calendars:
    """Which calendar each ticket is timed by: its own, or the one in force."""

    def __init__(
        self, unit: UnitOfWork, in_force: Calendar, times: Mapping[int, TicketTimes]
    ) -> None:
        self._unit, self.in_force = unit, in_force
        self._versions: dict[int, str] = {}
        self.add(times)
        unit.projection.keep_calendar(in_force.version, in_force.content)

    def add(self, times: Mapping[int, TicketTimes]) -> None:
        self._versions |= {number: row.calendar for number, row in times.items()}

    def renew(self, ticket_id: int) -> None:
        """Time a ticket by the calendar in force from now on."""
        self._versions.pop(ticket_id, None)

    def of(self, ticket_id: int) -> Calendar:
        version = self._versions.get(ticket_id, "")
        if version in ("", self.in_force.version):
            return self.in_force
        content = self._unit.projection.calendar(version)
        return calendar_from(content) if content else self.in_force

"""Read what was declared of a quarter, and measure it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from models.governance.small_groups import FEWEST
from models.kpis.periods import Period, whole_weeks
from models.store.transaction import UnitOfWork
from models.tables import FreedUse, Source, TicketEvent
from models.tickets.effort import ACTS, is_act
from models.tickets.hours import Calendar
from models.value.freed.declaration import Declaration
from models.value.freed.measured import (
    Indicator,
    Unmeasured,
    WeeksSeen,
    less,
)


@dataclass(frozen=True, slots=True)
class FreedReader:
    """Reads within one transaction.

    Parameters
    ----------
    before
        The baseline's days; None without one.
    days
        The days of the quarter after the baseline that are over; None without any.
    cap
        Minutes up to which a handling time counts.
    """

    unit: UnitOfWork
    calendar: Calendar
    sources: tuple[Source, ...]
    before: Period | None
    days: Period | None
    cap: float

    def indicators(self, said: Declaration) -> tuple[Indicator, ...]:
        """Return one for each use that was declared."""
        return tuple(self._indicator(use) for use, _ in said.uses.shares)

    def _indicator(self, use: FreedUse) -> Indicator:
        if use is FreedUse.PROJECT:
            return Indicator(use, Unmeasured.NO_MEASURE)
        if self.before is None:
            return Indicator(use, Unmeasured.NO_BASELINE)
        before, now = self._weeks(self.before), self._weeks(self.days)
        if not WeeksSeen([0] * len(before), [0] * len(now)).are_enough:
            return Indicator(use, Unmeasured.TOO_SHORT)
        if use is FreedUse.BACKLOG:
            return self._backlog(before, now)
        sides = (self._acts(before), self._acts(now))
        pick = self._last_acts if use is FreedUse.EARLIER_CLOSE else self._outside
        then, since = ([pick(week) for week in side] for side in sides)
        if any(0 < _people(side) < FEWEST for side in (then, since)):
            # When a few people stop for the day would be said of each of them.
            return Indicator(use, Unmeasured.FEW_PEOPLE)
        if use is FreedUse.EARLIER_CLOSE:
            return self._close(then, since)
        return self._overtime(then, since, now, sum(map(len, sides[1])))

    def _weeks(self, days: Period | None) -> list[Period]:
        return whole_weeks(days.first_day, days.last_day) if days else []

    def _less(self, use: FreedUse, seen: WeeksSeen, hours_each: float | None) -> Indicator:
        days = self.days
        weeks = ((days.last_day - days.first_day).days + 1) / 7 if days else 0.0
        return less(use, seen, hours_each, weeks)

    # Open tickets --------------------------------------------------------------------------

    def _backlog(self, before: Sequence[Period], now: Sequence[Period]) -> Indicator:
        """Compare by how much the open tickets grow a week: those opened less those resolved."""
        minutes = self._minutes_a_ticket(now)
        hours = None if minutes is None else minutes / 60
        return self._less(FreedUse.BACKLOG, WeeksSeen(self._grown(before), self._grown(now)), hours)

    def _grown(self, weeks: Sequence[Period]) -> list[float]:
        zone = self.calendar.zone
        flows = (
            self.unit.freed.flow(week.start(zone), week.end(zone), self.sources) for week in weeks
        )
        return [float(flow.opened - flow.resolved) for flow in flows]

    def _minutes_a_ticket(self, weeks: Sequence[Period]) -> float | None:
        known = self._handled(weeks)
        n, minutes, _ = known
        return minutes / n if n else None

    def _handled(self, weeks: Sequence[Period]) -> tuple[int, float, int]:
        """Return tickets with a known handling time, their minutes, and all that were resolved."""
        zone = self.calendar.zone
        cells = self.unit.effects.handling_cells(
            weeks[0].start(zone), weeks[-1].end(zone), self.sources, self.cap
        )
        n = sum(cell.n for cell in cells)
        minutes = sum(cell.n * cell.minutes for cell in cells)
        return n, minutes, n + sum(cell.unknown for cell in cells)

    # What the staff did when ---------------------------------------------------------------

    def _acts(self, weeks: Sequence[Period]) -> list[list[TicketEvent]]:
        """Return the acts of each week."""
        zone = self.calendar.zone
        return [
            [
                act
                for act in self.unit.freed.acts(
                    week.start(zone), week.end(zone), self.sources, ACTS
                )
                if is_act(act)
            ]
            for week in weeks
        ]

    def _close(
        self, then: Sequence[Sequence[TicketEvent]], since: Sequence[Sequence[TicketEvent]]
    ) -> Indicator:
        """Compare the last act of an office day, counted once however many people stop then."""
        days = sum(map(len, since)) / len(since)
        seen = WeeksSeen(
            *(
                [sum(map(self._minute_of_day, week)) / len(week) for week in side if week]
                for side in (then, since)
            )
        )
        return self._less(FreedUse.EARLIER_CLOSE, seen, days / 60)

    def _last_acts(self, week: Iterable[TicketEvent]) -> list[TicketEvent]:
        """Return the last act of each office day."""
        last: dict[date, TicketEvent] = {}
        for act in week:
            day = act.at.astimezone(self.calendar.zone).date()
            if self.calendar.is_working_day(day):
                last[day] = max(act, last.get(day, act), key=lambda one: one.at)
        return list(last.values())

    def _minute_of_day(self, act: TicketEvent) -> float:
        at = act.at.astimezone(self.calendar.zone)
        return at.hour * 60 + at.minute + at.second / 60

    def _outside(self, week: Iterable[TicketEvent]) -> list[TicketEvent]:
        """Return the acts outside office hours."""
        return [act for act in week if not self.calendar.is_open(act.at)]

    def _overtime(
        self,
        then: Sequence[Sequence[TicketEvent]],
        since: Sequence[Sequence[TicketEvent]],
        weeks: Sequence[Period],
        acts: int,
    ) -> Indicator:
        """Compare acts outside office hours, each worth the minutes of one of ``acts`` in the mean."""
        n, minutes, resolved = self._handled(weeks)
        each = minutes / n * resolved / acts / 60 if n and acts else None
        outside = WeeksSeen(*([float(len(week)) for week in side] for side in (then, since)))
        return self._less(FreedUse.LESS_OVERTIME, outside, each)


def _people(weeks: Iterable[Iterable[TicketEvent]]) -> int:
    return len({act.actor for week in weeks for act in week})

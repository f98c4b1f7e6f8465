"""How long people worked on a ticket, and how somebody's parallel tickets share the clock.

A *stretch* is a time in which one member of the staff worked on one ticket. Minutes of a
ticket are the only thing that comes out of here: nothing is summed by person.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from models.tables import DecidedBy, EventKind, TicketEvent
from models.tickets.hours import Calendar

STARTS: Final = (EventKind.CLAIMED, EventKind.REASSIGNED, EventKind.RESUMED)
STOPS: Final = (
    EventKind.PAUSED,
    EventKind.RESOLVED,
    EventKind.REOPENED,
    EventKind.CLOSED,
    EventKind.WITHDRAWN,
    EventKind.JOINED,
)
_SEEN: Final = (
    EventKind.RESPONDED,
    EventKind.CATEGORISED,
    EventKind.PRIORITISED,
    EventKind.ROUTED,
)
ACTS: Final = (*STARTS, *_SEEN, EventKind.RESOLVED)
"""What begins a stretch when a member of the staff does it."""

ACTIVITY: Final = timedelta(minutes=5)
"""How long an act is taken to be work: the 300 seconds of the example in the documentation
of Dispatch (Netflix), whose cost model counts activity so."""

SHORTEST: Final = timedelta(minutes=1)
"""Below nobody has read and solved anything: the buttons were pressed after the work."""

LONGEST: Final = timedelta(hours=10)
"""More nobody works in one go: § 3 of the German Arbeitszeitgesetz allows ten hours a day.
A clock that ran longer was left running."""

NIGHT: Final = timedelta(hours=4)
"""A clock that ran past midnight and longer than this was left running: somebody on call may
work around midnight, and few work through a night."""

AS_TIMED: Final = "timed"
"""How stated minutes came about that are those the form began with."""

STATABLE: Final = (5, 10, 20, 40, 60)
"""Minutes to choose from where somebody says how long a ticket took; the last is "or more"."""


class Stretch(NamedTuple):
    """Work of one person on one ticket."""

    ticket: int
    actor: str
    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


class Effort(NamedTuple):
    """The stretches of a ticket, where they come from, and the minutes that were stated.

    ``evidence`` is A (buttons), B (windows of activity), C (stated) or empty.
    """

    evidence: str
    stretches: tuple[Stretch, ...] = ()
    stated: float | None = None

    def minutes(self, others: Iterable[Stretch] = ()) -> float | None:
        """Return the minutes of work; ``others`` are the stretches of other tickets."""
        return self.stated if self.evidence in ("", "C") else shared(self.stretches, others)


def effort_of(ticket_id: int, events: Sequence[TicketEvent], calendar: Calendar) -> Effort:
    """Return the work on a ticket, by the best evidence there is.

    A
        Somebody pressed a button: from each claim or resumption to the next pause,
        resolution or reopening, outside office hours too. While the first still runs,
        nothing is known. Where the asker's answer resumed it, from the next act of whoever
        had it: the answer is nobody's work. Below a minute in all, or where a clock was left
        running, the buttons say nothing of the work.
    C
        Nobody pressed one, or what the buttons say is not to be believed, but somebody said
        how many minutes it took.
    B
        No button and no word: each act of the staff is work for `ACTIVITY`, until the next
        act at most, in office hours only. A resolution and nothing else says nothing of the work
        before it.

    A ticket that joins another has what was worked on it until then. Its resolution is the
    other one's work: that counts there, and only there.

    Parameters
    ----------
    events
        Those of the ticket, in the order of time.
    """
    buttons = tuple(_by_buttons(ticket_id, events))
    if _believable(buttons, calendar):
        return Effort("A", buttons)
    stated = [minutes for event in events for minutes in stated_in(event, "minutes")]
    if stated:
        return Effort("C", stated=stated[-1])
    if any(event.kind in STARTS for event in events):
        return Effort("")
    seen = tuple(_by_activity(ticket_id, [e for e in events if is_act(e)], calendar))
    return Effort("B", seen) if seen else Effort("")


def _believable(buttons: Sequence[Stretch], calendar: Calendar) -> bool:
    length = sum((one.length for one in buttons), timedelta())
    return length >= SHORTEST and not any(_left_running(one, calendar) for one in buttons)


def _left_running(stretch: Stretch, calendar: Calendar) -> bool:
    """Return whether a clock ran longer than anybody works, or through a night."""
    days = {at.astimezone(calendar.zone).date() for at in (stretch.start, stretch.end)}
    return stretch.length > (LONGEST if len(days) == 1 else NIGHT)


def nearest_choice(minutes: float) -> int:
    """Return which of `STATABLE` is nearest, by ratio: 14 minutes are 10, 15 are 20."""
    return min(STATABLE, key=lambda choice: abs(math.log(max(minutes, 1) / choice)))


def is_act(event: TicketEvent) -> bool:
    """Return whether an event is a deed of somebody of the staff; imported ones are nobody's."""
    with_main = event.kind is EventKind.RESOLVED and "main" in event.detail
    if not event.actor or event.kind not in ACTS or with_main or is_by_asker(event):
        return False
    return event.kind is not EventKind.CATEGORISED or event.detail.get("by") == DecidedBy.PERSON


def is_by_asker(event: TicketEvent) -> bool:
    """Return whether the asker's own words resolved or resumed it: no deed of the staff."""
    return event.detail.get("by") == "asker"


def stated_in(event: TicketEvent, key: str) -> Iterator[float]:
    """Yield the number that somebody stated, if it is one."""
    value = event.detail.get(key) if event.kind is EventKind.STATED else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    if math.isfinite(value) and value >= 0:
        yield float(value)


def shared(own: Iterable[Stretch], others: Iterable[Stretch]) -> float:
    """Return the minutes of a ticket's stretches.

    A minute in which the same person had k tickets running counts 1/k for each, so that the
    tickets of a person never come to more than the clock.
    """
    around = [stretch for stretch in others if stretch.actor]
    return math.fsum(part for stretch in own for part in _parts(stretch, around))


def _parts(own: Stretch, around: Iterable[Stretch]) -> Iterator[float]:
    beside = [
        other
        for other in around
        if (other.actor, other.ticket) != (own.actor, own.ticket)
        and other.actor == own.actor
        and other.start < own.end
        and own.start < other.end
    ]
    edges = {edge for other in beside for edge in (other.start, other.end)}
    inner = sorted(edge for edge in edges if own.start < edge < own.end)
    moments = [own.start, *inner, own.end]
    for start, end in pairwise(moments):
        running = [other for other in beside if other.start <= start < other.end]
        yield max(0.0, (end - start).total_seconds()) / 60 / (len(running) + 1)


def _by_buttons(ticket_id: int, events: Iterable[TicketEvent]) -> Iterator[Stretch]:
    running: tuple[str, datetime] | None = None
    holder, answered = "", False  # who began last; whether the asker resumed it since it stopped
    for event in events:
        if event.kind is EventKind.RESUMED and is_by_asker(event):
            answered = running is None
            continue
        goes_on = answered and event.kind in _SEEN and is_act(event) and event.actor == holder
        begins, ends = event.kind in STARTS or goes_on, event.kind in STOPS
        if begins and running and running[0] == event.actor:
            continue
        if running and (begins or ends):
            yield Stretch(ticket_id, *running, event.at)
            running = None
        if begins:
            holder, running = event.actor, (event.actor, event.at)
        if begins or ends:
            answered = False


def _by_activity(
    ticket_id: int, acts: Sequence[TicketEvent], calendar: Calendar
) -> Iterator[Stretch]:
    if all(act.kind is EventKind.RESOLVED for act in acts):
        return
    nexts = [*(act.at for act in acts[1:]), None]
    for act, following in zip(acts, nexts, strict=True):
        end = act.at + ACTIVITY if following is None else min(act.at + ACTIVITY, following)
        for opened, closed in calendar.office_hours(act.at, end):
            yield Stretch(ticket_id, act.actor, opened, closed)

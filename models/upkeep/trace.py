"""A message's whole way, from what is stored: when it came, what became of it, what was posted.

`trace` reads; `why_waited` and `why_unsent` are pure. Nothing here holds a word of anybody, and
of a matter for few eyes only that it was handled. What chance decided is left out: nobody at
the desk may know who is held out.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from models.commands import Place, PostMessage, from_json, message_key
from models.errors import NotFoundError
from models.steps import CONFIDED, outcome_of
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    DecidedBy,
    EventKind,
    InboxRow,
    InboxState,
    LlmOutcome,
    OutboxRow,
    PostKind,
    PostState,
    Source,
    TicketEvent,
)

LONG = timedelta(seconds=5)
"""A step that took longer is explained."""
_AFTER = timedelta(minutes=10)
"""So long after a command a call of the language model may be its own."""
_TICKET = re.compile(r"(?:#|t-)?(\d{1,9})", re.IGNORECASE | re.ASCII)
_STAMP = re.compile(r"\d{9,11}\.\d{6}", re.ASCII)
_LINK = re.compile(r"https?://\S*/archives/(\w+)/p(\d{10})(\d{6})\S*", re.ASCII)
_CODE = re.compile(r"[a-z_]{1,60}")
_LATER = {
    "consult_model": "ticket:{}",
    "read_passages": "case:{}",
    "end_suggestions": "",
}
"""Steps left for later that are told: kind → what the language model is then asked about."""


class Road(StrEnum):
    """How an event reached the inbox."""

    SLACK = "slack"  # Slack delivered it
    HISTORY = "history"  # found in Slack's history, for Slack did not deliver it
    ITSELF = "itself"  # a step that an earlier one left for later
    UNKNOWN = "unknown"  # not in the inbox: the clock did it, or an import


class Cause(StrEnum):
    """Why a step took long."""

    NOT_DELIVERED = "not_delivered"  # found in Slack's history
    DELIVERED_LATE = "delivered_late"  # by Slack, or nobody was there to receive
    HELD = "held"  # for the question that it belongs to
    FAILED = "failed"  # earlier tries did
    BUSY = "busy"  # others were handled, or posted, first
    STOPPED = "stopped"  # nothing at all was done meanwhile
    ASKED_TO_WAIT = "asked_to_wait"  # Slack's Retry-After, for this post
    CHANNEL_RESTED = "channel_rested"  # Slack's Retry-After, for another post there
    POST_ABOVE = "post_above"  # what it belongs to is not shown yet
    TURN = "turn"  # a channel rests between two posts


@dataclass(frozen=True, slots=True)
class Delay:
    """Why a step took long: how long, and how many were first or failed."""

    lasted: timedelta
    cause: Cause
    n: int = 0


@dataclass(frozen=True, slots=True)
class ModelCall:
    """A question to the language model; ``lasted`` is what it took."""

    at: datetime
    purpose: str
    outcome: LlmOutcome
    lasted: timedelta


@dataclass(frozen=True, slots=True)
class PostStep:
    """A post on its way; ``error`` is Slack's own word for a refusal, where it is one."""

    number: int
    what: str
    kind: PostKind
    state: PostState
    queued_at: datetime
    sent_at: datetime | None
    ts: str
    tries: int
    error: str = ""
    delay: Delay | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one event.

    Attributes
    ----------
    written_at : when it happened in Slack, where that is stored
    taken_at : when the worker took it up for the last time
    outcome : what became of it, None where neither an answer nor a ticket did
    via : what led to the ticket
    via, answered_by : what led to the ticket, and who found the answer
    category_by, confidence : who chose the category then, and how sure that was
    """

    event_id: str
    kind: str
    road: Road
    state: InboxState
    received_at: datetime | None = None
    written_at: datetime | None = None
    taken_at: datetime | None = None
    tries: int = 0
    outcome: EventKind | None = None
    case: int | None = None
    ticket: int | None = None
    via: str = ""
    answered_by: str = ""
    category_by: DecidedBy | None = None
    confidence: float | None = None
    came_late: Delay | None = None
    taken_late: Delay | None = None
    calls: tuple[ModelCall, ...] = ()
    posts: tuple[PostStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """What is stored about what was ``asked`` for, at ``at``.

    ``source`` is a ticket's; ``loose`` are posts that the clock made.
    """

    asked: str
    at: datetime
    ways: tuple[Way, ...] = ()
    source: Source | None = None
    loose: tuple[PostStep, ...] = ()


def trace(store: Store, asked: str, channels: Iterable[str], now: datetime) -> Trace:
    """Follow an event, a ticket or a message.

    Parameters
    ----------
    asked
        An event's id, a ticket's number, a message's time stamp or its link.
    channels
        Where a message may stand whose words are not kept.

    Raises
    ------
    NotFoundError
        When nothing is stored under it.
    """
    wanted = asked.strip()
    with store.snapshot() as unit:
        found = _found(unit, wanted, tuple(channels), now)
    if found is None:
        raise NotFoundError(wanted)
    return found


def _found(unit: UnitOfWork, wanted: str, channels: Sequence[str], now: datetime) -> Trace | None:
    number, link = _TICKET.fullmatch(wanted), _LINK.fullmatch(wanted.strip("<>"))
    if number:
        return _of_ticket(unit, wanted, int(number[1]), now)
    if link:
        return _of_message(unit, f"{link[2]}.{link[3]}", (link[1], *channels), now)
    if _STAMP.fullmatch(wanted):
        return _of_message(unit, wanted, channels, now)
    row = unit.traces.command(wanted)
    return Trace(wanted, now, _ways(unit, (row,), now)) if row is not None else None


def _of_ticket(unit: UnitOfWork, wanted: str, number: int, now: datetime) -> Trace | None:
    ticket = unit.tickets.find(number)
    if ticket is None:
        return None
    events = [*unit.tickets.events_of(number)]
    if ticket.case_id:
        events += unit.tickets.events_of_case(ticket.case_id)
    began = [event for event in events if event.kind in (EventKind.ASKED, EventKind.OPENED)]
    names = dict.fromkeys(event.command_id for event in sorted(began, key=lambda one: one.at))
    if ticket.source is Source.IMPORT:
        return Trace(wanted, now, (), ticket.source)
    rows = [unit.traces.command(name) or _unreceived(name) for name in names]
    return Trace(wanted, now, _ways(unit, rows, now), ticket.source)


def _of_message(unit: UnitOfWork, ts: str, channels: Sequence[str], now: datetime) -> Trace | None:
    places = dict.fromkeys((*channels, *(one.channel for one in unit.traces.messages_at(ts))))
    at = datetime.fromtimestamp(0, UTC)
    for channel in places:
        posted = PostMessage(
            id="-", at=at, user="-", place=Place(channel, ts), text="", where="help"
        )
        row = unit.traces.about_message(message_key(posted) or "")
        if row is not None:
            return Trace(ts, now, _ways(unit, (row,), now))
    post = unit.traces.post_at(ts)
    if post is None:
        return None
    makers = [
        row
        for row in unit.traces.handled_at(post.created_at)
        if any(one.id == post.id for one in _posts(unit, row, _events(unit, row)))
    ]
    if makers:
        return Trace(ts, now, _ways(unit, makers[:1], now))
    return Trace(ts, now, loose=(_post_step(unit, post, now),))


def _unreceived(name: str) -> InboxRow:
    """Return an event that is not in the inbox: a job's, whose name it bears."""
    never = datetime.fromtimestamp(0, UTC)
    return InboxRow(
        id=name, kind="", payload="", received_at=never, not_before=never, state=InboxState.DONE
    )


def _ways(unit: UnitOfWork, rows: Sequence[InboxRow], now: datetime) -> tuple[Way, ...]:
    """Return the ways of commands, and of the steps that they left for later."""
    every = {row.id: row for row in rows}
    for row in rows:
        every |= {later.id: later for later in unit.traces.following(row.id, tuple(_LATER))}
    return tuple(_way(unit, row, now) for row in every.values())


def _way(unit: UnitOfWork, row: InboxRow, now: datetime) -> Way:
    events, road = _events(unit, row), _road(row)
    last = {event.kind: event for event in events}
    opened, answered = last.get(EventKind.OPENED), last.get(EventKind.ANSWERED)
    chosen = last.get(EventKind.CATEGORISED)
    case = next((event.case_id for event in events if event.case_id), None)
    ticket = next((event.ticket_id for event in events if event.ticket_id), None)
    came = None if road is Road.UNKNOWN else row.received_at
    written = _written_at(row, events) if road is not Road.ITSELF else None
    return Way(
        event_id=row.id,
        kind=row.kind,
        road=road,
        state=row.state,
        received_at=came,
        written_at=written,
        taken_at=row.done_at,
        tries=row.attempts,
        outcome=outcome_of(events),
        case=case,
        ticket=ticket,
        via=str(opened.detail.get("via", "")) if opened else "",
        answered_by=str(answered.detail.get("by", "")) if answered else "",
        category_by=DecidedBy(chosen.detail.get("by", "nobody")) if chosen else None,
        confidence=_confidence(unit, ticket, chosen),
        came_late=why_came_late(road, written, came),
        taken_late=_taken_late(unit, row, now) if came else None,
        calls=_calls(unit, row, now),
        posts=tuple(_post_step(unit, post, now) for post in _posts(unit, row, events)),
    )


def _events(unit: UnitOfWork, row: InboxRow) -> Sequence[TicketEvent]:
    return unit.traces.events_of(row.id, row.received_at)


def _posts(unit: UnitOfWork, row: InboxRow, events: Sequence[TicketEvent]) -> Sequence[OutboxRow]:
    moment = row.done_at or max((event.at for event in events), default=None)
    if moment is None:
        return ()
    starts = {f"case:{event.case_id}:" for event in events if event.case_id}
    starts |= {f"ticket:{event.ticket_id}:" for event in events if event.ticket_id}
    found = unit.traces.posts_of(moment, sorted(starts), (row.id,))
    return [post for post in found if not post.key.startswith(CONFIDED)]


def _road(row: InboxRow) -> Road:
    if not row.kind:
        return Road.UNKNOWN
    if row.id.startswith("sweep:"):
        return Road.HISTORY
    return Road.ITSELF if row.kind in (*_LATER, "draft_article", "draw_picture") else Road.SLACK


def _written_at(row: InboxRow, events: Sequence[TicketEvent]) -> datetime | None:
    asked = [event.at for event in events if event.kind in (EventKind.ASKED, EventKind.OPENED)]
    if asked:
        return min(asked)
    try:
        return from_json(row.payload).at if row.payload else None
    except ValueError:  # another version wrote it
        return None


def _confidence(unit: UnitOfWork, ticket: int | None, chosen: TicketEvent | None) -> float | None:
    if ticket is None or chosen is None:
        return None
    same = [one for one in unit.tickets.decisions_of(ticket) if one.at == chosen.at]
    return same[0].confidence if same else None


def _calls(unit: UnitOfWork, row: InboxRow, now: datetime) -> tuple[ModelCall, ...]:
    """Return the calls that a slow step made: a message itself never waits for one."""
    about, number = _LATER.get(row.kind, ""), row.id.split(":")[1:2]
    if not about or not number:
        return ()
    until = (row.done_at or now) + _AFTER
    return tuple(
        ModelCall(call.at, call.purpose, call.outcome, timedelta(milliseconds=call.latency_ms))
        for call in unit.traces.calls_about((about.format(*number),), row.received_at, until)
    )


# Why it took long ------------------------------------------------------------------------


def why_came_late(road: Road, written: datetime | None, received: datetime | None) -> Delay | None:
    """Return why an event came long after it happened; None where it did not."""
    if written is None or received is None or received - written <= LONG:
        return None
    late = road is Road.HISTORY
    return Delay(received - written, Cause.NOT_DELIVERED if late else Cause.DELIVERED_LATE)


def _taken_late(unit: UnitOfWork, row: InboxRow, now: datetime) -> Delay | None:
    until = row.done_at or now
    others = unit.traces.handled_between(row.received_at, until)
    return why_taken_late(row, until, others)


def why_taken_late(row: InboxRow, until: datetime, others: int) -> Delay | None:
    """Return why a command waited until then, where ``others`` were handled meanwhile."""
    lasted = until - row.received_at
    if lasted <= LONG or (row.state is InboxState.DEAD and row.done_at is None):
        return None
    failed = row.attempts - (row.state is InboxState.DONE)
    if row.awaits:
        return Delay(lasted, Cause.HELD)
    if failed > 0:
        return Delay(lasted, Cause.FAILED, failed)
    return Delay(lasted, Cause.BUSY if others else Cause.STOPPED, others)


def _post_step(unit: UnitOfWork, row: OutboxRow, now: datetime) -> PostStep:
    until = row.sent_at or now
    delay = None
    if row.state in (PostState.READY, PostState.SENDING, PostState.SENT):
        above = unit.outbox.find(row.target_key) if row.target_key else None
        delay = why_unsent(
            row,
            until,
            above=above.sent_at or until if above is not None else None,
            rested=unit.traces.rest_in(row.channel, row.created_at, until),
            there=unit.traces.sent_between(row.created_at, until, row.channel),
            anywhere=unit.traces.sent_between(row.created_at, until),
        )
    return PostStep(
        number=row.id or 0,
        what=what_it_is(row),
        kind=row.kind,
        state=row.state,
        queued_at=row.created_at,
        sent_at=row.sent_at,
        ts=row.ts,
        tries=row.attempts,
        error=row.error if _CODE.fullmatch(row.error) else "",
        delay=delay,
    )


def why_unsent(
    row: OutboxRow,
    until: datetime,
    *,
    above: datetime | None,
    rested: datetime | None,
    there: int,
    anywhere: int,
) -> Delay | None:
    """Return why a post waited until then.

    Parameters
    ----------
    above
        When the post that it belongs to was shown, ``until`` where it is not; None without one.
    rested
        Until when Slack put off another post of the channel.
    there, anywhere
        How many posts were shown meanwhile, in the same channel and in all.
    """
    lasted = until - row.created_at
    if lasted <= LONG:
        return None
    failed = row.attempts - (row.state is PostState.SENT)
    if above is not None and above - row.created_at > LONG:
        return Delay(lasted, Cause.POST_ABOVE)
    if failed > 0:
        return Delay(lasted, Cause.FAILED, failed)
    if row.not_before > row.created_at:
        return Delay(lasted, Cause.ASKED_TO_WAIT)
    if rested is not None:
        return Delay(lasted, Cause.CHANNEL_RESTED)
    if there:
        return Delay(lasted, Cause.BUSY, there)
    return Delay(lasted, Cause.TURN if anywhere else Cause.STOPPED)


def what_it_is(row: OutboxRow) -> str:
    """Return what a post is: ``card``, ``answer``, ``ticket`` … by its key, else its kind."""
    if row.kind in (PostKind.REACTION, PostKind.EPHEMERAL, PostKind.FILE, PostKind.DELETE):
        return row.kind.value
    is_update = row.kind is PostKind.UPDATE
    parts = (row.target_key if is_update else row.key).split(":")
    told = parts[2] if len(parts) > 2 and parts[0] in ("case", "ticket") else ""
    shown = {"card": "card", "answer": "answer", "ticket": "line", "looking": "looking"}
    what = shown.get(told, "post")
    return f"{what}_update" if is_update else what

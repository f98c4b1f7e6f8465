"""Which moves a ticket can make.

::

            claim            resolve
    NEW ───────────▶ CLAIMED ───────▶ SOLVED     CLOSED
     ▲                │   ▲             │           │
     │          pause ▼   │ resume      │           │
     │               PAUSED             │           │
     └──────────────── reopen ──────────┴───────────┘

A new or a paused ticket can be resolved as well, and a claimed one claimed again by
somebody else (it is then reassigned). Whatever is open can join another ticket: it is new
again, for nobody works on it, and is resolved with that one. CLOSED are tickets whose asker took every word back
before anybody began, and some of other systems.
"""

from typing import Literal

from models.errors import NotAllowedError
from models.tables import EventKind, Status

Move = Literal["claim", "pause", "resume", "resolve", "reopen", "join"]

_MOVES: dict[tuple[Status, Move], tuple[Status, EventKind]] = {
    (Status.NEW, "claim"): (Status.CLAIMED, EventKind.CLAIMED),
    (Status.CLAIMED, "pause"): (Status.PAUSED, EventKind.PAUSED),
    (Status.PAUSED, "resume"): (Status.CLAIMED, EventKind.RESUMED),
    (Status.NEW, "resolve"): (Status.SOLVED, EventKind.RESOLVED),
    (Status.CLAIMED, "resolve"): (Status.SOLVED, EventKind.RESOLVED),
    (Status.CLAIMED, "claim"): (Status.CLAIMED, EventKind.REASSIGNED),
    (Status.PAUSED, "resolve"): (Status.SOLVED, EventKind.RESOLVED),
    (Status.SOLVED, "reopen"): (Status.NEW, EventKind.REOPENED),
    (Status.CLOSED, "reopen"): (Status.NEW, EventKind.REOPENED),
    **{
        (status, "join"): (Status.NEW, EventKind.JOINED)
        for status in (Status.NEW, Status.CLAIMED, Status.PAUSED)
    },
}

_INSTEAD: dict[Status, str] = {
    Status.NEW: "claim or resolve it first",
    Status.CLAIMED: "pause or resolve it",
    Status.PAUSED: "resume or resolve it",
    Status.SOLVED: "reopen it first",
    Status.CLOSED: "reopen it first",
}


def move(status: Status, move: Move) -> Status:
    """Return where ``move`` takes a ticket.

    Raises
    ------
    NotAllowedError
        When a ticket that stands there cannot make the move; the message says what can be done.
    """
    return _step(status, move)[0]


def event_of(status: Status, move: Move) -> EventKind:
    """Return the event that ``move`` leaves behind: claiming a claimed ticket reassigns it.

    Raises
    ------
    NotAllowedError
        As `move` does.
    """
    return _step(status, move)[1]


def moves_from(status: Status) -> tuple[Move, ...]:
    """Return the moves that a ticket can make, in the order in which buttons offer them."""
    return tuple(name for at, name in _MOVES if at is status)


def _step(status: Status, move: Move) -> tuple[Status, EventKind]:
    step = _MOVES.get((status, move))
    if step is None:
        raise NotAllowedError(f"cannot {move} a ticket that is {status}: {_INSTEAD[status]}")
    return step

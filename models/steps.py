"""A message's way as log lines, one a step: ids, kinds, durations and outcomes, never words.

received → taken → decided → model asked → post queued → post sent. Whoever handles a command
says so with `handling`: each line until then carries its ``event_id``. What a transaction
wrote is told when it is committed, never before. Posts are joined to them by ``post``.

Nothing is told of what shall leave no trace (`models.commands.UNTRACED`, ``confided:`` posts),
and no name of a post that is for few eyes.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog
from structlog.contextvars import bound_contextvars

from models.commands import UNTRACED
from models.tables import EventKind, OutboxRow, PostKind, TicketEvent

CONFIDED = "confided:"
"""How keys of posts begin that are kept no longer than it takes to hand them over."""
_FOR_FEW_EYES = "private:"
_OUTCOMES = (
    EventKind.OPENED,
    EventKind.ANSWERED,
    EventKind.SUGGESTED,
    EventKind.FOUND,
    EventKind.WITHDRAWN,
    EventKind.ASKED,
)
log = structlog.get_logger(__name__)
_since: ContextVar[float | None] = ContextVar("since", default=None)
_silent: ContextVar[bool] = ContextVar("silent", default=False)


@contextmanager
def handling(command_id: str, kind: str) -> Iterator[None]:
    """Let each line of the block say which event it is about; of some kinds nothing is told."""
    began, quiet = _since.set(time.monotonic()), _silent.set(kind in UNTRACED)
    about = {} if kind in UNTRACED else {"event_id": command_id}
    try:
        with bound_contextvars(**about):
            yield
    finally:
        _silent.reset(quiet)
        _since.reset(began)


def received(command_id: str, kind: str, road: str, *, stored: bool) -> None:
    """Tell that an event is in the inbox, and that it was there already if not ``stored``."""
    if kind not in UNTRACED:
        log.info("received", event_id=command_id, kind=kind, road=road, stored=stored)


def taken(kind: str, *, attempt: int, waited_s: float) -> None:
    """Tell that the worker holds a command; inside of `handling`."""
    if not _silent.get():
        log.info("taken", kind=kind, attempt=attempt, waited_ms=round(waited_s * 1000))


def asked_model(outcome: str, **about: Any) -> None:
    """Tell how a question to the language model ended."""
    log.info("model asked", outcome=outcome, **about)


def committed(events: Sequence[TicketEvent], posts: Iterable[OutboxRow], *, handled: bool) -> None:
    """Tell what a transaction wrote: what happened, what is posted, whether it ``handled``."""
    if _silent.get():
        return
    began = _since.get()
    if handled and began is not None:
        log.info("decided", **_decided(events), ms=round((time.monotonic() - began) * 1000))
    for row in posts:
        if not row.key.startswith(CONFIDED):
            log.info("post queued", **naming(row.id or 0, row.key, row.kind))


def posted(row_id: int, key: str, kind: PostKind, what: str, **more: Any) -> None:
    """Tell a step of a post on its way to Slack: ``post sent`` or ``post waits``."""
    if not key.startswith(CONFIDED):
        log.info(what, **naming(row_id, key, kind), **more)


def naming(row_id: int, key: str, kind: PostKind) -> dict[str, Any]:
    """Return the fields by which the lines of a post are joined."""
    named = {} if key.startswith(_FOR_FEW_EYES) else {"key": key}
    return {"post": row_id, "kind": kind.value, **named}


def outcome_of(events: Sequence[TicketEvent]) -> EventKind | None:
    """Return what a message became, of all that happened with it; None where nothing did."""
    kinds = {event.kind for event in events}
    return next((kind for kind in _OUTCOMES if kind in kinds), events[-1].kind if events else None)


def _decided(events: Sequence[TicketEvent]) -> dict[str, Any]:
    outcome = outcome_of(events)
    told: dict[str, Any] = {"outcome": outcome.value if outcome else "nothing"}
    for event in events:
        told |= {"case": event.case_id} if event.case_id else {}
        told |= {"ticket": event.ticket_id} if event.ticket_id else {}
        if event.kind is EventKind.CATEGORISED:
            told["category_by"] = event.detail.get("by", "")
        if event.kind is EventKind.ANSWERED:
            told["answer_by"] = event.detail.get("by", "search")
    return told

"""What stands beside a ticket's category: past tickets like it, a priority, a team.

Only ever shown, never acted on; on a blind sample not even shown. Whoever looks sees
only tickets that they may see anyway.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.desk.base.answer_posts import progress_post
from models.desk.base.ticket_links import TicketLink, card_key, linked
from models.desk.base.titles import title_or_start
from models.governance.authorization import Action, Actor, Role, Subject, allowed
from models.language import Translator
from models.message import Button, Buttons, Run, Runs
from models.store.transaction import UnitOfWork
from models.tables import DONE, HIDDEN, DecidedBy, Decision, Ticket
from models.triage.hints import KINDS

THE_TEAM = Actor("", frozenset({Role.SUPPORT}))
"""Whoever reads the support channel."""
LEAST_ALIKE = 0.25
"""Cosine below which two tickets have hardly more in common than any two."""


@dataclass(frozen=True, slots=True)
class OpenHint:
    """A priority or a team that one tap gives a ticket, and how sure the suggestion is."""

    kind: str
    value: str
    confidence: float


def said_of(decisions: Sequence[Decision]) -> Decision | None:
    """Return what rules and the classifier said last; ``decisions`` are the latest first."""
    others = (DecidedBy.PERSON, DecidedBy.LLM)
    return next(
        (row for row in decisions if row.decided_by not in others and row.llm_call_id is None),
        None,
    )


def open_hints(ticket: Ticket, decisions: Sequence[Decision]) -> tuple[OpenHint, ...]:
    """Return what may still be taken with a tap: nothing that somebody has set already."""
    said = said_of(decisions)
    if said is None or said.mode in HIDDEN or ticket.status in DONE:
        return ()
    given: Mapping[str, str] = {"priority": ticket.priority, "team": ticket.team}
    return tuple(
        OpenHint(kind, str(said.hints[kind][0]), float(said.hints[kind][1]))
        for kind in KINDS
        if kind in said.hints and not given[kind]
    )


def similar_to(
    unit: UnitOfWork, viewer: Actor, ticket_id: int, decisions: Sequence[Decision]
) -> tuple[TicketLink, ...]:
    """Return the past tickets most like a ticket that ``viewer`` may see, the nearest first.

    None on a blind sample, nor for a ticket that is like nothing known; never one whose words
    were erased or taken back.
    """
    said = said_of(decisions)
    if said is None or said.mode in HIDDEN or not said.in_scope:
        return ()
    near = [int(number) for number, cosine in said.nearest if cosine >= LEAST_ALIKE]
    found = (_seen_by(unit, viewer, number) for number in near if number != ticket_id)
    return tuple(one for one in found if one is not None)


def _seen_by(unit: UnitOfWork, viewer: Actor, ticket_id: int) -> TicketLink | None:
    ticket = unit.tickets.find(ticket_id)
    if ticket is None:
        return None
    subject = Subject("ticket", str(ticket_id), ticket.requester_id or "")
    title = title_or_start(unit.tickets.text(ticket_id))
    if not title or not allowed(viewer, Action.EXPLAIN_TICKET, subject):
        return None
    key = card_key(ticket_id)
    if not allowed(viewer, Action.MOVE_TICKET, subject):
        # An employee reads in their own thread; the support channel is closed to them.
        case = unit.tickets.find_case(ticket.case_id) if ticket.case_id else None
        key = progress_post(unit, case) if case else ""
    return TicketLink(ticket_id, title, key if unit.outbox.find(key) is not None else "")


def similar_line(similar: Sequence[TicketLink], words: Translator, *, titles: bool = False) -> Runs:
    """Name the tickets, each a link where a post shows it, with its title where none does."""
    head = words.ngettext("Looks like ticket", "Looks like tickets", len(similar))
    return (Run(f"{head} "), *linked(similar, titles=titles))


def hint_buttons(ticket_id: int, hints: Sequence[OpenHint], words: Translator) -> Iterable[Buttons]:
    """Offer a priority and a team, one tap each."""
    taps = tuple(Button(f"ticket_{hint.kind}", _label(hint, words), hint.value) for hint in hints)
    if taps:
        yield Buttons(f"ticket:{ticket_id}:hints", taps)


def _label(hint: OpenHint, words: Translator) -> str:
    sure = words.percent(hint.confidence)
    if hint.kind == "priority":
        return words.gettext("Set priority: {value} ({sure})", value=hint.value, sure=sure)
    return words.gettext("Set team: {value} ({sure})", value=hint.value, sure=sure)

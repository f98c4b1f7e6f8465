"""The sandbox: a channel where everybody tries Lotsen out, and nothing of it counts.

Everything there is handled by the same use cases as elsewhere, on a `Store` that sees and
writes the sandbox's rows alone (`models.store.scope`). So nothing has to be left out of any
figure: figures never see it. After a day it is gone, here and in Slack.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from models.commands import (
    AcceptHint,
    AddToTicket,
    AnswerClarification,
    Ask,
    CancelTicket,
    ChooseTitle,
    Command,
    ConsultModel,
    DeleteMessage,
    EditMessage,
    EndSuggestions,
    ExplainTicket,
    JoinTicket,
    JudgeAnswer,
    MakeTicket,
    MarkFound,
    MoveTicket,
    PartTicket,
    PostMessage,
    RateTicket,
    ReadPassages,
    ReportIncident,
    SearchAgain,
    SendArticle,
    SetCategory,
)
from models.desk.base.context import DeskContext
from models.language import Translator
from models.message import Note
from models.store.sandbox import is_on_its_way
from models.store.transaction import Store, UnitOfWork
from models.tables import Case, OutboxRow, PostKind, PostState

KEPT = timedelta(days=1)
"""So long the sandbox keeps what was tried out."""
_OF_THE_DESK = (
    *(PostMessage, EditMessage, DeleteMessage, MakeTicket, JudgeAnswer, SearchAgain, MarkFound),
    *(ChooseTitle, AnswerClarification, EndSuggestions, AddToTicket, CancelTicket),
    *(SetCategory, SendArticle, AcceptHint, MoveTicket, ExplainTicket, RateTicket),
    *(JoinTicket, PartTicket),
    *(ConsultModel, ReadPassages, Ask, ReportIncident),
)
"""What people do at the desk; all else, such as registers and figures, has no sandbox."""
_ASKED_THERE = ("ask", "status")
_SHOWN_TO_READERS = (PostKind.POST, PostKind.EPHEMERAL)


def sandbox_context(desk: DeskContext, channel: str) -> DeskContext:
    """Return the desk's tools for the sandbox: cards go there, nobody is drawn or tested."""
    return replace(
        desk,
        store=desk.store.sandbox(),
        support_channel=channel,
        blind_share=0.0,
        hold_out_share=0.0,
        everybody_is_staff=True,
    )


def belongs_to_sandbox(store: Store, command: Command, channel: str) -> bool:
    """Return whether a command is about something in the sandbox.

    Parameters
    ----------
    store
        The sandbox's own view of the database: a number that it knows is of the sandbox,
        wherever the click came from.
    """
    place = getattr(command, "place", None)
    if place is not None:
        return bool(place.channel == channel)
    if isinstance(command, Ask) and command.topic not in _ASKED_THERE:
        return False
    here = getattr(command, "channel", "") == channel
    return isinstance(command, _OF_THE_DESK) and (here or _knows(store, command))


def _knows(store: Store, command: Command) -> bool:
    case, ticket = getattr(command, "case_id", 0), getattr(command, "ticket_id", 0)
    if not (case or ticket):
        return False
    with store.snapshot() as unit:
        if case:
            return unit.tickets.find_case(case) is not None
        return unit.tickets.find(ticket) is not None


def experiment(words: Translator) -> Note:
    """Return what stands below each post of the sandbox."""
    return Note(
        words.rich("🧪 Sandbox: an experiment. It counts nowhere and is deleted after a day.")
    )


@dataclass(frozen=True, slots=True)
class Swept:
    """How many cases are gone, and how many wait until Slack has deleted their posts."""

    gone: int
    waiting: int


def sweep(store: Store, channel: str, now: datetime) -> Swept:
    """Delete what is older than a day; posts first, for their names lead to the cases.

    Harmless at any time, and after a crash anywhere: each call goes on where things stand.
    """
    before = now - KEPT
    with store.sandbox().begin() as unit:
        unit.sandbox.forget_strays(channel, before)
        return _swept(unit, unit.sandbox.begun(before), before, now)


def sweep_person(store: Store, person_id: str, now: datetime) -> Swept:
    """Delete what a person tried out, however new it is."""
    with store.sandbox().begin() as unit:
        return _swept(unit, unit.sandbox.begun_by(person_id), now - KEPT, now)


def _swept(unit: UnitOfWork, cases: Sequence[Case], before: datetime, now: datetime) -> Swept:
    posts = unit.sandbox.posts()
    takers = {row.target_key: row for row in posts if row.kind is PostKind.DELETE}
    starts = {case.id or 0: _starts(case) for case in cases}
    old = tuple(start for ours in starts.values() for start in ours)
    left = []
    for post in posts:
        due = post.created_at < before or post.key.startswith(old)
        if post.kind is not PostKind.DELETE and due and not _gone(unit, post, takers, now):
            left.append(post.key)
    free = [case for case in cases if not any(key.startswith(starts[case.id or 0]) for key in left)]
    held = [case for case in cases if case not in free]
    unit.sandbox.forget(_numbers(free), _tickets(free))
    unit.sandbox.forget_words(_numbers(held), _tickets(held))
    return Swept(len(free), len(held))


def _starts(case: Case) -> tuple[str, ...]:
    """Return how the keys of a case's posts begin."""
    ticket = (f"ticket:{case.ticket_id}:",) if case.ticket_id else ()
    return (f"case:{case.id}:", *ticket)


def _numbers(cases: Sequence[Case]) -> list[int]:
    return [case.id or 0 for case in cases]


def _tickets(cases: Sequence[Case]) -> list[int]:
    return [case.ticket_id for case in cases if case.ticket_id]


def _gone(unit: UnitOfWork, post: OutboxRow, takers: dict[str, OutboxRow], now: datetime) -> bool:
    """Bring a post one step nearer to being gone, and return whether it is."""
    taker = takers.get(post.key)
    shown = post.kind in _SHOWN_TO_READERS and post.state is PostState.SENT and bool(post.ts)
    if taker is None and shown:
        unit.sandbox.take_down(post, now)
        return False
    if post.state is PostState.SENDING or (taker is not None and is_on_its_way(taker)):
        return False
    unit.sandbox.forget_posts([post, *([taker] if taker else [])])
    return True

"""Words leave a case: taken back, or read again because one came late that stands before them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from models.commands import Place, PostMessage, SentFile
from models.desk.answers.answering import Lookup
from models.desk.answers.showing import take_back
from models.desk.base.deferred import defer
from models.desk.base.smalltalk import Reads, read
from models.desk.base.titles import cut_title
from models.desk.base.turn import Turn
from models.desk.conversation.judging import is_closed_by_words
from models.desk.conversation.matter import REMEMBERED, referring, together
from models.desk.conversation.surroundings import said
from models.desk.curation.drafts import forget_draft
from models.desk.tickets.escalation import update_escalation
from models.desk.tickets.recording import asker_of, id_of, retriage, show, text_of_case
from models.store.transaction import UnitOfWork
from models.tables import Case, CaseMessage, CaseState, EventKind, Status

_AROUND = timedelta(minutes=10)


def regroup(turn: Turn, changed: CaseMessage, *, itself: bool = False) -> CaseMessage | None:
    """Take the first message out of its case that stands in the wrong one since another changed.

    It is handled again, and so in turn are those after it. What a person has begun to work on
    stays as it is.

    Parameters
    ----------
    changed
        The message that came, was edited or was taken back; those after it are looked at.
    itself
        Whether it may stand in the wrong case as well.

    Returns
    -------
    CaseMessage or None
        The message that was taken out.
    """
    tickets, at = turn.unit.tickets, changed.posted_at
    if changed.thread_ts or at is None:
        return None
    rows = tickets.written(changed.person_id, changed.channel, at - _AROUND, at + REMEMBERED)
    later = [row for row in rows if row.ts > changed.ts or (itself and row.ts == changed.ts)]
    wrong = _first_in_the_wrong_case(rows, [row for row in later if _is_soon(row, at)])
    wrong = wrong or _first_that_refers_to(changed, rows, later)
    case = tickets.case(wrong.case_id) if wrong is not None and wrong.case_id else None
    if wrong is None or case is None or not _is_untouched(turn.unit, case):
        return None
    take_out(turn, case, wrong)
    return wrong


def _first_in_the_wrong_case(
    rows: Sequence[CaseMessage], later: Sequence[CaseMessage]
) -> CaseMessage | None:
    heads = together(said(rows))
    cases = {row.ts: row.case_id for row in rows}
    for row in later:
        head = heads.get(row.ts)
        if head is None:
            continue
        first = min(ts for ts, case_id in cases.items() if case_id == row.case_id)
        if cases[head] != row.case_id or (head == row.ts and first in heads and first < row.ts):
            return row
    return None


def _first_that_refers_to(
    changed: CaseMessage, rows: Sequence[CaseMessage], later: Sequence[CaseMessage]
) -> CaseMessage | None:
    """Return what tells nothing by itself, means this message's matter, and is not in its case."""
    heads, cases = referring(said(rows)), {row.ts: row.case_id for row in rows}
    meaning = (row for row in later if row.ts in heads and row.case_id != changed.case_id)
    return next((row for row in meaning if cases[heads[row.ts]] == changed.case_id), None)


def _is_soon(row: CaseMessage, at: datetime) -> bool:
    return row.posted_at is not None and row.posted_at - at <= _AROUND


def _is_untouched(unit: UnitOfWork, case: Case) -> bool:
    ticket = unit.tickets.find(case.ticket_id) if case.ticket_id else None
    if ticket is None:
        return True
    waits = ticket.status is Status.NEW or is_closed_by_words(unit, case)
    return waits and ticket.joined_to is None


def take_out(turn: Turn, case: Case, wrong: CaseMessage) -> None:
    """Take a message and what stands in its thread out of a case, to be handled again."""
    unit, user = turn.unit, asker_of(turn.unit, case)
    for row in unit.tickets.messages_of(id_of(case)):
        if wrong.ts not in (row.ts, row.thread_ts) or row.posted_at is None:
            continue
        repost(turn, row, user)
    shrink(turn, case, None)


def repost(turn: Turn, row: CaseMessage, user: str) -> None:
    """Let a message be handled as if it came now."""
    again = PostMessage(
        id=f"again:{row.ts}:{sha256(turn.name.encode()).hexdigest()[:32]}",  # however often
        user=user,
        place=Place(row.channel, row.ts, row.thread_ts),
        text=row.text,
        where="direct" if row.channel.startswith("D") else "help",
        files=tuple(SentFile(str(name), str(url)) for name, url in row.files),
        at=row.posted_at or turn.now,
    )
    defer(turn.unit, again, turn.now)
    row.case_id, row.posted_at = None, None
    turn.unit.tickets.save(row)


def shrink(turn: Turn, case: Case, lookup: Lookup | None) -> None:
    """Let a case and its ticket follow after words of it are gone."""
    unit = turn.unit
    ticket = unit.tickets.get(case.ticket_id) if case.ticket_id else None
    left = text_of_case(unit, case)
    if not left and case.state is not CaseState.WITHDRAWN:
        case.state = CaseState.WITHDRAWN
        unit.tickets.save(case)
        about = (case, ticket) if ticket else (case,)
        turn.record(EventKind.WITHDRAWN, max(turn.now, case.opened_at), *about)
        if ticket is None:
            take_back(turn, case)
    if ticket is None:
        return
    text = unit.tickets.text(id_of(ticket))
    text.body, text.title = left, cut_title(left)
    unit.tickets.save(text)
    forget_draft(turn, id_of(ticket))
    update_escalation(turn, ticket, case)
    for decision in unit.tickets.decisions_of(id_of(ticket)):
        decision.reasons, decision.nearest = [], []  # they tell of the text that is gone
        unit.tickets.save(decision)
    nothing_asked = not left or only_talk_is_left(unit, case)
    if not nothing_asked and lookup is not None:
        retriage(turn, ticket, lookup.verdict)
        return
    if nothing_asked and ticket.status is Status.NEW:
        if left:
            turn.record(EventKind.WITHDRAWN, max(turn.now, ticket.opened_at), ticket)
        ticket.status = Status.CLOSED
        unit.tickets.save(ticket)
    show(turn, ticket)


def only_talk_is_left(unit: UnitOfWork, case: Case) -> bool:
    """Return whether what made it a ticket is gone, and nobody pressed for a person."""
    texts = (row.text for row in unit.tickets.messages_of(id_of(case)) if row.text.strip())
    opened = [e for e in unit.tickets.events_of_case(id_of(case)) if e.kind is EventKind.OPENED]
    by_words = bool(opened) and opened[-1].detail.get("via") in _BY_WORDS
    return by_words and all(read(text).kind in _TALK for text in texts)


_BY_WORDS = ("no_answer", "follow_up")
_TALK = (Reads.GREETING, Reads.SMALL_TALK, Reads.NOT_FOR_DESK)

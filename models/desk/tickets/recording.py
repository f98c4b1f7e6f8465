"""What all use cases do with a ticket: record, project, show.

Every change of a ticket is an event; its projection and the two posts that show it (the
card, the progress in the employee's thread) are written in the same transaction.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models.desk.base.answer_posts import progress_post
from models.desk.base.context import DeskContext
from models.desk.base.ticket_links import card_key, link_to
from models.desk.base.titles import cut_title
from models.desk.base.turn import Turn
from models.desk.joining.joining_cards import parted_message
from models.desk.joining.likeness import find_alike, joining_of
from models.desk.tickets import cards
from models.desk.tickets.asker_line import ENOUGH, Handover, back_at
from models.desk.tickets.duty import mark_urgent, page_duty, show_to_duty
from models.desk.tickets.escalation import post_escalation
from models.desk.tickets.labels import decision_of, mode_for
from models.desk.tickets.suggestions import THE_TEAM, open_hints, similar_to
from models.desk.tickets.triage_decision import ask_later
from models.errors import NotFoundError
from models.governance.authorization import Actor
from models.knowledge.visibility import is_private
from models.language import Mention as Named
from models.language import Translator, language_of, words_for
from models.language.detection import recognise
from models.mailbox import Envelope, post_below, post_ephemeral
from models.message import Run, Runs, text_message
from models.store.transaction import UnitOfWork
from models.tables import (
    DONE,
    HIDDEN,
    Case,
    CaseMessage,
    CaseState,
    DecidedBy,
    DecisionMode,
    EventKind,
    Person,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketText,
)
from models.tickets.kept_text import cut_text, kept
from models.tickets.lifecycle import event_of, move
from models.tickets.projection import project
from models.tickets.urgency import is_urgent
from models.triage.cascade import TriageVerdict


def text_of_case(unit: UnitOfWork, case: Case, instead: Mapping[str, str] | None = None) -> str:
    """Return what is kept of all that the person wrote, in order, a message a line.

    ``instead`` has other words for some messages, by their time stamps.
    """
    messages = unit.tickets.messages_of(id_of(case))
    texts = [(instead or {}).get(message.ts, message.text) for message in messages]
    return cut_text("\n".join(text for text in texts if text.strip()))


def keep_words(turn: Turn, case: Case, row: CaseMessage) -> None:
    """Keep of a message what its case has room for, and say once where the rest is."""
    others = turn.unit.tickets.messages_of(id_of(case))
    text = kept(row.text, sum(len(one.text) + 1 for one in others if one.ts != row.ts))
    if text == row.text:
        return
    row.text = text
    turn.unit.tickets.save(row)
    to, key = thread_of(turn.unit, case), f"case:{case.id}:long"
    words = turn.desk.words_of(turn.unit.people.get(case.person_id))
    if not case.channel or case.entrance == "direct":
        turn.post(key, to, cards.too_long(words))
    elif to.person:
        post_ephemeral(turn.unit, key, to, cards.too_long(words), turn.now)


def open_ticket(
    turn: Turn, case: Case, verdict: TriageVerdict, *, at: datetime, via: str
) -> Ticket:
    """Make a ticket of a case, with its card and its progress post.

    Parameters
    ----------
    at
        When the employee asked for it: the clock of the figures starts there.
    via
        What led to it, as the event of its opening keeps it.
    """
    unit = turn.unit
    body = text_of_case(unit, case)
    ticket = Ticket(
        case_id=case.id,
        source=Source.SANDBOX if unit.in_sandbox else Source.SLACK,
        status=Status.NEW,
        language=recognise(body) or case.language,
        decided_by=DecidedBy.NOBODY,
        requester_id=case.person_id,
        opened_at=at,
    )
    text = TicketText(ticket_id=0, title=cut_title(body), body=body)
    unit.tickets.add_ticket(ticket, text)
    case.ticket_id, case.state = ticket.id, CaseState.TICKET
    unit.tickets.save(case)
    acknowledged = max(turn.now, at)
    turn.record(EventKind.OPENED, at, case, ticket, actor=case.person_id, via=via)
    turn.record(EventKind.ACKNOWLEDGED, acknowledged, case, ticket)
    take_verdict(turn, ticket, verdict, acknowledged)
    ask_later(turn, ticket)
    mark_urgent(turn, ticket, body)
    ticket.alike = find_alike(unit, id_of(ticket), body)
    unit.tickets.save(ticket)
    show(turn, ticket)
    page_duty(turn, ticket)
    post_escalation(turn, ticket, case)
    return ticket


def take_verdict(turn: Turn, ticket: Ticket, verdict: TriageVerdict, at: datetime) -> None:
    """Let the ticket take a verdict, unless it stays hidden or is only a suggestion.

    How it was decided is stored each time, so that the latest decision is on the latest words.
    """
    unit = turn.unit
    known = bool(verdict.category) and verdict.category == ticket.category
    mode = DecisionMode.ACTED if known else mode_for(turn, ticket, verdict)
    acted = mode is DecisionMode.ACTED
    ticket.category = verdict.category if acted else ""
    ticket.confidence = verdict.confidence if acted else None
    ticket.decided_by = verdict.decided_by if acted else DecidedBy.NOBODY
    unit.tickets.save(ticket)
    unit.tickets.save(decision_of(ticket, verdict, mode, at))
    if acted and verdict.category and not known:
        category, by = verdict.category, verdict.decided_by.value
        turn.record(EventKind.CATEGORISED, at, ticket, category=category, by=by)


def retriage(turn: Turn, ticket: Ticket, verdict: TriageVerdict) -> None:
    """Take over new words of the requester; a category that a person gave stays."""
    unit = turn.unit
    case = unit.tickets.case(ticket.case_id) if ticket.case_id else None
    presses = False
    if case is not None:
        text = unit.tickets.text(id_of(ticket))
        text.body = text_of_case(unit, case)
        text.title = cut_title(text.body)
        presses = _presses_now(turn, ticket, text.body)
        ticket.alike = find_alike(unit, id_of(ticket), text.body)
        unit.tickets.save(text, ticket)
    if ticket.joined_to is not None and ticket.status not in DONE:
        _tell_main(turn, ticket, ticket.joined_to)
    if ticket.decided_by is not DecidedBy.PERSON and ticket.status is Status.NEW:
        if verdict.category or not _outlives_doubt(unit, ticket):
            take_verdict(turn, ticket, verdict, turn.now)
        ask_later(turn, ticket)
    show(turn, ticket)
    if presses:
        page_duty(turn, ticket)


def _presses_now(turn: Turn, ticket: Ticket, body: str) -> bool:
    """Return whether words that came to an open ticket give it the priority of what presses."""
    if ticket.priority or ticket.status in DONE:
        return False
    mark_urgent(turn, ticket, "\n".join(line for line in body.splitlines() if is_urgent(line)))
    return bool(ticket.priority)


def _tell_main(turn: Turn, ticket: Ticket, main: int) -> None:
    """Tell below the main ticket's card that an asker whose ticket follows it wrote more."""
    link = link_to(turn.unit, id_of(ticket))
    number = Run(str(link.ticket_id), post=link.post)
    line = turn.desk.words.rich("🔗 There are new words in ticket {ticket}.", ticket=number)
    key, card = f"ticket:{ticket.id}:wrote:{turn.name}", card_key(main)
    post_below(turn.unit, key, card, turn.desk.support_channel, text_message(line), turn.now)


def reopen_ticket(turn: Turn, ticket: Ticket, at: datetime) -> None:
    """Open a ticket again that was done, and say so where its asker reads.

    One that was resolved with another goes its own way: what helped there did not help here.
    """
    unit = turn.unit
    part(turn, ticket, at, actor=ticket.requester_id or "")
    ticket.status, ticket.assignee_id = move(ticket.status, "reopen"), None
    unit.tickets.save(ticket)
    turn.record(EventKind.REOPENED, at, ticket, actor=ticket.requester_id or "")
    case = unit.tickets.case(ticket.case_id or 0)
    message = cards.reopened(id_of(ticket), words_of_case(turn.desk, case))
    turn.post(f"ticket:{ticket.id}:reopened:{turn.name}", thread_of(unit, case), message)


def resume_for_asker(turn: Turn, ticket: Ticket, at: datetime) -> None:
    """Let a ticket go on that waited for these words, and tell whoever has it.

    Words that were written before the pause are none that it waited for. The ticket is shown by
    whoever calls.
    """
    unit, pause = turn.unit, _pause_for_asker(turn.unit, ticket)
    if pause is None or at < pause.at:
        return
    kind, ticket.status = event_of(ticket.status, "resume"), move(ticket.status, "resume")
    unit.tickets.save(ticket)
    # It ends the waiting and is nobody's work: the clock runs from what the staff do next.
    turn.record(kind, at, ticket, by="asker")
    line = _goes_on(ticket, unit.people.get(ticket.assignee_id or ""), turn.desk.words)
    key, below = f"ticket:{ticket.id}:answered:{turn.name}", card_key(ticket.id or 0)
    post_below(unit, key, below, turn.desk.support_channel, text_message(line), turn.now)


def _goes_on(ticket: Ticket, assignee: Person | None, words: Translator) -> Runs:
    number = str(ticket.id)
    if assignee is None:
        return words.rich("▶️ The asker has answered. *Ticket {number}* goes on.", number=number)
    who = Named(assignee.slack_id or "", assignee.name)
    return words.rich(
        "▶️ {who}: the asker has answered. *Ticket {number}* goes on.", who=who, number=number
    )


def close_ticket(turn: Turn, ticket: Ticket, at: datetime) -> None:
    """Let the asker's own word close their ticket; one tap opens it again."""
    unit = turn.unit
    resolve(turn, ticket, at, actor=ticket.requester_id or "", by="asker")
    case = unit.tickets.case(ticket.case_id or 0)
    message = cards.closed_by_asker(id_of(ticket), id_of(case), words_of_case(turn.desk, case))
    turn.post(f"ticket:{ticket.id}:closed:{turn.name}", thread_of(unit, case), message)
    show(turn, ticket)


def resolve(turn: Turn, ticket: Ticket, at: datetime, *, actor: str, **detail: Any) -> None:
    """Resolve an open ticket; it is shown so by whoever calls."""
    kind, ticket.status = event_of(ticket.status, "resolve"), move(ticket.status, "resolve")
    turn.unit.tickets.save(ticket)
    turn.record(kind, at, ticket, actor=actor, **detail)


def part(turn: Turn, ticket: Ticket, at: datetime, *, actor: str) -> None:
    """Let a ticket go its own way again, where it follows another; it is shown by whoever calls."""
    number, unit = ticket.joined_to, turn.unit
    if number is None:
        return
    ticket.joined_to = None
    unit.tickets.save(ticket)
    turn.record(EventKind.PARTED, at, ticket, actor=actor, main=number)
    case = unit.tickets.find_case(ticket.case_id) if ticket.case_id else None
    told = joined_post(ticket, number)
    if ticket.status not in DONE and case is not None and unit.outbox.find(told) is not None:
        words = words_of_case(turn.desk, case)
        message = parted_message(id_of(ticket), number, words)
        turn.update(told, thread_of(unit, case).channel, message)
    main = unit.tickets.find(number)
    if main is not None:
        show_card(turn, main)


def joined_post(ticket: Ticket, main: int) -> str:
    """Return the key of the post that tells an asker that their ticket follows another one."""
    return f"ticket:{ticket.id}:joined:{main}"


def _outlives_doubt(unit: UnitOfWork, ticket: Ticket) -> bool:
    """Return whether what was decided stays where the classifier is not sure of new words."""
    decisions = unit.tickets.decisions_of(id_of(ticket))
    hidden = bool(decisions) and decisions[0].mode in HIDDEN
    return hidden or ticket.decided_by is DecidedBy.LLM


def show(turn: Turn, ticket: Ticket) -> None:
    """Project the ticket's events, and bring its card and progress post up to date."""
    project(turn.unit, id_of(ticket), turn.desk.calendar)
    show_card(turn, ticket)
    _show_progress(turn, ticket)
    show_to_duty(turn, ticket)
    if ticket.status in DONE:
        _release_followers(turn, ticket)


def _release_followers(turn: Turn, ticket: Ticket) -> None:
    """Let what follows a ticket go its own way that ended without an answer to all.

    Whoever resolves it for the staff resolves them with it first
    (`models.desk.tickets.joining.resolve_followers`).
    """
    for one in turn.unit.tickets.joined_to(id_of(ticket)):
        if one.status not in DONE:
            follower = turn.unit.tickets.get(id_of(one))
            part(turn, follower, turn.now, actor="")
            show(turn, follower)


def show_card(turn: Turn, ticket: Ticket) -> None:
    desk, unit = turn.desk, turn.unit
    if desk.support_channel:
        view = view_of(unit, ticket, THE_TEAM)
        card = cards.support_card(view, unit.tickets.categories(), desk.words, desk.calendar.zone)
        turn.show(card_key(id_of(ticket)), Envelope(desk.support_channel), card)


def _show_progress(turn: Turn, ticket: Ticket) -> None:
    desk, unit = turn.desk, turn.unit
    case = unit.tickets.find_case(ticket.case_id) if ticket.case_id else None
    if case is not None:
        view, words = view_of(unit, ticket), words_of_case(desk, case)
        handover = _handover(turn, case, words)
        message = cards.progress(view, unit.tickets.categories(), words, handover)
        turn.show(progress_post(unit, case), thread_of(unit, case), message)


def _handover(turn: Turn, case: Case, words: Translator) -> Handover:
    calendar, unit = turn.desk.calendar, turn.unit
    events = unit.tickets.events_of_case(id_of(case))
    opened = [event for event in events if event.kind is EventKind.OPENED]
    return Handover(
        via=str(opened[-1].detail.get("via", "")) if opened else "",
        usual_minutes=unit.projection.usual_first_response(ENOUGH),
        hours=f"{calendar.opens:%H:%M}–{calendar.closes:%H:%M}",
        back=back_at(calendar.opening_after(turn.now), turn.now, calendar.zone, words),
    )


def view_of(unit: UnitOfWork, ticket: Ticket, viewer: Actor | None = None) -> cards.TicketView:
    """Read all that a drawing of the ticket needs; with a ``viewer``, what is like it for them."""
    decisions = unit.tickets.decisions_of(id_of(ticket))
    times = unit.tickets.times(id_of(ticket))
    case = unit.tickets.find_case(ticket.case_id) if ticket.case_id else None
    return cards.TicketView(
        ticket=ticket,
        text=unit.tickets.text(id_of(ticket)),
        decision=decisions[0] if decisions else None,
        requester=named(unit.people.get(ticket.requester_id or "")),
        assignee=named(unit.people.get(ticket.assignee_id or "")),
        handling_minutes=cards.handling_of(times),
        withdrawn=case is not None and case.state is CaseState.WITHDRAWN,
        similar=similar_to(unit, viewer, id_of(ticket), decisions) if viewer else (),
        hints=open_hints(ticket, decisions),
        origin=_origin(unit, case) if case else None,
        articles=_nearest(unit, case, ticket) if case else (),
        nothing_near=case is not None and not case.nearest,
        waits_for_asker=_pause_for_asker(unit, ticket) is not None,
        joining=joining_of(unit, ticket),
    )


def _pause_for_asker(unit: UnitOfWork, ticket: Ticket) -> TicketEvent | None:
    """Return the pause in which a ticket waits for its asker; None where it does not."""
    if ticket.status is not Status.PAUSED:
        return None
    events = unit.tickets.events_of(ticket.id or 0)
    last = next((one for one in reversed(events) if one.kind is EventKind.PAUSED), None)
    return last if last is not None and last.detail.get("waiting") == "requester" else None


def _origin(unit: UnitOfWork, case: Case) -> cards.Origin | None:
    """Return where the question stands; None for one that came without a message."""
    messages = unit.tickets.messages_of(id_of(case))
    if not messages:
        return None
    files = tuple((str(name), str(url)) for row in messages for name, url in row.files)
    channel = case.channel if case.entrance in _SEEN_BY_STAFF else ""
    return cards.Origin(channel, messages[0].ts, files)


_SEEN_BY_STAFF = ("help", "mention", "message")


def _nearest(unit: UnitOfWork, case: Case, ticket: Ticket) -> tuple[tuple[int, str], ...]:
    """Return the articles that came nearest, that everybody may read and nobody sent yet."""
    events = unit.tickets.events_of_case(id_of(case))
    had = {event.detail.get("article") for event in events if event.kind is EventKind.ANSWERED}
    rows = (unit.knowledge.shown(number) for number in case.nearest if number not in had)
    return tuple(
        (row.id or 0, row.title)
        for row in rows
        if row and not is_private(row) and not _is_sent(unit, ticket, row.id or 0)
    )


def _is_sent(unit: UnitOfWork, ticket: Ticket, article: int) -> bool:
    return unit.outbox.find(f"ticket:{ticket.id}:sent:{article}") is not None


def named(person: Person | None) -> Named | None:
    """Return how a person is named in a message."""
    return Named(person.slack_id or "", person.name) if person else None


def thread_of(unit: UnitOfWork, case: Case) -> Envelope:
    """Return where the employee reads about their case: its thread, or a direct message.

    It names them, for a thread where Slack does not let the bot in.
    """
    asker = asker_of(unit, case)
    if case.channel:
        return Envelope(case.channel, case.thread_ts, person=asker)
    return Envelope(asker)


def asker_of(unit: UnitOfWork, case: Case) -> str:
    """Return the Slack id of who asked; empty where they were erased."""
    person = unit.people.get(case.person_id)
    return (person.slack_id if person else "") or ""


def words_of_case(desk: DeskContext, case: Case) -> Translator:
    return words_for(language_of(case.language, desk.language))


def id_of(row: Case | Ticket) -> int:
    """Return the number of a stored row."""
    if row.id is None:
        raise NotFoundError("the row has no number before it is stored")
    return row.id

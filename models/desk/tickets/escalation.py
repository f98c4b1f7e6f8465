"""What the support staff get where an answer did not help: one post below the ticket's card.

The question, what was tried and what became of it, and what the employee wrote since; all
of it is stored text, no model is asked. After it Lotsen is silent in the employee's thread.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from models.desk.base.turn import Turn
from models.knowledge.visibility import is_private
from models.language import N_, Translator
from models.mailbox import post_below
from models.message import Message, Note, Paragraph, Part, Quote, Run
from models.redaction import mask_exposed
from models.store.transaction import UnitOfWork
from models.tables import Article, Case, CaseMessage, EventKind, Ticket, TicketEvent

_VERDICTS = {
    EventKind.ANSWER_NOT_SOLVED: N_("said that it is not solved"),
    EventKind.HUMAN_WANTED: N_("asked for a person"),
    EventKind.ANSWERED: N_("wrote on, and got another answer"),
}
_NO_VERDICT = N_("gave no verdict")
_WROTE_ON = N_("wrote on")


@dataclass(frozen=True, slots=True)
class Tried:
    """An answer that was shown; ``article`` is None where it is gone since."""

    article: Article | None
    at: datetime
    verdict: str


@dataclass(frozen=True, slots=True)
class Escalation:
    """What happened before a ticket; ``since`` is what was written after the first answer."""

    number: int
    question: str
    tried: tuple[Tried, ...]
    since: str


def post_escalation(turn: Turn, ticket: Ticket, case: Case) -> None:
    """Tell the staff what was tried, once, where an answer was shown before the ticket."""
    channel = turn.desk.support_channel
    message = _message(turn, ticket, case) if channel else None
    if message is not None:
        card = f"ticket:{ticket.id}:card"
        post_below(turn.unit, _key(ticket), card, channel, message, turn.now)


def update_escalation(turn: Turn, ticket: Ticket, case: Case) -> None:
    """Bring what the staff read up to date: words were changed, taken back or erased."""
    key = _key(ticket)
    is_posted = turn.unit.outbox.find(key) is not None
    message = _message(turn, ticket, case) if is_posted else None
    if message is not None:
        turn.update(key, turn.desk.support_channel, message)


def _key(ticket: Ticket) -> str:
    return f"ticket:{ticket.id}:handed"


def _message(turn: Turn, ticket: Ticket, case: Case) -> Message | None:
    """Return the post, None where nothing was tried."""
    unit, desk = turn.unit, turn.desk
    tried = tuple(_tried(unit, unit.tickets.events_of_case(case.id or 0)))
    if not tried:
        return None
    messages = unit.tickets.messages_of(case.id or 0)
    escalation = Escalation(
        number=ticket.id or 0,
        question=_written(messages, until=tried[0].at),
        tried=tried,
        since=_written(messages, after=tried[0].at),
    )
    return escalation_post(escalation, desk.words, desk.calendar.zone)


def _tried(unit: UnitOfWork, events: Sequence[TicketEvent]) -> Iterable[Tried]:
    for at, event in enumerate(events):
        if event.kind is EventKind.ANSWERED:
            article = unit.knowledge.get(int(event.detail.get("article") or 0))
            # Another article under a number that was given twice is not the one that was shown.
            came_later = article is not None and (article.imported_at or event.at) > event.at
            known = None if came_later else article
            yield Tried(known, event.at, _verdict(events[at + 1 :]))


def _verdict(later: Sequence[TicketEvent]) -> str:
    for event in later:
        if event.kind in _VERDICTS:
            return _VERDICTS[event.kind]
        if event.kind is EventKind.OPENED:
            return _WROTE_ON if event.detail.get("via") == "follow_up" else _NO_VERDICT
    return _NO_VERDICT


def _written(
    messages: Sequence[CaseMessage],
    *,
    after: datetime | None = None,
    until: datetime | None = None,
) -> str:
    texts = [
        mask_exposed(row.text.strip()).text
        for row in messages
        if row.posted_at is not None
        and (after is None or row.posted_at > after)
        and (until is None or row.posted_at <= until)
    ]
    return "\n".join(text for text in texts if text)


def escalation_post(escalation: Escalation, words: Translator, zone: ZoneInfo) -> Message:
    """Return the post. Pure."""
    number = str(escalation.number)
    parts: list[Part] = [Paragraph(words.rich("*Before ticket {number}*", number=number))]
    if escalation.question:
        parts += [Note(words.rich("The question:")), Quote(escalation.question)]
    parts.append(Note(words.rich("What I showed:")))
    parts += [Paragraph(_line(tried, words, zone)) for tried in escalation.tried]
    if escalation.since:
        parts += [Note(words.rich("Written since:")), Quote(escalation.since)]
    return Message(
        words.gettext("What was tried before ticket {number}", number=number), tuple(parts)
    )


def _line(tried: Tried, words: Translator, zone: ZoneInfo) -> tuple[Run, ...]:
    return words.rich(
        "{when} · {article}: {verdict}",
        when=words.moment(tried.at, zone),
        article=_named(tried.article, words),
        verdict=words.gettext(tried.verdict),
    )


def _named(article: Article | None, words: Translator) -> Run:
    """Name an article; one that is not for everybody is not named in a channel."""
    if article is None:
        return Run(words.gettext("an article that is gone"), "italic")
    if is_private(article):
        return Run(words.gettext("a document that is not for everybody"), "italic")
    return Run(article.title, "bold", link=article.url)

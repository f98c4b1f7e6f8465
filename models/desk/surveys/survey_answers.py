"""Two questions to people, asked so that nobody can be known by the answer.

*After a resolution* the requester may say how the help was. The rating is kept under a keyed
hash of the ticket's number, beside the week, and the key is of the month in which the ticket
was first resolved. It may be changed until its week is over, for from then on it may stand
in a sum (`models.kpis.ratings.published_ratings`). While the key is there the database
could tell which ticket a rating belongs to; no face, view or figure does. One to two months
later the key is thrown away (`models.upkeep.nightly`), and then nobody can. So erasing a
person has nothing to empty here: the row never said who, and soon does not say what.

*The monthly pulse* keeps who answered (a keyed hash, thrown away with the month's key) apart
from what was answered (a number a score), so an answer cannot be changed.

A click waits in the inbox with who made it and what it says until it is handled, as a rule
less than a second; a database that is away makes it wait longer. With the answer counted it is
removed, as is the thanks once Slack has shown it: no row tells that or when somebody answered.
A click that cannot be handled is thrown away after some hours, and nobody's answer is counted.

A copy of the database that was made in between holds what waited, and the keys, as long as it
is kept.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from models.commands import AnswerPulse, RateTicket
from models.desk.base.turn import RefusedError, RequestTurn, Turn, use_case
from models.errors import LotsenError
from models.governance.authorization import Action, Subject, authorize
from models.kpis.periods import week_of
from models.kpis.satisfaction import FEWEST, pulse_line
from models.language import Translator
from models.message import (
    Button,
    Buttons,
    Heading,
    Message,
    Note,
    Paragraph,
    Part,
    Runs,
)
from models.store.surveys import CSAT, PULSE
from models.store.transaction import UnitOfWork
from models.tables import DONE, EventKind, Ticket

WINDOW = timedelta(days=7)
SCORES = (1, 2, 3, 4, 5)


# After a resolution ------------------------------------------------------------------------


def with_question(message: Message, ticket_id: int, words: Translator) -> Message:
    """Return the news that a ticket is resolved, with the question how the help was. Pure."""
    question = Note(
        words.rich("How was the help? 1 is bad, 5 is very good. Only sums are ever shown.")
    )
    row = Buttons(f"ticket:{ticket_id}:csat", _faces("csat", str(ticket_id)))
    return Message(message.text, (*message.parts, question, row))


def _faces(prefix: str, value: str) -> tuple[Button, ...]:
    faces = {1: "😞 1", 3: "😐 3", 5: "🙂 5"}
    return tuple(
        Button(f"{prefix}_{score}", faces.get(score, str(score)), value) for score in SCORES
    )


@use_case
def rate_ticket(turn: RequestTurn[RateTicket]) -> None:
    """Keep the requester's rating; until the week is over it may be changed."""
    try:
        ticket = turn.unit.tickets.get(turn.command.ticket_id)
        subject = Subject("ticket", str(ticket.id), ticket.requester_id or "")
        authorize(turn.actor, Action.RATE_TICKET, subject)
    except LotsenError:
        refusal = turn.words.rich("Only the person who asked can rate the help.")
        raise RefusedError(refusal) from None
    turn.reply(_rate(turn, ticket))


def _rate(turn: RequestTurn[RateTicket], ticket: Ticket) -> Runs:
    unit, words, day_of = turn.unit, turn.words, turn.desk.day_of
    over = words.rich("The time to rate this help is over.")
    events = unit.tickets.events_of(ticket.id or 0)
    resolved = [event.at for event in events if event.kind is EventKind.RESOLVED]
    if not _may_rate(turn, ticket, resolved):
        return over
    if unit.in_sandbox:
        return words.rich("Thank you! In the sandbox no rating is kept.")
    month = day_of(resolved[0]).strftime("%Y-%m")
    token = _token(unit.surveys.key(f"{CSAT}:{month}"), f"ticket {ticket.id}")
    week = week_of(turn.today)
    if not unit.surveys.rate(token, week.first_day, turn.command.score):
        return over
    until = min(week.last_day, day_of(resolved[-1] + WINDOW))
    return words.rich(
        "Thank you! You can change your answer until {day}.", day=words.day(until, "d MMMM")
    )


def _may_rate(turn: Turn, ticket: Ticket, resolved: Sequence[datetime]) -> bool:
    """Return whether a ticket is resolved since a week at most, and its key not gone."""
    if not resolved or ticket.status not in DONE or turn.now > resolved[-1] + WINDOW:
        return False
    return turn.desk.day_of(resolved[0]) >= kept_since(turn.today)


def kept_since(today: date) -> date:
    """Return the first day of the month before: ratings of older resolutions are final."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


# The monthly pulse -------------------------------------------------------------------------


def pulse_question(month: str, words: Translator) -> Message:
    """Return a month's question to everybody in the help channel. Pure."""
    question = words.rich("*How well did the IT help work for you lately?*")
    small = words.rich(
        "Anonymous: one answer each, counted and never kept with a name. The result is shown "
        "next month, from {n} answers on. 1 is bad, 5 is very good.",
        n=str(FEWEST),
    )
    parts: tuple[Part, ...] = (
        Heading(words.gettext("One question about the IT help")),
        Paragraph(question),
        Buttons(f"pulse:{month}", _faces("pulse", month)),
        Note(small),
    )
    return Message(words.gettext("One question about the IT help"), parts)


@use_case
def answer_pulse(turn: RequestTurn[AnswerPulse]) -> None:
    """Count an answer, one a person and month; a second one changes nothing."""
    authorize(turn.actor, Action.ANSWER_PULSE, Subject("pulse"))
    turn.reply(_vote(turn))


def _vote(turn: RequestTurn[AnswerPulse]) -> Runs:
    surveys, words, month = turn.unit.surveys, turn.words, turn.today.strftime("%Y-%m")
    if turn.command.month != month:
        return words.rich("This question is closed.")
    token = _token(surveys.key(f"{PULSE}:{month}"), f"person {turn.person.id}")
    if not surveys.vote(token, month, turn.command.score):
        return words.rich("You have answered this month. Nobody knows which answer is yours.")
    return words.rich("Thank you! Your answer is counted, without your name.")


def with_pulse(message: Message, unit: UnitOfWork, words: Translator) -> Message:
    """Return the key figures with the last pulse that is over, from five answers on."""
    line = pulse_line(unit.surveys.tallies(), words)
    return Message(message.text, (*message.parts, Paragraph(line))) if line else message


def _token(secret: str, what: str) -> str:
    return hmac.new(bytes.fromhex(secret), what.encode(), hashlib.sha256).hexdigest()

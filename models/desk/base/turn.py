"""One use case under way: its transaction, for whom, and how it replies, posts and records.

What is slow is read before, outside any transaction. Then a use case takes its turn:
`take_turn` and `answer_request` open the transaction, mark the command handled, and do nothing
where it was handled before. A pure decision never gets a turn: it gets facts and returns a value.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cached_property, wraps
from typing import Any, Generic, TypeVar

from models.commands import UNTRACED, CommandBase, Request
from models.desk.base.context import DeskContext
from models.governance.authorization import Action, Actor, Subject, allowed
from models.language import Translator
from models.mailbox import Envelope, post, post_ephemeral, post_unlogged, react, update
from models.message import Message, Paragraph, Runs, plain, text_message
from models.store.transaction import UnitOfWork
from models.tables import Case, EventKind, Person, Ticket, TicketEvent

C = TypeVar("C", bound=CommandBase)
R = TypeVar("R", bound=Request)
_CLOCKS_DIFFER = timedelta(minutes=5)


class RefusedError(Exception):
    """A use case ends with a reply to the person; what was written before it stays."""

    def __init__(self, reply: Message | Runs) -> None:
        super().__init__("refused")
        self.reply = reply


class Turn:
    """A transaction of the desk, for commands and jobs alike.

    Attributes
    ----------
    name
        The command's id, or a job's name for it: events and updates of posts are known by it.
    """

    def __init__(self, unit: UnitOfWork, desk: DeskContext, name: str, now: datetime) -> None:
        self.unit, self.desk, self.name, self.now = unit, desk, name, now

    @property
    def today(self) -> date:
        """The day at the office."""
        return self.desk.day_of(self.now)

    def post(self, key: str, to: Envelope, message: Message) -> None:
        """Queue a post; a second one with the same key changes nothing."""
        post(self.unit, key, to, message, self.now)

    def react(self, key: str, to: Envelope, words: Runs) -> None:
        """Queue an emoji, with which ``words`` begin, at the message that is the thread."""
        react(self.unit, key, to, Message(plain(words), (Paragraph(words),)), self.now)

    def update(self, key: str, channel: str, message: Message) -> None:
        """Queue a new version of the post with that key."""
        update(self.unit, f"{key}:{self.name}", key, channel, message, self.now)

    def show(self, key: str, to: Envelope, message: Message) -> None:
        """Queue the post with that key, or its new version where it is there."""
        if self.unit.outbox.find(key) is None:
            self.post(key, to, message)
        else:
            self.update(key, to.channel, message)

    def record(
        self, kind: EventKind, at: datetime, *about: Case | Ticket, actor: str = "", **detail: Any
    ) -> None:
        """Append an event about a case, a ticket, or both.

        Parameters
        ----------
        actor
            A pseudonym.
        detail
            Keys and numbers only: events are kept for ever.
        """
        event = TicketEvent(kind=kind, at=at, command_id=self.name, actor=actor, detail=detail)
        for row in about:
            if isinstance(row, Ticket):
                event.ticket_id = row.id
            else:
                event.case_id = row.id
        self.unit.tickets.record(event)
        self.unit.recorded.append(event)


class CommandTurn(Turn, Generic[C]):
    """The turn of a command."""

    def __init__(self, unit: UnitOfWork, desk: DeskContext, command: C, now: datetime) -> None:
        super().__init__(unit, desk, command.id, now)
        self.command = command

    @property
    def at(self) -> datetime:
        """When it happened; now, where the sender's clock is ahead of ours by minutes."""
        ahead = self.command.at > self.now + _CLOCKS_DIFFER
        return self.now if ahead else self.command.at


class RequestTurn(CommandTurn[R]):
    """The turn of what a person asked for by a click, a form or a slash command."""

    @cached_property
    def person(self) -> Person:
        """Who asked; stored from now on."""
        return self.unit.people.by_slack_id(self.command.user, self.now)

    @cached_property
    def words(self) -> Translator:
        """Their language."""
        return self.desk.words_of(self.unit.people.find(self.command.user))

    @cached_property
    def actor(self) -> Actor:
        """Who asked, with their roles."""
        return self.desk.actor(self.unit, self.person)

    def authorize(self, action: Action, subject: Subject, otherwise: Runs) -> None:
        """Let the person do that, or end with ``otherwise``.

        Raises
        ------
        RefusedError
            When they may not.
        """
        if not allowed(self.actor, action, subject):
            raise RefusedError(otherwise)

    def reply(self, reply: Message | Runs, *, instead: str = "") -> None:
        """Answer for that person's eyes only.

        ``instead`` names the ephemeral post that was clicked, to take its place.
        """
        command = self.command
        message = reply if isinstance(reply, Message) else text_message(reply)
        to = Envelope(command.channel, command.thread_ts, command.user, command.reply_url)
        if command.type in UNTRACED:
            post_unlogged(self.unit, command.id, to, message, self.now)
        else:
            post_ephemeral(self.unit, f"reply:{command.id}", to, message, self.now, instead=instead)


def take_turn(
    desk: DeskContext, command: C, now: datetime, step: Callable[[CommandTurn[C]], None]
) -> None:
    """Take a step of a command in one transaction; a command handled before changes nothing."""
    with desk.store.begin() as unit:
        if unit.inbox.finish(command.id, now):
            step(CommandTurn(unit, desk, command, now))


def answer_request(
    desk: DeskContext, command: R, now: datetime, step: Callable[[RequestTurn[R]], None]
) -> None:
    """Take a step of a person's request in one transaction, and tell them where it is refused."""
    with desk.store.begin() as unit:
        if unit.inbox.finish(command.id, now, keep=command.type not in UNTRACED):
            turn = RequestTurn(unit, desk, command, now)
            try:
                step(turn)
            except RefusedError as refused:
                turn.reply(refused.reply)


def use_case(
    step: Callable[[RequestTurn[R]], None],
) -> Callable[[DeskContext, R, datetime], None]:
    """Make a use case of a step that reads nothing slow before its transaction."""

    @wraps(step)
    def handle(desk: DeskContext, command: R, now: datetime) -> None:
        answer_request(desk, command, now, step)

    return handle

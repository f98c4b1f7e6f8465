"""``/lotsen trace``: the IT lead follows a message, for their own eyes."""

from collections.abc import Sequence
from datetime import datetime

from models.commands import Ask
from models.desk.base.context import DeskContext
from models.desk.base.turn import RequestTurn, answer_request
from models.errors import NotFoundError
from models.governance.authorization import Action, Subject
from models.language import Translator
from models.message import Message, text_message
from models.reports.trace_report import UNKNOWN, trace_message
from models.upkeep.trace import trace

_SUBJECT = Subject("trace")


def show_trace(desk: DeskContext, channels: Sequence[str], command: Ask, now: datetime) -> None:
    """Tell the IT lead a message's way, once; it is read outside of the transaction."""
    with desk.store.snapshot() as unit:
        principal = desk.principal(unit, command.user)
    told = None
    if principal.may(Action.SEE_TRACE, _SUBJECT):
        told = _told(desk, channels, command.text.strip(), principal.words, now)
    answer_request(desk, command, now, lambda turn: _reply(turn, told))


def _told(
    desk: DeskContext, channels: Sequence[str], asked: str, words: Translator, now: datetime
) -> Message:
    if not asked:
        return text_message(
            words.rich("Write a ticket's number or a message's link, such as: /lotsen trace 249")
        )
    try:
        found = trace(desk.store, asked, channels, now)
    except NotFoundError:
        return text_message(words.rich(UNKNOWN, asked=asked))
    return trace_message(found, words, desk.calendar.zone)


def _reply(turn: RequestTurn[Ask], told: Message | None) -> None:
    turn.authorize(
        Action.SEE_TRACE,
        _SUBJECT,
        turn.words.rich("Only the IT lead follows messages. Ask the IT lead."),
    )
    if told is not None:  # a right given in between: they ask once more
        turn.reply(told)

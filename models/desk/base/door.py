"""Who may ask: colleagues are answered, guests and people of other companies read nothing of ours."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from models.commands import Ask, MakeTicket, PostMessage
from models.desk.base.context import DeskContext
from models.desk.base.turn import CommandTurn, RequestTurn, answer_request, take_turn
from models.governance.reception import Reception, reception
from models.language import Translator
from models.mailbox import Envelope
from models.message import Runs, text_message
from models.store.transaction import UnitOfWork
from models.tables import Membership

UseCase = Callable[[DeskContext, Any, datetime], None]


def gets_answers(desk: DeskContext, slack_id: str, channel: str) -> bool:
    """Return whether somebody may read there what the company has stored."""
    with desk.store.snapshot() as unit:
        membership = _membership_of(unit, slack_id)
    welcome = channel in desk.guest_channels
    return reception(membership, at_desk=False, welcome=welcome) is Reception.ANSWERED


def at_the_door(handle: UseCase) -> UseCase:
    """Return a use case that only those reach who may ask."""

    def receive(desk: DeskContext, command: Any, now: datetime) -> None:
        found = _reception(desk, command, now)
        if found is Reception.IGNORED:
            take_turn(desk, command, now, _nothing)
        elif isinstance(command, Ask):
            if found is Reception.ANSWERED or command.topic != "ask":
                handle(desk, command, now)
            else:
                answer_request(desk, command, now, _refuse)
        elif found is not Reception.TURNED_AWAY:
            handle(desk, command, now)
        elif isinstance(command, PostMessage):
            take_turn(desk, command, now, _turn_away)
        else:
            answer_request(desk, command, now, _refuse)

    return receive


def _reception(
    desk: DeskContext, command: PostMessage | MakeTicket | Ask, now: datetime
) -> Reception:
    if isinstance(command, PostMessage) and command.foreign:
        _remember_foreign(desk, command.user, now)
    channel = command.place.channel if isinstance(command, PostMessage) else command.channel
    at_desk = isinstance(command, PostMessage) and command.where == "help"
    with desk.store.snapshot() as unit:
        membership = _membership_of(unit, command.user)
    return reception(membership, at_desk=at_desk, welcome=channel in desk.guest_channels)


def _membership_of(unit: UnitOfWork, slack_id: str) -> Membership:
    person = unit.people.find(slack_id)
    return person.membership if person is not None else Membership.MEMBER


def _remember_foreign(desk: DeskContext, slack_id: str, now: datetime) -> None:
    """Keep what the event says: Slack may tell us nothing else of people of elsewhere."""
    with desk.store.snapshot() as unit:
        if _membership_of(unit, slack_id) is Membership.OUTSIDER:
            return
    with desk.store.begin() as unit:
        person = unit.people.by_slack_id(slack_id, now)
        person.membership = Membership.OUTSIDER
        unit.people.save(person)


def _nothing(_turn: CommandTurn[Any]) -> None:
    """Leave it alone: a machine wrote it, or somebody who has left."""


def _turn_away(turn: CommandTurn[PostMessage]) -> None:
    place = turn.command.place
    words = turn.desk.words_of(turn.unit.people.find(turn.command.user))
    to = Envelope(place.channel, place.thread_ts or place.ts, person=turn.command.user)
    turn.post(f"message:{place.channel}:{place.ts}:away", to, text_message(_word(words)))


def _refuse(turn: RequestTurn[Any]) -> None:
    turn.reply(_word(turn.words))


def _word(words: Translator) -> Runs:
    return words.rich(
        "I answer colleagues of this company only. Please ask whomever you work with here."
    )

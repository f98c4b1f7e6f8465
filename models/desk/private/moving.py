"""Somebody of the group takes a private matter or ends it, or its writer calls it ordinary."""

from models.commands import MakeTicket, MovePrivate, Place, PostMessage, Where
from models.desk.base.deferred import defer
from models.desk.base.turn import RefusedError, RequestTurn, use_case
from models.desk.private.readers import group_of, show_matter
from models.governance.authorization import Action, Subject
from models.tables import PrivateMatter, PrivateMessage, PrivateState

_ENDED = (PrivateState.DONE, PrivateState.WITHDRAWN, PrivateState.ORDINARY)


@use_case
def move_private(turn: RequestTurn[MovePrivate]) -> None:
    """Move a private matter on, for whoever may."""
    matter = _matter_to_move(turn)
    if turn.command.move == "ordinary":
        _give_back(turn, matter)
    elif turn.command.move == "take":
        matter.state, matter.taken_by = PrivateState.TAKEN, turn.person.id
    else:
        matter.state, matter.closed_at = PrivateState.DONE, turn.now
        matter.taken_by = matter.taken_by or turn.person.id
    turn.unit.private.save(matter)
    show_matter(turn, matter, kind=None)


def _matter_to_move(turn: RequestTurn[MovePrivate]) -> PrivateMatter:
    words = turn.words
    gone = words.rich("This is not here any more.")
    matter = turn.unit.private.locked(turn.command.matter_id)
    if matter is None:
        raise RefusedError(gone)
    mine = turn.command.move == "ordinary"
    reads = turn.command.user in group_of(turn.desk, turn.unit)
    # Whoever wrote it has no say in who takes it; those who got it cannot make it public.
    owner = matter.person_id if mine else turn.person.id if reads else ""
    turn.authorize(Action.MOVE_PRIVATE, Subject("private_matter", str(matter.id), owner), gone)
    if matter.state in _ENDED:
        raise RefusedError(words.rich("This is ended already."))
    return matter


def _give_back(turn: RequestTurn[MovePrivate], matter: PrivateMatter) -> None:
    """Let the words go the ordinary way, as if they came now; nothing of them stays here."""
    for row in turn.unit.private.messages_of(matter.id or 0):
        if row.deleted_at is None and row.text.strip():
            _hand_on(turn, row)
        row.text = ""
        turn.unit.private.save(row)
    matter.state, matter.closed_at = PrivateState.ORDINARY, turn.now


def _hand_on(turn: RequestTurn[MovePrivate], row: PrivateMessage) -> None:
    name, user, at = f"ordinary:{row.id}", turn.command.user, row.posted_at or turn.now
    if not row.channel:
        defer(turn.unit, MakeTicket(id=name, user=user, text=row.text, at=at), turn.now)
        return
    place = Place(row.channel, row.ts, row.thread_ts)
    where: Where = "direct" if row.channel.startswith("D") else "help"
    defer(
        turn.unit,
        PostMessage(id=name, user=user, place=place, text=row.text, where=where, at=at),
        turn.now,
    )

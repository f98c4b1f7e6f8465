"""Pictures in Slack: drawn after the answer, and sent to whoever asked in a direct message.

Slack shares no file with one person in a channel (node-slack-sdk, issue 1790), so the answer
says where the picture is. Drawing takes a second: it is a command of its own, in the slow lane.
"""

import hashlib
from dataclasses import replace
from datetime import datetime

from models.commands import Ask, DrawPicture
from models.desk.base.context import DeskContext
from models.desk.base.deferred import defer
from models.desk.base.turn import CommandTurn, RequestTurn, take_turn
from models.desk.registers.register_lines import listing
from models.governance.authorization import Action, Actor, Subject, allowed
from models.mailbox import Envelope
from models.message import Message, Note
from models.programme.plan import PlanService
from models.registers.catalogue import registers
from models.registers.declaration import LinkedLine
from models.registers.showing import entries_of
from models.reports.chart_picture import can_draw
from models.reports.programme_pictures import (
    KINDS,
    PLAN,
    has_picture,
    plan_file,
    register_file,
    shown,
)
from models.store.transaction import UnitOfWork

_DIGITS = 12


def promise(turn: RequestTurn[Ask], what: str, message: Message) -> Message:
    """Let a picture follow the answer, where there is one to draw; return what to answer then."""
    if not _is_there(turn.unit, what):
        return message
    command = turn.command
    drawing = DrawPicture(
        id=f"{command.id[:200]}:picture", user=command.user, what=what, at=command.at
    )
    defer(turn.unit, drawing, command.at)
    note = turn.words.rich("The picture comes in a direct message, where only you see it.")
    return replace(message, parts=(*message.parts, Note(note)))


def draw_picture(desk: DeskContext, plan: PlanService, command: DrawPicture, now: datetime) -> None:
    """Draw what was asked for and send it, once a day as long as nothing changes in it."""
    what, file = command.what, None
    with desk.store.snapshot() as unit:
        principal = desk.principal(unit, command.user)
        may = may_see_picture(principal.actor, what)
        entries = _entries(unit, what) if may else []
    words = principal.words
    if may and what == PLAN:
        file = plan_file(plan.status(now, words.language), desk.calendar, words)
    elif may:
        file = register_file(what, entries, words)

    def send(turn: CommandTurn[DrawPicture]) -> None:
        if file is not None:
            digest = hashlib.sha256(file.content).hexdigest()[:_DIGITS]
            key = f"picture:{what}:{principal.person.id}:{turn.today}:{digest}"
            turn.post(key, Envelope(command.user), Message(file.title, (shown(file),), (file,)))

    take_turn(desk, command, now, send)


def may_see_picture(actor: Actor, what: str) -> bool:
    """Return whether somebody may see a picture: whoever may see all that it is drawn from."""
    if what == PLAN:
        return allowed(actor, Action.SEE_FIGURES, Subject("desk"))
    return what in KINDS and allowed(actor, Action.SEE_REGISTER, Subject("register", what))


def _is_there(unit: UnitOfWork, what: str) -> bool:
    if what == PLAN:
        return can_draw() and unit.programme.current() is not None
    return what in KINDS and has_picture(what, _entries(unit, what), None)


def _entries(unit: UnitOfWork, what: str) -> list[LinkedLine]:
    if what not in KINDS:
        return []
    found = listing(unit, registers()[what])
    return entries_of(found.lines, found.shelf)

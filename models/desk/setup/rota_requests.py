"""The duty rota in Slack: the list, the forms of a week and of an order, and their fate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.commands import Ask, ChangeRota
from models.desk.base.context import DeskContext
from models.desk.base.turn import RefusedError, RequestTurn, Turn, use_case
from models.desk.setup.rota_changes import (
    DutyWeek,
    RotaEdit,
    RotaRefusedError,
    check_rota,
    edit_rota,
    history,
    weeks_from,
)
from models.desk.setup.rota_posts import rota_message, tell_on_duty
from models.governance.authorization import Action, Subject
from models.kpis.periods import Period
from models.language import Translator
from models.message import Run
from models.tables import DutyAct

_SUBJECT: Final = Subject("duty")
_KEPT: Final = 200
OFFERED: Final = 26
"""Weeks that a form offers, this one first."""


@dataclass(frozen=True, slots=True)
class RotaForm:
    """What the forms of the rota need."""

    weeks: tuple[DutyWeek, ...]
    words: Translator
    seen: int
    """The newest change that the weeks show."""


@use_case
def list_duty(turn: RequestTurn[Ask]) -> None:
    """Show the next weeks with what changes them."""
    _insist(turn)
    turn.reply(rota_message(turn, turn.words))


@use_case
def change_rota(turn: RequestTurn[ChangeRota]) -> None:
    """Write what the form says, tell whom it meets this week, and show the weeks as they are now."""
    _insist(turn)
    try:
        edit_rota(turn, edit_in(turn.command), turn.at, turn.person.id)
    except RotaRefusedError as refused:
        raise RefusedError((Run(refused.explain(turn.words)),)) from None
    tell_on_duty(turn)
    turn.reply(rota_message(turn, turn.words))


def _insist(turn: RequestTurn[ChangeRota] | RequestTurn[Ask]) -> None:
    otherwise = turn.words.rich(
        "Only the support team and the IT lead see and change who is on duty."
    )
    turn.authorize(Action.CHANGE_ROTA, _SUBJECT, otherwise)


def rota_form_for(desk: DeskContext, slack_id: str, now: datetime) -> RotaForm | None:
    """Return what a form of the rota needs where the person may change it, else None."""
    with desk.store.snapshot() as unit:
        principal = desk.principal(unit, slack_id)
        if not principal.may(Action.CHANGE_ROTA, _SUBJECT):
            return None
        weeks = weeks_from(desk, unit, desk.day_of(now), OFFERED)
        seen = unit.duty.newest()
    return RotaForm(tuple(weeks), principal.words, seen)


def check_duty(
    desk: DeskContext, command: ChangeRota, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Return (field, what is wrong with it) before the form is accepted; reads only."""
    with desk.store.snapshot() as unit:
        words = desk.principal(unit, command.user).words
        try:
            check_rota(desk, unit, edit_in(command), desk.day_of(now))
        except RotaRefusedError as refused:
            return ((refused.field, refused.explain(words)),)
    return ()


def edit_in(command: ChangeRota) -> RotaEdit:
    """Return what a form says."""
    swap = Period.parse(command.swap) if command.swap else None
    act = DutyAct(command.act)
    week = Period.parse(command.week)
    return RotaEdit(act, week, command.people, command.size, swap, command.seen)


def change_at_terminal(desk: DeskContext, edit: RotaEdit, now: datetime) -> None:
    """Write a change that the command line asks for, and tell whom it meets this week.

    Raises
    ------
    RotaRefusedError
        When it cannot be made.
    """
    with desk.store.begin() as unit:
        turn = Turn(unit, desk, f"duty:terminal:{now.isoformat()}", now)
        edit_rota(turn, edit, now)
        tell_on_duty(turn)


def duty_history(desk: DeskContext) -> list[dict[str, object]]:
    """Return the newest changes, the last one first, by pseudonym: what ``--json`` prints."""
    with desk.store.snapshot() as unit:
        return [
            {
                "at": entry.at,
                "by": entry.by,
                "act": change.act.value,
                "first_day": change.first_day,
                "people": change.slots,
            }
            for entry, change in history(unit, _KEPT)
        ]


def duty_weeks(desk: DeskContext, now: datetime, number: int) -> list[DutyWeek]:
    """Return this week of the rota and those after it, ``number`` in all."""
    with desk.store.snapshot() as unit:
        return weeks_from(desk, unit, desk.day_of(now), number)

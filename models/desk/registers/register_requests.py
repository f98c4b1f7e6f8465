"""Registers in Slack: who may see and change which line, the list, the form, and its fate."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from models.commands import Ask, ChangeRegister
from models.desk.base.context import DeskContext
from models.desk.base.turn import RefusedError, RequestTurn, use_case
from models.desk.registers import register_cards
from models.desk.registers.picture_requests import may_see_picture, promise
from models.desk.registers.register_lines import (
    Editor,
    OpenRegister,
    lines_in,
    listing,
    names_in,
    pseudonym_in,
)
from models.errors import NotFoundError
from models.governance.authorization import Action, Actor, Subject, allowed
from models.language import LANGUAGES, Translator, words_for
from models.message import Message, Paragraph, Run, plain, text_message
from models.registers.catalogue import registers
from models.registers.deciding import LineChange, LineProblem
from models.registers.declaration import CurrentLine, Register, RegisterSnapshot
from models.registers.showing import narrowed

_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,20}")


@dataclass(frozen=True, slots=True)
class RegisterForm:
    """What a form needs to be drawn; ``line`` is None for a new one.

    ``people`` are the Slack ids of those whom the line names, by pseudonym, and ``names`` what
    they are called: some are known by a name alone.
    """

    register: Register
    line: CurrentLine | None
    shelf: RegisterSnapshot
    people: Mapping[str, str]
    words: Translator
    names: Mapping[str, str]


def may_change(actor: Actor, register: Register) -> bool:
    """Return whether somebody may add to a register and amend it."""
    guarded = register.guarded or register.confidential
    action = Action.CHANGE_GUARDED_REGISTER if guarded else Action.CHANGE_REGISTER
    return allowed(actor, action, Subject("register", register.kind))


def may_add(actor: Actor, register: Register) -> bool:
    """Return whether somebody may add a line; of some registers everybody may, to ask."""
    subject = Subject("register", register.kind)
    asks = bool(register.asked_by) and allowed(actor, Action.ADD_REQUEST, subject)
    return asks or may_change(actor, register)


def may_see(actor: Actor, register: Register, line: CurrentLine | None = None) -> bool:
    """Return whether somebody may see a register, or one line of it."""
    own = register.about_person or register.asked_by
    about = str(line.values.get(own) or "") if line else ""
    action = Action.SEE_CONFIDENTIAL_REGISTER if register.confidential else Action.SEE_REGISTER
    return allowed(actor, action, Subject("register", register.kind, about))


@use_case
def list_register(turn: RequestTurn[Ask]) -> None:
    """Show a register, or all of them, to whoever may see it."""
    message, (kind, _) = _reply_to(turn), _named_in(turn.command.text)
    turn.reply(promise(turn, kind, message) if may_see_picture(turn.actor, kind) else message)


@use_case
def change_register(turn: RequestTurn[ChangeRegister]) -> None:
    """Write what a form says, or tell why not; the form checked it, but that was before."""
    command, unit, words = turn.command, turn.unit, turn.words
    register = registers().get(command.kind)
    if register is None or not _may_write(turn.actor, register, command.number):
        raise RefusedError(
            words.rich("You may not change this register. Ask the IT lead, who may.")
        )
    opened = OpenRegister.for_writing(unit, register, turn.today, turn.now)
    editor = replace(_editor(turn.actor, register, turn.desk), find_person=partial(_person, turn))
    try:
        done = opened.save(_change_in(command, register, turn.actor), editor)
    except NotFoundError:
        gone = words.rich("There is no line {number} any more.", number=str(command.number))
        raise RefusedError(gone) from None
    if done.problems or done.line is None:
        raise RefusedError(_refused(register, done.problems, words))
    names = names_in(unit, register, [done.line])
    turn.reply(register_cards.saved(register, done.line, words, names))


def form_for(desk: DeskContext, slack_id: str, kind: str, number: int) -> RegisterForm | None:
    """Return what the form of a line needs when the person may change it, else None."""
    register = registers().get(kind)
    if register is None:
        return None
    with desk.store.snapshot() as unit:
        principal = desk.principal(unit, slack_id)
        if not _may_write(principal.actor, register, number):
            return None
        register = _as_asked(principal.actor, register)
        found = listing(unit, register, everything=True)
        line = next((line for line in found.lines if line.number == number), None)
        if (number and line is None) or (register.ledger and line):
            return None
        people = (unit.people.get(pseudonym) for pseudonym in found.names)
        slack_ids = {one.id: one.slack_id for one in people if one and one.slack_id}
        return RegisterForm(register, line, found.shelf, slack_ids, principal.words, found.names)


def check_form(
    desk: DeskContext, command: ChangeRegister, today: date
) -> tuple[tuple[LineProblem, ...], Translator]:
    """Return what is wrong with a form before it is accepted; reads only.

    Whoever may not change the register passes here, and is refused when it is handled.
    """
    with desk.store.snapshot() as unit:
        principal = desk.principal(unit, command.user)
        register = registers().get(command.kind)
        if register is None or not _may_write(principal.actor, register, command.number):
            return (), principal.words
        try:
            wish = _change_in(command, register, principal.actor)
            opened = OpenRegister(unit, register, today, command.at)
            return opened.check(wish, _editor(principal.actor, register, desk)), principal.words
        except NotFoundError:
            return (), principal.words


def _reply_to(turn: RequestTurn[Ask]) -> Message:
    """Return the register that the text names, or all; ``field=value`` after it narrows it."""
    actor, words, text = turn.actor, turn.words, turn.command.text
    every = registers().values()
    seen = [one for one in every if may_see(actor, one) or may_add(actor, one)]
    kind, filters = _named_in(text)
    asked = registers().get(kind)
    one = _register_message(turn, asked, filters, seen) if asked else None
    if one is not None:
        return one
    if asked is not None or not seen:
        return text_message(
            words.rich("Registers are for the support team and the IT lead. Ask the IT lead.")
        )
    counts = {
        register.kind: sum(may_see(actor, register, line) for line in lines_in(turn.unit, register))
        for register in seen
    }
    return register_cards.overview(counts, seen, words)


def _named_in(text: str) -> tuple[str, list[str]]:
    """Return the kind of the register that is named first, in any language, and what follows."""
    typed = " ".join(text.lower().split())
    names = {
        name.lower(): kind
        for kind, register in registers().items()
        for name in (kind, kind.replace("_", "-"), *_titles_of(register))
    }
    named = [name for name in names if f"{typed} ".startswith(f"{name} ")]
    best = max(named, key=len, default="")
    return names.get(best, ""), typed[len(best) :].split()


def _titles_of(register: Register) -> list[str]:
    return [words_for(language).gettext(register.title) for language in LANGUAGES]


def _register_message(
    turn: RequestTurn[Ask], register: Register, filters: Sequence[str], others: Sequence[Register]
) -> Message | None:
    """Return a register's list, of the lines that somebody may see; None for whoever may not."""
    actor, words, found = turn.actor, turn.words, listing(turn.unit, register)
    own = [line for line in found.lines if may_see(actor, register, line)]
    add = may_add(actor, register)
    if not own and not may_see(actor, register) and not add:
        return None
    wanted = dict(part.partition("=")[::2] for part in filters)
    try:
        own = narrowed(register, own, found.shelf, wanted)
    except NotFoundError:
        line = words.rich("Narrow it by field=value, such as: /lotsen register risks level=high")
        return text_message(line)
    mine = replace(found, lines=own, can_add=add, can_change=may_change(actor, register))
    shown = others if register in others else [*others, register]
    return register_cards.listed(mine, words, shown)


def _refused(register: Register, problems: tuple[LineProblem, ...], words: Translator) -> Message:
    head = words.rich("*{register}:* nothing was saved.", register=words.gettext(register.title))
    lines = [f"{_title(register, one.field, words)}{one.explain(words)}" for one in problems]
    return Message(plain(head), (Paragraph(head), *(Paragraph((Run(text),)) for text in lines)))


def _title(register: Register, key: str, words: Translator) -> str:
    item = register.field(key)
    return f"{words.gettext(item.title)}: " if item else ""


def _may_write(actor: Actor, register: Register, number: int) -> bool:
    """Return whether somebody may amend line ``number``, or add one where it is 0."""
    return may_change(actor, register) if number else may_add(actor, register)


def _as_asked(actor: Actor, register: Register) -> Register:
    """Return the register with the fields that somebody fills: who only asks fills a few."""
    if not may_change(actor, register):
        asked = tuple(item for item in register.own_fields if item.key in register.asks)
        return replace(register, own_fields=asked, review_days=0)
    acted = register.known_by_acting
    typed = tuple(item for item in register.own_fields if item.key not in acted)
    return replace(register, own_fields=typed)


def _change_in(command: ChangeRegister, register: Register, actor: Actor) -> LineChange:
    """Return what is wanted; who only asks fills a few fields, whatever a form says."""
    raw = dict(command.raw)
    if register.asked_by and not command.number and not may_change(actor, register):
        raw = {key: raw[key] for key in register.asks if key in raw}
    return LineChange(command.number, raw, command.version, command.verb)


def _editor(actor: Actor, register: Register, desk: DeskContext) -> Editor:
    approves = allowed(actor, Action.APPROVE_STEP, Subject("register", register.kind))
    return Editor(actor.person_id, approves, currency=desk.currency)


def _person(turn: RequestTurn[ChangeRegister], text: str) -> str:
    """Return the pseudonym of who was chosen in a form; Slack offers real people only."""
    if _SLACK_ID.fullmatch(text):
        return turn.unit.people.by_slack_id(text, turn.now).id
    return pseudonym_in(turn.unit, text)

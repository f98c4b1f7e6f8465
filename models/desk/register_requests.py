"""Registers in Slack: who may see and change which line, the list, the form, and its fate."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from models.commands import Ask, ChangeRegister
from models.desk import cards, register_cards
from models.desk.picture_requests import may_see_picture, promise
from models.desk.register_changes import OpenRegister
from models.desk.register_lines import (
    Listing,
    lines_in,
    listing,
    names_in,
    pseudonym_in,
)
from models.desk.setting import DeskSetting, reply_to
from models.errors import UnknownError
from models.governance.authorization import Action, Actor, Subject, allowed
from models.language import LANGUAGES, Words, words_for
from models.mailbox import Envelope
from models.message import Message, Paragraph, Run
from models.registers.catalogue import registers
from models.registers.deciding import Change, Problem
from models.registers.declaration import Line, Register, Shelf
from models.registers.showing import narrowed
from models.store.transaction import Unit
from models.tables import Person

_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,20}")


@dataclass(frozen=True, slots=True)
class RegisterForm:
    """What a form needs to be drawn; ``line`` is None for a new one.

    ``people`` are the Slack ids of those whom the line names, by pseudonym, and ``names`` what
    they are called: some are known by a name alone.
    """

    register: Register
    line: Line | None
    shelf: Shelf
    people: Mapping[str, str]
    words: Words
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


def may_see(actor: Actor, register: Register, line: Line | None = None) -> bool:
    """Return whether somebody may see a register, or one line of it."""
    own = register.about_person or register.asked_by
    about = str(line.values.get(own) or "") if line else ""
    action = Action.SEE_CONFIDENTIAL_REGISTER if register.confidential else Action.SEE_REGISTER
    return allowed(actor, action, Subject("register", register.kind, about))


def list_register(setting: DeskSetting, command: Ask, now: datetime) -> None:
    """Show a register, or all of them, to whoever may see it."""
    with setting.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        person = unit.people.by_slack_id(command.user, now)
        words, actor = setting.words_of(person), setting.actor(unit, person)
        message = _shown(unit, actor, command.text, words)
        kind, _ = _named_in(command.text)
        if may_see_picture(actor, kind):
            message = promise(unit, command, kind, message, words)
        to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
        reply_to(unit, command.id, to, message, now)


def change_register(setting: DeskSetting, command: ChangeRegister, now: datetime) -> None:
    """Write what a form says, or tell why not; the form checked it, but that was before."""
    with setting.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        person = unit.people.by_slack_id(command.user, now)
        words = setting.words_of(person)
        to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
        message = _changed(setting, unit, person, command, words, now)
        reply_to(unit, command.id, to, message, now)


def form_for(setting: DeskSetting, slack_id: str, kind: str, number: int) -> RegisterForm | None:
    """Return what the form of a line needs when the person may change it, else None."""
    register = registers().get(kind)
    if register is None:
        return None
    with setting.store.snapshot() as unit:
        person = unit.people.find(slack_id) or Person(slack_id=slack_id)
        actor = setting.actor(unit, person)
        if not _may_write(actor, register, number):
            return None
        register = _as_asked(actor, register)
        found = listing(unit, register, everything=True)
        line = next((line for line in found.lines if line.number == number), None)
        if (number and line is None) or (register.ledger and line):
            return None
        people = (unit.people.get(pseudonym) for pseudonym in found.names)
        slack_ids = {one.id: one.slack_id for one in people if one and one.slack_id}
        return RegisterForm(
            register, line, found.shelf, slack_ids, setting.words_of(person), found.names
        )


def check_form(
    setting: DeskSetting, command: ChangeRegister, today: date
) -> tuple[tuple[Problem, ...], Words]:
    """Return what is wrong with a form before it is accepted; reads only.

    Whoever may not change the register passes here, and is refused when it is handled.
    """
    with setting.store.snapshot() as unit:
        person = unit.people.find(command.user) or Person(slack_id=command.user)
        words, actor = setting.words_of(person), setting.actor(unit, person)
        register = registers().get(command.kind)
        if register is None or not _may_write(actor, register, command.number):
            return (), words
        try:
            approver = allowed(actor, Action.APPROVE_STEP, Subject("register", register.kind))
            wish = _wish(command, register, actor)
            opened = OpenRegister(unit, register, today, command.asked_at)
            return opened.check(wish, by=person.id, approver=approver), words
        except UnknownError:
            return (), words


def _shown(unit: Unit, actor: Actor, text: str, words: Words) -> Message:
    """Return the register that ``text`` names, or all; ``field=value`` after it narrows it."""
    every = registers().values()
    seen = [one for one in every if may_see(actor, one) or may_add(actor, one)]
    kind, filters = _named_in(text)
    asked = registers().get(kind)
    one = _one(unit, actor, asked, filters, words, seen) if asked else None
    if one is not None:
        return one
    if asked is not None or not seen:
        return cards.said(
            words.rich("Registers are for the support team and the IT lead. Ask the IT lead.")
        )
    counts = {
        register.kind: sum(may_see(actor, register, line) for line in lines_in(unit, register))
        for register in seen
    }
    return register_cards.overview(counts, seen, words)


def _named_in(text: str) -> tuple[str, list[str]]:
    """Return the kind of the register that is named first, in any language, and what follows."""
    told = " ".join(text.lower().split())
    names = {
        name.lower(): kind
        for kind, register in registers().items()
        for name in (kind, kind.replace("_", "-"), *_titles_of(register))
    }
    named = [name for name in names if f"{told} ".startswith(f"{name} ")]
    best = max(named, key=len, default="")
    return names.get(best, ""), told[len(best) :].split()


def _titles_of(register: Register) -> list[str]:
    return [words_for(language).say(register.title) for language in LANGUAGES]


def _one(
    unit: Unit,
    actor: Actor,
    register: Register,
    filters: Sequence[str],
    words: Words,
    others: Sequence[Register],
) -> Message | None:
    """Return a register's list, of the lines that somebody may see; None for whoever may not."""
    found = listing(unit, register)
    own = [line for line in found.lines if may_see(actor, register, line)]
    if not own and not may_see(actor, register) and not may_add(actor, register):
        return None
    wanted = dict(part.partition("=")[::2] for part in filters)
    try:
        own = narrowed(register, own, found.shelf, wanted)
    except UnknownError:
        line = words.rich("Narrow it by field=value, such as: /lotsen register risks level=high")
        return cards.said(line)
    mine = Listing(register, own, found.shelf, found.names)
    change, add = may_change(actor, register), may_add(actor, register)
    shown = others if register in others else [*others, register]
    return register_cards.listed(mine, words, shown, change=change, add=add)


def _changed(
    setting: DeskSetting,
    unit: Unit,
    person: Person,
    command: ChangeRegister,
    words: Words,
    now: datetime,
) -> Message:
    register, actor = registers().get(command.kind), setting.actor(unit, person)
    if register is None or not _may_write(actor, register, command.number):
        return cards.said(words.rich("You may not change this register. Ask the IT lead, who may."))
    today = now.astimezone(setting.calendar.zone).date()
    try:
        done = OpenRegister.for_writing(unit, register, today, now).save(
            _wish(command, register, actor),
            by=person.id,
            approver=allowed(actor, Action.APPROVE_STEP, Subject("register", register.kind)),
            find_person=lambda text: _person(unit, text, now),
        )
    except UnknownError:
        return cards.said(
            words.rich("There is no line {number} any more.", number=str(command.number))
        )
    if done.problems or done.line is None:
        return _refused(register, done.problems, words)
    return register_cards.saved(register, done.line, words, names_in(unit, register, [done.line]))


def _refused(register: Register, problems: tuple[Problem, ...], words: Words) -> Message:
    head = words.rich("*{register}:* nothing was saved.", register=words.say(register.title))
    told = [
        f"{_title(register, problem.field, words)}{problem.said(words)}" for problem in problems
    ]
    parts = (Paragraph(head), *(Paragraph((Run(text),)) for text in told))
    return Message("".join(run.text for run in head), parts)


def _title(register: Register, key: str, words: Words) -> str:
    item = register.field(key)
    return f"{words.say(item.title)}: " if item else ""


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


def _wish(command: ChangeRegister, register: Register, actor: Actor) -> Change:
    """Return what is wanted; who only asks fills a few fields, whatever a form says."""
    raw = dict(command.raw)
    if register.asked_by and not command.number and not may_change(actor, register):
        raw = {key: raw[key] for key in register.asks if key in raw}
    return Change(command.number, raw, command.version, command.verb)


def _person(unit: Unit, text: str, now: datetime) -> str:
    """Return the pseudonym of who was chosen in a form; Slack offers real people only."""
    if _SLACK_ID.fullmatch(text):
        return unit.people.by_slack_id(text, now).id
    return pseudonym_in(unit, text)

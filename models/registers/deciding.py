"""Decide what becomes of a line that somebody wants to add or amend. Pure.

What people type is read by the declaration, merged with the line as it stands, and held
against rules and gates. Either a line's new values come out, or what is wrong with which
field and what to do.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from models.errors import InvalidError
from models.form import Field, Value
from models.language import LANGUAGES, N_, Translator, words_for
from models.language.amounts import TwoWaysError, read_number
from models.registers.declaration import (
    REVIEW_ON,
    CurrentLine,
    Flow,
    LinkedLine,
    Register,
    RegisterSnapshot,
    Values,
)

Verb = Literal["save", "retire", "restore"]
FindPerson = Callable[[str], str]
"""What was typed or chosen → the person's pseudonym; empty where nobody or several are meant."""
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


@dataclass(frozen=True, slots=True)
class LineChange:
    """What somebody wants of a line.

    Attributes
    ----------
    number : 0 for a new line
    version : the one that was looked at; None not to mind what happened since
    raw : field → what was typed; a field that is not named stays
    """

    number: int
    raw: Mapping[str, str] = dataclasses.field(default_factory=dict)
    version: int | None = None
    verb: Verb = "save"


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong, in English for `Translator.gettext`; ``field`` is empty for the whole line."""

    field: str
    text: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def explain(self, words: Translator) -> str:
        return words.gettext(self.text, **self.values)


@dataclass(frozen=True, slots=True)
class Decided:
    """The new values, or what is wrong; ``same`` says that nothing would change."""

    values: Values
    problems: tuple[LineProblem, ...] = ()
    same: bool = False


CHANGED_SINCE = N_("Somebody else changed this line since you looked at it. Look again first.")
RETIRED = N_("This line is retired: restore it before you amend it.")
NOTHING_LEFT = N_("Nothing is left of this line: add a new one.")
NO_RIGHT = N_("Only the IT lead decides on this step.")
NOT_TYPED = N_("This follows from who asks and who decides: leave it as it is.")
WHO_ARE_YOU = N_("Do this in Slack: at the command line nobody knows who you are.")
OWN = N_("Nobody decides on their own request.")


def decide(
    register: Register,
    shelf: RegisterSnapshot,
    current: CurrentLine | None,
    change: LineChange,
    *,
    today: date,
    find_person: FindPerson,
    actor: str,
    approver: bool,
) -> Decided:
    """Return the line's new values, or every problem at once.

    Parameters
    ----------
    current
        The line as it stands; None for a new one.
    actor
        Pseudonym of who wants it; empty where nobody knows, as at the command line.
    approver
        Whether whoever asks may move a line into a step that needs approval.
    """
    before = current.values if current else {}
    if current and change.version is not None and change.version != current.version:
        return Decided(before, (LineProblem("", CHANGED_SINCE),))
    if change.verb != "save":
        if not before:
            return Decided(before, (LineProblem("", NOTHING_LEFT),))
        return _put_aside(register, shelf, current, change.verb, actor=actor, approver=approver)
    if current and current.retired:
        return Decided(before, (LineProblem("", RETIRED),))
    values, problems = _merged(register, before, change.raw, shelf, find_person)
    if current and _unchanged(before, values, problems, change.raw):
        return Decided(before, same=True)
    problems += _acted(register, before, values, change.raw, actor)
    if problems:
        return Decided(before, tuple(problems))
    values = _with_review(register, before, values, today)
    entry = LinkedLine(values, shelf, current.number if current else 0)
    broken = (rule for rule in register.rules if not rule.holds(entry))
    found = [LineProblem(rule.field, rule.message) for rule in broken]
    if register.flow:
        found += _moved(register.flow, before, entry, approver=approver)
    return Decided(values, tuple(found), same=bool(current) and dict(values) == dict(before))


def _put_aside(
    register: Register,
    shelf: RegisterSnapshot,
    current: CurrentLine | None,
    verb: Verb,
    *,
    actor: str,
    approver: bool,
) -> Decided:
    """Decide on retiring or restoring: a way around the gates it is not."""
    if current is None or current.retired == (verb == "retire"):
        return Decided(current.values if current else {}, same=True)
    flow, problems, values = register.flow, list[LineProblem](), dict(current.values)
    if flow:
        entry = LinkedLine(current.values, shelf, current.number)
        state = entry.text(flow.field)
        if verb == "restore":
            problems += [LineProblem(one.field, one.message) for one in flow.missing(entry, state)]
        if state in flow.approved and not approver:
            problems.append(LineProblem(flow.field, NO_RIGHT))
        if verb == "restore" and state in flow.signed:
            # Whoever brings a decision back answers for it from now on.
            values[flow.signer] = actor
            problems += (
                _separation_of_duties(register, values, actor)
                if actor
                else [LineProblem("", WHO_ARE_YOU)]
            )
    return Decided(values, tuple(problems))


def _acted(
    register: Register,
    before: Values,
    values: dict[str, Value],
    raw: Mapping[str, str],
    actor: str,
) -> list[LineProblem]:
    """Fill in who asked and who decided: whoever acts, whatever was typed."""
    acted = _by_acting(register, before, values, actor)
    problems = [
        LineProblem(key, NOT_TYPED)
        for key, value in acted.items()
        if key in raw and values.get(key) and values.get(key) != value
    ]
    for key, value in acted.items():
        values.pop(key, None)
        if value:
            values[key] = value
    if "" in acted.values():
        return [*problems, LineProblem("", WHO_ARE_YOU)]
    flow = register.flow
    if flow and values.get(flow.field) in flow.signed:
        problems += _separation_of_duties(register, values, str(values.get(flow.signer) or ""))
    return problems


def _by_acting(register: Register, before: Values, values: Values, actor: str) -> dict[str, Value]:
    """Return who asked and who decided: None for nobody, empty where nobody knows who acts."""
    acted: dict[str, Value] = {}
    if register.asked_by:
        acted[register.asked_by] = before.get(register.asked_by) if before else actor
    flow = register.flow
    if flow and flow.signer:
        told, stood = (
            {key: value for key, value in some.items() if key not in register.known_by_acting}
            for some in (values, before)
        )
        signed = values.get(flow.field) in flow.signed
        acted[flow.signer] = (
            None if not signed else before.get(flow.signer) if told == stood else actor
        )
    return acted


def _separation_of_duties(register: Register, values: Values, actor: str) -> list[LineProblem]:
    """Return what is wrong where somebody decides on what they asked for themselves."""
    if not register.asked_by:
        return []
    asker = values.get(register.asked_by)
    if not asker:
        unknown = N_("Nobody knows who asked: whoever wants it asks anew.")
        return [LineProblem(register.asked_by, unknown)]
    return [] if actor and actor != asker else [LineProblem(register.asked_by, OWN)]


def _merged(
    register: Register,
    before: Values,
    raw: Mapping[str, str],
    shelf: RegisterSnapshot,
    find_person: FindPerson,
) -> tuple[dict[str, Value], list[LineProblem]]:
    values: dict[str, Value] = {}
    problems = [
        LineProblem("", N_("There is no field {key}."), {"key": key})
        for key in raw
        if register.field(key) is None
    ]
    for item in register.fields:
        value: Value | LineProblem = before.get(item.key, None if before else item.start)
        if item.key in raw:
            value = read(item, raw[item.key], shelf, find_person)
        if isinstance(value, LineProblem):
            problems.append(value)
        elif value is not None:
            values[item.key] = value
        elif item.required:
            problems.append(LineProblem(item.key, N_("This field is needed.")))
    return values, problems


def _unchanged(
    before: Values, values: Values, problems: Sequence[LineProblem], raw: Mapping[str, str]
) -> bool:
    """Return whether a row says what stands there, even where that still lacks what is needed."""
    blank = all(not raw.get(problem.field, "?").strip() for problem in problems)
    return blank and dict(values) == dict(before)


def _with_review(
    register: Register, before: Values, values: dict[str, Value], today: date
) -> dict[str, Value]:
    """Set the next review where nobody did, or where the old day has come and gone."""
    day = values.get(REVIEW_ON)
    past = isinstance(day, str) and day == before.get(REVIEW_ON) and day <= today.isoformat()
    changed = {k: v for k, v in values.items() if k != REVIEW_ON} != {
        k: v for k, v in before.items() if k != REVIEW_ON
    }
    if register.review_days and (day is None or (past and changed)):
        values[REVIEW_ON] = (today + timedelta(days=register.review_days)).isoformat()
    return values


def _moved(flow: Flow, before: Values, entry: LinkedLine, *, approver: bool) -> list[LineProblem]:
    state, old = entry.text(flow.field), str(before.get(flow.field) or "") or None
    if not flow.may_move(old, state):
        text = N_("From {before} a line cannot go to {after}: one step at a time.")
        states = {"before": old or "–", "after": state}
        return [LineProblem(flow.field, text, states)]
    problems = [LineProblem(gate.field, gate.message) for gate in flow.missing(entry, state)]
    if state in flow.approved and not approver:
        problems.append(LineProblem(flow.field, NO_RIGHT))
    return problems


# What people type -----------------------------------------------------------------------------


def read(
    item: Field, raw: str, shelf: RegisterSnapshot, find_person: FindPerson
) -> Value | LineProblem:
    """Return the value that ``raw`` means for a field; None where it is empty."""
    text = _clean(raw, lines=item.kind == "long")
    if not text:
        return None
    if item.kind == "number":
        return _number(item, text)
    if item.kind == "choice":
        return _choice(item, text)
    if item.kind == "day":
        return _day(item, text)
    if item.kind == "person":
        found = find_person(text)
        return found or LineProblem(
            item.key, N_("Nobody, or more than one, is called {who}."), {"who": text[:80]}
        )
    if item.kind == "line":
        return _line(item, text, shelf.get(item.of, ()))
    if len(text) > item.max_length:
        most = {"most": str(item.max_length)}
        return LineProblem(item.key, N_("Too long: {most} characters at most."), most)
    return text


def _clean(raw: str, *, lines: bool) -> str:
    # Signs that PostgreSQL or UTF-8 cannot store must not make a line unstorable.
    text = raw.replace("\0", "").encode("utf-8", "replace").decode().strip()
    return text.replace("\r\n", "\n") if lines else " ".join(text.split())


def _number(item: Field, text: str) -> Value | LineProblem:
    try:
        value = read_number(text)
    except TwoWaysError as error:
        ways = {"whole": error.whole, "part": error.part}
        return LineProblem(
            item.key, N_("This can mean {whole} or {part}: write one of these."), ways
        )
    except InvalidError:
        value = None
    if value is None or not item.low <= value <= item.high:
        bounds = {"low": f"{item.low:g}", "high": f"{item.high:.15g}"}
        return LineProblem(item.key, N_("Write a number from {low} to {high}."), bounds)
    if value != round(value, item.digits):
        text = N_("Write a number with {digits} decimals at most.")
        return LineProblem(item.key, text, {"digits": str(item.digits)})
    return float(value) if item.digits else int(value)


def _choice(item: Field, text: str) -> Value | LineProblem:
    wanted = text.casefold()
    for value, title in item.choices:
        titles = {words_for(language).gettext(title).casefold() for language in LANGUAGES}
        if wanted == value.casefold() or wanted in titles:
            return value
    known = ", ".join(value for value, _ in item.choices)
    return LineProblem(item.key, N_("Choose one of: {choices}."), {"choices": known})


def _day(item: Field, text: str) -> Value | LineProblem:
    wrong = LineProblem(item.key, N_("Write a day such as 2026-11-23."))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return wrong
    return day.isoformat() if _FIRST_YEAR <= day.year <= _LAST_YEAR else wrong


def _line(item: Field, text: str, lines: Sequence[CurrentLine]) -> Value | LineProblem:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
    if number in {line.number for line in lines}:
        return number
    wrong = N_("There is no line {number} in the register {register}.")
    return LineProblem(item.key, wrong, {"number": text[:20], "register": item.of})

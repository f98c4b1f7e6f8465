"""What people read of the duty rota: who is on duty in which week, and that it is their own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from models.desk.base.context import DeskContext
from models.desk.base.turn import Turn
from models.desk.setup.rota_changes import DutyWeek, by_rota, history, weeks_from
from models.kpis.periods import Period, week_of
from models.language import N_, Translator
from models.mailbox import Envelope
from models.message import (
    Button,
    Buttons,
    Heading,
    Message,
    Note,
    Paragraph,
    Part,
    Run,
    Table,
    text_message,
)
from models.store.transaction import UnitOfWork
from models.tables import DutyAct, DutyEntry, Person
from models.tickets.rota import RotaChange, changes_in, people_in

WEEK_FORM, ORDER_FORM = "duty_week", "duty_order"
SHOWN: Final = 8
"""Weeks in the list."""
_LATEST: Final = 3
_GOES: Final = ":goes"
"""Ends the key of a post to somebody who is on duty no more."""


def week_label(week: Period, words: Translator) -> str:
    """Return a week as people write it, such as: v. 49, 30 nov–6 dec."""
    return words.gettext(
        "week {number}, {first}–{last}",
        number=str(int(week.key[-2:])),
        first=words.day(week.first_day, "d MMM"),
        last=words.day(week.last_day, "d MMM"),
    )


def names_of(people: Sequence[Person], words: Translator) -> str:
    """Return names in a row; a dash for nobody."""
    return words.listing(one.name or one.slack_id or "" for one in people) or "–"


def rota_message(turn: Turn, words: Translator) -> Message:
    """Return the next weeks with what changes them, and what was changed last."""
    weeks = weeks_from(turn.desk, turn.unit, turn.today, SHOWN)
    title = words.gettext("On duty")
    header = (words.gettext("Week"), title)
    rows = tuple((week_label(one.week, words), _who(one, words)) for one in weeks)
    parts: list[Part] = [Heading(title), Table(header, rows)]
    if not any(one.people for one in weeks):
        parts.append(Note(words.rich(_instead(turn.desk, turn.unit))))
    latest = [
        _changed(turn.unit, entry, change, words) for entry, change in history(turn.unit, _LATEST)
    ]
    if latest:
        parts.append(Note((Run("\n".join(latest)),)))
    parts.append(rota_buttons(words))
    return Message(f"{title}: {names_of(weeks[0].people, words)}", tuple(parts))


def home_parts(
    desk: DeskContext, unit: UnitOfWork, now: datetime, words: Translator
) -> tuple[Part, ...]:
    """Return what the lead's App Home says of this week and the next one; reads only."""
    this, following = weeks_from(desk, unit, desk.day_of(now), 2)
    if not this.people and not following.people:
        line = words.rich(_instead(desk, unit))
    else:
        line = words.rich(
            "This week: {this}. Next week: {following}.",
            this=names_of(this.people, words),
            following=names_of(following.people, words),
        )
    return Paragraph(words.rich("*On duty*")), Paragraph(line), rota_buttons(words)


def rota_buttons(words: Translator) -> Buttons:
    """Return the buttons that open the two forms."""
    week = Button(WEEK_FORM, words.gettext("Change or swap a week"), "")
    order = Button(ORDER_FORM, words.gettext("Set an order"), "")
    return Buttons("duty:change", (week, order))


def _who(week: DutyWeek, words: Translator) -> str:
    names = names_of(week.people, words)
    return words.gettext("{names} (this week only)", names=names) if week.apart else names


def _instead(desk: DeskContext, unit: UnitOfWork) -> str:
    """Say who reads of what presses while the rota has nobody."""
    if unit.people.listed(desk.duty_group, 1):
        return N_("The rota has nobody: the duty group reads of what is urgent.")
    return N_("The rota has nobody, and there is no duty group: the support channel reads it.")


def _changed(unit: UnitOfWork, entry: DutyEntry, change: RotaChange, words: Translator) -> str:
    """Say when somebody made a change, and what it says."""
    turns = [
        names_of([one for one in map(unit.people.get, slot) if one is not None], words)
        for slot in change.slots
    ]
    text = N_("{day}, {by}: {week}: {names}")
    if change.act is DutyAct.ORDER:
        text = N_("{day}, {by}: in turn from {week} on: {names}")
    by = unit.people.get(entry.by) if entry.by else None
    return words.gettext(
        text,
        day=words.day(entry.at.date(), "d MMM"),
        by=names_of([by] if by else [], words) if entry.by else "lotsen duty",
        week=week_label(week_of(change.first_day), words),
        names="; ".join(turns),
    )


def tell_on_duty(turn: Turn) -> None:
    """Tell each who is on duty this week by the rota, once; tell who was and is not any more.

    Each change is a post of its own: Slack tells nobody of an edit. What stays the same for
    somebody, such as being on duty with others than before, is edited in place.
    """
    people = by_rota(turn.desk, turn.unit, turn.today)
    week = week_of(turn.today)
    start = _start(week)
    latest = {_reader(row.key): row.key for row in turn.unit.outbox.begun_with(start)}
    for person in people:
        key = latest.get(person.id, "")
        if not key or key.endswith(_GOES):
            key = f"{start}{person.id}:{turn.name}"
        turn.show(key, Envelope(person.slack_id or ""), _of_week(turn, week, person, people))
    for person_id, key in latest.items():
        gone = turn.unit.people.get(person_id)
        if gone is None or not gone.slack_id or gone in people:
            continue
        new_key = key if key.endswith(_GOES) else f"{start}{person_id}:{turn.name}{_GOES}"
        turn.show(new_key, Envelope(gone.slack_id), _of_week(turn, week, gone, people))


def _reader(key: str) -> str:
    """Return the pseudonym of whom a post is for."""
    return key.split(":")[2]


def _start(week: Period) -> str:
    """Return how the keys of what people read of a week begin; then pseudonym and turn."""
    return f"duty:{week.key}:"


def _redraw(turn: Turn, week: Period, people: Sequence[Person]) -> None:
    """Bring up to date each post to those who were told that the week is theirs."""
    for row in turn.unit.outbox.begun_with(_start(week)):
        reader = turn.unit.people.get(_reader(row.key))
        if reader is not None and row.channel:
            turn.update(row.key, row.channel, _of_week(turn, week, reader, people))


def _of_week(turn: Turn, week: Period, reader: Person, people: Sequence[Person]) -> Message:
    words = turn.desk.words_of(reader)
    others = [one for one in people if one.id != reader.id]
    if len(others) == len(people):
        return no_longer_yours(week, people, words)
    return yours(week, others, words)


def weeks_naming(unit: UnitOfWork, person_id: str) -> tuple[Period, ...]:
    """Return the weeks of somebody in which people were told who is on duty."""
    changes = changes_in(unit.duty.entries())
    keys = {row.key.split(":")[1] for row in unit.outbox.begun_with("duty:")}
    weeks = (Period.parse(key) for key in sorted(keys))
    return tuple(week for week in weeks if person_id in people_in(changes, week.first_day))


def redraw_weeks(turn: Turn, weeks: Sequence[Period]) -> None:
    """Take whoever was erased off what others read of weeks, and tell who is on duty now."""
    unit = turn.unit
    changes = changes_in(unit.duty.entries())
    for week in weeks:
        unit.outbox.empty_begun_with(_start(week))
        if week == week_of(turn.today):
            _redraw(turn, week, by_rota(turn.desk, unit, turn.today))
            tell_on_duty(turn)
        else:
            people = map(unit.people.get, people_in(changes, week.first_day))
            _redraw(turn, week, [one for one in people if one is not None])


def yours(week: Period, others: Sequence[Person], words: Translator) -> Message:
    """Return what somebody who is on duty reads on Monday. Pure."""
    head = words.rich("*You are on duty: {week}*", week=week_label(week, words))
    what = words.rich("What is urgent, and what looks like an outage, reaches you here at once.")
    parts: list[Part] = [Paragraph(head), Paragraph(what)]
    if others:
        parts.append(Note(words.rich("With you: {names}.", names=names_of(others, words))))
    cannot = words.rich("Can you not? Swap your week with a colleague: `/lotsen duty`.")
    parts.append(Note(cannot))
    return Message(words.gettext("You are on duty this week"), tuple(parts))


def no_longer_yours(week: Period, people: Sequence[Person], words: Translator) -> Message:
    """Return what somebody reads who was on duty and is not any more. Pure."""
    label, names = week_label(week, words), names_of(people, words)
    line = words.rich(
        "You are not on duty any more: {week}. Now: {names}.", week=label, names=names
    )
    return text_message(line)


def tell_week(desk: DeskContext, period: str, now: datetime) -> None:
    """Tell those who are on duty in the week of ``now``; ``period`` is that week."""
    with desk.store.begin() as unit:
        tell_on_duty(Turn(unit, desk, f"duty_week:{period}", now))

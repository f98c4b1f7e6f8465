"""The 90-day plan as people read it: the whole plan, and the post of a Monday."""

from collections.abc import Iterator, Sequence

from models.language import Words, noted
from models.message import Heading, Message, Note, Paragraph, Part, Run, Runs, Table
from models.value.checkpoints import DAYS, WEEKS, CheckpointState, CheckpointStatus, PlanStatus

_PHASES = {
    1: noted("Phase 1, days 1–30: where we stand"),
    2: noted("Phase 2, days 31–60: the pilot"),
    3: noted("Phase 3, days 61–90: evaluation and roadmap"),
}
_STATES = {
    CheckpointState.UPCOMING: noted("to come"),
    CheckpointState.DUE: noted("due this week"),
    CheckpointState.LATE: noted("behind plan"),
    CheckpointState.DONE: noted("done"),
}


def plan_message(status: PlanStatus, words: Words) -> Message:
    """Write the plan: where it stands, and all twelve weeks."""
    title = _title(status, words)
    parts: list[Part] = [Heading(title)]
    if status.started is None:
        parts.append(Paragraph(words.rich("Begin it with `lotsen plan start`.")))
    else:
        parts.extend(_standing(status, words))
    parts.append(_table(status, words))
    return Message(text=title, parts=tuple(parts))


def checkpoint_message(status: PlanStatus, words: Words, *, late: bool = False) -> Message:
    """Write the post of a Monday: the week, what is due, what is late, the days left."""
    title = _title(status, words)
    due = _of(status, CheckpointState.DUE)
    parts: list[Part] = [Heading(title), *_standing(status, words)]
    if late:
        text = noted("This post is of {day} and comes late.")
        parts.append(Note(words.rich(text, day=words.day(status.today))))
    first = f"{title}. {due[0].title}" if due else title
    return Message(text=first, parts=tuple(parts))


def _title(status: PlanStatus, words: Words) -> str:
    if status.started is None:
        return words.say("The 90-day plan has not begun")
    if status.day == 0:
        return words.say("The 90-day plan begins on {day}", day=words.day(status.started))
    if status.day > DAYS:
        return words.say("The 90-day plan is over, day {day}", day=words.number(status.day))
    if status.week > WEEKS:
        return words.say("90-day plan: time to decide, day {day} of 90", day=status.day)
    text = noted("90-day plan: week {week} of 12, day {day} of 90")
    return words.say(text, week=status.week, day=status.day)


def _standing(status: PlanStatus, words: Words) -> Iterator[Part]:
    yield Paragraph(_counts(status, words))
    for state, text in (
        (CheckpointState.DUE, noted("*Due this week*")),
        (CheckpointState.LATE, noted("*Behind plan*")),
    ):
        if items := _of(status, state):
            yield Paragraph(words.rich(text))
            for item in items:
                yield Paragraph(_line(item, words))


def _counts(status: PlanStatus, words: Words) -> Runs:
    done = words.number(len(_of(status, CheckpointState.DONE)))
    said = [words.say(_PHASES[status.phase])] if status.week else []
    said.append(words.say("{done} of 12 checkpoints done", done=done))
    if status.week:
        said.append(words.count("{n} day left", "{n} days left", status.days_left))
    return (Run(" · ".join(said)),)


def _line(item: CheckpointStatus, words: Words) -> Runs:
    due = words.day(item.due, "EEEE d MMMM") if item.due else ""
    text = noted("Week {week}: {title}. Due {due}.")
    said = words.rich(text, week=str(item.week), title=item.title, due=due)
    return (*said, Run(f" {item.evidence}.")) if item.evidence else said


def _table(status: PlanStatus, words: Words) -> Table:
    header = tuple(
        words.say(name)
        for name in (
            noted("Week"),
            noted("Checkpoint"),
            noted("Due by"),
            noted("Where it stands"),
            noted("Evidence"),
        )
    )
    rows = tuple(
        (
            str(item.week),
            item.title,
            words.day(item.due, "d MMM y") if item.due else "–",
            words.say(_STATES[item.state]),
            item.evidence or "–",
        )
        for item in status.checkpoints
    )
    return Table(header, rows)


def _of(status: PlanStatus, state: CheckpointState) -> Sequence[CheckpointStatus]:
    return [item for item in status.checkpoints if item.state is state]
